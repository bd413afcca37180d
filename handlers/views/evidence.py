"""What became of evidence, or what it shall belong to."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.kit.answers import Answer, Button
from handlers.kit.incoming import Incoming
from handlers.views.corrections import counts_words, place_words
from handlers.views.figures import period_name
from handlers.views.lacking import report_lacks
from handlers.views.markup import escape, lines, shorten
from handlers.views.problems import problem_words
from handlers.views.receipts import evidence_words, open_words
from handlers.views.reporting import outcome_answer
from locales import Texts
from services.core.errors import UserError
from services.evidence.evidence_intake import AlreadyPlaced, Attached, Joined, Reported, Taken, WhichReport
from services.reporting.outcomes import Received, Shown

BUTTON_LENGTH = 40


def taken_answers(taken: Taken, incoming: Incoming, texts: Texts, *, is_press: bool) -> Sequence[Answer]:
    """Confirm evidence; nothing to the further pieces of an album."""
    match taken:
        case Reported(outcome, problem):
            shown = outcome_answer(outcome, texts, is_private=incoming.is_private, is_press=False)
            is_counted = isinstance(outcome, Received)
            album = "evidence.album" if incoming.is_private else "evidence.album_in_group"
            more = texts(album) if incoming.album_id and is_counted and problem is None else ""
            return [replace(shown, text=lines([shown.text], [more, _owed(problem, texts)]))]
        case Attached():
            return [replace(_attached(taken, texts, is_private=incoming.is_private), replaces=is_press)]
        case Joined(problem):
            return [Answer(_owed(problem, texts))] if problem is not None else ()
        case AlreadyPlaced():
            return [Answer(texts("evidence.placed_already"), replaces=is_press)]
        case WhichReport():
            return [_which(taken, incoming, texts)]


def _attached(attached: Attached, texts: Texts, *, is_private: bool) -> Answer:
    """Confirm it; the button says which report it is, so that what lacks can be sent in reply."""
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
        ),
        buttons=((progress,),) if is_private and attached.lacks else (),
    )


def _which(asked: WhichReport, incoming: Incoming, texts: Texts) -> Answer:
    question = outcome_answer(asked.asked, texts, is_private=incoming.is_private, is_press=False)
    recent = tuple(
        (
            Button(
                shorten(_report_words(shown, texts), BUTTON_LENGTH),
                "evidence.attach",
                {"parcel": asked.parcel, "report": shown.opening.name},
            ),
        )
        for shown in asked.recent
    )
    why = escape(problem_words(asked.problem, texts)) if asked.problem is not None else ""
    head = [why, texts("evidence.which_report") if recent else texts("evidence.which_new")]
    return replace(question, text=lines(head, [question.text]), buttons=(*recent, *question.buttons))


def _report_words(shown: Shown, texts: Texts) -> str:
    place = f"{shown.unit.name} {period_name(shown.month, texts)}"
    return texts("evidence.button.report", counts=_counts(shown, texts), place=place)


def _counts(shown: Shown, texts: Texts) -> str:
    counts = counts_words(shown, texts)
    return counts or texts("progress.comma").join(each.category for each in shown.resets)


def _owed(problem: UserError | None, texts: Texts) -> str:
    """Say why a file was not kept; what it belongs to counts all the same."""
    if problem is None:
        return ""
    return texts("evidence.not_kept", why=escape(problem_words(problem, texts)))
