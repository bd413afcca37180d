"""`/report` and `/undo`: a unit reports what it has published, corrects it, takes it back."""

from collections.abc import Awaitable, Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.routing import match
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.views import corrections
from handlers.views import media_looks as looks
from handlers.views import reporting as view
from handlers.views.endings import with_ending
from handlers.views.months import closed_answer
from handlers.views.problems import problem_words
from handlers.views.progress import progress_answer
from services.core.access import GRANTS, Actor, Permission
from services.core.drafts import Answered, Draft, month_of
from services.core.errors import UserError
from services.core.reporting import Add
from services.facts.months import MonthClosed
from services.media.media_checks import KnownLook
from services.office import organisations
from services.reporting.outcomes import Outcome, WhichUnit

MISSES = 2  # answers that mean nothing, until the next message is no longer taken for one


async def report(context: Context) -> Sequence[Answer]:
    """Take a report."""
    submitting = context.use_cases.reports.submit(context.actor, context.text, context.occasion)
    return await _answer(context, submitting)


async def begin(context: Context) -> Sequence[Answer]:
    """Ask what to report for the unit and month of the pressed button, below what it stands under."""
    month = month_of(context.arguments["month"])

    async def ask() -> Sequence[Answer]:
        asked = await context.use_cases.reports.begin(
            context.actor, context.arguments["unit_id"], month, context.occasion
        )
        is_private = context.incoming.is_private
        return [view.outcome_answer(asked, context.texts, is_private=is_private, is_press=False)]

    return await _unless_closed(context, ask())


async def unit_chosen(context: Context) -> Sequence[Answer]:
    """Go on for the unit of the pressed button."""
    unit_id = context.arguments["unit_id"]
    choosing = context.use_cases.reports.choose_unit(
        context.actor, _draft(context), unit_id, context.occasion
    )
    return await _answer(context, choosing)


async def unit_named(context: Context) -> Sequence[Answer]:
    """Take the next message for the name of the unit, but not for ever."""

    async def name() -> Sequence[Answer]:
        outcome = await context.use_cases.reports.name_unit(
            context.actor, _draft(context), context.text, context.occasion
        )
        answer = _shown(context, outcome)
        if not isinstance(outcome, WhichUnit):
            return [answer]
        if context.arguments["missed"] >= MISSES:
            return [view.given_up(context.texts)]
        return [view.ask_name_again(answer, context.arguments)]

    return await _unless_closed(context, name())


async def category_chosen(context: Context) -> Sequence[Answer]:
    """Go on with the category of the pressed button."""
    draft = _draft(context).with_category(context.arguments["at"], context.arguments["category_id"])
    return await _advance(context, draft)


async def account_chosen(context: Context) -> Sequence[Answer]:
    """Go on for the media account of the pressed button."""
    told = context.arguments
    return await _advance(context, _draft(context).with_account(told["category_id"], told["account_id"]))


async def amount_chosen(context: Context) -> Sequence[Answer]:
    """Go on with the number of the pressed button."""
    draft = _draft(context).with_amount(context.arguments["at"], Add(context.arguments["count"]))
    return await _advance(context, draft)


async def line_said(context: Context) -> Sequence[Answer]:
    """Take the next message for the category or the number that was asked for."""
    at = context.arguments["at"]
    try:
        outcome = await context.use_cases.reports.answer(
            context.actor, _draft(context), at, context.text, context.occasion
        )
    except MonthClosed as closed:
        return [closed_answer(closed, context.actor, context.texts, context.occasion)]
    except UserError as problem:
        return [_once_more(context, problem_words(problem, context.texts), view.LINE_STEP)]
    if outcome is None:
        return [_once_more(context, context.texts("report.not_heard"), view.LINE_STEP)]
    return [_shown(context, outcome)]


async def month_chosen(context: Context) -> Sequence[Answer]:
    """Go on with the month of the pressed button."""
    return await _advance(context, _draft(context).in_month(month_of(context.arguments["month"])))


async def month_said(context: Context) -> Sequence[Answer]:
    """Take the next message for the month that was asked for."""
    try:
        outcome = await context.use_cases.reports.name_month(
            context.actor, _draft(context), context.text, context.occasion
        )
    except MonthClosed as closed:
        return [closed_answer(closed, context.actor, context.texts, context.occasion)]
    except UserError as problem:
        return [_once_more(context, problem_words(problem, context.texts), view.MONTH_STEP)]
    if outcome is None:
        return [_once_more(context, context.texts("report.month_not_heard"), view.MONTH_STEP)]
    return [_shown(context, outcome)]


async def doubt_answered(context: Context) -> Sequence[Answer]:
    """Go on with what the pressed button says about a doubt."""
    return await _advance(context, _draft(context).answering(Answered(context.arguments["answer"])))


async def rewrite(context: Context) -> Sequence[Answer]:
    """Ask for a number again."""
    return await _advance(context, _draft(context).with_amount(context.arguments["at"], None))


async def drop(context: Context) -> Sequence[Answer]:
    """Count nothing."""
    return [view.dropped(context.texts)]


async def progress(context: Context) -> Sequence[Answer]:
    """Show the unit's month below the receipt, which stays."""
    unit_id, month = context.arguments["unit_id"], month_of(context.arguments["month"])
    unit = await organisations.get_unit(unit_id)
    seen = await context.use_cases.progress.read(context.actor, unit, month, context.today)
    return [with_ending(progress_answer(seen, unit_id, context.texts), seen, unit, context.texts)]


async def edited(context: Context) -> Sequence[Answer]:
    """Offer to change the report of an edited message; nothing happens by the edit itself.

    Where the words now seem to count for more, or for nothing, the person is told that they do not.
    """
    text = match(REPORT, context.incoming.text)
    revisions, actor, occasion = context.use_cases.revisions, context.actor, context.occasion
    if not await revisions.stands(actor, occasion):
        return [corrections.not_counted(context.texts)] if text is not None and _reports(actor) else ()
    if text is None and (context.incoming.photo or context.incoming.document):
        text = context.incoming.text  # with a picture no command was needed either
    if text is None:
        return [corrections.still_counted(context.texts)]

    async def ask() -> Sequence[Answer]:
        try:
            revision = await revisions.find_revision(actor, text, occasion)
        except MonthClosed:
            raise
        except UserError as problem:
            return [corrections.unchanged(context.texts, problem_words(problem, context.texts))]
        return [] if revision is None else [corrections.revision_answer(revision, context.texts)]

    return await _unless_closed(context, ask())


async def undo(context: Context) -> Sequence[Answer]:
    """Show the person's last report or look, and ask whether to take it back."""

    async def ask() -> Sequence[Answer]:
        match await context.use_cases.revisions.find_last_deed(context.actor, context.occasion):
            case KnownLook() as look:
                return [looks.last_look(look, context.today, context.texts)]
            case shown:
                return [corrections.last_report(shown, context.texts)]

    return await _unless_closed(context, ask())


async def withdraw(context: Context) -> Sequence[Answer]:
    """Take the report of the pressed button back."""
    opening = context.arguments["opening"]

    async def take_back() -> Sequence[Answer]:
        shown = await context.use_cases.revisions.withdraw(context.actor, opening, context.occasion)
        return [corrections.withdrawn(shown, context.texts)]

    return await _unless_closed(context, take_back())


async def move(context: Context) -> Sequence[Answer]:
    """Ask for which other unit the report of the pressed button counts."""
    opening = context.arguments["opening"]
    units = await context.use_cases.revisions.list_targets(context.actor, opening)
    return [corrections.which_target(units, opening, context.texts)]


async def move_to(context: Context) -> Sequence[Answer]:
    """Move the report to the unit of the pressed button."""
    opening, unit_id = context.arguments["opening"], context.arguments["unit_id"]
    return await _answer(
        context, context.use_cases.revisions.move(context.actor, opening, unit_id, context.occasion)
    )


async def keep(context: Context) -> Sequence[Answer]:
    """Leave the report as it is."""
    return [corrections.kept(context.texts)]


def _draft(context: Context) -> Draft:
    return Draft.from_json(context.arguments["draft"])


async def revise(context: Context) -> Sequence[Answer]:
    """Go on with the draft of the pressed button as it is."""
    return await _advance(context, _draft(context))


async def _advance(context: Context, draft: Draft) -> Sequence[Answer]:
    return await _answer(context, context.use_cases.reports.advance(context.actor, draft, context.occasion))


async def _answer(context: Context, outcome: Awaitable[Outcome]) -> Sequence[Answer]:
    async def show() -> Sequence[Answer]:
        return [_shown(context, await outcome)]

    return await _unless_closed(context, show())


async def _unless_closed(context: Context, answers: Awaitable[Sequence[Answer]]) -> Sequence[Answer]:
    """Say who opens a month that takes nothing any more."""
    try:
        return await answers
    except MonthClosed as closed:
        return [closed_answer(closed, context.actor, context.texts, context.occasion)]


def _shown(context: Context, outcome: Outcome) -> Answer:
    return view.outcome_answer(
        outcome,
        context.texts,
        is_private=context.incoming.is_private,
        is_press=context.arrival.press is not None,
    )


def _once_more(context: Context, problem: str, step: str) -> Answer:
    if context.arguments["missed"] >= MISSES:
        return view.given_up(context.texts)
    return view.ask_again(problem, context.arguments, step)


def _reports(actor: Actor) -> bool:
    return any(Permission.REPORTS_SUBMIT in GRANTS[binding.role] for binding in actor.bindings)


REPORT = CommandSpec(
    "report",
    ("报送",),
    Effect.WRITES,
    report,
    needs=frozenset({Permission.REPORTS_SUBMIT}),
    takes_arguments=True,
)

FAMILY = Family(
    commands=(
        REPORT,
        CommandSpec("undo", ("撤回",), Effect.READS, undo, needs=frozenset({Permission.REPORTS_WITHDRAW})),
    ),
    actions=(
        ActionSpec("report.begin", Effect.READS, begin),
        ActionSpec("report.unit", Effect.WRITES, unit_chosen),
        ActionSpec("report.category", Effect.WRITES, category_chosen),
        ActionSpec("report.account", Effect.WRITES, account_chosen),
        ActionSpec("report.amount", Effect.WRITES, amount_chosen),
        ActionSpec("report.month", Effect.WRITES, month_chosen),
        ActionSpec("report.answer", Effect.WRITES, doubt_answered),
        ActionSpec("report.rewrite", Effect.WRITES, rewrite),
        ActionSpec("report.drop", Effect.WRITES, drop),
        ActionSpec("report.withdraw", Effect.WRITES, withdraw),
        ActionSpec("report.move", Effect.READS, move),
        ActionSpec("report.move_to", Effect.WRITES, move_to),
        ActionSpec("report.revise", Effect.WRITES, revise),
        ActionSpec("report.keep", Effect.WRITES, keep),
        ActionSpec("report.progress", Effect.READS, progress),
    ),
    steps=(
        StepSpec(view.LINE_STEP, Effect.WRITES, line_said),
        StepSpec(view.UNIT_STEP, Effect.WRITES, unit_named),
        StepSpec(view.MONTH_STEP, Effect.WRITES, month_said),
    ),
    edited=edited,
)
