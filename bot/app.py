"""Builds the python-telegram-bot application: its handlers run what the families declare."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from telegram.ext import Application, ApplicationBuilder, BaseHandler, ContextTypes, ExtBot

from bot.api import BotApi
from bot.request import AiohttpRequest
from handlers import registry
from handlers.kit.answers import Answer
from handlers.kit.arrival import Arrival
from handlers.kit.context import Context
from handlers.kit.routing import match
from handlers.kit.specs import ActionSpec, AttachedSpec, CommandSpec, Effect, Spec, StepSpec
from handlers.kit.use_cases import UseCases
from handlers.registry import FAMILIES

App = Application[ExtBot[None], Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], None]
Runner = Callable[[Spec, Context], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Matched:
    """What a match gives the handler: the text after the command, or what a button or question carried."""

    text: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


_PROSE = frozenset(step.name for step in registry.steps() if step.takes_prose)


class _Declared(BaseHandler[Arrival, Context, None]):
    """A handler that python-telegram-bot offers each arrival; ``run`` knows what its effect demands."""

    def __init__(self, declared: Spec, run: Runner) -> None:
        super().__init__(self._call)
        self._declared = declared
        self._run = run

    def check_update(self, update: object) -> Matched | None:
        """Return what the handler is to be given, None when the arrival is not its."""
        if not isinstance(update, Arrival) or update.is_edit or update.is_material:
            return None
        return self.match(update)

    @abstractmethod
    def match(self, arrival: Arrival) -> Matched | None:
        """Decide for ``check_update``."""

    def collect_additional_context(self, context: Context, *_: Any) -> None:
        """Nothing: ``handle_update`` has what is needed."""

    async def handle_update(
        self, update: Arrival, application: Any, check_result: object, context: Context
    ) -> None:
        """Give the handler what matched and run it."""
        if isinstance(check_result, Matched):
            context.text = check_result.text
            context.arguments = check_result.arguments
        await super().handle_update(update, application, check_result, context)

    async def _call(self, _: Arrival, context: Context) -> None:
        await self._run(self._declared, context)


class CommandHandler(_Declared):
    """Matches ``/name`` and the Chinese words of a command."""

    def __init__(self, spec: CommandSpec, run: Runner) -> None:
        super().__init__(spec, run)
        self._spec = spec

    def match(self, arrival: Arrival) -> Matched | None:
        """Match the command or its words at the beginning of a message."""
        if arrival.press is not None:
            return None
        is_prose = arrival.question is not None and arrival.question.step in _PROSE
        rest = match(self._spec, arrival.incoming.text, may_be_glued=not is_prose)
        return None if rest is None else Matched(rest)


class ActionHandler(_Declared):
    """Matches a pressed button by its stored action."""

    def __init__(self, spec: ActionSpec, run: Runner) -> None:
        super().__init__(spec, run)
        self._name = spec.name

    def match(self, arrival: Arrival) -> Matched | None:
        """Match a button that was stored with this action."""
        press = arrival.press
        return Matched(arguments=press.arguments) if press and press.action == self._name else None


class StepHandler(_Declared):
    """Matches the message that answers an open question."""

    def __init__(self, spec: StepSpec, run: Runner) -> None:
        super().__init__(spec, run)
        self._name = spec.name

    def match(self, arrival: Arrival) -> Matched | None:
        """Match any words but a command from a person who has been asked this; a file is no words."""
        question, incoming = arrival.question, arrival.incoming
        if arrival.press is not None or question is None or question.step != self._name:
            return None
        if not incoming.text or incoming.document is not None or incoming.text.startswith("/"):
            return None
        return Matched(incoming.text, question.arguments)


class AttachedHandler(_Declared):
    """Matches messages with a picture or a file that one family takes."""

    def __init__(self, spec: AttachedSpec, run: Runner) -> None:
        super().__init__(spec, run)
        self._spec = spec

    def match(self, arrival: Arrival) -> Matched | None:
        """Match what this very family is the one to take."""
        found = registry.find_attached(arrival)
        return Matched(found[1]) if found is not None and found[0] is self._spec else None


class LinksHandler(_Declared):
    """Matches nothing but addresses in reply to the person's own report."""

    def match(self, arrival: Arrival) -> Matched | None:
        """Match what the middleware has found to be such a reply."""
        return Matched(arrival.incoming.text) if arrival.backs else None


class EditHandler(_Declared):
    """Matches messages that their person has edited, and nothing else."""

    def check_update(self, update: object) -> Matched | None:
        """Return the text as it is now."""
        return Matched(update.incoming.text) if isinstance(update, Arrival) and update.is_edit else None

    def match(self, _: Arrival) -> Matched | None:
        """Match no message that was not edited."""
        return None


class ForwardHandler(_Declared):
    """Matches what a person forwards in private, and nothing else."""

    def check_update(self, update: object) -> Matched | None:
        """Return its words."""
        return Matched(update.incoming.text) if isinstance(update, Arrival) and update.is_material else None

    def match(self, _: Arrival) -> Matched | None:
        """Match no message of somebody's own."""
        return None


class FallbackHandler(_Declared):
    """Matches what nothing else did."""

    def match(self, arrival: Arrival) -> Matched | None:
        """Take every message that is left."""
        return Matched(arrival.incoming.text)


async def _return_error(arrival: object, context: Context) -> None:
    # `process_update` swallows what a handler raises; the lane has to know it.
    if isinstance(arrival, Arrival):
        arrival.error = context.error


async def _edited(context: Context) -> Sequence[Answer]:
    return await registry.edited(context)


async def _forwarded(context: Context) -> Sequence[Answer]:
    return await registry.forwarded(context)


async def _not_understood(context: Context) -> Sequence[Answer]:
    return await registry.not_understood(context)


def build_application(bot: ExtBot[None], use_cases: UseCases, run: Runner) -> App:
    """Build the application without an updater, a job queue or persistence; nothing happens yet.

    What comes with a picture or a file and links in reply to a report come first, then commands, then
    buttons, then answers to open questions, so that a person can always walk away from a question by
    giving a command.
    """
    application: Any = (
        ApplicationBuilder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=Context))
        .build()
    )
    application.bot_data["use_cases"] = use_cases
    for family in FAMILIES:
        if family.attached is not None:
            application.add_handler(AttachedHandler(family.attached, run))
        if family.linked is not None:
            application.add_handler(LinksHandler(family.linked, run))
    for family in FAMILIES:
        application.add_handlers([CommandHandler(spec, run) for spec in family.commands])
    for family in FAMILIES:
        application.add_handlers([ActionHandler(spec, run) for spec in family.actions])
        application.add_handlers([StepHandler(spec, run) for spec in family.steps])
    application.add_handler(EditHandler(StepSpec("edited", Effect.READS, _edited), run))
    application.add_handler(ForwardHandler(StepSpec("forwarded", Effect.READS, _forwarded), run))
    application.add_handler(FallbackHandler(StepSpec("fallback", Effect.READS, _not_understood), run))
    application.add_error_handler(_return_error)
    return application  # type: ignore[no-any-return]


def build_bot(api: BotApi, token: str, base_url: str) -> ExtBot[None]:
    """Build python-telegram-bot's own client on our session, for what it parses."""
    return ExtBot(
        token,
        base_url=f"{base_url}/bot",
        base_file_url=f"{base_url}/file/bot",
        request=AiohttpRequest(api),
        get_updates_request=AiohttpRequest(api),
    )
