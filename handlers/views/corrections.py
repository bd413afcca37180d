"""A report afterwards: what an edit would change, taking it back, moving it."""

from collections.abc import Sequence

from handlers.kit.answers import Answer, Button
from handlers.views.figures import day_words, listed, period_name, short_name
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import in_rows
from locales import Texts
from services.core.drafts import Terms
from services.core.links import Link
from services.core.reporting import Add, Line, Set
from services.office.organisations import UnitRef
from services.reporting.outcomes import Revision, Shown

BUTTON_LENGTH = 30
COUNTS_SHOWN = 12


def revision_answer(revision: Revision, texts: Texts) -> Answer:
    """Ask whether a report shall say what its edited message says now."""
    old, new = revision.old, revision.new
    changed = [
        category_id
        for category_id in revision.names
        if _said(old, category_id, texts) != _said(new, category_id, texts) or old.month != new.month
    ]
    told = [
        texts(
            "report.revision.line",
            category=short_name(revision.names[category_id]),
            before=_said(old, category_id, texts),
            after=_said(new, category_id, texts),
        )
        for category_id in changed
    ]
    moved = old.unit_id != new.unit_id or old.month != new.month
    place = texts("progress.title", unit=escape(revision.unit.name), period=period_name(new.month, texts))
    only = changed[0] if len(changed) == 1 and not moved else None
    words = (
        texts("report.button.revise_all")
        if only is None
        else texts("report.button.revise", amount=_said(new, only, texts))
    )
    return Answer(
        lines([texts("report.revision", place=bold(place)), *told]),
        buttons=(
            (
                Button(words, "report.revise", {"draft": revision.draft.as_json()}),
                Button(texts("report.button.keep"), "report.keep"),
            ),
        ),
    )


def kept(texts: Texts) -> Answer:
    """Say that a report stays as it was."""
    return Answer(texts("report.kept"), replaces=True)


def not_counted(texts: Texts) -> Answer:
    """Say that an edited message is not taken for a report."""
    return Answer(texts("report.edit_not_counted"))


def still_counted(texts: Texts) -> Answer:
    """Say that a message goes on counting, although its words say no more what."""
    return Answer(texts("report.edit_still_counted"))


def unchanged(texts: Texts, problem: str) -> Answer:
    """Say why an edit cannot be taken, and that the report stays as it was."""
    return Answer(lines([escape(problem), texts("report.edit_still_counted")]))


def last_report(shown: Shown, texts: Texts) -> Answer:
    """Show the last report and ask whether to take it back."""
    return Answer(
        lines(
            [texts("report.last", place=place_words(shown, texts), when=when_words(shown, texts))],
            [counts_words(shown, texts), *_resets(shown, "report.reset", texts)],
            [texts("report.ask_withdraw")],
        ),
        buttons=(
            (
                Button(texts("report.button.withdraw"), "report.withdraw", {"opening": shown.opening.name}),
                Button(texts("report.button.keep"), "report.keep"),
            ),
        ),
    )


def withdrawn(shown: Shown, texts: Texts) -> Answer:
    """Confirm that a report counts no more."""
    return Answer(
        lines(
            [
                texts("report.withdrawn", place=place_words(shown, texts)),
                counts_words(shown, texts),
                *_resets(shown, "report.set_back", texts),
            ]
        ),
        replaces=True,
    )


def which_target(units: Sequence[UnitRef], opening: str, texts: Texts) -> Answer:
    """Ask for which other unit a report counts."""
    buttons = [
        Button(shorten(unit.name, BUTTON_LENGTH), "report.move_to", {"opening": opening, "unit_id": unit.id})
        for unit in units
    ]
    keep = (Button(texts("report.button.keep"), "report.keep"),)
    return Answer(texts("report.which_target"), buttons=(*in_rows(buttons), keep))


def place_words(shown: Shown, texts: Texts) -> str:
    """Name the unit and the month of a report; HTML."""
    return bold(texts("progress.title", unit=escape(shown.unit.name), period=period_name(shown.month, texts)))


def when_words(shown: Shown, texts: Texts) -> str:
    """Say when a report came, to the minute."""
    return f"{day_words(shown.reported_at.date(), texts)} {shown.reported_at:%H:%M}"


def counts_words(shown: Shown, texts: Texts) -> str:
    """Say what a report has added in each category."""
    words = [
        texts("report.count", category=short_name(name), count=str(count).replace("-", "−"))
        for name, count in shown.counts
    ]
    return listed(words, texts, limit=COUNTS_SHOWN)


def _resets(shown: Shown, key: str, texts: Texts) -> list[str]:
    """Say of what was set what it is, and what it is without that."""
    return [
        texts(
            key,
            category=short_name(each.category),
            now=each.now,
            without=str(each.without).replace("-", "−"),
        )
        for each in shown.resets
    ]


def _said(terms: Terms, category_id: int, texts: Texts) -> str:
    """Write what is said of a category in all its lines: 3 条, 共 5 条, 2 个链接."""
    mine = [line for line in terms.lines if line.category_id == category_id]
    words = [_amount(line, texts) for line in mine if not isinstance(line.amount, Link)]
    if pages := sum(isinstance(line.amount, Link) for line in mine):
        words.append(texts("report.amount.pages", count=pages))
    return texts("progress.comma").join(words) or texts("report.amount.nothing")


def _amount(line: Line, texts: Texts) -> str:
    match line.amount:
        case Set(count):
            return texts("report.amount.set", count=count)
        case Add(count):
            return texts("report.amount.add", count=count)
        case _:
            return ""
