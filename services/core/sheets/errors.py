"""Why a document's tables cannot be understood at all."""

from services.core.errors import UserError


class SheetNotUnderstood(UserError):
    """No table names units in a head (`sheets`, the names of those that were looked at)."""
