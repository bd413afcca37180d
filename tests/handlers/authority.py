"""The matrix of who may do what: each way into Duban, tried by everybody in every place."""

import datetime as dtm
import io
import re
import zipfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers import registry
from handlers.kit.answers import Answer
from handlers.kit.arrival import Question
from handlers.kit.specs import Family, OnlyInPrivate
from sandbox.entities import parse_html
from services import sql
from services.core.codes import seal
from services.core.errors import UserError
from tests.handlers.authority_world import CANARIES, CHATS, Asker, Place, World
from tests.handlers.talk import CATALOGUE, CODES, TODAY, Talk

TAGS = re.compile(r"<[^>]+>")
NOBODY: frozenset[Asker] = frozenset()
EVERYBODY = frozenset(Asker) - {Asker.BOTH}
FIRST_MESSAGE = 40
GROUPS = (Place.OWN_GROUP, Place.THEIR_GROUP)


@dataclass(frozen=True, slots=True)
class Said:
    """Words; ``{code}`` is the newest invitation's, sealed as it is on arrival. Perhaps a file with them."""

    text: str
    file: bytes = b""


@dataclass(frozen=True, slots=True)
class Typed:
    """Words that are no command and answer no question, perhaps in reply to a message (``to``)."""

    text: str
    file: bytes = b""
    to: int | None = None


@dataclass(frozen=True, slots=True)
class Photographed:
    """A picture with words under it."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """The button of an action under the last answers: the first whose arguments have ``told`` in them.

    A value that is a name of ``World.ids`` stands for the id.
    """

    action: str
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replied:
    """What is written to the question of the last answers."""

    text: str


@dataclass(frozen=True, slots=True)
class Edited:
    """What the last message says after an edit, perhaps under a picture."""

    text: str
    is_caption: bool = False


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A message of a channel, forwarded."""

    text: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """Answers that no handler gives: the bot sends them by itself."""

    make: Callable[[World], Awaitable[Sequence[Answer]]]


Hop = Said | Typed | Photographed | Pressed | Replied | Edited | Forwarded | Issued
Arrange = Callable[[World], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Row:
    """One way in: ``by`` goes all hops but the last, with really shown buttons; the last one goes everybody.

    ``allowed`` see ``shows`` or change ``changes`` (a table), nobody else does; with neither there is nothing
    to see or change for anybody. ``asked`` may do it too, but are asked for the organisation first.
    ``at`` is where it works, ``tried_at`` where it is tried.
    """

    name: str
    hops: tuple[Hop, ...]
    allowed: frozenset[Asker] = NOBODY
    shows: str = ""
    changes: str = ""
    by: Asker = Asker.OFFICE
    asked: frozenset[Asker] = NOBODY
    at: tuple[Place, ...] = (Place.PRIVATE,)
    issued_at: Place = Place.PRIVATE
    tried_at: tuple[Place, ...] = (Place.PRIVATE, *GROUPS)
    arrange: Arrange | None = None
    today: dtm.date = TODAY
    own: frozenset[str] = frozenset()
    """Tables in which everybody may leave something of their own."""

    @property
    def is_kept_private(self) -> bool:
        """Tell whether it is a command that nobody may use in a group."""
        return any(one.is_private and self.name == f"command {one.name}" for one in registry.commands())

    @property
    def typed(self) -> str:
        """What the asker sends: an answer may say it back."""
        last = self.hops[-1]
        if isinstance(last, Pressed | Issued):
            return ""
        return last.text + getattr(last, "file", b"").decode("utf-8", "replace") + getattr(last, "origin", "")


@dataclass(frozen=True, slots=True)
class Case:
    """What came of one row for one asker at one place."""

    asker: Asker
    place: Place
    error: UserError | None
    seen: str
    changed: frozenset[str]


def names_of(families: Sequence[Family] = registry.FAMILIES) -> Iterator[str]:
    """Name every way in that the registered families have."""
    for family in families:
        yield from (f"command {one.name}" for one in family.commands)
        yield from (f"action {one.name}" for one in family.actions)
        yield from (f"step {one.name}" for one in family.steps)
        if family.attached is not None:
            yield f"attached {family.attached.name}"
        if family.linked is not None:
            yield f"linked {family.linked.name}"
        for kind in ("guess", "edited", "forwarded"):
            if (handle := getattr(family, kind)) is not None:
                yield f"{kind} {handle.__module__.rpartition('.')[2]}"


class Trial:
    """Tries rows inside a transaction that the caller rolls back."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def run(self, row: Row) -> list[Case]:
        """Go to the row's last hop, and let everybody take it from there, each from the same state."""
        if row.arrange is not None:
            await row.arrange(self.world)
        answers: Sequence[Answer] = ()
        for number, hop in enumerate(row.hops[:-1]):
            answers = await self._go(self._talk(row, row.by, row.issued_at, number), hop, answers)
        before = await everything()
        cases = []
        for asker in sorted({*EVERYBODY, row.by}):
            for place in row.tried_at:
                await sql.execute("SAVEPOINT attempt")
                cases.append(await self._try(row, asker, place, answers, before))
                await sql.execute("ROLLBACK TO attempt")
                await sql.execute("RELEASE attempt")
        return cases

    async def _try(
        self, row: Row, asker: Asker, place: Place, answers: Sequence[Answer], before: dict[str, list[str]]
    ) -> Case:
        error, seen = None, ""
        touched = await _touched()
        try:
            shown = await self._go(self._talk(row, asker, place, len(row.hops) - 1), row.hops[-1], answers)
            seen = "\n".join([await visible(answer) for answer in shown if answer.to is None])
        except UserError as problem:
            error = problem
            seen = CATALOGUE.texts("zh_CN")(problem.key, **problem.params)
        changed = frozenset[str]()
        if await _touched() != touched:
            after = await everything()
            changed = frozenset(table for table in after if after[table] != before[table])
        return Case(asker, place, error, seen, changed)

    def _talk(self, row: Row, asker: Asker, place: Place, number: int) -> Talk:
        is_edit = isinstance(row.hops[number], Edited)  # of the message before
        return Talk(
            self.world.actors[asker],
            today=row.today,
            in_group=place is not Place.PRIVATE,
            organisation_id=self.world.organisation_at(place),
            message_id=FIRST_MESSAGE + number - is_edit,
            chat=CHATS.get(place, 0),
            files=self.world.files,
            store=self.world.store,
        )

    async def _go(self, talk: Talk, hop: Hop, answers: Sequence[Answer]) -> Sequence[Answer]:
        match hop:
            case Said(text, file) | Typed(text, file) if file:
                asked = next((Question(each.asks, each.asks_with) for each in answers if each.asks), None)
                answers = await talk.send(file, "quotas.csv", text, question=asked)
            case Said(text):
                answers = await talk.say(await _with_code(text))
            case Typed(text, _, to):
                answers = await talk.write(text, to=to)
            case Photographed(text):
                answers = await talk.show(caption=text)
            case Pressed(action, told):
                answers = await talk.press(action, self._arguments(answers, action, told))
            case Replied(text):
                answers = await talk.reply(next(each for each in answers if each.asks), text)
            case Edited(text, is_caption):
                answers = await (talk.edit_shown(text) if is_caption else talk.edit(text))
            case Forwarded(text, origin):
                answers = await talk.forward(text, origin)
            case Issued(make):
                answers = await make(self.world)
        return answers

    def _arguments(
        self, answers: Sequence[Answer], action: str, told: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        ids = self.world.ids
        wanted = {
            key: ids.get(value, value) if isinstance(value, str) else value for key, value in told.items()
        }
        offered = [button for answer in answers for row in answer.buttons for button in row]
        for button in offered:
            if button.action == action and wanted.items() <= {**button.arguments}.items():
                return button.arguments
        raise AssertionError(
            f"no button {action} {wanted} among {[(b.action, b.arguments) for b in offered]}"
        )


def problems(row: Row, cases: Sequence[Case]) -> list[str]:
    """Tell what a row's cases have that they should not, or lack."""
    found = []
    for case in cases:
        is_allowed = case.asker in row.allowed and case.place in row.at
        is_open = case.asker in row.allowed | row.asked  # elsewhere they may, or may not
        if is_allowed and (lack := _lacking(row, case)):
            found.append(f"{case.asker}, {case.place}: {lack}; {case.error or case.seen!r}")
        if not is_open and (leak := _leaking(row, case)):
            found.append(f"{case.asker}, {case.place}: {leak}; {case.seen!r}")
        if row.is_kept_private and case.place in GROUPS and not isinstance(case.error, OnlyInPrivate):
            found.append(f"{case.asker}, {case.place}: is answered in a group")
        if case.asker in row.asked and case.place in row.at and (case.error or not case.seen):
            found.append(f"{case.asker}, {case.place}: is not asked")
    return found


def _lacking(row: Row, case: Case) -> str:
    if case.error is not None:
        return "is refused"
    if row.shows not in case.seen:
        return f"does not see {row.shows}"
    if row.changes and row.changes not in case.changed:
        return f"changes {sorted(case.changed)}, not {row.changes}"
    return ""


def _leaking(row: Row, case: Case) -> str:
    secrets = [each for each in {*CANARIES, row.shows} if each and each not in row.typed]
    if seen := [each for each in secrets if each in case.seen]:
        return f"sees {seen}"
    changed = case.changed - row.own
    return f"changes {sorted(changed)}" if changed else ""


async def visible(answer: Answer) -> str:
    """Give all that somebody sees of an answer, its document too."""
    parts = [parse_html(answer.text)[0], TAGS.sub("", answer.rich)]
    parts += [button.text for row in answer.buttons for button in row]
    if answer.document is not None:
        parts.append(_text_of(b"".join([chunk async for chunk in answer.document.chunks()])))
    return "\n".join(parts)


def _text_of(content: bytes) -> str:
    """Give the text of a document, of a packed one that of everything in it."""
    if not content.startswith(b"PK\x03\x04"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(_text_of(packed.read(name)) for name in packed.namelist())


async def everything() -> dict[str, list[str]]:
    """Give every row of every table."""
    tables = await sql.fetch(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    )
    return {
        each["name"]: sorted(str(row) for row in await sql.fetch(f"SELECT * FROM {each['name']}"))
        for each in tables
    }


async def _touched() -> int:
    return int((await sql.fetch("SELECT total_changes() AS count"))[0]["count"])


async def _with_code(text: str) -> str:
    if "{code}" not in text:
        return text
    rows = await sql.fetch("SELECT nonce FROM invitation ORDER BY id DESC LIMIT 1")
    return text.format(code=seal(CODES.code(rows[0]["nonce"])))
