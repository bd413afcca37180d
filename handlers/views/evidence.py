"""What became of evidence, or what it shall belong to."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.kit.answers import Answer, Button
from handlers.kit.incoming import Incoming
from handlers.views.corrections import counts_words, place_words, when_words
from handlers.views.figures import period_name
from handlers.views.lacking import report_lacks
from handlers.views.markup import escape, lines, shorten
from handlers.views.problems import problem_words
from handlers.views.receipts import evidence_words, open_words
from handlers.views.reporting import draft_place, outcome_answer
from locales import Texts
from services.core.errors import UserError
from services.evidence.evidence_intake import (
    AlreadyPlaced,
    Attached,
    Joined,
    Linked,
    Reported,
    Taken,
    WhichReport,
)
from services.reporting.outcomes import Outcome, Question, Received, SaidBefore, Shown, WhichCategory

BUTTON_LENGTH = 40


def taken_answers(taken: Taken, incoming: Incoming, texts: Texts, *, is_press: bool) -> Sequence[Answer]:
    """Confirm evidence; nothing to the further pieces of an album."""
    match taken:
        case Reported(outcome, problem):
            shown = outcome_answer(outcome, texts, is_private=incoming.is_private, is_press=False)
            is_counted = isinstance(outcome, Received)
            kept = _kept(outcome, texts) if problem is None else ""
            album = "evidence.album" if incoming.is_private else "evidence.album_in_group"
            more = texts(album) if incoming.album_id and is_counted and problem is None else ""
            return [replace(shown, text=lines([kept, shown.text], [more, _owed(problem, texts)]))]
        case Attached():
            return [replace(_attached(taken, incoming, texts), replaces=is_press)]
        case Joined(problem):
            return [Answer(_owed(problem, texts))] if problem is not None else ()
        case Linked(new, report):
            told = _attached(report, replace(incoming, text=""), texts, is_link=True)
            head = texts("evidence.linked", count=new) if new else texts("evidence.linked_already")
            return [replace(told, text=lines([head], [told.text]))]
        case AlreadyPlaced():
            return [Answer(texts("evidence.placed_already"), replaces=is_press)]
        case WhichReport():
            return [_which(taken, incoming, texts)]


def _kept(outcome: Outcome, texts: Texts) -> str:
    """Say above a question that the evidence came; where a colleague said the same, what becomes of it."""
    if isinstance(outcome, SaidBefore):
        return texts("evidence.kept_beside")
    return texts("evidence.kept") if isinstance(outcome, Question) else ""


def _attached(attached: Attached, incoming: Incoming, texts: Texts, *, is_link: bool = False) -> Answer:
    """Confirm it; the button says which report it is, so that what lacks can be sent in reply.

    So can the next link, which people send one by one.
    Where the words that came along may be meant to report something, they are said to count nothing.
    """
    is_private = incoming.is_private
    shown = attached.shown
    told = {"unit_id": shown.unit.id, "month": shown.month.starts_on.isoformat()}
    told["opening"] = shown.opening.name
    progress = Button(texts("report.button.progress"), "report.progress", told)
    return Answer(
        lines(
            [texts("evidence.attached", place=place_words(shown, texts), counts=_counts(shown, texts))],
            [evidence_words(attached.count, texts), open_words(attached.open, texts)],
            report_lacks(attached.lacks, texts, is_here=is_private),
            [_owed(attached.problem, texts)],
            [texts("evidence.words_not_counted") if incoming.has_figure else ""],
        ),
        buttons=((progress,),) if is_private and (attached.lacks or is_link) else (),
    )


def _which(asked: WhichReport, incoming: Incoming, texts: Texts) -> Answer:
    question = outcome_answer(asked.asked, texts, is_private=incoming.is_private, is_press=False)
    if isinstance(asked.asked, SaidBefore):
        return _is_same(asked, question, texts)
    several = len({shown.unit.id for shown in asked.recent}) > 1
    recent = tuple(
        (
            Button(
                shorten(_report_words(shown, texts, names_unit=several), BUTTON_LENGTH),
                "evidence.attach",
                {"parcel": asked.parcel, "report": shown.opening.name},
            ),
        )
        for shown in asked.recent
    )
    why = escape(problem_words(asked.problem, texts)) if asked.problem is not None else ""
    match asked.asked:
        case WhichCategory(draft=draft, unit=unit, text=""):
            head = texts("evidence.which_report" if recent else "evidence.which_new")
            below = draft_place(unit, draft, texts)
        case _:
            head, below = texts("evidence.which_first" if recent else "evidence.kept"), question.text
    return replace(question, text=lines([why, head], [below]), buttons=(*recent, *question.buttons))


def _is_same(asked: WhichReport, question: Answer, texts: Texts) -> Answer:
    """Offer evidence to the report that said the same: it may be only what shows it."""
    another, *_ = question.buttons
    told = {"parcel": asked.parcel, "report": asked.recent[0].opening.name}
    joins = Button(texts("evidence.button.same"), "evidence.attach", told)
    return replace(question, text=lines([texts("evidence.kept"), question.text]), buttons=(another, (joins,)))


def _report_words(shown: Shown, texts: Texts, *, names_unit: bool) -> str:
    """Tell a report from the person's others, on a button: what, when, and where that may be mistaken."""
    is_of_its_month = shown.month.starts_on <= shown.reported_at.date() <= shown.month.last_on
    place = [
        shown.unit.name if names_unit else "",
        "" if is_of_its_month else period_name(shown.month, texts),
        when_words(shown, texts),
    ]
    return texts("evidence.button.report", counts=_counts(shown, texts), place=" ".join(filter(None, place)))


def _counts(shown: Shown, texts: Texts) -> str:
    counts = counts_words(shown, texts)
    return counts or texts("progress.comma").join(each.category for each in shown.resets)


def _owed(problem: UserError | None, texts: Texts) -> str:
    """Say why a file was not kept; what it belongs to counts all the same."""
    if problem is None:
        return ""
    return texts("evidence.not_kept", why=escape(problem_words(problem, texts)))
