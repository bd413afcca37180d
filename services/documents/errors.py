"""Why a document cannot be read; each one says what the person can do about it."""

from services.core.errors import UserError


class DocumentEmpty(UserError):
    """There is no table with text in it (`name`)."""


class DocumentKindUnknown(UserError):
    """Neither a spreadsheet, nor a Word document, nor a text table, whatever it is called (`name`)."""


class DocumentKindOld(UserError):
    """A Word document from before .docx, which only Word itself reads well (`name`)."""


class DocumentEncrypted(UserError):
    """It opens only with a password (`name`)."""


class DocumentDamaged(UserError):
    """It has the right kind but cannot be read to its end (`name`)."""


class DocumentTooLarge(UserError):
    """More than is read, packed or unpacked (`name`, `limit` in MB; `rows`, `columns` and `cells`)."""


class SheetTooLarge(UserError):
    """A table beyond the bounds (`name` of the document, `sheet`; `rows`, `columns` and `cells` allowed)."""
