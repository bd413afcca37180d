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


class TemplateKindUnknown(UserError):
    """A template that is no .docx (`name`)."""


class TemplateDamaged(UserError):
    """A template whose parts do not fit together (`name`)."""


class TemplateTooLarge(UserError):
    """A template beyond the bounds, packed or unpacked (`name`, `limit` in MB packed)."""


class TemplateUnknownFields(UserError):
    """A template for bulletins asks for words that there are not (`name`, `fields`)."""


class TemplateUnclear(UserError):
    """A mark in a template is not whole, or stands where it cannot (`name`, `near`: the mark)."""


class TemplateLinked(UserError):
    """A template fetches something from elsewhere (`name`, `link`)."""


class TemplateWithPrograms(UserError):
    """A template holds macros, or objects of other programs (`name`)."""


class TemplateEndless(UserError):
    """A template takes too long, or becomes too large, when it is filled in (`name`)."""


class BundleDamaged(UserError):
    """An exported file (`name`) has not all that its manifest says: `file` is missing, or was changed."""
