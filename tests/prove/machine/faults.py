"""Faults planted on purpose: a machine that does not find them could not find others either."""

import contextlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from unittest import mock

from bot import decoding
from services import buttons
from services.core import closing
from services.core.access import Actor
from services.core.closing import MonthState
from services.core.reporting import Add, Line
from services.facts import ledger, months, openings
from services.facts.openings import Part


@contextlib.contextmanager
def sources_without_lines() -> Iterator[None]:
    """Call every line of a message the same."""
    fact = openings._fact

    def made(key: Any, count: int, source: str, *rest: Any) -> Any:
        return fact(key, count, source.rsplit("/", 1)[0], *rest)

    with mock.patch.object(openings, "_fact", made):
        yield


def _differing(change: Callable[[Line | None, Part | None, int, int], int]) -> Any:
    difference = openings._difference

    def changed(line: Line | None, part: Part | None, counted: int) -> int:
        return change(line, part, counted, difference(line, part, counted))

    return mock.patch.object(openings, "_difference", changed)


def undoing_twice() -> Any:
    """Take back double of what was counted."""
    return _differing(lambda line, _part, _counted, right: right if line else 2 * right)


def edits_that_add() -> Any:
    """Add what an edit says to what the message had said."""
    return _differing(
        lambda line, _part, _counted, right: (
            line.amount.count if line and isinstance(line.amount, Add) else right
        )
    )


@contextlib.contextmanager
def forgetting_what_came() -> Iterator[None]:
    """Take every update for a new one."""
    describe, numbers = decoding.describe, itertools.count()

    def anew(body: bytes) -> Any:
        described = describe(body)
        return replace(described, fingerprint=f"{described.fingerprint[:40]}{next(numbers)}")

    with mock.patch.object(decoding, "describe", anew):
        yield


def _doing_nothing(owner: Any, name: str) -> Any:
    async def nothing(*_: Any, **__: Any) -> None:
        return None

    return mock.patch.object(owner, name, nothing)


def buttons_for_ever() -> Any:
    """Let a button have its effect as often as it is pressed."""
    return _doing_nothing(buttons, "claim")


def no_tally() -> Any:
    """Add facts to the ledger and leave the tally as it was."""
    return _doing_nothing(ledger, "_add")


def no_permission() -> Any:
    """Let everybody do everything."""
    return mock.patch.object(Actor, "require", return_value=None)


def months_that_never_close() -> Any:
    """Take late reports for ever."""
    judge = closing.judge

    def open_for_ever(*given: Any, **named: Any) -> Any:
        standing = judge(*given, **named)
        return replace(standing, state=MonthState.LATE) if standing.state is MonthState.CLOSED else standing

    return mock.patch.object(months, "judge", open_for_ever)


FAULTS: Mapping[str, Callable[[], contextlib.AbstractContextManager[Any]]] = {
    each.__name__: each
    for each in (
        sources_without_lines,
        undoing_twice,
        edits_that_add,
        forgetting_what_came,
        buttons_for_ever,
        no_tally,
        no_permission,
        months_that_never_close,
    )
}
