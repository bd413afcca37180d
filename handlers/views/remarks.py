"""What stands around the table of a progress: headline, pace, deadline, forecast, duties."""

import re
from collections.abc import Iterable

from handlers.views.figures import (
    day_words,
    exempt_names,
    lamp_words,
    listed,
    missing_words,
    month_word,
    name_of,
    period_name,
    sections,
)
from handlers.views.markup import bold, escape, shorten
from locales import Texts
from models.enums import Cadence, Lamp
from services.core.numbers import format_percent
from services.core.progress import Duty, Line, Progress
from services.progress import LAGGING, standing_lamp

MISSING_SHOWN = 6
FORECASTS_SHOWN = 3
EXEMPT_SHOWN = 8
DUTY_LENGTH = 60

_FIRST_SENTENCE = re.compile(r"^.*?(?:[。；;]|\.(?=\s|$)|$)", re.DOTALL)


def title(progress: Progress, texts: Texts) -> str:
    """Say who and when; HTML."""
    name = texts("progress.title", unit=escape(progress.unit), period=period_name(progress.period, texts))
    return bold(name)


def verdict(progress: Progress, texts: Texts) -> str:
    """Say how the unit stands in one lamp and its word."""
    lamp = standing_lamp(progress)
    return texts("progress.nothing_owed") if lamp is None else lamp_words(lamp, texts)


def gaps(progress: Progress, texts: Texts) -> tuple[str, ...]:
    """Say what is still missing: of the period, and of the year where that cannot wait; HTML."""
    if standing_lamp(progress) is None:
        return (texts("progress.choose_another"),)
    cadence = progress.period.cadence
    of_month = [line for line in progress.lines if line.month and line.month.missing]
    of_year = [line for line in progress.lines if line.year and line.year.missing]
    due = of_month if cadence is Cadence.MONTHLY else of_year
    pressing = [line for line in of_year if _cannot_wait(line)] if cadence is Cadence.MONTHLY else []
    found = []
    if due:
        found.append(
            texts("progress.missing", missing=missing_words(due, cadence, texts, limit=MISSING_SHOWN))
        )
    if pressing:
        words = missing_words(pressing, Cadence.YEARLY, texts, limit=MISSING_SHOWN)
        found.append(texts("progress.missing_year", missing=words))
    return tuple(found) or (texts("progress.all_done", span=_span_word(progress, texts)),)


def _cannot_wait(line: Line) -> bool:
    """Tell whether a month's page must speak of the year: it ends, or it lags and is all that is owed."""
    if line.year is None:
        return False
    return line.year.lamp in {Lamp.URGENT, Lamp.MISSED} or (not line.month and line.year.lamp in LAGGING)


def account_remark(line: Line, texts: Texts) -> str:
    """Say what a target per account was counted for; "" for an ordinary target."""
    if not line.per_account:
        return ""
    if line.assumes_one_account:
        return texts("progress.one_account_assumed")
    return texts("progress.per_account", count=line.accounts)


def exempt(progress: Progress, texts: Texts) -> str:
    """Name what is exempt in one line; nothing where all is, because then there is just no target; HTML."""
    names = () if standing_lamp(progress) is None else exempt_names(progress)
    return texts("progress.exempt", categories=listed(names, texts, limit=EXEMPT_SHOWN)) if names else ""


def pace(progress: Progress, texts: Texts) -> str:
    """Say how much of the month and the year has gone; of a past month only the year."""
    month, year = progress.month_pace, progress.year_pace
    year_rate = format_percent(year.rate)
    if month is None or progress.deadline.is_over:
        return texts("progress.pace_year", elapsed=year.elapsed, total=year.total, rate=year_rate)
    return texts(
        "progress.pace_month",
        span=_span_word(progress, texts),
        elapsed=month.elapsed,
        total=month.total,
        rate=year_rate,
    )


def deadline(progress: Progress, texts: Texts) -> str:
    """Say until when and how many working days are left; once it is over, when the period closes."""
    ahead = progress.deadline
    closes = day_words(ahead.closes_on, texts)
    if ahead.is_closed:
        return texts("progress.closed", closes=closes)
    if ahead.is_over:
        return texts("progress.late", closes=closes)
    if not ahead.working_days_left:
        last = day_words(ahead.last_on, texts)
        return texts("progress.last_days", last=last, closes=closes)
    return texts(
        "progress.deadline",
        last=day_words(ahead.last_working_on, texts),
        weekday=texts.weekday(ahead.last_working_on),
        count=ahead.working_days_left,
    )


def forecast(progress: Progress, texts: Texts) -> str:
    """Say where the year ends at this pace; "" while nobody can tell, and for a time that is over.

    What is on track although its projection falls short is not a shortfall but a small target: one item a
    year cannot be projected.
    """
    projected = [line for line in progress.lines if line.year and line.year.forecast is not None]
    if not projected or progress.deadline.is_over:
        return ""
    falling = [line for line in projected if _falls_short(line)]
    short = [line for line in falling if line.year and line.year.lamp in LAGGING]
    if short:
        words = _projections(short, texts)
        return texts("progress.forecast", lines=listed(words, texts, limit=FORECASTS_SHOWN))
    if falling:
        return ""
    words = _projections(projected, texts)
    if len(words) == 1:
        return texts("progress.forecast_reached_one", lines=words[0])
    return texts("progress.forecast_reached")


def estimate(progress: Progress, texts: Texts) -> str:
    """Say that the working days rest on no published notice; "" when they do."""
    if standing_lamp(progress) is None:
        return ""
    if progress.is_estimated or progress.deadline.is_estimated:
        return texts("progress.estimated")
    return ""


def duty(each: Duty, texts: Texts) -> str:
    """Write a duty as its heading and the first sentence; HTML."""
    found = _FIRST_SENTENCE.match(each.text.strip())
    sentence = shorten(found.group(0) if found else each.text, DUTY_LENGTH)
    return texts(
        "progress.duty",
        heading=bold(escape(each.heading)),
        kind=texts(f"duty.{each.kind.value}"),
        text=escape(sentence),
    )


def _projections(projected: Iterable[Line], texts: Texts) -> list[str]:
    return [
        texts(
            "progress.forecast_one",
            category=name_of(row, texts),
            figure=f"{texts('progress.each') if row.is_folded else ''}{year.forecast}/{year.target}",
        )
        for section in sections(projected)
        for row in section.rows
        if (year := row.line.year) is not None
    ]


def _falls_short(line: Line) -> bool:
    return line.year is not None and line.year.forecast is not None and line.year.forecast < line.year.target


def _span_word(progress: Progress, texts: Texts) -> str:
    if progress.period.month is None:
        return texts("progress.head.year")
    return month_word(progress.period, progress.today, texts)
