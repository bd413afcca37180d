"""Text as Telegram counts and marks it: UTF-16 units, HTML parsing, entities found by themselves."""

import html
import re
from typing import Any

from sandbox.errors import ApiError, bad_request

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024
"""UTF-16 units of a message's text and of a caption."""

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
KNOWN_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#(?:x([0-9A-Fa-f]+)|([0-9]+))|(lt|gt|amp|quot));?")
SPACE = re.compile(r"\s*")
ATTRIBUTE = re.compile(r"""([^\s=>/"']+)(?:\s*=\s*("[^"]*"?|'[^']*'?|[A-Za-z0-9.-]+))?""")
FOUND = re.compile(
    r"(?P<url>(?:https?|tg)://[^\s<>\"'，。；、）（】》]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]+\w)"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])"
    r"|(?<![\w@/])(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})(?!\w)"
    r"|(?<![\w#/])(?P<hashtag>#\w*[^\W\d]\w*)",
)


def units(text: str) -> int:
    """Count UTF-16 code units, as every length and offset of the Bot API is."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def unescape(text: str) -> str:
    """Decode the references Telegram knows (numeric, lt, gt, amp, quot); any other stays as written."""
    return REFERENCE.sub(_decoded, text) if "&" in text else text


def _decoded(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name:
        return KNOWN_ENTITIES[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return html.unescape(f"&#{code};") if 0 < code < 0x110000 else found.group(0)


def _unparsable(text: str, at: int, why: str) -> ApiError:
    return bad_request("can't parse entities: " + why.replace("{offset}", str(len(text[:at].encode()))))


def parse_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the plain text and the entities of Telegram's HTML.

    Raises:
        ApiError: 400 `can't parse entities: …` with the byte offset, as strict as the real server.
    """
    plain: list[str] = []
    entities: list[dict[str, Any]] = []
    opened: list[tuple[str, dict[str, str], int]] = []
    length = at = 0
    while at < len(text):
        start = text.find("<", at)
        piece = unescape(text[at:] if start < 0 else text[at:start])
        plain.append(piece)
        length += units(piece)
        if start < 0:
            break
        if text.startswith("</", start):
            at = _close(text, start, opened, entities, (length, "".join(plain)))
        else:
            at = _open(text, start, opened, length)
    if opened:
        raise bad_request(
            f"can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1][0]}\""
        )
    entities.sort(key=lambda one: (one["offset"], -one["length"]))
    return "".join(plain), entities


def _open(text: str, start: int, opened: list[tuple[str, dict[str, str], int]], length: int) -> int:
    name_end = start + 1
    while name_end < len(text) and not text[name_end].isspace() and text[name_end] != ">":
        name_end += 1
    if name_end == len(text):
        raise _unparsable(text, start, "Unclosed start tag at byte offset {offset}")
    name = text[start + 1 : name_end].lower()
    if name not in TAGS:
        raise _unparsable(text, start, f'Unsupported start tag "{name}" at byte offset {{offset}}')
    attributes, at = _attributes(text, start, name_end, name)
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise _unparsable(text, start, 'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    opened.append((name, attributes, length))
    return at + 1


def _attributes(text: str, start: int, at: int, tag: str) -> tuple[dict[str, str], int]:
    """Read attributes up to the closing `>` and return them with its place."""
    attributes: dict[str, str] = {}
    while True:
        at = SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing at least
        if text.startswith(">", at):
            return attributes, at
        found = ATTRIBUTE.match(text, at)
        if found is None:
            raise _unparsable(
                text, start, f'Empty attribute name in the tag "{tag}" at byte offset {{offset}}'
            )
        value = found[2]
        at = found.end()
        if at == len(text):
            named = "" if value else f' "{tag}"'
            raise _unparsable(text, start, f"Unclosed start tag{named} at byte offset {{offset}}")
        attributes[found[1]] = unescape((value or "1").strip("\"'"))


def _close(
    text: str,
    start: int,
    opened: list[tuple[str, dict[str, str], int]],
    entities: list[dict[str, Any]],
    reached: tuple[int, str],
) -> int:
    if not opened:
        raise _unparsable(text, start, "Unexpected end tag at byte offset {offset}")
    end = text.find(">", start)
    if end < 0:
        raise _unparsable(text, start, "Unclosed end tag at byte offset {offset}")
    name = text[start + 2 : end].strip().lower()
    tag, attributes, offset = opened.pop()
    if name and name != tag:
        raise _unparsable(
            text,
            start,
            f'Unmatched end tag at byte offset {{offset}}, expected "</{tag}>", found "</{name}>"',
        )
    length, plain = reached
    if length > offset:
        entity = _entity(tag, attributes, offset, length - offset, plain)
        if entity is not None:
            _merge_pre(entities, entity, attributes)
    return end + 1


def _entity(
    tag: str, attributes: dict[str, str], offset: int, length: int, plain: str
) -> dict[str, Any] | None:
    entity: dict[str, Any] = {"type": TAGS[tag], "offset": offset, "length": length}
    if tag == "a":
        inside = plain.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le")
        url = attributes.get("href") or inside
        if not re.match(r"(?i)(https?|tg|tonsite|mailto|tel)[:/]|[\w-]+(\.[\w-]+)+", url):
            return None
        entity["url"] = url
    elif tag == "tg-emoji":
        entity["custom_emoji_id"] = attributes.get("emoji-id", "")
    elif tag == "tg-time":
        entity["unix_time"] = int(attributes.get("unix", "0"))
    elif tag == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    return entity


def _merge_pre(entities: list[dict[str, Any]], entity: dict[str, Any], attributes: dict[str, str]) -> None:
    """`<pre><code class="language-x">` is one entity, a pre with a language."""
    language = attributes.get("class", "").removeprefix("language-") if entity["type"] == "code" else ""
    if entity["type"] == "pre" and entities and entities[-1]["type"] == "code":
        last = entities[-1]
        if (last["offset"], last["length"]) == (entity["offset"], entity["length"]) and last.get("language"):
            last["type"] = "pre"
            return
    entities.append(entity | ({"language": language} if language else {}))


def find_entities(text: str) -> list[dict[str, Any]]:
    """Return the entities Telegram finds in plain text: commands, mentions, links, addresses, hashtags."""
    if not any(mark in text for mark in "/@#:"):
        return []
    return [
        {
            "type": str(found.lastgroup),
            "offset": units(text[: found.start()]),
            "length": units(found.group(0)),
        }
        for found in FOUND.finditer(text)
    ]


def formatted(
    text: str, parse_mode: str | None, given: list[dict[str, Any]] | None
) -> tuple[str, list[dict[str, Any]]]:
    """Return a bot's text as it is kept: parsed, trimmed, with entities of its own and found ones.

    Raises:
        ApiError: 400 for markup that does not parse or a mode this sandbox does not serve.
    """
    if parse_mode and parse_mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    plain, entities = parse_html(text) if parse_mode else (text, list(given or ()))
    trimmed = plain.strip()
    shift = units(plain[: len(plain) - len(plain.lstrip())])
    if len(trimmed) != len(plain):
        entities = _shifted(entities, shift, units(trimmed))
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    taken = [(one["offset"], one["offset"] + one["length"]) for one in entities if one["type"] in _OPAQUE]
    for entity in find_entities(trimmed):
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if not any(begin < end and start < finish for begin, finish in taken):
            entities.append(entity)
    entities.sort(key=lambda one: (one["offset"], -one["length"]))
    return trimmed, entities


_OPAQUE = frozenset({"code", "pre", "text_link", "url", "mention", "bot_command", "hashtag", "email"})


def _shifted(entities: list[dict[str, Any]], shift: int, length: int) -> list[dict[str, Any]]:
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - shift)
        end = min(length, entity["offset"] - shift + entity["length"])
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return kept
