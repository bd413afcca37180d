"""How a bulletin stands, what does not fit in it, what issuing means, what was issued and corrected."""

import datetime as dtm
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.kit.answers import Answer, Button
from handlers.views.bulletin_days import days_of
from handlers.views.bulletin_names import bulletin_name, number_of, told_of
from handlers.views.markup import MAX_UNITS, bold, escape, fitting, lines, shorten
from handlers.views.paging import Page, in_rows, page_buttons
from handlers.views.quarters import any_period_name
from locales import Texts
from models.enums import BulletinKind
from services.core.bulletin_requests import kind_of, last_of
from services.core.correcting import Difference
from services.core.proofreading import Objection, Weight
from services.core.quarter import AnyPeriod
from services.issuing.bulletin_corrections import Revised
from services.issuing.bulletins import Draft
from services.issuing.issued_bulletins import Correction, Issued, IssuedRef

REASON_STEP = "bulletin.reason"
CORRECTION_STEP = "bulletin.correction"
ON_A_PAGE = 8
ROOM = 600
"""So many units of a message are kept for what stands around a list."""
VALUE_LENGTH = 300

_SIGNS = {Weight.BAR: "⛔", Weight.DOUBT: "⚠️", Weight.NOTE: "ℹ️"}


@dataclass(frozen=True, slots=True)
class Seen:
    """The day on which somebody looks, in which zone."""

    today: dtm.date
    zone: dtm.tzinfo


def draft(made: Draft, today: dtm.date, texts: Texts, *, replaces: bool, said: str = "") -> Answer:
    """Show a draft: which bulletin, its number, what it lacks, what does not fit; what can be done."""
    missing = [str(each.told["name"]) for each in made.objections if each.code == "missing"]
    doubts, notes = made.count(Weight.DOUBT), made.count(Weight.NOTE)
    state = [
        texts("bulletin.missing", count=len(missing), names=escape(texts("progress.comma").join(missing)))
        if missing
        else texts("bulletin.complete"),
        texts("bulletin.looked_at", doubts=doubts, notes=notes)
        if doubts or notes
        else texts("bulletin.sound"),
    ]
    return Answer(
        lines([said], [*_head(made, texts), *_hints(made, texts)], state),
        buttons=(
            *_draft_buttons(made, texts),
            *_other_periods(made.organisation.id, made.period, today, texts),
        ),
        replaces=replaces,
    )


def _head(made: Draft, texts: Texts) -> list[str]:
    number = number_of(made.number, texts)
    name = f"{escape(made.organisation.name)} · {bulletin_name(made.period, texts)}"
    return [bold(name), f"{number} · {texts('bulletin.draft')}" if number else texts("bulletin.draft")]


def _hints(made: Draft, texts: Texts) -> list[str]:
    days = days_of(made, texts)
    first = texts("bulletin.first_number") if made.is_first_number else ""
    return [each for each in (days, first) if each]


def _draft_buttons(made: Draft, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    names = (
        "preview",
        "figures",
        "places",
        "objections",
        "number",
        "days",
        "picture",
        "word",
        "excel",
        "template",
        "confirm",
    )
    buttons = [Button(texts(f"bulletin.button.{name}"), f"bulletin.{name}", told_of(made)) for name in names]
    listed = Button(texts("bulletin.button.list"), "bulletin.list", {"organisation_id": made.organisation.id})
    return in_rows([*buttons, listed])


def _other_periods(
    organisation_id: int, period: AnyPeriod, today: dtm.date, texts: Texts
) -> tuple[tuple[Button, ...], ...]:
    """Offer the period before, the one after where it has begun, and the last of the other kinds."""
    near: list[AnyPeriod] = [period.previous()]
    if period.next().starts_on <= today:
        near.append(period.next())
    near += [last_of(kind, today) for kind in BulletinKind if kind is not kind_of(period)]
    told = {"organisation_id": organisation_id}
    return in_rows(
        [
            Button(any_period_name(each, texts), "bulletin.open", {**told, "period": str(each)})
            for each in near
        ]
    )


def objections(made: Draft, texts: Texts) -> Answer:
    """Show everything that does not fit, the weightiest first, each with what to do."""
    listed = _objections(made.objections, texts) or [texts("bulletin.sound")]
    return Answer(lines(_head(made, texts), listed), buttons=(_back(made, texts),), replaces=True)


def _objections(found: Sequence[Objection], texts: Texts) -> list[str]:
    return _fitting([f"{_SIGNS[each.weight]} {_words(each, texts)}" for each in found], texts)


def _words(objection: Objection, texts: Texts) -> str:
    told = {
        name: texts.date(value) if isinstance(value, dtm.date) else escape(shorten(str(value), VALUE_LENGTH))
        for name, value in objection.told.items()
    }
    return texts(f"bulletin.objection.{objection.code}", **told)


def _back(made: Draft, texts: Texts) -> tuple[Button, ...]:
    return (Button(texts("bulletin.button.back"), "bulletin.open", told_of(made)),)


def confirm(made: Draft, texts: Texts) -> Answer:
    """Say what issuing means; ask for the reason where something does not fit, refuse where it lacks."""
    weighty = [each for each in made.objections if each.weight is not Weight.NOTE]
    if made.count(Weight.BAR):
        return Answer(
            lines(_head(made, texts), [texts("bulletin.not_yet")], _objections(weighty, texts)),
            buttons=(
                (
                    Button(texts("bulletin.button.figures"), "bulletin.figures", told_of(made)),
                    *_back(made, texts),
                ),
            ),
            replaces=True,
        )
    agreed = told_of(made, agreed=made.fingerprint)
    if weighty:
        return Answer(
            lines(_head(made, texts), _objections(weighty, texts), [texts("bulletin.ask_reason")]),
            buttons=(_back(made, texts),),
            replaces=True,
            asks=REASON_STEP,
            asks_with=agreed,
        )
    issue = Button(texts("bulletin.button.issue"), "bulletin.issue", agreed)
    return Answer(
        lines(_head(made, texts), [texts("bulletin.ask_issue")]),
        buttons=((issue, *_back(made, texts)),),
        replaces=True,
    )


def issued(made: Issued, seen: Seen, texts: Texts, *, replaces: bool, said: str = "") -> Answer:
    """Show an issued bulletin with its corrections."""
    zone = seen.zone
    told = {"id": made.ref.id}
    names = ("text", "picture", "word", "excel", "post", "compare")
    buttons = [Button(texts(f"bulletin.button.{name}"), f"bulletin.{name}", told) for name in names]
    organisation = {"organisation_id": made.ref.organisation_id}
    buttons += [
        Button(
            texts("bulletin.button.corrected", number=each.number),
            "bulletin.corrected",
            {**told, "number": each.number},
        )
        for each in made.corrections
    ]
    buttons.append(Button(texts("bulletin.button.list"), "bulletin.list", organisation))
    corrected = [_corrected(each, zone, texts) for each in made.corrections]
    reason = [texts("bulletin.because", reason=escape(made.reason))] if made.reason else []
    return Answer(
        lines(
            [said],
            [bold(escape(made.bulletin.title)), *_issued_state(made.ref, zone, texts), *reason],
            corrected,
            [texts("bulletin.digest", digest=made.digest[:12])],
        ),
        buttons=(
            *in_rows(buttons),
            *_other_periods(made.ref.organisation_id, made.ref.period, seen.today, texts),
        ),
        replaces=replaces,
    )


def _corrected(one: Correction, zone: dtm.tzinfo, texts: Texts) -> str:
    return texts(
        "bulletin.corrected",
        number=one.number,
        day=texts.date(one.issued_at.astimezone(zone).date()),
        count=len(one.differences),
        reason=escape(one.reason),
    )


def correction(made: Issued, number: int, zone: dtm.tzinfo, texts: Texts) -> Answer:
    """Show a correction that was issued: old beside new."""
    found = next(each for each in made.corrections if each.number == number)
    head = [bold(escape(made.bulletin.title)), _corrected(found, zone, texts)]
    back = (Button(texts("bulletin.button.back"), "bulletin.issued", {"id": made.ref.id}),)
    return Answer(
        lines(head, difference_rows(found, texts)),
        buttons=(back,),
        replaces=True,
    )


def difference_rows(one: Correction, texts: Texts) -> list[str]:
    """Write a correction: old beside new, as much as fits into a message; HTML."""
    return _fitting([_difference(each, texts) for each in one.differences], texts)


def _fitting(rows: Sequence[str], texts: Texts) -> list[str]:
    """Give the rows that fit into a message beside what stands around them, and how many more there are."""
    count = fitting(rows, MAX_UNITS - ROOM)
    more = [texts("bulletin.more", count=len(rows) - count)] if count < len(rows) else []
    return [*rows[:count], *more]


def _issued_state(ref: IssuedRef, zone: dtm.tzinfo, texts: Texts) -> list[str]:
    day = texts.date(ref.issued_at.astimezone(zone).date())
    return [number_of(ref.number, texts), texts("bulletin.issued_on", day=day)]


def listing(
    known: Sequence[IssuedRef], organisation_id: int, number: int, zone: dtm.tzinfo, texts: Texts
) -> Answer:
    """List what was issued, the latest first; a button for each."""
    told = {"organisation_id": organisation_id}
    back = (Button(texts("bulletin.button.back"), "bulletin.open", told),)
    if not known:
        return Answer(texts("bulletin.none_issued"), buttons=(back,), replaces=True)
    page = Page.of(known, number, ON_A_PAGE)
    rows = [
        texts(
            "bulletin.listed",
            name=bulletin_name(each.period, texts),
            state=" · ".join(filter(None, _issued_state(each, zone, texts))),
            corrections=texts("bulletin.corrections", count=each.corrections) if each.corrections else "",
        )
        for each in page.shown
    ]
    buttons = [
        Button(bulletin_name(each.period, texts), "bulletin.issued", {"id": each.id}) for each in page.shown
    ]
    return Answer(
        lines([bold(texts("bulletin.issued_list", count=len(known))), *rows]),
        buttons=(*in_rows(buttons), *page_buttons(page, "bulletin.list", told, texts), back),
        replaces=True,
    )


def revised(found: Revised, texts: Texts) -> Answer:
    """Show where an issued bulletin differs from today, and ask for the reason of a correction."""
    told = {"id": found.issued.ref.id}
    back = (Button(texts("bulletin.button.back"), "bulletin.issued", told),)
    head = bold(escape(found.issued.bulletin.title))
    if not found.differences:
        return Answer(lines([head], [texts("bulletin.same")]), buttons=(back,), replaces=True)
    rows = [_difference(each, texts) for each in found.differences]
    return Answer(
        lines(
            [head, texts("bulletin.differs", count=len(rows))],
            _fitting(rows, texts),
            [texts("bulletin.ask_correction")],
        ),
        buttons=(back,),
        replaces=True,
        asks=CORRECTION_STEP,
        asks_with={**told, "agreed": found.fingerprint},
    )


def _difference(one: Difference, texts: Texts) -> str:
    nothing = texts("bulletin.nothing")
    return texts(
        "bulletin.difference",
        where=escape(one.where),
        old=escape(shorten(one.old, VALUE_LENGTH)) or nothing,
        new=escape(shorten(one.new, VALUE_LENGTH)) or nothing,
    )
