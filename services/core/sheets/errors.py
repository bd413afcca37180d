"""Why a document's tables cannot be understood at all."""

from services.core.errors import UserError


class SheetNotUnderstood(UserError):
    """No table names units in a head (`sheets`, the names of those that were looked at)."""


class ExportTooNew(UserError):
    """An exported file says its format is ``found``, and no later one than ``known`` is read here."""
