"""Rich messages as the chat page and scripts see them."""

from typing import Any

from sandbox.rich import plain


def shown(message: dict[str, Any]) -> dict[str, Any]:
    """Return a RichMessage as `table`: blocks with plain texts, tables with rows of cells."""
    return {"blocks": [_shown_block(block) for block in message["blocks"]]}


def _shown_block(block: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {"type": block["type"]}
    for name in ("text", "caption", "summary"):
        if name in block:
            out[name] = plain(block[name])
    for name in ("size", "is_open"):
        if name in block:
            out[name] = block[name]
    if "cells" in block:
        out["rows"] = [[_shown_cell(cell) for cell in row] for row in block["cells"]]
    if "blocks" in block:
        out["blocks"] = [_shown_block(one) for one in block["blocks"]]
    if "items" in block:
        out["entries"] = [
            {"label": entry["label"], "blocks": [_shown_block(one) for one in entry["blocks"]]}
            for entry in block["items"]
        ]
    return out


def _shown_cell(cell: dict[str, Any]) -> dict[str, Any]:
    out = {
        "text": plain(cell.get("text", "")),
        "header": cell.get("is_header", False),
        "align": cell["align"],
    }
    return out | {name: cell[name] for name in ("colspan", "rowspan") if name in cell}
