"""The receipt of a report, and what has become of one that was corrected or withdrawn."""

from collections.abc import Iterable

from handlers.kit.answers import Answer, Button
from handlers.views import remarks
from handlers.views.figures import (
    day_words,
    lamp_words,
    listed,
    missing_words,
    month_word,
    period_name,
    short_name,
)
from handlers.views.lacking import report_lacks
from handlers.views.markup import bold, escape, lines, shorten
from locales import Texts
from models.enums import Cadence
from services.core.progress import Progress
from services.facts.doubts import KnownPage
from services.facts.exhibits import EvidenceCount
from services.facts.review_rows import Open
from services.reporting.receipts import Rank, Receipt, ReceiptLine

MISSING_SHOWN = 6
PAGES_SHOWN = 5
TITLE_LENGTH = 40


def receipt_answer(receipt: Receipt, texts: Texts, *, is_private: bool) -> Answer:
    """Confirm what counts now: each line with its gap, the other gaps, the place, the deadline."""
    progress = receipt.progress
    return Answer(
        lines(
            [_head(receipt, texts), *(_line(line, receipt, texts) for line in receipt.lines)],
            [_others(receipt, texts), _rank(receipt.rank, progress, texts), _deadline(receipt, texts)],
            [
                evidence_words(receipt.evidence, texts) if receipt.evidence.files else "",
                open_words(receipt.open, texts),
                *report_lacks(receipt.lacks, texts, is_here=True),
            ],
            _skipped(receipt, texts),
        ),
        buttons=_buttons(receipt, texts, is_private=is_private),
    )


def evidence_words(count: EvidenceCount, texts: Texts) -> str:
    """Say how much evidence there is: 佐证已收 2 张、链接 1 个."""
    told = [
        texts(f"evidence.{name}", count=number)
        for name, number in (
            ("pictures", count.pictures),
            ("documents", count.documents),
            ("links", count.links),
        )
        if number
    ]
    return texts("evidence.received", count=listed(told, texts, limit=len(told))) if told else ""


def open_words(open_: Open, texts: Texts) -> str:
    """Say what waits or came back: 审核：待审核 3 条; "" for nothing."""
    told = [
        texts(f"review.open.{name}", count=count)
        for name, count in (
            ("awaiting", open_.awaiting),
            ("pending", open_.pending),
            ("returned", open_.returned),
        )
        if count > 0
    ]
    return texts("review.open", words=texts("progress.comma").join(told)) if told else ""


def page_lines(
    pages: Iterable[KnownPage], texts: Texts, *, names_units: bool = False, is_own: bool = False
) -> list[str]:
    """Say of pages when, by whom and under which title they were reported; HTML.

    Another unit is named only to who may know; a person's own needs no name.
    """
    told = []
    for page in tuple(pages)[:PAGES_SHOWN]:
        title = page.title or page.link.title or page.link.address
        unit = escape(page.unit) if names_units else texts("report.other_unit")
        told.append(
            texts(
                "report.own_page" if is_own else "report.page",
                title=escape(shorten(title, TITLE_LENGTH)),
                day=day_words(page.reported_on, texts),
                unit=unit,
            )
        )
    return told


def _head(receipt: Receipt, texts: Texts) -> str:
    key = "report.corrected" if receipt.corrects else "report.received"
    late = texts("report.late") if receipt.is_late else ""
    unit, month = bold(escape(receipt.unit.name)), period_name(receipt.progress.period, texts)
    return f"{texts(key, unit=unit, month=month)}{late}"


def _line(line: ReceiptLine, receipt: Receipt, texts: Texts) -> str:
    """Write what was added or set, and where that leaves it: 动态 +3 → 5/6 条 🟡 偏慢，尚差 1 条."""
    return texts(
        "report.line",
        category=short_name(line.line.category),
        change=change_words(line, texts, shows_both=receipt.corrects),
        figure=_standing(line, receipt.progress, texts),
    )


def change_words(line: ReceiptLine, texts: Texts, *, shows_both: bool) -> str:
    """Say +3, or from what to what where a count was set or corrected."""
    change = line.change
    if not (change.sets or shows_both):
        return f"{change.difference:+d}".replace("-", "−")
    if not change.difference:
        return texts("report.change.none", after=change.after)
    return texts("report.change.both", before=change.before, after=change.after)


def _standing(line: ReceiptLine, progress: Progress, texts: Texts) -> str:
    measure = line.line.owed
    if measure is None:
        span = month_word(progress.period, progress.today, texts)
        return texts("report.not_owed", span=span, count=line.change.after)
    span = "" if line.line.month else f"{texts('progress.head.year')} "
    lamp = lamp_words(measure.lamp, texts)
    key = "report.standing_missing" if measure.missing else "report.standing"
    return texts(key, span=span, figure=f"{measure.done}/{measure.target}", lamp=lamp, count=measure.missing)


def _others(receipt: Receipt, texts: Texts) -> str:
    """Say what the month still asks for in other categories, or that it is all done."""
    lacking = [line for line in receipt.others if line.month and line.month.missing]
    if lacking:
        words = missing_words(lacking, Cadence.MONTHLY, texts, limit=MISSING_SHOWN)
        return texts("report.others_missing", missing=words)
    owed = [line.month for line in receipt.progress.lines if line.month]
    if owed and not any(measure.missing for measure in owed):
        return texts(
            "progress.all_done", span=month_word(receipt.progress.period, receipt.progress.today, texts)
        )
    return ""


def _rank(rank: Rank | None, progress: Progress, texts: Texts) -> str:
    if rank is None:
        return ""
    if rank.cadence is Cadence.MONTHLY:
        span = month_word(progress.period, progress.today, texts)
    else:
        span = texts("progress.head.year")
    if not rank.division:
        return texts("report.rank", span=span, place=rank.place, count=rank.of)
    return texts("report.rank_in", span=span, place=rank.place, division=escape(rank.division), count=rank.of)


def _deadline(receipt: Receipt, texts: Texts) -> str:
    if receipt.open_until is None:
        return remarks.deadline(receipt.progress, texts)
    return texts("month.open_until", until=day_words(receipt.open_until, texts))


def _skipped(receipt: Receipt, texts: Texts) -> list[str]:
    if not receipt.skipped:
        return []
    told = page_lines(receipt.skipped, texts, is_own=True)
    return [texts("report.skipped", count=len(receipt.skipped)), *told]


def _buttons(receipt: Receipt, texts: Texts, *, is_private: bool) -> tuple[tuple[Button, ...], ...]:
    opening = {"opening": receipt.opening}
    shown = {"unit_id": receipt.unit.id, "month": receipt.progress.period.starts_on.isoformat()}
    row = [Button(texts("report.button.withdraw"), "report.withdraw", opening)]
    if receipt.can_move:
        row.append(Button(texts("report.button.move"), "report.move", opening))
    if is_private:
        row.append(Button(texts("report.button.progress"), "report.progress", shown))
    return (tuple(row),)
