"""The command, buttons and questions of the family."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from handlers.bulletins import (
    days,
    documents,
    drafts,
    figures,
    files,
    issuing,
    pictures,
    posting,
    templates,
    words,
)
from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.views import bulletin_cards as cards_view
from handlers.views import bulletin_days as days_view
from handlers.views import bulletin_figures as figures_view
from handlers.views import bulletin_templates as templates_view
from handlers.views import bulletin_words as words_view
from services.core.access import Permission

Handle = Callable[[Context], Awaitable[Sequence[Answer]]]

_READS: Mapping[str, Handle] = {
    "open": drafts.show,
    "preview": drafts.preview,
    "objections": drafts.show_objections,
    "figures": figures.show,
    "figure": figures.ask,
    "number": figures.ask_number,
    "days": days.ask,
    "places": words.show_places,
    "place": words.show_place,
    "picture": pictures.picture,
    "word": files.word,
    "excel": files.excel,
    "template": templates.show,
    "template_file": templates.give,
    "confirm": issuing.confirm,
    "list": issuing.show_list,
    "issued": issuing.show,
    "text": issuing.show_text,
    "post": posting.choose,
    "compare": issuing.compare,
    "corrected": issuing.show_correction,
}
_WRITES: Mapping[str, Handle] = {
    "take": documents.take,
    "drop": figures.drop,
    "days_reset": days.reset,
    "send": posting.send,
    "reset": words.reset,
    "leave_out": words.leave_out,
    "template_reset": templates.reset,
}

FAMILY = Family(
    commands=(
        CommandSpec(
            "bulletin",
            ("通报", "月报"),
            Effect.READS,
            drafts.begin,
            needs=frozenset({Permission.BULLETINS_ISSUE}),
            takes_arguments=True,
            is_private=True,
        ),
    ),
    actions=(
        *(ActionSpec(f"bulletin.{name}", Effect.READS, handle) for name, handle in _READS.items()),
        *(ActionSpec(f"bulletin.{name}", Effect.WRITES, handle) for name, handle in _WRITES.items()),
        ActionSpec("bulletin.issue", Effect.WRITES, issuing.issue, prepare=files.prepare),
        ActionSpec("bulletin.template_use", Effect.WRITES, templates.use, prepare=templates.fetch),
    ),
    steps=(
        StepSpec(figures_view.STEP, Effect.WRITES, figures.said, takes_prose=True),
        StepSpec(figures_view.NUMBER_STEP, Effect.WRITES, figures.number_said),
        StepSpec(days_view.STEP, Effect.WRITES, days.said),
        StepSpec(words_view.STEP, Effect.WRITES, words.said, takes_prose=True),
        StepSpec(
            cards_view.REASON_STEP,
            Effect.WRITES,
            issuing.reason_said,
            prepare=files.prepare,
            takes_prose=True,
        ),
        StepSpec(templates_view.STEP, Effect.READS, templates.said),
        StepSpec(cards_view.CORRECTION_STEP, Effect.WRITES, issuing.correction_said, takes_prose=True),
    ),
    guess=documents.guess,
)
