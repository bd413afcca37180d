"""After a restore: administrators are asked what becomes of the old messages, until one of them decides."""

import dataclasses
import logging
from collections.abc import Collection, Sequence

from bot.app import Runner
from bot.calls import Call, buttons_of, render_unasked
from bot.clock import Clock
from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import CommandSpec, Handler, Spec
from handlers.views import sending as view
from locales import Catalogue
from services import buttons, outbox
from services.arranging import sending
from services.arranging.sending import Addressee, Pause, PauseWatch
from services.transaction import transact

log = logging.getLogger(__name__)


async def announce(catalogue: Catalogue, clock: Clock, administrators: Collection[int]) -> None:
    """Queue the question for everybody who may answer it, once for each restore."""

    async def work() -> None:
        pause = await sending.find_pause()
        if pause is None:
            return
        addressees = await sending.list_addressees(administrators)
        log.warning("sending is paused since a restore, %s may decide", len(addressees) or "nobody")
        for one in addressees:
            await _ask(one, pause, catalogue, clock)

    await transact(work)


async def _ask(one: Addressee, pause: Pause, catalogue: Catalogue, clock: Clock) -> None:
    answer = view.paused(pause, catalogue.texts(one.language.value))
    tokens = await buttons.issue(buttons_of([answer], one.chat, one.chat), clock.now())
    call = render_unasked(answer, one.chat, None, tokens)
    key = f"sending-paused/{pause.paused_at:%Y%m%dT%H%M%S}/member/{one.member_id}"
    await outbox.enqueue([_new(key, call)], clock.now())


def _new(key: str, call: Call) -> outbox.NewCall:
    return outbox.NewCall(key, "notice", call.chat, call.method, call.stored())


def reminding(run: Runner) -> Runner:
    """Make a runner that adds the question to what an administrator's command is answered in private."""
    watch = PauseWatch()

    async def run_and_remind(declared: Spec, context: Context) -> None:
        if not watch.is_over and isinstance(declared, CommandSpec) and context.incoming.is_private:
            declared = dataclasses.replace(declared, handle=_with_question(declared.handle, watch))
        await run(declared, context)

    return run_and_remind


def _with_question(handle: Handler, watch: PauseWatch) -> Handler:
    async def handle_and_ask(context: Context) -> Sequence[Answer]:
        answers = await handle(context)
        pause = await watch.find(context.actor)
        return answers if pause is None else [*answers, view.paused(pause, context.texts)]

    return handle_and_ask
