"""Letters written down with what they tell of: one that waits takes more, one that may have gone does not."""

import datetime as dtm
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from models.enums import LetterKind, LetterPart, LetterState
from services import outbox, sql
from services.reminding import letter_log
from services.reminding.dues import batched
from services.unhurried import unhurried

Line = tuple[int, LetterPart]
"""A due's id, and the part of a letter in which it is told of."""


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter to a person or a group; ``key`` keeps it one."""

    key: str
    kind: LetterKind
    chat: int
    member_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """Letters by key: ``made`` are new, ``waiting`` (those among them) have taken their lines."""

    made: Mapping[str, int]
    waiting: Mapping[str, int]


async def write_private(
    lines: Mapping[int, Sequence[Line]],
    chats: Mapping[int, int],
    by_hand: Collection[int],
    now: dtm.datetime,
) -> int:
    """Write each member's digest of the day, in the caller's transaction; return how many letters are new.

    Where it has gone, or may have, those of its lines whose dues are ``by_hand`` go in a letter apart.
    """
    digests = {
        member_id: _private(LetterKind.DIGEST, member_id, chats[member_id], now.date())
        async for member_id in unhurried(sorted(lines))
    }
    written = await write({letter: lines[member_id] for member_id, letter in digests.items()}, now)
    apart = {
        _private(LetterKind.NUDGE, member_id, chats[member_id], now.date()): wanted
        for member_id, letter in digests.items()
        if letter.key not in written.waiting
        and (wanted := [line for line in lines[member_id] if line[0] in by_hand])
    }
    return len(written.made) + len((await write(apart, now)).made)


def _private(kind: LetterKind, member_id: int, chat: int, day: dtm.date) -> NewLetter:
    return NewLetter(_key(kind, member_id, day), kind, chat, member_id=member_id)


def _key(kind: LetterKind, member_id: int, day: dtm.date) -> str:
    return f"{kind}/{member_id}/{day}"


async def list_full(member_ids: Collection[int], day: dtm.date) -> frozenset[int]:
    """List those of some members who hear nothing more on a day, not even what is wanted by hand."""
    kinds = (LetterKind.DIGEST, LetterKind.NUDGE)
    keys = [_key(kind, member_id, day) for member_id in sorted(member_ids) for kind in kinds]
    written: set[str] = set()
    for some in batched(keys):
        places = ", ".join(f"${number}" for number in range(1, len(some) + 1))
        rows = await sql.fetch(f"SELECT key FROM letter WHERE key IN ({places})", *some)
        written |= {row["key"] for row in rows}
    gone = written - (await _find_waiting(sorted(written))).keys()
    return frozenset(each for each in member_ids if all(_key(kind, each, day) in gone for kind in kinds))


async def write(letters: Mapping[NewLetter, Sequence[Line]], now: dtm.datetime) -> Written:
    """Write letters with their lines, in the caller's transaction.

    One that waits already takes the lines, one that has gone takes no more.
    """
    made = await _insert(list(letters), now)
    waiting = made | await _find_waiting([letter.key for letter in letters if letter.key not in made])
    rows = [
        (waiting[letter.key], due_id, part.value)
        async for letter, lines in unhurried(letters.items())
        if letter.key in waiting
        for due_id, part in lines
    ]
    for some in batched(rows):
        await sql.execute(
            f"INSERT INTO letter_line (letter_id, due_id, part) VALUES {sql.placeholders(len(some), 3)} "
            "ON CONFLICT (letter_id, due_id, part) DO NOTHING",
            *(value for row in some for value in row),
        )
    for new in batched([letter for letter in letters if letter.key in made]):
        await outbox.enqueue([_call(letter, made[letter.key]) for letter in new], now)
    return Written(made, waiting)


def _call(letter: NewLetter, letter_id: int) -> outbox.NewCall:
    kind = outbox.LIST if letter.kind is LetterKind.LIST else outbox.LETTER
    return outbox.NewCall(letter_log.outbox_key(letter_id), kind, letter.chat, "", {"letter": letter_id})


async def _insert(letters: Sequence[NewLetter], now: dtm.datetime) -> dict[str, int]:
    """Add the letters that are new; return their ids by key."""
    made: dict[str, int] = {}
    waiting = LetterState.WAITING.value
    for some in batched(letters):
        rows = await sql.fetch(
            "INSERT INTO letter (key, kind, member_id, group_id, day_on, state, written_at) "
            f"VALUES {sql.placeholders(len(some), 7)} ON CONFLICT (key) DO NOTHING RETURNING id, key",
            *(
                value
                for each in some
                for value in (
                    each.key,
                    each.kind.value,
                    each.member_id,
                    each.group_id,
                    now.date(),
                    waiting,
                    now,
                )
            ),
        )
        made |= {row["key"]: row["id"] for row in rows}
    return made


async def _find_waiting(keys: Sequence[str]) -> dict[str, int]:
    """List the letters that have not gone yet.

    One that may have gone takes no more: what joined it would be settled with it, told or not.
    """
    found: dict[str, int] = {}
    for some in batched(keys):
        places = ", ".join(f"${number}" for number in range(2, len(some) + 2))
        rows = await sql.fetch(
            f"SELECT id, key FROM letter WHERE state = $1 AND key IN ({places}) AND NOT EXISTS "
            "(SELECT 1 FROM outbox o WHERE o.dedupe_key = 'letter/' || letter.id "
            "AND o.attempts > 0)",
            LetterState.WAITING.value,
            *some,
        )
        found |= {row["key"]: row["id"] for row in rows}
    return found
