"""What an office issues (通报、月报), as a value: everything that is printed, and nothing that is not."""

import datetime as dtm
from dataclasses import dataclass

from models.enums import BulletinKind
from services.core.printing import PrintedTable
from services.core.quarter import AnyPeriod

WORD, EXCEL = "docx", "xlsx"
"""The files that are kept with an issued bulletin, by their endings."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``place`` names it within its kind of bulletin, so that the office can word it anew."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (一、总体情况) and its paragraphs."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """A table that belongs to a bulletin; ``name`` is how the list of annexes calls it."""

    name: str
    table: PrintedTable


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A bulletin as it is printed; empty words are left out of it.

    ``number`` counts within the year (第2期), ``total_number`` from the first ever (总第136期), 0 is without.
    ``editor`` stands under the title of a monthly one (…编), ``addressees`` are 主送, ``signer`` and
    ``signed_on`` end the text, ``printed_by`` and ``printed_on`` stand on the last line (…印发).
    ``asks_remarks`` leaves room for 领导批示.
    """

    kind: BulletinKind
    period: AnyPeriod
    organisation: str
    title: str
    sections: tuple[Section, ...]
    annexes: tuple[Annex, ...] = ()
    number: int = 0
    total_number: int = 0
    editor: str = ""
    asks_remarks: bool = False
    addressees: str = ""
    addressees_first: bool = False
    opening: str = ""
    signer: str = ""
    signed_on: dtm.date | None = None
    copied_to: str = ""
    printed_by: str = ""
    printed_on: dtm.date | None = None
    remark: str = ""
