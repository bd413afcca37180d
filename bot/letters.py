"""Letters are written when they go: asked again, in the reader's language, stored exactly."""

import contextlib
import datetime as dtm
from dataclasses import replace
from functools import partial

from bot.calls import Call, buttons_of, render_unasked
from bot.clock import Clock
from bot.commits import SharedCommits
from handlers.kit.answers import Answer
from handlers.views import bulletin_posts
from handlers.views import letters as view
from handlers.views.ranking_posts import posted
from locales import Catalogue
from models.enums import LetterState, OutboxState
from services import buttons, outbox
from services.chasing import letter_contents, letters
from services.chasing.letter_contents import Content, Digest, GroupList, NotNow, Opened
from services.issuing.bulletin_letters import BulletinLetter
from services.media import media_findings
from services.outbox import WaitingCall
from services.ports import Painter, PictureUndrawn
from services.ranking import ranking_posts
from services.ranking.ranking_letters import RankingLetter
from services.reminding import letter_log, reminders

ASKED_AGAIN = dtm.timedelta(minutes=5)
"""While sending is paused a letter that was written before is looked at again so often."""

TIMES_SENT = 2
"""A digest of unclear outcome goes once more; a list does not."""

ENDED = {
    OutboxState.SENT: LetterState.SENT,
    OutboxState.DEAD: LetterState.DEAD,
    OutboxState.UNKNOWN: LetterState.UNKNOWN,
}


class Letters:
    """Writes what is due into the outbox, and each letter when its turn has come."""

    def __init__(
        self,
        catalogue: Catalogue,
        clock: Clock,
        commits: SharedCommits,
        standing_administrators: frozenset[int],
        painter: Painter,
    ) -> None:
        self._catalogue = catalogue
        self._painter = painter
        self._commits = commits
        self._clock = clock
        self._standing = standing_administrators
        self._detected_at: dtm.datetime | None = None

    async def look(self) -> None:
        """Write down what is found and what has become due, and in office hours letters that tell of it."""
        now = self._now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour != self._detected_at:
            await media_findings.detect(now.date(), now)
            self._detected_at = hour
        await reminders.plan(now)
        await letters.dispatch(now, self._standing)
        await ranking_posts.plan(now)

    def may_go_again(self, waiting: WaitingCall) -> bool:
        """Tell whether a letter whose outcome is hidden may be sent once more (docs/reminders.md)."""
        if not waiting.may_have_gone:
            return True
        return waiting.kind == outbox.LETTER and waiting.attempts < TIMES_SENT

    async def put_on_wire(self, waiting: WaitingCall, letter_id: int) -> Call | None:
        """Write a letter and commit that it is about to be sent; None when it is not to go, or not now."""
        now = self._now()
        # Reading may take long, for an office of thousands of units: whoever writes meanwhile shall not wait.
        opened = await letter_contents.read_letter(letter_id, now, may_have_gone=waiting.may_have_gone)
        written = opened.content
        answer = (
            self._said(written)
            if isinstance(written, Digest | GroupList | RankingLetter | BulletinLetter)
            else None
        )
        if answer is not None and answer.picture is not None:
            # Before the letter is on the wire, where a death hides its outcome; the painter remembers them.
            with contextlib.suppress(PictureUndrawn):
                for picture in (answer.picture, *answer.album):
                    await self._painter.draw(picture)
        return await self._commits.run(partial(self._put_on_wire, waiting, opened, answer, now))

    async def _put_on_wire(
        self, waiting: WaitingCall, opened: Opened, answer: Answer | None, now: dtm.datetime
    ) -> Call | None:
        content = opened.content if await letter_contents.note(opened, now) else None
        if isinstance(content, NotNow):
            await outbox.hold_back(waiting.id, content.until or now + ASKED_AGAIN)
            return None
        if content is None or answer is None:
            await outbox.settle(waiting.id, OutboxState.NEEDLESS, now)
            return None
        call = await self._call(content, answer, now)
        # A file is not stored with the call: the letter says which one it is, whenever it goes.
        kept = replace(call, files={}).stored()
        stored = await outbox.write_and_put_on_wire(waiting.id, call.method, kept, opened.letter_id)
        return call if stored else None

    def _said(self, content: Content) -> Answer:
        texts = self._catalogue.texts(content.language.value)
        match content:
            case Digest():
                return view.digest(content, texts)
            case GroupList():
                return view.list_of(content, texts)
            case RankingLetter():
                return posted(content, texts)
            case BulletinLetter():
                return bulletin_posts.posted(content, texts)

    async def _call(self, content: Content, answer: Answer, now: dtm.datetime) -> Call:
        tokens = await buttons.issue(buttons_of([answer], content.chat, content.chat), now)
        topic = None if isinstance(content, Digest) else content.topic or None
        return render_unasked(answer, content.chat, topic, tokens)

    async def settle(
        self, waiting: WaitingCall, state: OutboxState, *, message_id: int | None = None, problem: str = ""
    ) -> None:
        """Commit how sending a letter ended, for the outbox and for what it tells of."""
        now = self._now()

        async def work() -> None:
            await outbox.settle(waiting.id, state, now, message_id=message_id, problem=problem)
            if waiting.letter_id is not None:
                await letter_log.settle(waiting.letter_id, ENDED[state], now)

        await self._commits.run(work)

    def _now(self) -> dtm.datetime:
        return self._clock.now().astimezone(self._clock.zone)
