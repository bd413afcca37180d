"""What all that takes an organisation's data out has in common: one at a time, and noted once."""

from collections.abc import Iterator
from contextlib import contextmanager

from services import sql
from services.audit import Deed, Entry
from services.core.errors import UserError
from services.transaction import transact

MAX_FILE = 49 * 1024 * 1024
"""What a bot may send in one document, with some room for what is around it."""


class ExportRuns(UserError):
    """An export of the same organisation is being made; it is sent as soon as it is there."""


class ExportAhead(UserError):
    """The period has not begun; its first day is ``day``."""


class Turns:
    """Lets one export at a time be made of each organisation."""

    def __init__(self) -> None:
        self._running: set[int] = set()

    @contextmanager
    def alone(self, organisation_id: int) -> Iterator[None]:
        """Keep others out meanwhile; raises ExportRuns."""
        if organisation_id in self._running:
            raise ExportRuns
        self._running.add(organisation_id)
        try:
            yield
        finally:
            self._running.remove(organisation_id)


async def record_once(entry: Entry, organisation_id: int, deed: Deed) -> None:
    """Note in the audit who took what out, once for each occasion: a crash has the file made again."""

    async def work() -> None:
        known = await sql.fetch(
            "SELECT 1 AS known FROM audit_entry "
            "WHERE organisation_id = $1 AND action = $2 AND subject = $3 AND source = $4",
            *(organisation_id, entry.action, entry.subject, deed.source),
        )
        if not known:
            await deed.record(entry, organisation_id)

    await transact(work)
