"""What `/media` means by what follows it, and the buttons and questions of the family."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.media import cards, findings, looks, posts, quarter, register
from handlers.views import media_findings as findings_view
from handlers.views import media_looks as looks_view
from handlers.views import media_posts as posts_view
from handlers.views import media_register as register_view
from services.core.access import Permission
from services.core.media_words import Asked, LookSaid, NarrowSaid, PostSaid, RegisterSaid, read_media
from services.core.quarter import Quarter

Handle = Callable[[Context], Awaitable[Sequence[Answer]]]


async def media(context: Context) -> Sequence[Answer]:
    """Do what the words after the command say: show, record a post or a look, register, tell of a quarter."""
    match read_media(context.text, today=context.today):
        case Asked() | NarrowSaid() as asked:
            return await cards.asked(context, asked)
        case PostSaid() as post:
            return await posts.said(context, post)
        case LookSaid() as look:
            return await looks.said(context, look)
        case RegisterSaid() as registration:
            return await register.said(context, registration)
        case Quarter() as named:
            return await quarter.said(context, named)


_READS: Mapping[str, Handle] = {
    "list": cards.show_list,
    "platforms": cards.show_platforms,
    "card": cards.show,
    "which": posts.choose,
    "when": posts.ask_day,
    "dated": posts.dated,
    "drop": posts.drop,
    "post": posts.ask_post,
    "look": looks.ask,
    "register": register.begin,
    "edit": register.edit,
    "field": register.ask_field,
    "end": register.ask_end,
    "findings": findings.show_list,
    "finding": findings.show,
    "mend": findings.ask_proof,
    "send_back": findings.ask_reason,
    "quarter": quarter.show,
}
_WRITES: Mapping[str, Handle] = {
    "record": posts.record,
    "withdraw": posts.withdraw,
    "look_at": looks.look_at,
    "look_plain": looks.plain,
    "look_now": looks.look_now,
    "unlook": looks.withdraw,
    "enter": register.go,
    "set_platform": register.set_platform,
    "end_on": register.end,
    "again": register.again,
    "confirm": findings.confirm,
}

FAMILY = Family(
    commands=(
        CommandSpec(
            "media",
            ("新媒体",),
            Effect.WRITES,
            media,
            needs=frozenset({Permission.PROGRESS_READ_OWN, Permission.PROGRESS_READ_ANY}),
            takes_arguments=True,
        ),
    ),
    actions=(
        *(ActionSpec(f"media.{name}", Effect.READS, handle) for name, handle in _READS.items()),
        *(ActionSpec(f"media.{name}", Effect.WRITES, handle) for name, handle in _WRITES.items()),
    ),
    steps=(
        StepSpec(posts_view.ACCOUNT_STEP, Effect.READS, posts.named),
        StepSpec(posts_view.DAY_STEP, Effect.READS, posts.day_said),
        StepSpec(posts.POST_STEP, Effect.WRITES, posts.post_said, takes_prose=True),
        StepSpec(looks_view.STEP, Effect.WRITES, looks.answered),
        StepSpec(register_view.NAME_STEP, Effect.WRITES, register.name_said, takes_prose=True),
        StepSpec(register_view.UNIT_STEP, Effect.WRITES, register.unit_said),
        StepSpec(register_view.RESPONSIBLE_STEP, Effect.WRITES, register.responsible_said, takes_prose=True),
        StepSpec(register_view.FIELD_STEP, Effect.WRITES, register.field_said, takes_prose=True),
        StepSpec(register_view.END_STEP, Effect.WRITES, register.end_said),
        StepSpec(findings_view.PROOF_STEP, Effect.WRITES, findings.proof_said, takes_prose=True),
        StepSpec(findings_view.REASON_STEP, Effect.WRITES, findings.reason_said, takes_prose=True),
    ),
    guess=posts.guess,
    forwarded=posts.forwarded,
)
