"""Rich messages: HTML (or a little Markdown) to the Bot API's blocks.

Limits as published for Bot API 10.1: 32,768 characters, 500 blocks, 16 levels, 20 columns.
"""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from sandbox.entities import units
from sandbox.errors import bad_request
from sandbox.rich_markdown import to_html

MAX_LENGTH, MAX_BLOCKS, MAX_DEPTH, MAX_COLUMNS = 32_768, 500, 16, 20
INLINE = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "mark": "marked",
    "sub": "subscript", "sup": "superscript", "tg-spoiler": "spoiler", "a": "url",
}  # fmt: skip
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TEXT_BLOCKS = {"p": "paragraph", "footer": "footer", "pre": "pre", **dict.fromkeys(HEADINGS, "heading")}
CELLS = {"td", "th"}
GROUPING = {"thead", "tbody", "tfoot"}
CONTAINERS = {"table", "tr", "caption", "blockquote", "details", "summary", "ul", "ol", "li", *GROUPING}
VOID = {"br", "hr"}
KNOWN = {*INLINE, *TEXT_BLOCKS, *CELLS, *CONTAINERS, *VOID}


class _Node:
    __slots__ = ("attributes", "children", "name")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[_Node | str] = []


class _Reader(HTMLParser):
    """Builds a tree; every tag must be known and closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in KNOWN:
            raise bad_request(f'can\'t parse rich message: Unsupported start tag "{tag}"')
        node = _Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag in VOID:
            return
        self._open.append(node)
        if len(self._open) > MAX_DEPTH + 4:
            raise bad_request("rich message is nested too deeply")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if len(self._open) == 1:
            raise bad_request(f'can\'t parse rich message: Unexpected end tag "{tag}"')
        expected = self._open.pop().name
        if expected != tag:
            raise bad_request(f'can\'t parse rich message: expected "</{expected}>", found "</{tag}>"')

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def finished(self) -> _Node:
        self.close()
        if len(self._open) > 1:
            raise bad_request(
                "can't parse rich message: "
                f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"'
            )
        return self.root


def parse(given: dict[str, Any]) -> dict[str, Any]:
    """Return the RichMessage of an InputRichMessage.

    Raises:
        ApiError: 400 when it is empty, both or neither of html and markdown, over a limit, or does not parse.
    """
    html, markdown = given.get("html"), given.get("markdown")
    if bool(html) == bool(markdown):
        raise bad_request(
            "rich message must be non-empty" if not html else "exactly one of html and markdown expected"
        )
    reader = _Reader()
    reader.feed(html or to_html(markdown or ""))
    blocks = _blocks(reader.finished())
    if not blocks:
        raise bad_request("rich message must be non-empty")
    if units("".join(_all_text(blocks))) > MAX_LENGTH:
        raise bad_request("rich message is too long")
    if _count(blocks) > MAX_BLOCKS:
        raise bad_request("rich message has too many blocks")
    return {"blocks": blocks} | ({"is_rtl": True} if given.get("is_rtl") else {})


def _blocks(node: _Node) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    loose: list[_Node | str] = []
    for child in [*node.children, None]:
        if child is not None and (isinstance(child, str) or child.name in INLINE or child.name == "br"):
            loose.append(child)
            continue
        text = _rich_text(loose)
        if text:
            blocks.append({"type": "paragraph", "text": text})
        loose = []
        if child is not None:
            blocks.append(_block(child))
    return blocks


def _block(node: _Node) -> dict[str, Any]:
    if node.name in HEADINGS:
        return {"type": "heading", "text": _rich_text(node.children), "size": int(node.name[1])}
    if node.name in TEXT_BLOCKS:
        return {
            "type": TEXT_BLOCKS[node.name],
            "text": _rich_text(node.children, keep_space=node.name == "pre"),
        }
    build = BUILDERS.get(node.name)
    if build is None:
        raise bad_request(f'can\'t parse rich message: tag "{node.name}" is not allowed here')
    return build(node)


def _divider(_node: _Node) -> dict[str, Any]:
    return {"type": "divider"}


def _quotation(node: _Node) -> dict[str, Any]:
    return {"type": "blockquote", "blocks": _blocks(node)}


def _list(node: _Node) -> dict[str, Any]:
    return {"type": "list", "items": _list_entries(node)}


def _details(node: _Node) -> dict[str, Any]:
    inner = _Node("", {})
    summary: Any = ""
    for child in node.children:
        if isinstance(child, _Node) and child.name == "summary":
            summary = _rich_text(child.children)
        else:
            inner.children.append(child)
    opened = {"is_open": True} if "open" in node.attributes else {}
    return {"type": "details", "summary": summary, "blocks": _blocks(inner), **opened}


def _list_entries(node: _Node) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for child in node.children:
        if isinstance(child, _Node) and child.name == "li":
            label = f"{len(entries) + 1}." if node.name == "ol" else "•"
            entries.append({"label": label, "blocks": _blocks(child)})
        elif isinstance(child, _Node) or child.strip():
            raise bad_request("can't parse rich message: a list contains only <li>")
    return entries


def _table(node: _Node) -> dict[str, Any]:
    table: dict[str, Any] = {"type": "table", "cells": []}
    for child in _rows_of(node):
        if child.name == "caption":
            table["caption"] = _rich_text(child.children)
        elif child.name == "tr":
            row = [_cell(one) for one in child.children if isinstance(one, _Node)]
            if sum(cell.get("colspan", 1) for cell in row) > MAX_COLUMNS:
                raise bad_request("rich message table has too many columns")
            table["cells"].append(row)
        else:
            raise bad_request(f'can\'t parse rich message: tag "{child.name}" is not allowed in a table')
    return table | {f"is_{name}": True for name in ("bordered", "striped") if name in node.attributes}


def _rows_of(node: _Node) -> list[_Node]:
    rows = []
    for child in node.children:
        if isinstance(child, str):
            if child.strip():
                raise bad_request("can't parse rich message: text is not allowed between table cells")
        elif child.name in GROUPING:
            rows.extend(_rows_of(child))
        else:
            rows.append(child)
    return rows


def _cell(node: _Node) -> dict[str, Any]:
    if node.name not in CELLS:
        raise bad_request(f'can\'t parse rich message: tag "{node.name}" is not allowed in a table row')
    cell: dict[str, Any] = {
        "align": _one_of(node, "align", ("left", "center", "right")),
        "valign": _one_of(node, "valign", ("top", "middle", "bottom")),
    }
    text = _rich_text(node.children)
    if text:
        cell["text"] = text
    if node.name == "th":
        cell["is_header"] = True
    for name in ("colspan", "rowspan"):
        written = node.attributes.get(name, "1")
        if not re.fullmatch("[1-9][0-9]{0,2}", written):
            raise bad_request(f"can't parse rich message: invalid {name} specified")
        if int(written) > 1:
            cell[name] = int(written)
    return cell


def _one_of(node: _Node, name: str, allowed: tuple[str, ...]) -> str:
    value = node.attributes.get(name, "").lower()
    if value and value not in allowed:
        raise bad_request(f"can't parse rich message: invalid {name} specified")
    return value or allowed[0 if name == "align" else 1]


def _rich_text(children: list[_Node | str], *, keep_space: bool = False) -> Any:
    """Return RichText: a string, one piece, or an array of pieces; white space folds as in HTML."""
    pieces: list[Any] = []
    for child in children:
        if isinstance(child, str):
            piece: Any = child if keep_space else re.sub(r"[ \t\r\n]+", " ", child)
        elif child.name == "br":
            piece = "\n"
        elif child.name in INLINE:
            piece = {"type": INLINE[child.name], "text": _rich_text(child.children, keep_space=True)}
            if child.name == "a":
                piece["url"] = child.attributes.get("href", "")
        else:
            raise bad_request(f'can\'t parse rich message: tag "{child.name}" is not allowed in text')
        if pieces and isinstance(piece, str) and isinstance(pieces[-1], str):
            pieces[-1] += piece
        elif piece:
            pieces.append(piece)
    if not keep_space:
        _trim(pieces)
    return pieces[0] if len(pieces) == 1 else (pieces or "")


def _trim(pieces: list[Any]) -> None:
    for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
        if pieces and isinstance(pieces[end], str):
            pieces[end] = strip(pieces[end])
            if not pieces[end]:
                pieces.pop(end)


def plain(text: Any) -> str:
    """Return RichText without its marks."""
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(plain(one) for one in text)
    return plain(text.get("text", ""))


def _all_text(blocks: list[dict[str, Any]]) -> list[str]:
    found = []
    for block in blocks:
        found += [plain(block[name]) for name in ("text", "caption", "summary") if name in block]
        found += [plain(cell.get("text", "")) for row in block.get("cells", ()) for cell in row]
        found += _all_text(block.get("blocks", []))
        found += [text for entry in block.get("items", ()) for text in _all_text(entry["blocks"])]
    return found


def _count(blocks: list[dict[str, Any]]) -> int:
    return sum(
        1 + _count(block.get("blocks", [])) + sum(_count(entry["blocks"]) for entry in block.get("items", ()))
        for block in blocks
    )


BUILDERS: dict[str, Callable[[_Node], dict[str, Any]]] = {
    "hr": _divider,
    "table": _table,
    "blockquote": _quotation,
    "ul": _list,
    "ol": _list,
    "details": _details,
}
