"""What the bot wrote down: everything due and every letter, in the model's words."""

import datetime as dtm
from dataclasses import dataclass, field
from typing import Any

from services import sql
from tests.prove.reminders.model import Model
from tests.prove.reminders.records import OPEN, UNKNOWN, WAITING, Line
from tests.prove.reminders.rule import MEDIA, Name


@dataclass
class Books:
    """What was read so far: a row's names never change, its state is read again while it is not settled."""

    names: dict[int, Name] = field(default_factory=dict)
    due_at: dict[Name, dtm.datetime] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    dues: dict[Name, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    touched: set[Name | str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._last = {"due": 0, "letter": 0}
        self._unsettled: dict[str, set[int]] = {"due": set(), "letter": set()}

    async def name(self, due: int) -> Name:
        """Give what names something due."""
        if due not in self.names:
            await self._read_new()
        return self.names[due]

    async def key(self, letter: int) -> str:
        """Give a letter's key."""
        if letter not in self.keys:
            await self._read_new()
        return self.keys[letter]

    async def _read_new(self) -> None:
        for row in await sql.fetch(
            "SELECT id, key, rule, organisation_id, unit_id, account_id, period_on, step, state, due_at "
            "FROM due WHERE id > $1 ORDER BY id",
            self._last["due"],
        ):
            name = _name(row)
            assert name not in self.dues, f"{told(name)} was written down twice"
            self.names[row["id"]], self.due_at[name] = name, sql.moment(row["due_at"])  # type: ignore[assignment]
            self._note("due", row["id"], row["state"])
        for row in await sql.fetch(
            "SELECT id, key, state FROM letter WHERE id > $1 ORDER BY id", self._last["letter"]
        ):
            self.keys[row["id"]] = row["key"]
            self._note("letter", row["id"], row["state"])

    async def read(self) -> None:
        """Read what is new and what may have changed."""
        await self._read_new()
        for table, state in (("due", OPEN), ("letter", WAITING)):
            rows = await sql.fetch(f"SELECT id FROM {table} WHERE state = $1", state)
            still = {row["id"] for row in rows}
            for number in self._unsettled[table] - still:
                (row,) = await sql.fetch(f"SELECT state FROM {table} WHERE id = $1", number)
                self._note(table, number, row["state"])
            for number in still:
                self._note(table, number, state)

    async def read_all(self) -> None:
        """Read every state, whatever it was."""
        await self._read_new()
        for table in ("due", "letter"):
            for row in await sql.fetch(f"SELECT id, state FROM {table}"):
                self._note(table, row["id"], row["state"])

    def _note(self, table: str, number: int, state: str) -> None:
        self._last[table] = max(self._last[table], number)
        # Of what is unknown more may become known.
        is_settled = state not in {OPEN, WAITING, UNKNOWN}
        (self._unsettled[table].discard if is_settled else self._unsettled[table].add)(number)
        known: dict[Any, str] = self.dues if table == "due" else self.letters
        which = self.names[number] if table == "due" else self.keys[number]
        if known.get(which) != state:
            known[which] = state
            self.touched.add(which)

    async def lines(self) -> dict[str, set[Line]]:
        """Read what each letter tells of."""
        found: dict[str, set[Line]] = {key: set() for key in self.letters}
        for row in await sql.fetch("SELECT letter_id, due_id, part FROM letter_line"):
            found[self.keys[row["letter_id"]]].add((self.names[row["due_id"]], row["part"]))
        return found


def _name(row: dict[str, Any]) -> Name:
    return Name(
        row["rule"],
        row["organisation_id"],
        row["unit_id"] or 0,
        row["account_id"] or 0,
        sql.get_day(row["period_on"]),
        row["step"],
        row["key"].partition("/nudged-")[2],
        row["key"].removeprefix("review/").removesuffix("/accepted") if row["step"] == "accepted" else "",
    )


def differences(model: Model, books: Books) -> list[str]:
    """Tell in words where the books are not what the model says, of what has changed in either."""
    found = []
    touched = model.touched | books.touched
    for name in sorted(each for each in touched if isinstance(each, Name)):
        due, state = model.dues.get(name), books.dues.get(name, "nowhere")
        if due is None or due.state != state:
            found.append(f"{told(name)} is {state}, not {due.state if due else 'due at all'}")
        elif name.rule != MEDIA and books.due_at[name] != due.due_at:
            found.append(f"{told(name)} is due at {books.due_at[name]}, not {due.due_at}")
    for key in sorted(each for each in touched if isinstance(each, str)):
        letter, state = model.letters.get(key), books.letters.get(key, "nowhere")
        if letter is None or letter.state != state:
            found.append(f"{key} is {state}, not {letter.state if letter else 'to be'}")
    model.touched.clear()
    books.touched.clear()
    return found


def told(name: Name) -> str:
    """Say what is due."""
    whose = f"account {name.account}" if name.account else f"unit {name.unit}"
    which = f"{name.step}{name.nudged}{name.decision}"
    return f"{name.rule}/{whose} of organisation {name.organisation}/{name.period_on}/{which}"
