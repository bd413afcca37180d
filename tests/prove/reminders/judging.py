"""Nobody is told twice and nothing is left untold: the judge of what people have in their chats."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.prove.reminders.books import told
from tests.prove.reminders.model import Model
from tests.prove.reminders.records import SENT, UNKNOWN
from tests.prove.reminders.rule import Name
from tests.prove.reminders.telegram import Received, Telegram


@dataclass
class Judgement:
    """How what was received differs from what had to be; ``again`` counts what a hidden outcome excuses."""

    missed: int = 0
    doubled: int = 0
    again: int = 0
    received: int = 0
    wrong: list[str] = field(default_factory=list)


def judge(model: Model, telegram: Telegram) -> Judgement:
    """Compare what people have with what must have been told, each once."""
    wanted = {
        name for letter in model.letters.values() if letter.state == SENT for name, _ in letter.lines
    } | {name for name, due in model.dues.items() if due.state == SENT}
    unclear = {
        letter.key for letter in model.letters.values() if letter.state == UNKNOWN or letter.sendings > 1
    }
    return compare(wanted, telegram.received, unclear)


def compare(wanted: Iterable[Name], received: Sequence[Received], unclear: Iterable[str]) -> Judgement:
    """Say what was told to nobody, and what somebody was told twice without a hidden outcome between."""
    had: dict[tuple[int, Name], list[str]] = {}
    for one in received:
        for name in {name for name, _ in one.lines}:
            had.setdefault((one.to if not one.key.startswith("list/") else -one.to, name), []).append(one.key)
    found, excused = Judgement(received=sum(map(len, had.values()))), set(unclear)
    for (to, name), keys in had.items():
        counted = Counter(keys)
        is_excused = len(counted) == 1 and keys[0] in excused and len(keys) == 2
        if len(keys) > 1 and not is_excused:
            found.doubled += 1
            whom = f"group {-to}" if to < 0 else f"member/{to}"
            found.wrong.append(f"{whom} is told {len(keys)} times of {told(name)}, by {dict(counted)}")
        found.again += is_excused
    for (to, day), digests in _digests(received).items():
        if len(digests) > 1:
            found.doubled += 1
            found.wrong.append(f"member/{to} has several digests on {day}: {sorted(digests)}")
    arrived = {name for _, name in had}
    for name in sorted(set(wanted) - arrived):
        found.missed += 1
        found.wrong.append(f"nobody is told of {told(name)}")
    return found


def _digests(received: Iterable[Received]) -> dict[tuple[int, str], set[str]]:
    """Gather the digests by person and the day they are for."""
    found: dict[tuple[int, str], set[str]] = {}
    for one in received:
        if one.key.startswith("digest/"):
            found.setdefault((one.to, str(one.at.date())), set()).add(one.key)
    return found
