"""The oracle: what must be in the database and in the chats, from what people did and nothing else."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

CHINESE, ENGLISH = "zh_CN", "en"

Audit = tuple[int, str, str, str]
"""Person (Telegram id), language before and after, and the message that it came from."""

Fact = tuple[str, int]
"""A row of the ledger: its source, with the person's own id for a private chat, and what it adds."""

Key = tuple[int, str, str]
"""What tells an answer from others: chat, kind, and the words or message that single it out."""


@dataclass
class Model:
    """Follows each person's deeds in the order they were done."""

    languages: dict[int, str] = field(default_factory=dict)
    audit: Counter[Audit] = field(default_factory=Counter)
    facts: Counter[Fact] = field(default_factory=Counter)
    totals: Counter[tuple[int, str]] = field(default_factory=Counter)
    answers: Counter[Key] = field(default_factory=Counter)

    def choose(self, person: int, language: str, source: str) -> None:
        """Change the language by a message or by a press."""
        before = self.languages.get(person, CHINESE)
        self.audit[person, before, language, source] += 1
        self.languages[person] = language

    def count(self, person: int, category: str, number: int, source: str) -> None:
        """Report so many more."""
        self.facts[source, number] += 1
        self.totals[person, category] += number

    def make_equal(self, person: int, category: str, number: int, source: str) -> None:
        """Report that it is so many in all."""
        self.count(person, category, number - self.totals[person, category], source)

    def expect(self, key: Key) -> None:
        """Somebody wrote what deserves one answer."""
        self.answers[key] += 1


@dataclass(frozen=True)
class Call:
    """An answer that reached the sandbox: in which life of the bot, and what it says."""

    life: int
    key: Key


@dataclass(frozen=True)
class Evidence:
    """What was found after the last clean run.

    ``repeats`` counts for each chat how often a stored answer was put on the wire more than once, and
    ``untrue`` the tallies that are not what the ledger adds up to.
    """

    languages: Mapping[int, str]
    audit: Counter[Audit]
    facts: Counter[Fact]
    untrue: int
    inbox: Mapping[int, str]
    repeats: Mapping[int, int]
    unknown: int
    confirmed: Sequence[int]
    waiting: Sequence[int]
    calls: Sequence[Call]


@dataclass(frozen=True)
class Verdict:
    """How the two differ; ``wrong`` lists what no death excuses, in words."""

    lost: int
    doubled: int
    unanswered: int
    duplicates: int
    wrong: tuple[str, ...]


def judge(model: Model, evidence: Evidence) -> Verdict:
    """Compare content with content."""
    missing = model.audit - evidence.audit
    surplus = evidence.audit - model.audit
    uncounted, unreported = model.facts - evidence.facts, evidence.facts - model.facts
    undone = [one for one in evidence.confirmed if evidence.inbox.get(one) != "done"]
    seen = Counter(call.key for call in evidence.calls)
    unanswered, repeated = model.answers - seen, seen - model.answers
    strange = [key for key in repeated if key not in model.answers]
    wrong = [f"missing change {one}" for one in missing.elements()]
    wrong += [f"change that nobody asked for {one}" for one in surplus.elements()]
    wrong += [f"report not counted {one}" for one in uncounted.elements()]
    wrong += [f"count that nobody reported {one}" for one in unreported.elements()]
    wrong += [f"{evidence.untrue} tallies are not their ledger's sum"] if evidence.untrue else []
    wrong += [f"update {one} is {evidence.inbox.get(one, 'nowhere')}" for one in undone]
    wrong += [f"update {one} was never taken" for one in evidence.waiting]
    wrong += [f"no answer {one}" for one in unanswered.elements()]
    wrong += [f"answer to nothing {one}" for one in strange]
    wrong += _other_languages(model.languages, evidence.languages)
    wrong += _twice_in_one_life(model, evidence.calls)
    wrong += _without_a_death(repeated - Counter(dict.fromkeys(strange, repeated.total())), evidence.repeats)
    return Verdict(
        lost=missing.total() + uncounted.total() + len(undone) + len(evidence.waiting),
        doubled=surplus.total() + unreported.total(),
        unanswered=unanswered.total(),
        duplicates=repeated.total(),
        wrong=tuple(wrong),
    )


def _other_languages(expected: Mapping[int, str], found: Mapping[int, str]) -> Iterable[str]:
    for person, language in expected.items():
        if found.get(person) != language:
            yield f"{person} has {found.get(person)}, chose {language}"


def _twice_in_one_life(model: Model, calls: Sequence[Call]) -> Iterable[str]:
    """A process that lives answers once: only a death between sending and noting it excuses a second."""
    for (life, key), count in Counter((call.life, call.key) for call in calls).items():
        if count > max(model.answers[key], 1):
            yield f"{count} answers {key} in life {life}"


def _without_a_death(repeated: Counter[Key], repeats: Mapping[int, int]) -> Iterable[str]:
    """Stored answers that look alike are counted by chat: no more of them than went on the wire again."""
    by_chat: Counter[int] = Counter()
    for (chat, kind, _), count in repeated.items():
        if kind == "text":
            by_chat[chat] += count
    for chat, count in by_chat.items():
        if count > repeats.get(chat, 0):
            yield f"{count} answers too many in {chat}, {repeats.get(chat, 0)} went on the wire again"


def key_of(method: str, parameters: Mapping[str, Any], nonce: str, fixed: Mapping[str, str]) -> Key | None:
    """Name an answer; None for a call that is none. ``fixed`` names the texts that are always the same."""
    if method == "editMessageText":
        return parameters["chat_id"], "edit", str(parameters["message_id"])
    if method not in {"sendMessage", "sendRichMessage"}:
        return None
    chat = parameters["chat_id"]
    if "reply_parameters" in parameters:
        return chat, "reply", str(parameters["reply_parameters"]["message_id"])
    if nonce:
        return chat, "nonce", nonce
    text = parameters.get("text", "")
    name = next((name for start, name in fixed.items() if text.startswith(start)), text)
    return chat, "read" if name == "overview" else "text", name
