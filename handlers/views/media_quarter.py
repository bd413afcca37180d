"""A quarter's monitoring in words: accounts by platform, the rate with its rule, the list like annex 2."""

import datetime as dtm

from handlers.kit.answers import Answer, Button
from handlers.views.figures import day_words
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import Page, page_buttons
from locales import Texts
from services.core.numbers import format_percent
from services.core.quarter import Quarter
from services.media.media_facts import MediaFinding
from services.media.monitoring import MonitoredLine, QuarterMonitoring, Repeat

ON_A_PAGE = 8
REPEATS_SHOWN = 10
NAME_LENGTH = 30


def quarter(seen: QuarterMonitoring, number: int, today: dtm.date, texts: Texts, *, replaces: bool) -> Answer:
    """Show a quarter; the list by pages, the figures on the first of them."""
    page = Page.of(seen.lines, number, ON_A_PAGE)
    rows = [_line(each, at, texts) for at, each in enumerate(page.shown, start=page.number * ON_A_PAGE + 1)]
    listed = texts("media.quarter.list", count=len(seen.lines)) if rows else texts("media.quarter.nothing")
    head = [bold(quarter_title(seen, texts))]
    told = {"organisation_id": seen.organisation.id, "quarter": _written(seen.quarter)}
    return Answer(
        lines(
            [*head, *(_figures(seen, texts) if page.number == 0 else [])],
            [listed, *rows] if seen.watched or rows else [],
            _repeats(seen, texts) if page.number == page.pages - 1 else [],
        ),
        buttons=(
            *page_buttons(page, "media.quarter", told, texts),
            *_others(seen, today, texts),
        ),
        replaces=replaces,
    )


def quarter_title(seen: QuarterMonitoring, texts: Texts) -> str:
    """Name the organisation and the quarter, and up to which day it is told of; HTML."""
    title = texts(
        "media.quarter.title",
        organisation=escape(seen.organisation.name),
        year=seen.quarter.year,
        quarter=texts(f"media.quarter.{seen.quarter.number}"),
    )
    if seen.as_of < seen.quarter.last_on:
        title += texts("media.quarter.as_of", day=day_words(seen.as_of, texts))
    return title


def _figures(seen: QuarterMonitoring, texts: Texts) -> list[str]:
    if not seen.watched:
        return [texts("media.quarter.none")]
    platforms = " · ".join(
        texts("media.count", platform=texts(f"platform.{each.platform.value}"), count=each.watched)
        for each in seen.platforms
    )
    return [
        texts("media.quarter.watched", count=seen.watched, platforms=platforms),
        texts(
            "media.quarter.rate",
            passing=seen.passing,
            watched=seen.watched,
            rate=format_percent(seen.pass_rate),
        ),
        texts("media.quarter.rule"),
    ]


def _line(line: MonitoredLine, number: int, texts: Texts) -> str:
    names = texts("progress.comma").join(escape(shorten(each, NAME_LENGTH)) for each in line.accounts)
    key = "media.quarter.mended" if line.is_rectified else "media.quarter.not_mended"
    return texts(
        "media.quarter.row",
        number=number,
        platform=texts(f"platform.{line.platform.value}"),
        names=names,
        unit=escape(line.unit),
        found=texts("media.quarter.semicolon").join(_found(each, texts) for each in line.findings),
        mended=texts(key),
    )


def _found(finding: MediaFinding, texts: Texts) -> str:
    kind = texts(f"finding.{finding.kind.value}")
    day = day_words(finding.found_on, texts)
    if finding.last_post_on is None:
        return texts("media.quarter.found", day=day, kind=kind)
    last = day_words(finding.last_post_on, texts)
    return texts("media.quarter.found_since", day=day, kind=kind, last=last, count=finding.gap_days or 0)


def _repeats(seen: QuarterMonitoring, texts: Texts) -> list[str]:
    if not seen.repeats:
        return []
    shown = [_repeat(each, texts) for each in seen.repeats[:REPEATS_SHOWN]]
    return [texts("media.quarter.repeats"), *shown]


def _repeat(repeat: Repeat, texts: Texts) -> str:
    quarters = texts("progress.comma").join(
        texts(
            "media.quarter.times",
            year=each.year,
            quarter=texts(f"media.quarter.{each.number}"),
            count=count,
        )
        for each, count in repeat.by_quarter
    )
    who = escape(repeat.unit)
    if repeat.account_id is not None:
        who = texts("media.quarter.account_of", name=escape(shorten(repeat.account, NAME_LENGTH)), unit=who)
    return texts("media.quarter.repeat", who=who, count=repeat.times, quarters=quarters)


def _others(seen: QuarterMonitoring, today: dtm.date, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    near = [seen.quarter.previous()]
    if seen.quarter.next().starts_on <= today:
        near.append(seen.quarter.next())
    buttons = [
        Button(
            texts("media.quarter.button", year=each.year, quarter=texts(f"media.quarter.{each.number}")),
            "media.quarter",
            {"organisation_id": seen.organisation.id, "quarter": _written(each)},
        )
        for each in near
    ]
    back = Button(texts("media.button.list"), "media.list", {"organisation_id": seen.organisation.id})
    return (tuple(buttons), (back,))


def _written(quarter: Quarter) -> str:
    return f"{quarter.year}Q{quarter.number}"
