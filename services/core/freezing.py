"""An issued bulletin as it is kept for ever: canonical JSON, the same value always the same bytes."""

import datetime as dtm
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from models.enums import BulletinKind
from services.core.bulletin import Annex, Bulletin, Paragraph, Section
from services.core.issue_days import IssueDays
from services.core.printing import HeadCell, Joined, Percentage, PrintedCell, PrintedTable
from services.core.quarter import read_any_period

_WHEN_ISSUED = IssueDays()

FORM = 1
"""Which form of snapshot this is; what was kept in an older one is still read."""


def canonical(value: Any) -> str:
    """Write JSON in the one way there is: keys in order, no spaces, letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    """Give the SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def fingerprint(bulletin: Bulletin, days: IssueDays = _WHEN_ISSUED) -> str:
    """Tell a draft from another: everything but the day on which it happens to be issued."""
    dated = replace(bulletin, printed_on=days.printed_on, signed_on=days.signed_on)
    return digest_of(canonical(freeze(dated)))


def freeze(bulletin: Bulletin) -> dict[str, Any]:
    """Give a bulletin as JSON values."""
    return {
        "kind": bulletin.kind.value,
        "period": str(bulletin.period),
        "organisation": bulletin.organisation,
        "title": bulletin.title,
        "sections": [
            {"heading": each.heading, "paragraphs": [[one.place, one.text] for one in each.paragraphs]}
            for each in bulletin.sections
        ],
        "annexes": [{"name": each.name, "table": _frozen_table(each.table)} for each in bulletin.annexes],
        "number": bulletin.number,
        "total_number": bulletin.total_number,
        "editor": bulletin.editor,
        "asks_remarks": bulletin.asks_remarks,
        "addressees": bulletin.addressees,
        "addressees_first": bulletin.addressees_first,
        "opening": bulletin.opening,
        "signer": bulletin.signer,
        "signed_on": _frozen_day(bulletin.signed_on),
        "copied_to": bulletin.copied_to,
        "printed_by": bulletin.printed_by,
        "printed_on": _frozen_day(bulletin.printed_on),
        "remark": bulletin.remark,
    }


def thaw(kept: Mapping[str, Any]) -> Bulletin:
    """Give back the bulletin that ``freeze`` was given."""
    return Bulletin(
        **{
            **kept,
            "kind": BulletinKind(kept["kind"]),
            "period": read_any_period(kept["period"]),
            "sections": tuple(
                Section(each["heading"], tuple(Paragraph(*one) for one in each["paragraphs"]))
                for each in kept["sections"]
            ),
            "annexes": tuple(Annex(each["name"], _thawed_table(each["table"])) for each in kept["annexes"]),
            "signed_on": _thawed_day(kept["signed_on"]),
            "printed_on": _thawed_day(kept["printed_on"]),
        }
    )


def _frozen_day(day: dtm.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _thawed_day(written: str | None) -> dtm.date | None:
    return None if written is None else dtm.date.fromisoformat(written)


def _frozen_table(table: PrintedTable) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": table.title,
        "head": [[[cell.text, cell.columns, cell.rows] for cell in row] for row in table.head],
        "widths": list(table.widths),
        "rows": [[_frozen_cell(cell) for cell in row] for row in table.rows],
        "note": table.note,
        "total": None if table.total is None else [_frozen_cell(cell) for cell in table.total],
        "joined": [[each.row, each.column, each.rows, each.columns] for each in table.joined],
        "footnotes": list(table.footnotes),
    }


def _thawed_table(kept: Mapping[str, Any]) -> PrintedTable:
    return PrintedTable(
        **{
            **kept,
            "head": tuple(tuple(HeadCell(*cell) for cell in row) for row in kept["head"]),
            "widths": tuple(kept["widths"]),
            "rows": tuple(tuple(_thawed_cell(cell) for cell in row) for row in kept["rows"]),
            "total": None if kept["total"] is None else tuple(_thawed_cell(cell) for cell in kept["total"]),
            "joined": tuple(Joined(*each) for each in kept["joined"]),
            "footnotes": tuple(kept["footnotes"]),
        }
    )


def _frozen_cell(cell: PrintedCell) -> Any:
    if isinstance(cell, Percentage):
        return {"percent": str(cell.value)}
    return {"decimal": str(cell)} if isinstance(cell, Decimal) else cell


def _thawed_cell(kept: Any) -> PrintedCell:
    if not isinstance(kept, dict):
        known: PrintedCell = kept
        return known
    if "percent" in kept:
        return Percentage(Decimal(kept["percent"]))
    return Decimal(kept["decimal"])
