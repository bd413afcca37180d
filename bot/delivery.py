"""Calls go out: paced, each chat in order, and one chat's trouble never another's."""

import asyncio
import contextlib
import datetime as dtm
import logging
from collections.abc import Sequence
from typing import Any
from weakref import WeakValueDictionary

from bot.api import BotApi, CallProblem, Refused, Unclear, Unreached
from bot.backoff import Backoff
from bot.calls import Call
from bot.clock import Clock
from bot.concealing import Links
from bot.failpoints import Failpoints
from bot.illustrating import illustrated
from bot.letters import Letters
from bot.metrics import PICTURES, SENT
from bot.nursery import Nursery
from bot.pace import Pace
from bot.shown_files import note_shown
from models.enums import OutboxState
from services import chats, outbox
from services.ports import Painter

log = logging.getLogger(__name__)

CALLS_PER_SECOND = 28
"""A little under the 30 a second that Telegram lets a bot send."""

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0

DRAINS_AT_ONCE = 30
"""So many chats at most are written to side by side when much has become due at once."""

TIMES_UNCLEAR = 10
"""A receipt is sent again when its outcome is unclear, for about five minutes and not for ever."""


class GivenUp(Exception):
    """The chat can never be written to in this way; the reason is the server's."""


class Delivery:
    """The one way out to the Bot API."""

    def __init__(
        self,
        api: BotApi,
        clock: Clock,
        nursery: Nursery,
        failpoints: Failpoints,
        links: Links,
        letters: Letters,
        painter: Painter,
    ) -> None:
        self._api = api
        self._letters = letters
        self._painter = painter
        self._links = links
        self._clock = clock
        self._nursery = nursery
        self._failpoints = failpoints
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._held_until: dict[int, float] = {}
        self._unreachable: set[int] = set()
        self._due: dict[int, None] = {}
        self._drains = 0
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._pace = Pace(CALLS_PER_SECOND)
        self.takes_rich = True
        """Whether the server has not yet refused a rich message as such."""

    async def send(self, call: Call) -> Any:
        """Make a call now, as often as it takes; for answers that may safely be shown twice.

        Raises:
            GivenUp: the server refused for good.
        """
        call = await illustrated(call, self._painter)
        backoff = Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)
        unclear = 0
        while True:
            await self._wait_for_turn(call.chat)
            try:
                return await self._attempt(call)
            except Refused as refused:
                if refused.migrated_to is not None:
                    await self.migrate(call.chat, refused.migrated_to)
                    call = call.moved_to(refused.migrated_to)
                elif refused.retry_after is None:
                    raise GivenUp(refused.description) from None
                continue  # a hold is waited for above
            except Unclear as problem:
                unclear += 1
                if unclear >= TIMES_UNCLEAR:
                    raise GivenUp(str(problem)) from None
                log.warning("the outcome of a call is unclear, making it again: %s", problem)
            except Unreached as problem:
                log.warning("the Bot API cannot be reached: %s", problem)
            await backoff.pause()

    async def press_answered(self, press_id: str, text: str = "") -> bool:
        """Stop the pressed button's spinner, with an alert if there is something to say.

        Returns False where the press was too old for that: nobody has seen the alert.
        """
        parameters: dict[str, Any] = {"callback_query_id": press_id}
        if text:
            parameters |= {"text": text[:200], "show_alert": True}
        try:
            await self._api.call("answerCallbackQuery", parameters)
        except CallProblem as problem:
            # A press lives for 150 seconds; whatever it has done is done all the same.
            log.info("a press could not be answered: %s", problem)
            return False
        return True

    def is_held(self, chat: int) -> bool:
        """Tell whether the server has asked for a pause in this chat that is not over."""
        return self._held_until.get(chat, 0.0) > asyncio.get_running_loop().time()

    async def heard_from(self, chat: int) -> None:
        """Note that somebody wrote in a chat: if it had refused us, it may be written to again."""
        if chat in self._unreachable:
            await chats.mark_reachable(chat)
            self._unreachable.discard(chat)

    async def shut_out(self, chat: int, reason: str) -> None:
        """Note that a chat cannot be written to, and why."""
        await chats.mark_unreachable(chat, reason, self._clock.now())
        self._unreachable.add(chat)

    async def migrate(self, old: int, new: int) -> None:
        """Follow a group that became a supergroup; what waited for the old one goes to the new one."""
        await chats.migrate(old, new)
        self.start_draining(new)

    async def _attempt(self, call: Call) -> Any:
        chosen = call if self.takes_rich else call.without_rich
        try:
            try:
                result = await self._make_now(chosen)
            except Refused as refused:
                if not chosen.plain_method or not _is_about_rich(refused):
                    raise
                self._note_refusal(chosen, refused)
                chosen = call.plainest
                result = await self._make_now(chosen)
        except Refused as refused:
            return await self._refused(call, refused)
        SENT.labels(chosen.method).inc()
        await note_shown(chosen, result, self._clock)
        return result

    def _note_refusal(self, call: Call, refused: Refused) -> None:
        """Note that a rich message or a picture has to go plain."""
        if call.is_rich:
            self.takes_rich = refused.status != 404
            log.info("the server refused a rich message, sending it plain: %s", refused.description)
        elif not call.pictures:
            log.info("an earlier message cannot be changed, sending it anew: %s", refused.description)
        else:
            PICTURES.labels("refused").inc()
            log.warning("the server refused a picture, its text goes alone: %s", refused.description)

    async def _make_now(self, call: Call) -> Any:
        parameters = self.revealed(call)
        if not call.files:
            return await self._api.call(call.method, parameters)
        return await self._api.upload(call.method, parameters, call.files)

    def revealed(self, call: Call) -> dict[str, Any]:
        """Return a call's parameters with the links that are stored nowhere."""
        return self._links.reveal(call.parameters)

    async def _refused(self, call: Call, refused: Refused) -> Any:
        """Remember what a refusal says about the chat; raise it unless it is none in truth."""
        if refused.status == 401:  # the token was revoked: nothing is lost while it is being mended
            raise Unreached("the Bot API refuses the token")
        if refused.retry_after is not None:
            self._held_until[call.chat] = asyncio.get_running_loop().time() + refused.retry_after
            log.warning("chat %s is held for %s s", call.chat, refused.retry_after)
        if "message is not modified" in refused.description:
            return None
        if refused.status == 403 or "chat not found" in refused.description:
            await self.shut_out(call.chat, refused.description)
        raise refused

    async def _wait_for_turn(self, chat: int) -> None:
        now = asyncio.get_running_loop().time
        while (left := self._held_until.get(chat, 0.0) - now()) > 0:  # noqa: ASYNC110 - it may be prolonged
            await asyncio.sleep(left)
        self._held_until.pop(chat, None)
        start = self._pace.take(now())
        if start > now():
            await asyncio.sleep(start - now())

    async def drain(self, chat: int, *, is_patient: bool = True) -> None:
        """Make a chat's waiting calls in order, until none is left.

        Without patience a call that has to wait is left to the next tick, and the slot to another chat.
        """
        lock = self._locks.get(chat)
        if lock is None:
            lock = self._locks[chat] = asyncio.Lock()
        async with lock:
            backoff = Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)
            while waiting := await outbox.list_waiting(chat, self._clock.now()):
                problem = await self._deliver_each(waiting)
                if problem is None:
                    backoff.reset()
                elif isinstance(problem, Refused) and problem.migrated_to is not None:
                    await self.migrate(chat, problem.migrated_to)
                elif not is_patient:
                    return
                else:
                    log.warning("a message waits: %s", problem)
                    await backoff.pause(getattr(problem, "retry_after", None))

    async def _deliver_each(self, calls: Sequence[outbox.WaitingCall]) -> CallProblem | None:
        """Make calls in order up to the first that has to wait; return its problem."""
        for call in calls:
            problem = await self._deliver(call)
            if problem is not None:
                return problem
        return None

    async def _deliver(self, waiting: outbox.WaitingCall) -> CallProblem | None:
        """Make one stored call; return the problem if it has to be made again later."""
        if not self._may_go_again(waiting):
            await self._letters.settle(waiting, OutboxState.UNKNOWN, problem="its outcome is hidden")
            return None
        # Drawn before the call is on the wire: a death while drawing leaves nothing in doubt.
        drawn = None if waiting.letter_id is not None else await illustrated(_read(waiting), self._painter)
        await self._wait_for_turn(waiting.chat)
        self._failpoints.reach("outbox.before_wire")
        call = await self._put_on_wire(waiting, drawn)
        if call is None:
            return None
        self._failpoints.reach("outbox.after_wire")
        return await self._make(waiting, call)

    def _may_go_again(self, waiting: outbox.WaitingCall) -> bool:
        if waiting.letter_id is not None:
            return self._letters.may_go_again(waiting)
        return not waiting.was_on_wire or waiting.attempts < TIMES_UNCLEAR

    async def _put_on_wire(self, waiting: outbox.WaitingCall, drawn: Call | None) -> Call | None:
        """Commit that a call is about to be made; None when there is nothing to make, or not now."""
        if waiting.letter_id is not None:
            written = await self._letters.put_on_wire(waiting, waiting.letter_id)
            return None if written is None else await illustrated(written, self._painter)
        return drawn if await outbox.put_on_wire(waiting.id, waiting.chat) else None

    async def _make(self, waiting: outbox.WaitingCall, call: Call) -> CallProblem | None:
        try:
            result = await self._attempt(call)
        except Refused as refused:
            if refused.retry_after is None and refused.migrated_to is None:
                await self._letters.settle(waiting, OutboxState.DEAD, problem=refused.description)
                return None
            pause = dtm.timedelta(seconds=refused.retry_after or 0)
            await outbox.postpone(waiting.id, self._clock.now() + pause, refused.description)
            return refused
        except Unreached as problem:
            await outbox.postpone(waiting.id, self._clock.now(), str(problem))
            return problem
        except Unclear as problem:
            # A receipt shown twice does no harm, one never shown does: it stays on the wire and goes again.
            return problem
        self._failpoints.reach("outbox.after_send")
        shown = (
            result[0] if isinstance(result, list) and result else result
        )  # an album's words are below its first
        message_id = shown.get("message_id") if isinstance(shown, dict) else None
        await self._letters.settle(waiting, OutboxState.SENT, message_id=message_id)
        self._failpoints.reach("outbox.after_sent")
        return None

    async def resume(self) -> None:
        """Start draining every chat that has a call due and is not being drained, some at a time."""
        waiting = await outbox.list_chats_waiting(self._clock.now())
        self._due.update((chat, None) for chat in waiting if chat not in self._locks)
        while self._drains < min(DRAINS_AT_ONCE, len(self._due)):
            self._drains += 1
            self._is_idle.clear()
            self._nursery.start(self._drain_due(), name="drain what is due")

    async def _drain_due(self) -> None:
        try:
            while self._due:
                chat = next(iter(self._due))
                del self._due[chat]
                if not self.is_held(chat):
                    await self.drain(chat, is_patient=False)
        finally:
            self._drains -= 1
            if not self._drains:
                self._is_idle.set()

    async def rest(self, seconds: float) -> None:
        """Wait until what ``resume`` began is done, so many seconds at most."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._is_idle.wait()

    async def learn_unreachable(self) -> None:
        """Take over from earlier runs which chats have refused us."""
        self._unreachable.update(await chats.list_unreachable())

    def start_draining(self, chat: int) -> None:
        """Make a chat's waiting calls in the background, unless somebody is at it."""
        if chat not in self._locks:
            self._nursery.start(self.drain(chat), name=f"drain {chat}")


def _read(waiting: outbox.WaitingCall) -> Call:
    return Call.from_stored(waiting.chat, waiting.method, dict(waiting.parameters))


def _is_about_rich(refused: Refused) -> bool:
    """Tell whether the plain form of a message may fare better than the rich one or its picture did."""
    if refused.status not in {400, 404, 413} or refused.retry_after is not None:
        return False
    return not any(word in refused.description for word in ("chat not found", "upgraded", "not modified"))
