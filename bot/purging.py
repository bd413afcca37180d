"""Evidence that was deleted loses its file, and the messages that show it; after a restore once more."""

import datetime as dtm
import logging

from bot.calls import FILE_FIELD, Call
from bot.clock import Clock
from bot.purge_journal import PurgeJournal
from locales import Catalogue
from services import outbox
from services.core.pictures import GONE
from services.evidence import evidence_purging, showings
from services.evidence.showings import Showing
from services.outbox import NewCall
from services.ports import FileStore
from services.transaction import transact

log = logging.getLogger(__name__)

SPARED = dtm.timedelta(minutes=1)
"""The same content may just have been sent again, by a message that is still being handled."""


class Purging:
    """Looks at each tick: what a look does not reach, the next one does."""

    def __init__(self, store: FileStore, journal: PurgeJournal, clock: Clock, catalogue: Catalogue) -> None:
        self._store = store
        self._journal = journal
        self._clock = clock
        self._catalogue = catalogue

    async def look(self) -> None:
        """Finish what was deleted: written down first, then the file, then who is shown it."""
        condemned = await evidence_purging.list_condemned()
        if not condemned:
            return
        await self._journal.add(condemned)
        for exhibit_id, name in condemned:
            if await evidence_purging.is_needed(name):
                await evidence_purging.forget(exhibit_id)
            elif await self._store.expel(name, self._clock.now() - SPARED):
                await self._withdraw(exhibit_id, name)
                log.info("the file of deleted evidence %s is gone", exhibit_id)

    async def _withdraw(self, exhibit_id: int, name: str) -> None:
        async def work() -> None:
            calls = [self._withdrawal(exhibit_id, each) for each in await showings.list_of(name)]
            await outbox.enqueue(calls, self._clock.now())
            await showings.forget(name)
            await evidence_purging.forget(exhibit_id)

        await transact(work)

    def _withdrawal(self, exhibit_id: int, showing: Showing) -> NewCall:
        """Put a blank picture in its place, which Telegram allows at any time; else take the message away."""
        place = {"chat_id": showing.chat, "message_id": showing.message_id}
        words = self._catalogue.texts(showing.language.value)("evidence.withdrawn_picture")
        media = {"type": "photo", "media": f"attach://{FILE_FIELD}", "caption": words}
        call = Call(
            showing.chat,
            "editMessageMedia",
            place | {"media": media},
            "deleteMessage",
            dict(place),
            pictures=(GONE,),
        )
        key = f"purge/{exhibit_id}/{showing.id}"
        return NewCall(key, "withdrawal", showing.chat, call.method, call.stored())


async def purge_again(store: FileStore, journal: PurgeJournal, now: dtm.datetime) -> int:
    """Delete once more what an older database, put back in place, has again; return how many pieces.

    Before anything is sent or put; what has no row at all loses its file too.
    """
    known = await journal.read()
    count = await evidence_purging.purge_again(known, now) if known else 0
    for name in {name for _, name in known}:
        if not await evidence_purging.is_needed(name):
            await store.delete(name)
    if count:
        log.warning("%s pieces of evidence that had been deleted were deleted again", count)
    return count
