"""An entry of the audit in words: who, what, of what, from what to what, by which message; plain text."""

import datetime as dtm
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.views.figures import period_name
from handlers.views.lacking import required_words
from handlers.views.office_rules import value_words
from locales import Texts
from models.enums import BulletinKind, ReviewState
from services.arranging.history import HistoryEntry, Names
from services.core.period import Period
from services.core.phrases import PlaceUnknown, find_place
from services.core.rules import Rule
from services.core.stated import STATABLE

MOMENT = "%Y-%m-%d %H:%M"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LINKS_BEGIN = -1_000_000_000_000
"""Supergroups have ids below this; what is left of the id is what links to their messages begin with."""


@dataclass(frozen=True, slots=True)
class EntryWords:
    """Words for entries in one language, with what their ids stand for."""

    names: Names
    texts: Texts
    zone: dtm.tzinfo

    def moment(self, entry: HistoryEntry) -> str:
        """Write when it happened, in the office's time, so that rows sort by it."""
        return entry.happened_at.astimezone(self.zone).strftime(MOMENT)

    def at(self, entry: HistoryEntry) -> str:
        """Say when it happened, in the office's time."""
        moment = entry.happened_at.astimezone(self.zone)
        return f"{self.texts.date(moment.date())} {moment:%H:%M}"

    def who(self, entry: HistoryEntry) -> str:
        """Say who did it; a sheet does what nobody did."""
        if entry.member_id is not None:
            return self.member(entry.member_id)
        return self.texts("history.by_sheet" if entry.action.startswith("sheet.") else "history.by_nobody")

    def member(self, member_id: int) -> str:
        """Name a person, or say that they are forgotten."""
        known = self.names.members.get(member_id)
        if known is not None and known.name:
            return known.name
        is_forgotten = known is not None and known.is_forgotten
        key = "history.member_forgotten" if is_forgotten else "history.member_unnamed"
        return self.texts(key, id=member_id)

    def what(self, entry: HistoryEntry) -> str:
        """Say what was done."""
        return self.texts(f"history.action.{entry.action}")

    def subject(self, entry: HistoryEntry) -> str:
        """Say of what; "" where what was done says it already."""
        kind, _, rest = entry.subject.partition("/")
        named = {
            "unit": self._unit_and_month,
            "member": self._person,
            "media": self._account,
            "figure": self._figure,
            "phrase": self._phrase,
        }
        if kind in named:
            return " ".join(filter(None, [named[kind](rest), self._reviewed(entry)]))
        if entry.action.startswith("report."):
            terms = entry.after or entry.before
            return self._terms(terms) if isinstance(terms, dict) else ""
        if entry.action == "organisation.change":
            return self.texts(f"office_rules.rule.{entry.subject}")
        return entry.subject if entry.action.startswith("category.") else ""

    def change(self, entry: HistoryEntry) -> tuple[str, str]:
        """Say from what to what; "" where there is nothing to say."""
        if entry.action == "organisation.change":
            rule = Rule(entry.subject)
            return value_words(rule, entry.before, self.texts), value_words(rule, entry.after, self.texts)
        if entry.action.startswith("report."):  # whose and of which month is the subject already
            return self._lines(entry.before), self._lines(entry.after)
        if entry.action.startswith("review."):
            return self._review(entry.before), self._review(entry.after)
        if entry.action.startswith("category."):
            return self._category(entry.action, entry.before), self._category(entry.action, entry.after)
        if entry.action.startswith("month."):
            return self._until(entry.before), self._until(entry.after)
        return self._value(entry.before), self._value(entry.after)

    def source(self, entry: HistoryEntry) -> str:
        """Say by which message or cell."""
        kind, _, rest = entry.source.partition("/")
        place, _, number = rest.partition("/")
        if kind == "message":
            return self._message(place, number.partition("/")[0])  # a press has its own name after that
        if kind == "sheet":
            return self.texts("history.source.sheet", cell=number)
        key = f"history.source.{kind}"
        return self.texts(key) if self.texts.has(key) else entry.source

    def link(self, entry: HistoryEntry) -> str:
        """Give the address of the message in a supergroup; "" for every other source."""
        kind, _, rest = entry.source.partition("/")
        chat, _, number = rest.partition("/")
        number = number.partition("/")[0]
        if kind != "message" or chat.startswith("m") or not number.isdecimal() or int(chat) > LINKS_BEGIN:
            return ""
        return f"https://t.me/c/{LINKS_BEGIN - int(chat)}/{number}"

    def _category(self, action: str, value: str) -> str:
        if action == "category.review":
            return self.texts(f"review.rule.{value}")
        return required_words(value, self.texts)

    def _review(self, value: Any) -> str:
        """Say how a report stood: 已采用 2 条，错情 1 处; 已退回（缺少佐证材料，请补充）."""
        errors = self.texts("review.errors", count=value["errors"]) if value["errors"] else ""
        reason = self.texts("review.for", reason=value["reason"]) if value["reason"] else ""
        if value["state"] == ReviewState.ACCEPTED:
            return self.texts("review.state.part", accepted=value["accepted"], errors=errors)
        state = self.texts(f"review.state.{value['state']}")
        return f"{state}{reason}"

    def _message(self, place: str, number: str) -> str:
        if place.startswith("m"):
            return self.texts("history.source.private", number=number)
        name = self.names.groups.get(int(place), "")
        key = "history.source.group" if name else "history.source.some_group"
        return self.texts(key, name=name, number=number)

    def _unit(self, unit_id: object) -> str:
        known = self.names.units.get(int(str(unit_id))) if str(unit_id).isdecimal() else None
        return known if known is not None else self.texts("history.unit_gone")

    def _unit_and_month(self, rest: str) -> str:
        unit_id, _, month = rest.partition("/")
        return " ".join(filter(None, [self._unit(unit_id), self._month(month)]))

    def _reviewed(self, entry: HistoryEntry) -> str:
        """Say what a review is of: a unit reports several times in a month."""
        if not entry.action.startswith("review.") or not isinstance(entry.after, dict):
            return ""
        category = self.names.categories.get(entry.after["category_id"], "")
        return self.texts("evidence.shelf.count", category=category, count=entry.after["count"])

    def _account(self, account_id: str) -> str:
        return self.names.accounts.get(int(account_id), "") if account_id.isdecimal() else ""

    def _figure(self, rest: str) -> str:
        """Name a figure of a bulletin with its period; one that an older Duban had by its own name."""
        period, _, name = rest.partition("/")
        return f"{period} {STATABLE[name].label if name in STATABLE else name}".strip()

    def _phrase(self, rest: str) -> str:
        kind, _, name = rest.partition("/")
        try:
            return find_place(BulletinKind(kind), name).label
        except (ValueError, PlaceUnknown):
            return name

    def _person(self, member_id: str) -> str:
        return self.member(int(member_id)) if member_id.isdecimal() else member_id

    def _month(self, written: object) -> str:
        try:
            day = dtm.date.fromisoformat(f"{str(written)[:7]}-01")
        except ValueError:
            return ""
        return period_name(Period.of_month(day.year, day.month), self.texts)

    def _terms(self, terms: Mapping[str, Any]) -> str:
        return " ".join(filter(None, [self._unit(terms.get("unit")), self._month(terms.get("month"))]))

    def _until(self, value: Any) -> str:
        """Say until when a month is open again, and why."""
        if not isinstance(value, dict):
            return ""
        until = self.texts.date(dtm.date.fromisoformat(value["until_on"]))
        reason = self.names.reasons.get(value.get("reopening", 0), "")
        return self.texts("history.until_because" if reason else "history.until", until=until, reason=reason)

    def _value(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, dict):
            parts = (self._part(key, part) for key, part in value.items())
            return self.texts("progress.comma").join(part for part in parts if part)
        text = str(value)
        if text.startswith("member/"):
            return self._person(text.removeprefix("member/"))
        if (day := _day(text)) is not None:
            return self.texts.date(day)
        return self.texts(f"language.{text}") if self.texts.has(f"language.{text}") else text

    def _part(self, key: str, value: Any) -> str:
        """Say one part of a value; what only repeats the subject, and what is for machines, is left out."""
        if isinstance(value, str) and self.texts.has(f"{key}.{value}"):  # role, platform, finding …
            return self.texts(f"{key}.{value}")
        if key in {"unit", "successor"}:
            return "" if value is None else self._unit(value) if key == "unit" else self._value(value)
        if key == "closed":
            told = [
                self.texts("history.closed", month=self._month(each), count=value[each]) for each in value
            ]
            return self.texts("progress.comma").join(told)
        if key == "title" and not value:
            return self.texts("sheet.untitled")
        return self._labelled(f"history.part.{key}", value)

    def _labelled(self, label: str, value: Any) -> str:
        if isinstance(value, bool):
            words = self.texts("history.on" if value else "history.off")
        elif isinstance(value, list):
            words = self.texts("progress.comma").join(map(str, value))
        else:
            words = self._value(value)
        # An import tells how many there are of everything it could have brought, noughts included.
        is_nought = not isinstance(value, bool) and value == 0
        return self.texts(label, value=words) if words and not is_nought and self.texts.has(label) else ""

    def _lines(self, terms: Any) -> str:
        lines = terms.get("lines", []) if isinstance(terms, dict) else []
        return self.texts("progress.comma").join(self._line(line) for line in lines)

    def _line(self, line: Mapping[str, Any]) -> str:
        """Say a line of a report: 动态通知类 +3, =5, a page's title."""
        named = [self.names.categories.get(each, "") for each in line.get("categories") or ()]
        category = next(filter(None, named), str(line.get("text", "")))
        if "add" in line:
            return f"{category} +{line['add']}"
        if "set" in line:
            return f"{category} ={line['set']}"
        return f"{category} {line.get('title') or line.get('link', '')}".strip()


def _day(text: str) -> dtm.date | None:
    try:
        return dtm.date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None
