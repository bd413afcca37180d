"""Nobody is told twice and nothing is left untold: the judge of what people have in their chats."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from operator import itemgetter

from tests.prove.reminders.books import told
from tests.prove.reminders.model import Model
from tests.prove.reminders.records import SENT, TIMES_SENT, UNKNOWN
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
    unclear = {key: len(sendings) for key, sendings in telegram.attempts.items() if len(sendings) > 1}
    discarded = {letter.key for letter in model.letters.values() if letter.is_discarded}
    found = compare(wanted, telegram.received, unclear, discarded)
    found.wrong += [*_at_once(telegram.received, unclear.keys()), *_never_attempted(model, telegram)]
    found.wrong += [*_too_often(model, telegram)]
    return found


def _too_often(model: Model, telegram: Telegram) -> Iterator[str]:
    """Say what went more often than it may: a list once and once for each 重发, a person's letter twice."""
    for key, sendings in telegram.attempts.items():
        letter = model.letters[key]
        if len(sendings) > (1 + letter.times_resent if letter.is_list else TIMES_SENT):
            yield f"{key} was sent {len(sendings)} times"


def _at_once(received: Iterable[Received], unclear: AbstractSet[str]) -> Iterator[str]:
    """Say who gets in one look what would have gone into one letter: a digest, and what is wanted by hand."""
    had: dict[tuple[int, int], list[str]] = {}
    for one in received:
        if not one.key.startswith("list/"):
            had.setdefault((one.to, one.look), []).append(one.key)
    for (to, look), keys in had.items():
        if len(keys) > 1 and unclear.isdisjoint(keys):
            yield f"member/{to} gets {keys} in one look, the {look}th"


def _never_attempted(model: Model, telegram: Telegram) -> Iterator[str]:
    """Say of what nobody can know whether it arrived, though it was never about to be sent."""
    unknown = [letter for letter in model.letters.values() if letter.state == UNKNOWN]
    for letter in unknown:
        if not any(letter.lines <= sent for sent in telegram.attempts[letter.key]):
            yield f"{letter.key} is unknown, and was never about to be sent"
    maybe = {name for letter in unknown for name, _ in letter.lines}
    for name, due in sorted(model.dues.items(), key=itemgetter(0)):
        if due.state == UNKNOWN and name not in maybe:
            yield f"{told(name)} is unknown, and no letter that may have arrived tells of it"


def compare(
    wanted: Iterable[Name],
    received: Sequence[Received],
    unclear: Mapping[str, int],
    discarded: Collection[str] = (),
) -> Judgement:
    """Say what was told to nobody, and what somebody was told twice without a hidden outcome between.

    ``unclear`` is how often what went more than once was sent; of what was ``discarded`` while its outcome
    was hidden people are told anew.
    """
    had: dict[tuple[int, Name], list[str]] = {}
    for one in received:
        for name in {name for name, _ in one.lines}:
            had.setdefault((one.to if not one.key.startswith("list/") else -one.to, name), []).append(one.key)
    found = Judgement(received=sum(map(len, had.values())))
    for (to, name), every in had.items():
        keys = [key for key in every if key not in discarded]
        counted = Counter(keys)
        is_excused = len(counted) == 1 and 1 < len(keys) <= unclear.get(keys[0], 1)
        if len(keys) > 1 and not is_excused:
            found.doubled += 1
            whom = f"group {-to}" if to < 0 else f"member/{to}"
            found.wrong.append(f"{whom} is told {len(keys)} times of {told(name)}, by {dict(counted)}")
        found.again += is_excused or len(keys) < len(every)
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
