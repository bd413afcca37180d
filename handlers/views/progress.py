"""A unit's progress as a message: short lines for every server, a real table for those that take one."""

from functools import lru_cache

from handlers.kit.answers import Answer
from handlers.views import remarks
from handlers.views.figures import (
    Row,
    Section,
    figure,
    lamp_words,
    month_word,
    name_of,
    sections,
    short_name,
)
from handlers.views.markup import (
    GAP,
    MAX_RICH_UNITS,
    MAX_UNITS,
    bold,
    fitting,
    lines,
    units,
    width,
)
from handlers.views.periods import period_buttons
from locales import Texts
from services.core.numbers import NO_FIGURE
from services.core.progress import Line, Progress

KEPT = 256
LINE_WIDTH = 40  # columns, that is twenty Chinese characters: what a phone shows in one line


@lru_cache(maxsize=KEPT)
def progress_answer(progress: Progress, unit_id: int, texts: Texts, *, replaces: bool = False) -> Answer:
    """Show a unit's progress with buttons for other periods; not written anew until a figure has changed."""
    table = table_of(progress, texts)
    return Answer(
        text=text_of(progress, texts),
        rich=table if units(table) <= MAX_RICH_UNITS else "",
        buttons=(period_buttons(progress, "progress.show", {"unit_id": unit_id}, texts),),
        replaces=replaces,
    )


def text_of(progress: Progress, texts: Texts) -> str:
    """Write it in short lines; what does not fit into one message is left out from the end, and said."""
    head = [f"{remarks.title(progress, texts)}{GAP}{remarks.verdict(progress, texts)}"]
    head += remarks.gaps(progress, texts)
    foot = [*_span(progress, texts), remarks.estimate(progress, texts)]
    body = [
        line for section in sections(_owed(progress)) for line in _section_lines(section, progress, texts)
    ]
    exempt = remarks.exempt(progress, texts)
    left_out = texts("progress.left_out")
    shown = fitting(body, MAX_UNITS - units(lines(head, [left_out, exempt], foot)))
    if shown < len(body):
        body = [*body[:shown], left_out]
    text = lines(head, [*body, exempt], foot)
    duties = _duty_quote(progress, texts)
    return text if units(text) + units(duties) > MAX_UNITS else text + duties


def table_of(progress: Progress, texts: Texts) -> str:
    """Write it as a rich message with a table."""
    is_month = progress.period.month is not None
    heads = [texts("progress.head.category")]
    heads += [month_word(progress.period, progress.today, texts)] if is_month else []
    heads += [texts("progress.head.year"), texts("progress.head.lamp")]
    owed = _owed(progress)
    rows = [_head_row(heads)]
    rows += [row for section in sections(owed) for row in _section_rows(section, texts, columns=len(heads))]
    title = f"{remarks.title(progress, texts)}{GAP}{remarks.verdict(progress, texts)}"
    caption = texts("progress.as_of", day=texts.date(progress.today))
    parts = [f"<h3>{title}</h3>"]
    parts += [f"<p>{bold(gap)}</p>" for gap in remarks.gaps(progress, texts)]
    if owed:
        parts.append(f"<table bordered striped><caption>{caption}</caption>{''.join(rows)}</table>")
    told = (remarks.exempt(progress, texts), *_span(progress, texts))
    parts += [f"<p>{words}</p>" for words in told if words]
    if progress.duties:
        summary = texts("progress.duties", count=len(progress.duties))
        rules = "".join(f"<p>{remarks.duty(each, texts)}</p>" for each in progress.duties)
        parts.append(f"<details><summary>{summary}</summary>{rules}</details>")
    estimate = remarks.estimate(progress, texts)
    parts += [f"<footer>{estimate}</footer>"] if estimate else []
    return "".join(parts)


def _span(progress: Progress, texts: Texts) -> list[str]:
    """Say how time stands; to whom owes nothing, time says nothing."""
    if not _owed(progress):
        return []
    return [
        remarks.pace(progress, texts),
        remarks.deadline(progress, texts),
        remarks.forecast(progress, texts),
    ]


def _owed(progress: Progress) -> tuple[Line, ...]:
    return tuple(line for line in progress.lines if not line.is_exempt)


def _section_lines(section: Section, progress: Progress, texts: Texts) -> list[str]:
    written = [bold(short_name(section.heading))] if section.heading else []
    for row in section.rows:
        written += _row_lines(row, progress, texts)
    return written


def _row_lines(row: Row, progress: Progress, texts: Texts) -> list[str]:
    """Write a row in one line where a phone shows it in one, else in two."""
    lamp = row.line.lamp
    name = f"{lamp_words(lamp, texts) if lamp else ''}{GAP}{name_of(row, texts)}"
    figures = _figures(row, progress, texts)
    whole = f"{name}{texts('progress.colon')}{figures}"
    written = [whole] if width(whole) <= LINE_WIDTH else [name, f"{GAP}{figures}"]
    remark = remarks.account_remark(row.line, texts)
    return [*written, f"{GAP}{remark}"] if remark else written


def _figures(row: Row, progress: Progress, texts: Texts) -> str:
    each = texts("progress.each") if row.is_folded else ""
    month, year = row.line.month, row.line.year
    words = []
    if month is not None:
        span = month_word(progress.period, progress.today, texts)
        words.append(texts("progress.figure", span=span, each=each, figure=figure(month)))
    if year is not None:
        span = texts("progress.head.year")
        words.append(texts("progress.figure", span=span, each=each, figure=figure(year)))
    return texts("progress.pause").join(words)


def figures_of(progress: Progress, texts: Texts) -> list[str]:
    """Write what was done of what, a line for each row, without a lamp; HTML."""
    return [
        f"{name_of(row, texts)}{texts('progress.colon')}{_figures(row, progress, texts)}"
        for section in sections(_owed(progress))
        for row in section.rows
    ]


def _duty_quote(progress: Progress, texts: Texts) -> str:
    if not progress.duties:
        return ""
    rules = "\n".join(remarks.duty(each, texts) for each in progress.duties)
    heading = texts("progress.duties", count=len(progress.duties))
    return f"\n\n<blockquote expandable>{heading}\n{rules}</blockquote>"


def _head_row(heads: list[str]) -> str:
    first, *middle, last = heads
    cells = "".join(f'<th align="right">{head}</th>' for head in middle)
    return f'<tr><th align="left">{first}</th>{cells}<th align="left">{last}</th></tr>'


def _section_rows(section: Section, texts: Texts, *, columns: int) -> list[str]:
    rows = []
    if section.heading:
        rows.append(f'<tr><td colspan="{columns}">{bold(short_name(section.heading))}</td></tr>')
    for row in section.rows:
        remark = remarks.account_remark(row.line, texts)
        name = f"{name_of(row, texts)}<br>{remark}" if remark else name_of(row, texts)
        measures = [row.line.month, row.line.year] if columns == 4 else [row.line.year]
        each = texts("progress.each") if row.is_folded else ""
        figures = "".join(
            f'<td align="right">{NO_FIGURE if measure is None else each + figure(measure)}</td>'
            for measure in measures
        )
        lamp = row.line.lamp
        words = lamp_words(lamp, texts) if lamp else NO_FIGURE
        rows.append(f'<tr><td align="left">{name}</td>{figures}<td align="left">{words}</td></tr>')
    return rows
