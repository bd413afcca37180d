"""Calls go out: paced, each chat in order, and one chat's trouble never another's."""

import asyncio
import datetime as dtm
import logging
from collections import defaultdict
from typing import Any

from bot.api import BotApi, CallProblem, Refused, Unclear, Unreached
from bot.calls import Call
from bot.clock import Clock
from bot.failpoints import Failpoints
from bot.metrics import SENT
from bot.nursery import Nursery
from models.enums import OutboxState
from services import chats, outbox

log = logging.getLogger(__name__)

CALLS_PER_SECOND = 28
"""A little under the 30 a second that Telegram lets a bot send."""

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0

TIMES_UNCLEAR = 5
"""A receipt is sent again when its outcome is unclear, but not for ever."""


class GivenUp(Exception):
    """The chat can never be written to in this way; the reason is the server's."""


class Delivery:
    """The one way out to the Bot API."""

    def __init__(self, api: BotApi, clock: Clock, nursery: Nursery, failpoints: Failpoints) -> None:
        self._api = api
        self._clock = clock
        self._nursery = nursery
        self._failpoints = failpoints
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._held_until: dict[int, float] = {}
        self._next_slot = 0.0
        self.takes_rich = True
        """Whether the server has not yet refused a rich message as such."""

    async def send(self, call: Call) -> Any:
        """Make a call now, as often as it takes; for answers that may safely be shown twice.

        Raises:
            GivenUp: the server refused for good.
        """
        pause = FIRST_PAUSE
        unclear = 0
        while True:
            try:
                return await self._attempt(call)
            except Refused as refused:
                if refused.retry_after is None:
                    raise GivenUp(refused.description) from None
            except Unclear as problem:
                unclear += 1
                if unclear >= TIMES_UNCLEAR:
                    raise GivenUp(str(problem)) from None
                log.warning("the outcome of a call is unclear, making it again: %s", problem)
            except Unreached as problem:
                log.warning("the Bot API cannot be reached: %s", problem)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def press_answered(self, press_id: str, text: str = "") -> None:
        """Stop the pressed button's spinner, with an alert if there is something to say."""
        parameters: dict[str, Any] = {"callback_query_id": press_id}
        if text:
            parameters |= {"text": text[:200], "show_alert": True}
        try:
            await self._api.call("answerCallbackQuery", parameters)
        except CallProblem as problem:
            # A press lives for 150 seconds; that it has passed changes nothing.
            log.info("a press could not be answered: %s", problem)

    async def _attempt(self, call: Call) -> Any:
        await self._wait_for_turn(call.chat)
        chosen = call if self.takes_rich else call.plainest
        try:
            try:
                result = await self._api.call(chosen.method, chosen.parameters)
            except Refused as refused:
                if not chosen.plain_method or refused.retry_after or refused.status not in {400, 404}:
                    raise
                if not _is_about_the_chat(refused):
                    self.takes_rich = self.takes_rich and refused.status != 404
                    log.info("the server refused a rich message, sending it plain: %s", refused.description)
                result = await self._api.call(call.plainest.method, call.plainest.parameters)
        except Refused as refused:
            return await self._refused(call, refused)
        SENT.labels(chosen.method).inc()
        return result

    async def _refused(self, call: Call, refused: Refused) -> Any:
        """Do what a refusal asks for: wait, follow a migration, remember an unreachable chat."""
        if refused.retry_after is not None:
            self._held_until[call.chat] = asyncio.get_running_loop().time() + refused.retry_after
            log.warning("chat is held for %s s", refused.retry_after)
            raise refused
        if refused.status == 401:  # the token was revoked: nothing is lost while it is being mended
            raise Unreached("the Bot API refuses the token")
        if refused.migrated_to is not None:
            await chats.migrate(call.chat, refused.migrated_to)
            return await self._api.call(
                call.plainest.method, call.plainest.parameters | {"chat_id": refused.migrated_to}
            )
        if "message is not modified" in refused.description:
            return None
        if refused.status == 403:
            await chats.mark_unreachable(call.chat, refused.description, self._clock.now())
        raise refused

    async def _wait_for_turn(self, chat: int) -> None:
        now = asyncio.get_running_loop().time
        held_until = self._held_until.pop(chat, 0.0)
        if held_until > now():
            await asyncio.sleep(held_until - now())
        start = max(self._next_slot, now() - 1.0)  # an idle second may be caught up with a burst
        self._next_slot = start + 1 / CALLS_PER_SECOND
        if start > now():
            await asyncio.sleep(start - now())

    async def drain(self, chat: int) -> None:
        """Make a chat's waiting calls in order, until none is left."""
        async with self._locks[chat]:
            pause = FIRST_PAUSE
            while waiting := await outbox.list_waiting(chat, self._clock.now()):
                for call in waiting:
                    problem = await self._deliver(call)
                    if problem is not None:
                        log.warning("a message waits: %s", problem)
                        await asyncio.sleep(getattr(problem, "retry_after", None) or pause)
                        pause = min(pause * 2, LONGEST_PAUSE)
                        break
        if not self._locks[chat].locked():
            self._locks.pop(chat, None)

    async def _deliver(self, waiting: outbox.WaitingCall) -> CallProblem | None:
        """Make one stored call; return the problem if it has to be made again later."""
        call = Call.from_stored(waiting.chat, waiting.method, dict(waiting.parameters))
        if waiting.attempts >= TIMES_UNCLEAR and waiting.was_on_wire:
            await self._settle(waiting, OutboxState.UNKNOWN, problem="unclear too often")
            return None
        self._failpoints.reach("outbox.before_wire")
        await outbox.put_on_wire(waiting.id)
        self._failpoints.reach("outbox.after_wire")
        try:
            result = await self._attempt(call)
        except Refused as refused:
            if refused.retry_after is not None:
                until = self._clock.now() + dtm.timedelta(seconds=refused.retry_after)
                await outbox.postpone(waiting.id, until, refused.description)
                return refused
            await self._settle(waiting, OutboxState.DEAD, problem=refused.description)
            return None
        except Unreached as problem:
            await outbox.postpone(waiting.id, self._clock.now(), str(problem))
            return problem
        except Unclear as problem:
            # A receipt shown twice does no harm, one never shown does: it stays on the wire and goes again.
            return problem
        self._failpoints.reach("outbox.after_send")
        message_id = result.get("message_id") if isinstance(result, dict) else None
        await self._settle(waiting, OutboxState.SENT, message_id=message_id)
        self._failpoints.reach("outbox.after_sent")
        return None

    async def _settle(
        self,
        waiting: outbox.WaitingCall,
        state: OutboxState,
        *,
        message_id: int | None = None,
        problem: str = "",
    ) -> None:
        await outbox.settle(waiting.id, state, self._clock.now(), message_id=message_id, problem=problem)

    async def resume(self) -> None:
        """Start draining every chat that has a call due and is not being drained."""
        for chat in await outbox.list_chats_waiting(self._clock.now()):
            if not self._locks[chat].locked():
                self._nursery.start(self.drain(chat), name=f"drain {chat}")


def _is_about_the_chat(refused: Refused) -> bool:
    return any(word in refused.description for word in ("chat not found", "upgraded", "not modified"))
