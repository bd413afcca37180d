"""One update's turn: read it, find out who acts, run its handler, let the answers out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from telegram import Update
from telegram.ext import ExtBot

from bot import membership
from bot.app import App
from bot.calls import Call, buttons_of, render
from bot.clock import Clock
from bot.decoding import decode, storable
from bot.delivery import Delivery, GivenUp
from bot.errors import explain, explanation, incident, incident_answer
from bot.failpoints import Failpoints
from bot.grouped import GroupedWrites
from bot.membership import Memberships
from bot.metrics import BURIED, HANDLING
from bot.middleware import Middleware
from handlers.kit.answers import Answer
from handlers.kit.arrival import Arrival
from handlers.kit.asking import ask_on
from handlers.kit.context import Context
from handlers.kit.incoming import read
from handlers.kit.plain import read_plain
from handlers.kit.specs import Effect, Spec, require_place
from handlers.views.markup import escape
from services import buttons, inbox, outbox, wizards
from services.buttons import NewButton
from services.core.errors import UserError
from services.inbox import StoredUpdate
from services.membership import members
from services.transaction import is_passing, transact

log = logging.getLogger(__name__)

Issue = Callable[[Sequence[NewButton]], Awaitable[tuple[str, ...]]]


class TryAgain(Exception):
    """A passing fault: the same update can be handled a moment later."""


class AlreadyDone(Exception):
    """The update was committed as done before: by a commit whose answer got lost, or by another process."""


class Turn:
    """Takes stored updates one at a time for each lane; knows nothing of lanes itself."""

    def __init__(
        self,
        bot: ExtBot[None],
        middleware: Middleware,
        delivery: Delivery,
        clock: Clock,
        writes: GroupedWrites,
        failpoints: Failpoints,
        memberships: Memberships,
    ) -> None:
        self.application: App
        self._bot = bot
        self._middleware = middleware
        self._delivery = delivery
        self._clock = clock
        self._writes = writes
        self._failpoints = failpoints
        self._memberships = memberships

    async def take(self, stored: StoredUpdate, *, may_return: bool = False) -> Call | None:
        """Handle one update to its end.

        With ``may_return`` an answer that is one plain message is returned instead of sent: the webhook
        puts it into its own response, and finishes the update itself.

        Raises:
            TryAgain: the database was only busy or away.
        """
        with HANDLING.time():
            try:
                return await self._take(stored, may_return=may_return)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                if is_passing(error):
                    raise TryAgain from error
                await self._bury(stored, error)
                return None

    async def _take(self, stored: StoredUpdate, *, may_return: bool) -> Call | None:
        try:
            decoded = decode(stored.body)
            update, incoming = None, read_plain(decoded)
            if incoming is None:
                update = Update.de_json(decoded, self._bot)
                incoming = read(update, bot_id=self._bot.id, bot_username=self._bot.username)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next update must not wait
            # What cannot be read has nobody to tell; it is kept for whoever mends the reader.
            await self._bury(stored, error)
            return None
        if update is not None and await self._took_news_of_chat(stored, update):
            return None
        if incoming is None:
            await self._writes.finish(stored.id)
            return None
        await self._delivery.heard_from(incoming.chat_id)
        arrival = await self._middleware.meet(stored.id, incoming)
        if arrival is None:
            await self._writes.finish(stored.id)
            return None
        self._failpoints.reach("lane.before_handler")
        return await self._handle(arrival, may_return=may_return)

    async def _took_news_of_chat(self, stored: StoredUpdate, update: Update) -> bool:
        """Take what tells of the chat itself: the bot came or went, or a group became a supergroup."""
        if (standing := membership.read(update)) is not None:
            await self._memberships.take(stored.id, standing)
            return True
        if (moved := _migration(update)) is not None:
            await self._delivery.migrate(*moved)
            await self._writes.finish(stored.id)
            return True
        return False

    async def _handle(self, arrival: Arrival, *, may_return: bool) -> Call | None:
        alert = ""
        if arrival.error is None and not arrival.answers:
            await self.application.process_update(arrival)
        if isinstance(arrival.error, UserError):
            is_press = bool(arrival.incoming.press_id)
            alert = explain(arrival.error, arrival.texts)
            arrival.answers = () if is_press else (explanation(arrival.error, arrival.texts),)
        elif arrival.error is not None:
            raise arrival.error
        incoming = arrival.incoming
        if incoming.press_id:
            is_seen = await self._delivery.press_answered(incoming.press_id, alert)
            if arrival.error is not None and not is_seen:
                arrival.answers = (Answer(escape(alert)),)
        if arrival.is_settled:
            self._failpoints.reach("lane.after_commit")
            await self._send_settled(arrival)
            return None
        calls = await self._render(arrival, self._writes.issue)
        changes_question = arrival.question is not None or any(answer.asks for answer in arrival.answers)
        if may_return and len(calls) == 1 and not (incoming.press_id or changes_question):
            only = calls[0] if self._delivery.takes_rich else calls[0].without_rich
            if only.method == "sendMessage" and not self._delivery.is_held(incoming.chat_id):
                return only
        await self._reply(calls)
        if changes_question:
            await transact(partial(self._finish_asking, arrival))
        else:
            await self._writes.finish(arrival.row_id)
        return None

    async def _finish_asking(self, arrival: Arrival) -> None:
        # Together: after a death in between, the same message would no longer answer the same question.
        await self._remember_question(arrival)
        await inbox.finish([arrival.row_id], arrival.now)

    async def _send_settled(self, arrival: Arrival) -> None:
        for answer in arrival.answers:
            for chat in (answer.to, answer.then_leaves, *answer.then_posts):
                if chat is not None:
                    self._delivery.start_draining(chat)
        try:
            await self._delivery.drain(arrival.incoming.chat_id)
        except Exception:
            # What the update did is committed and must not be done again; the tick sends what waits.
            log.exception("committed answers have to wait")

    async def _reply(self, calls: Sequence[Call]) -> None:
        self._failpoints.reach("lane.before_reply")
        for call in calls:
            try:
                await self._delivery.send(call)
            except GivenUp as reason:
                log.warning("an answer was given up: %s", reason)
        self._failpoints.reach("lane.after_reply")

    async def run(self, declared: Spec, context: Context) -> None:
        """Run a handler as its effect demands; python-telegram-bot calls this for the one that matched.

        An answer that is refused leaves its question open, whichever step it was.
        """
        arrival = context.arrival
        try:
            await self._run(declared, context)
        except UserError as problem:
            said = escape(explain(problem, arrival.texts))
            asked = ask_on(declared, arrival.question, problem, said, arrival.texts)
            if asked is None:
                raise
            arrival.answers = (asked,)

    async def _run(self, declared: Spec, context: Context) -> None:
        arrival = context.arrival
        require_place(declared, is_private=arrival.incoming.is_private)
        if declared.effect is Effect.READS:
            arrival.answers = await declared.handle(context)
            return
        if declared.prepare is not None:
            context.prepared = await declared.prepare(context)

        async def work() -> None:
            if not await inbox.finish([arrival.row_id], arrival.now):
                raise AlreadyDone
            if arrival.press is not None:
                await buttons.claim(arrival.press.token, arrival.now)
            arrival.actor = await members.introduce(arrival.actor)
            arrival.answers = await declared.handle(context)
            calls = await self._render(arrival, partial(buttons.issue, now=arrival.now))
            await self._remember_question(arrival)
            await outbox.enqueue(
                [
                    outbox.NewCall(
                        f"answer/{arrival.row_id}/{number}", "receipt", call.chat, call.method, call.stored()
                    )
                    for number, call in enumerate(calls)
                ],
                arrival.now,
            )
            self._failpoints.reach("lane.in_transaction")

        try:
            await transact(work)
        except AlreadyDone:
            log.info("update %s was done already", arrival.row_id)
        arrival.is_settled = True

    async def _render(self, arrival: Arrival, issue: Issue) -> list[Call]:
        """Turn answers into calls and issue their buttons' tokens."""
        shown = buttons_of(arrival.answers, arrival.incoming.person_id, arrival.incoming.chat_id)
        tokens = await issue(shown) if shown else ()
        return render(arrival.answers, arrival.incoming, tokens)

    async def _remember_question(self, arrival: Arrival) -> None:
        """Keep what the answers ask; without that, a question that was open is answered now.

        A message that is met with silence, as the further pieces of an album are, answers nothing.
        """
        incoming = arrival.incoming
        question = next((answer for answer in arrival.answers if answer.asks), None)
        if question is not None:
            await wizards.ask(
                incoming.chat_id, incoming.person_id, question.asks, question.asks_with, arrival.now
            )
        elif arrival.question is not None and (arrival.answers or incoming.press_id):
            await wizards.close(incoming.chat_id, incoming.person_id)

    async def _bury(self, stored: StoredUpdate, error: Exception) -> None:
        """Set the update aside and tell the person a number, if there is a person."""
        BURIED.inc()
        number = incident(error, stored.id)
        problem = storable(f"{number} {type(error).__name__}: {error}")
        await inbox.bury(stored.id, problem, self._clock.now())
        try:
            await self._tell(stored, number)
        except Exception as trouble:  # noqa: BLE001 - telling is a courtesy, the update is safe
            log.warning("nobody could be told of incident %s: %s", number, type(trouble).__name__)

    async def _tell(self, stored: StoredUpdate, number: str) -> None:
        update = Update.de_json(decode(stored.body), self._bot)
        incoming = read(update, bot_id=self._bot.id, bot_username=self._bot.username)
        if incoming is None or incoming.nobody is not None or not incoming.is_addressed:
            return
        texts = self._middleware.texts_for(incoming)
        await self._reply(render([incident_answer(number, texts)], incoming, ()))


def _migration(update: Update) -> tuple[int, int] | None:
    """Return old and new id of a group that became a supergroup; either chat may tell of it first."""
    message = update.message
    if message is None:
        return None
    if message.migrate_to_chat_id is not None:
        return message.chat.id, message.migrate_to_chat_id
    if message.migrate_from_chat_id is not None:
        return message.migrate_from_chat_id, message.chat.id
    return None
