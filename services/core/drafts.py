"""A report on its way: what was understood so far, and what the person has answered since."""

import datetime as dtm
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from services.core.links import Link
from services.core.period import Period
from services.core.reporting import Add, Amount, Line, Set
from services.core.text import clean


class Answered(StrEnum):
    """What a person has said about a doubt, so that it is not asked again."""

    IS_ANOTHER = "is_another"  # not the same report a second time
    IS_SO_MANY = "is_so_many"
    COUNT_HERE_TOO = "count_here_too"  # a page that another unit has reported
    NOT_HERE = "not_here"


@dataclass(frozen=True, slots=True)
class Draft:
    """One message's report; whatever finishes it counts under ``opening``, so it counts once.

    "" until anything was said, as the question behind a button has it: the answer then gives its name.
    ``text`` was written on ``said_on`` and is read again when the unit is known, because the categories are
    the unit's organisation's. ``lines`` None: not read yet. ``revises`` are the terms that an edit changes,
    None for a new report.
    """

    opening: str
    said_on: dtm.date
    text: str
    unit_id: int | None = None
    month: Period | None = None
    lines: tuple[Line, ...] | None = None
    answered: frozenset[Answered] = frozenset()
    revises: "Terms | None" = None

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing has been said of what is reported."""
        return not self.text and self.lines is None

    def answering(self, answer: Answered) -> "Draft":
        """Give the draft with a doubt answered."""
        return replace(self, answered=self.answered | {answer})

    def in_month(self, month: Period) -> "Draft":
        """Give the draft with its month decided."""
        return replace(self, month=month)

    def with_line(self, at: int, line: Line) -> "Draft":
        """Give the draft with one line said anew, the doubts about numbers open again."""
        lines = list(self.lines or ())
        lines[at] = line
        return replace(self, lines=tuple(lines), answered=self.answered - {Answered.IS_SO_MANY})

    def with_category(self, at: int, category_id: int) -> "Draft":
        """Give the draft with the category of a line decided."""
        line = (self.lines or ())[at]
        return self.with_line(at, replace(line, category_ids=(category_id,)))

    def with_account(self, category_id: int, account: int) -> "Draft":
        """Give the draft with the media account decided that a category is counted for."""
        lines = (
            replace(line, account=account) if line.category_id == category_id else line
            for line in self.lines or ()
        )
        return replace(self, lines=tuple(lines))

    def with_amount(self, at: int, amount: Amount | None) -> "Draft":
        """Give the draft with the amount of a line decided."""
        return self.with_line(at, replace((self.lines or ())[at], amount=amount))

    def as_json(self) -> dict[str, Any]:
        """Write the draft for a button or a question."""
        return {
            "opening": self.opening,
            "said_on": self.said_on.isoformat(),
            "text": self.text,
            "unit_id": self.unit_id,
            "month": None if self.month is None else self.month.starts_on.isoformat(),
            "lines": None if self.lines is None else lines_as_json(self.lines),
            "answered": sorted(self.answered),
            "revises": None if self.revises is None else self.revises.as_json(),
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """Read what ``as_json`` wrote."""
        return cls(
            opening=written["opening"],
            said_on=dtm.date.fromisoformat(written["said_on"]),
            text=written["text"],
            unit_id=written["unit_id"],
            month=None if written["month"] is None else month_of(written["month"]),
            lines=None if written["lines"] is None else lines_from_json(written["lines"]),
            answered=frozenset(Answered(each) for each in written["answered"]),
            revises=None if written["revises"] is None else Terms.from_json(written["revises"]),
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """What a report says once nothing has to be asked any more: every line is clear.

    ``text_key`` recognises the wording it was read from, so that an edit that changes nothing is known.
    """

    unit_id: int
    month: Period
    lines: tuple[Line, ...]
    text_key: str = ""

    @property
    def saying(self) -> tuple[int, Period, frozenset[tuple[int | None, int, Amount | str | None]]]:
        """Give what makes two wordings the same: not the order, not how an address is written."""
        return self.unit_id, self.month, frozenset(map(_said, self.lines))

    def as_json(self) -> dict[str, Any]:
        """Write the terms for the audit."""
        return {
            "unit": self.unit_id,
            "month": self.month.starts_on.isoformat(),
            "lines": lines_as_json(self.lines),
            "text": self.text_key,
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """Read what ``as_json`` wrote."""
        return cls(
            written["unit"], month_of(written["month"]), lines_from_json(written["lines"]), written["text"]
        )


def text_key(text: str) -> str:
    """Give what a wording is known again by, without keeping the words."""
    return hashlib.sha256(" ".join(clean(text).split()).encode()).hexdigest()


def month_of(written: str) -> Period:
    """Read a month by its first day."""
    day = dtm.date.fromisoformat(written)
    return Period.of_month(day.year, day.month)


def lines_as_json(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Write lines as plain values."""
    return [
        {
            "categories": list(line.category_ids),
            "text": line.text,
            **_amount_as_json(line.amount),
            **({"account": line.account} if line.account else {}),
        }
        for line in lines
    ]


def lines_from_json(written: Iterable[Mapping[str, Any]]) -> tuple[Line, ...]:
    """Read what ``lines_as_json`` wrote."""
    return tuple(
        Line(tuple(each["categories"]), each["text"], _amount_from_json(each), each.get("account", 0))
        for each in written
    )


def _amount_as_json(amount: Amount | None) -> dict[str, Any]:
    match amount:
        case Add(count):
            return {"add": count}
        case Set(count):
            return {"set": count}
        case Link(address, key, title):
            return {"link": address, "key": key, "title": title}
        case None:
            return {}


def _amount_from_json(written: Mapping[str, Any]) -> Amount | None:
    if "add" in written:
        return Add(written["add"])
    if "set" in written:
        return Set(written["set"])
    if "link" in written:
        return Link(written["link"], written["key"], written["title"])
    return None


def _said(line: Line) -> tuple[int | None, int, Amount | str | None]:
    said = line.amount.key if isinstance(line.amount, Link) else line.amount
    return line.category_id, line.account, said
