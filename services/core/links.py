"""Addresses of pages in what people write, and the key by which the same page is known again."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.core.errors import UserError

MAX_ADDRESS = 2000  # characters; browsers and servers agree on little more
MAX_TITLE = 200

_HAN = "\u3400-\u9fff"
_SIGN = r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]"
_LABEL = rf"[A-Za-z0-9_{_HAN}-]{{1,63}}"
_TOP = "中国|中國|政务|公益|公司|网络|网址|集团|在线|中文网"
# Chinese signs stand in a host whose last label says so, and between the slashes of a path; elsewhere they
# end the address, because people put no space: 见https://a.cn/x谢谢.
_ADDRESS = re.compile(
    rf"(?<![A-Za-z0-9+.-])(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{{0,20}})://"
    rf"(?P<host>(?:{_LABEL}\.){{1,9}}(?:[A-Za-z][A-Za-z0-9-]{{1,62}}|{_TOP}|[0-9]{{1,3}}))?"
    rf"(?P<rest>(?:{_SIGN}|(?<=[/=])[{_HAN}]{{1,40}}(?=[/.?&]))*)"
    rf"|(?<![A-Za-z0-9@./-])(?:www\.[A-Za-z0-9-]{{1,63}}\.|[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{1,5}}/)"
    rf"{_SIGN}*"
)
_NEXT = re.compile(r"[,;|]+(?=https?://)", re.IGNORECASE)
_TRAILING = ".,;:!?'*"
_BETWEEN = " \t\n.,;:!?|，。；：、！？"
_BESIDE_HAN = re.compile(rf"(?<=[{_HAN}])[,:;!?]|[,:;!?](?=[{_HAN}])")
_WIDE = {",": "\uff0c", ":": "\uff1a", ";": "\uff1b", "!": "\uff01", "?": "\uff1f"}

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PARTS = re.compile(
    r"https?://(?P<host>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<route>.*))?",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^:\[\]]+)(?::(?P<port>[0-9]{1,5})?)?")
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?P<top>[a-z0-9-]{1,63})")
_SESSION = re.compile(r";jsessionid=[^/]*", re.IGNORECASE)
_WEIXIN = "mp.weixin.qq.com"
_ARTICLE = ("__biz", "mid", "idx", "sn")
_TRACKING = re.compile(
    r"(?:utm_[a-z_]+|spm|scm|isappinstalled|nsukey|share_token|share_source|share_medium|wxshare_count)=.*"
    r"|from=[a-z_]*",  # the channel it was shared in; from=20 or a day may be part of a list
    re.IGNORECASE,
)


class LinkUnclear(UserError):
    """What looks like an address is none that a page can be found by (``text``)."""


@dataclass(frozen=True, slots=True)
class Link:
    """A page that was published: its address as given, the key of the same page, its title ("" if none)."""

    address: str
    key: str
    title: str = ""


def split_links(text: str) -> tuple[str | Link, ...]:
    """Take the links out of a text: what stands around them and the links, in order; no empty text.

    LinkUnclear for an address that is not http, hides another host before an @, or has no scheme.
    """
    return tuple(piece for piece in _pieces(text) if piece)


def without_addresses(text: str) -> str:
    """Take out of a text what looks like an address, whether a page can be found by it or not."""
    return _ADDRESS.sub(" ", text)


def is_of_links(text: str) -> bool:
    """Tell whether a text is nothing but what looks like addresses, one or more."""
    left = without_addresses(text)
    return left != text and not left.strip(_BETWEEN)


def title_of(text: str) -> str:
    """Reduce the words beside a link to a title: trimmed, a whole 《…》 unwrapped, 200 characters at most."""
    title = as_printed(" ".join(text.split())).strip(" ,;:，；：、。|-—>→\"'“”")
    inner = title[1:-1]
    if title[:1] == "《" and title[-1:] == "》" and not set(inner) & set("《》"):
        title = inner.strip()
    return title[:MAX_TITLE].rstrip()


def as_printed(title: str) -> str:
    """Write the signs beside Chinese words as they are printed; cleaning has made them half-width."""
    return _BESIDE_HAN.sub(lambda sign: _WIDE[sign[0]], title)


def page_key(address: str) -> str:
    """Write an address in the one form that all addresses of the same page share; LinkUnclear for none.

    http is https, the host is small letters (punycode), ports 80 and 443, a trailing slash, the fragment
    (but a ``#/`` route), tracking and the order of parameters say nothing. An article of WeChat is its
    ``/s/<id>`` or its four parameters. Only what cannot tell two pages apart is dropped: www. and m. stay.
    The key of a key is itself.
    """
    match = _PARTS.fullmatch(address)
    if match is None or len(address) > MAX_ADDRESS:
        raise _unclear(address)
    host = _host(match["host"], address)
    path = _path(match["path"])
    query = _query(match["query"] or "")
    route = _plain(match["route"] or "")
    if host == _WEIXIN:
        path, query, route = _article(path, query)
    if not route.startswith(("/", "!/")) or not route.strip("!/"):
        route = ""
    parameters = "&".join(query)
    return f"https://{host}{path}" + (f"?{parameters}" if parameters else "") + (f"#{route}" if route else "")


def _unclear(address: str) -> LinkUnclear:
    return LinkUnclear(text=address if len(address) <= 80 else address[:79] + "…")


def _pieces(text: str) -> Iterator[str | Link]:
    at = 0
    while match := _ADDRESS.search(text, at):
        end = match.end()
        if cut := _NEXT.search(text, match.start(), end):
            end = cut.start()
        address = _trimmed(text[match.start() : end])
        if not match["scheme"] or match["scheme"].casefold() not in {"http", "https"}:
            raise _unclear(address)
        yield text[at : match.start()]
        yield Link(address, page_key(address))
        at = match.start() + len(address)
    yield text[at:]


def _trimmed(address: str) -> str:
    """Leave out the punctuation of the sentence the address stands in."""
    while address:
        last = address[-1]
        unbalanced = (last == ")" and address.count("(") < address.count(")")) or (
            last == "]" and address.count("[") < address.count("]")
        )
        if last not in _TRAILING and not unbalanced:
            break
        address = address[:-1]
    return address


def _host(written: str, address: str) -> str:
    match = _HOST.fullmatch(written.casefold().rstrip("."))
    if match is None or "@" in written:
        raise _unclear(address)
    port = int(match["port"] or 0)
    name = _host_name(match["name"].rstrip("."))
    if name is None or port > 65535:
        raise _unclear(address)
    return name if port in {0, 80, 443} else f"{name}:{port}"


def _host_name(name: str) -> str | None:
    """Give a host in one form, or None: punycode, or a number of four parts; nothing without a dot."""
    try:
        if name.startswith("["):
            return f"[{ipaddress.IPv6Address(name[1:-1])}]"
        plain = name if name.isascii() else name.encode("idna").decode("ascii").casefold()
        match = _NAME.fullmatch(plain)
        if match is None or len(plain) > 253:
            return None
        return str(ipaddress.IPv4Address(plain)) if match["top"].isdecimal() else plain
    except ValueError:  # UnicodeError and AddressValueError are both
        return None


def _path(written: str) -> str:
    kept: list[str] = []
    for segment in _SESSION.sub("", _plain(written)).split("/")[1:]:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    return "".join("/" + segment for segment in kept).rstrip("/")


def _query(written: str) -> list[str]:
    pairs = [_parameter(pair) for pair in written.split("&") if pair]
    named = [pair for pair in pairs if not _TRACKING.fullmatch(pair)]
    return sorted(named, key=lambda pair: pair.partition("=")[0])


def _parameter(written: str) -> str:
    name, equals, value = _plain(written).partition("=")
    return name + equals + value.replace("=", "%3D")


def _article(path: str, query: list[str]) -> tuple[str, list[str], str]:
    if path.startswith("/s/"):
        return path, [], ""
    identity = [pair for pair in query if pair.partition("=")[0] in _ARTICLE]
    return path, identity if path == "/s" and len(identity) > 1 else query, ""


def _plain(text: str) -> str:
    """Write percent-encoding in one way: only where it is needed, in capitals."""
    encoded = re.sub(
        r"%(?![0-9A-Fa-f]{2})|[^!-~]",
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8")),
        text,
    )
    return re.sub("%([0-9A-Fa-f]{2})", _decoded, encoded)


def _decoded(found: re.Match[str]) -> str:
    sign = chr(int(found[1], 16))
    return sign if sign in _UNRESERVED else found[0].upper()
