"""Months that are closed, and those opened again for a unit (开账)."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.kit.answers import Answer, Button
from handlers.views.figures import day_words, listed, period_name, short_name
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import in_rows
from locales import Texts
from services.core.access import Actor, Permission
from services.core.occasion import Occasion
from services.core.progress import Progress
from services.core.reopening import Request
from services.facts.months import MonthClosed
from services.reporting.reopenings import MonthAsked, ReasonAsked, Reopening, UnitAsked

REASON_STEP = "unlock.reason"
UNIT_STEP = "unlock.unit"

NAMES_SHOWN = 3
LATE_SHOWN = 12
UNITS_SHOWN = 12
BUTTON_LENGTH = 30
MISSES = 2  # names that mean nothing, until what comes next is no longer taken for one


def closed_answer(closed: MonthClosed, actor: Actor, texts: Texts, occasion: Occasion) -> Answer:
    """Say that a month takes no more reports and who opens it; administrators can do it at once.

    People's names are for private chats only.
    """
    named = closed.openers if occasion.is_private else ()
    openers = listed([escape(name) for name in named], texts, limit=NAMES_SHOWN) if named else ""
    may_open = actor.may(Permission.MONTHS_REOPEN, organisation_id=closed.unit.organisation_id)
    key = "month.you_open" if may_open else "month.they_open" if openers else "month.office_opens"
    told = texts(
        "month.closed",
        unit=bold(escape(closed.unit.name)),
        month=period_name(closed.month, texts),
        day=day_words(closed.closed_on, texts),
    )
    request = Request(unit_id=closed.unit.id, month=closed.month)
    button = _go_button(texts("month.button.open"), request)
    return Answer(lines([told, texts(key, names=openers)]), buttons=((button,),) if may_open else ())


def opened_answer(opened: Reopening, texts: Texts, *, told: int, replaces: bool) -> Answer:
    """Confirm that a month is open again, for whom and until when."""
    words = texts(
        "month.opened",
        unit=bold(escape(opened.unit.name)),
        month=period_name(opened.month, texts),
        until=day_words(opened.until_on, texts),
        reason=escape(opened.reason),
    )
    notice = texts("month.told", count=told) if told else texts("month.told_nobody")
    return Answer(lines([words, notice]), buttons=((_close_button(opened, texts),),), replaces=replaces)


def notice(opened: Reopening, texts: Texts, *, to: int) -> Answer:
    """Tell a reporter that a month takes their reports again."""
    words = texts(
        "month.notice",
        unit=bold(escape(opened.unit.name)),
        month=period_name(opened.month, texts),
        until=day_words(opened.until_on, texts),
        reason=escape(opened.reason),
    )
    return Answer(words, to=to)


def closed_again(closed: Reopening, texts: Texts) -> Answer:
    """Say that a month is closed again."""
    words = texts(
        "month.closed_again",
        unit=bold(escape(closed.unit.name)),
        month=period_name(closed.month, texts),
    )
    return Answer(words, replaces=True)


def open_list(opened: Sequence[Reopening], texts: Texts) -> Answer:
    """List what is open again, each with a button to close it."""
    if not opened:
        return Answer(lines([texts("month.none_open"), texts("month.how")]))
    told = [
        texts(
            "month.open_one",
            unit=escape(each.unit.name),
            month=period_name(each.month, texts),
            until=day_words(each.until_on, texts),
            reason=escape(each.reason),
        )
        for each in opened
    ]
    buttons = tuple(
        (
            Button(
                shorten(
                    texts(
                        "month.button.close_one",
                        unit=each.unit.name,
                        month=period_name(each.month, texts),
                    ),
                    BUTTON_LENGTH,
                ),
                "unlock.close",
                {"reopening_id": each.id},
            ),
        )
        for each in opened
    )
    return Answer(lines([texts("month.open_now")], told, [texts("month.how")]), buttons=buttons)


def question(
    asked: UnitAsked | MonthAsked | ReasonAsked, texts: Texts, *, missed: int, replaces: bool
) -> Answer:
    """Ask for what is missing: the unit, the month or the reason."""
    match asked:
        case UnitAsked():
            answer = _which_unit(asked, texts, missed=missed)
        case MonthAsked():
            answer = _which_month(asked, texts)
        case ReasonAsked():
            answer = _which_reason(asked, texts)
    return replace(answer, replaces=replaces)


def _which_unit(asked: UnitAsked, texts: Texts, *, missed: int) -> Answer:
    """Ask for the unit, but not for ever: after some names that mean nothing the next message is no name."""
    unknown = (
        texts("report.unit_unknown", text=escape(shorten(asked.text, BUTTON_LENGTH))) if asked.text else ""
    )
    buttons = [
        _go_button(shorten(unit.name, BUTTON_LENGTH), asked.request.for_unit(unit.id))
        for unit in asked.units[:UNITS_SHOWN]
    ]
    return Answer(
        lines([unknown, texts("month.which_unit")]),
        buttons=in_rows(buttons),
        asks=UNIT_STEP if missed <= MISSES else "",
        asks_with={"request": asked.request.as_json(), "missed": missed},
    )


def _which_month(asked: MonthAsked, texts: Texts) -> Answer:
    buttons = [
        _go_button(period_name(month, texts), asked.request.for_month(month)) for month in asked.months
    ]
    words = texts("month.which_month", unit=bold(escape(asked.unit.name)))
    return Answer(words, buttons=in_rows(buttons))


def _which_reason(asked: ReasonAsked, texts: Texts) -> Answer:
    """Ask for the reason, with buttons for another last day."""
    buttons = [
        _go_button(
            texts("month.button.until", day=day_words(day, texts), count=count), asked.request.until(day)
        )
        for count, day in asked.offered
        if day != asked.until_on
    ]
    words = texts(
        "month.which_reason",
        unit=bold(escape(asked.unit.name)),
        month=period_name(asked.month, texts),
        until=day_words(asked.until_on, texts),
    )
    return Answer(
        words,
        buttons=tuple((button,) for button in buttons),
        asks=REASON_STEP,
        asks_with={"request": asked.request.as_json()},
    )


def _go_button(words: str, request: Request) -> Button:
    return Button(words, "unlock.go", {"request": request.as_json()})


def with_late(shown: Answer, late: Sequence[tuple[str, int]], texts: Texts) -> Answer:
    """Say below a unit's progress what of it came late; nothing where nothing did."""
    if not late:
        return shown
    words = [texts("report.count", category=short_name(name), count=count) for name, count in late]
    note = texts("month.late_counts", counts=listed(words, texts, limit=LATE_SHOWN))
    rich = f"{shown.rich}<p>{note}</p>" if shown.rich else ""
    return replace(shown, text=f"{shown.text}\n\n{note}", rich=rich)


def with_reporting(shown: Answer, progress: Progress, unit_id: int, texts: Texts) -> Answer:
    """Add a button to report for the shown month, while it takes reports."""
    period = progress.period
    if period.month is None or period.starts_on > progress.today or progress.deadline.is_closed:
        return shown
    arguments = {"unit_id": unit_id, "month": period.starts_on.isoformat()}
    button = Button(texts("report.button.begin"), "report.begin", arguments)
    return replace(shown, buttons=(*shown.buttons, (button,)))


def _close_button(opened: Reopening, texts: Texts) -> Button:
    return Button(texts("month.button.close"), "unlock.close", {"reopening_id": opened.id})
