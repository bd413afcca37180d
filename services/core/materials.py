"""A message that somebody shows the bot: which post it may be. Nothing counts by it; a press does that."""

import datetime as dtm
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from models.enums import Platform
from services.core.errors import UserError
from services.core.links import Link, page_key, split_links, title_of, without_addresses
from services.core.text import clean

_HOSTS: Mapping[str, Platform] = {
    "mp.weixin.qq.com": Platform.WECHAT,
    "weixin.qq.com": Platform.WECHAT,
    "channels.weixin.qq.com": Platform.WECHAT,
    "weibo.com": Platform.WEIBO,
    "weibo.cn": Platform.WEIBO,
    "t.cn": Platform.WEIBO,
    "douyin.com": Platform.DOUYIN,
    "iesdouyin.com": Platform.DOUYIN,
    "kuaishou.com": Platform.KUAISHOU,
    "gifshow.com": Platform.KUAISHOU,
    "toutiao.com": Platform.TOUTIAO,
    "toutiao.cn": Platform.TOUTIAO,
}
_HOST = re.compile(r"https?://([^/:?#]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Material:
    """What a forward is: its words with the addresses behind them, where it is from, when it was sent.

    ``origin`` is the title of the channel or chat, "" where a person sent it: people are no accounts.
    """

    text: str
    origin: str
    sent_at: dtm.datetime
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostDraft:
    """A post on its way; whatever records it does so under ``source``, so it is recorded once.

    ``text`` is what the person wrote themselves, "" for a forward.
    """

    source: str
    posted_on: dtm.date
    title: str = ""
    link: Link | None = None
    text: str = ""
    is_another: bool = False

    @property
    def platform(self) -> Platform | None:
        """Give the platform the address belongs to, None where it says none."""
        return platform_of(self.link.address) if self.link else None

    def on(self, day: dtm.date) -> "PostDraft":
        """Give the draft with another day."""
        return replace(self, posted_on=day)

    def as_another(self) -> "PostDraft":
        """Give the draft of a post that is not the one known of the same day."""
        return replace(self, is_another=True)

    def as_json(self) -> dict[str, Any]:
        """Write the draft for a button or a question."""
        return {
            "source": self.source,
            "posted_on": self.posted_on.isoformat(),
            "title": self.title,
            "address": self.link.address if self.link else "",
            "text": self.text,
            "is_another": self.is_another,
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """Read what ``as_json`` wrote."""
        address, title = written["address"], written["title"]
        return cls(
            source=written["source"],
            posted_on=dtm.date.fromisoformat(written["posted_on"]),
            title=title,
            link=Link(address, page_key(address), title) if address else None,
            text=written["text"],
            is_another=written["is_another"],
        )


def platform_of(address: str) -> Platform | None:
    """Give the platform that a page's host belongs to; None for any other host."""
    match = _HOST.match(address)
    labels = match[1].casefold().split(".") if match else []
    hosts = (".".join(labels[at:]) for at in range(len(labels)))
    return next((_HOSTS[host] for host in hosts if host in _HOSTS), None)


def draft_of(material: Material, source: str, zone: dtm.tzinfo) -> PostDraft:
    """Read a forward: its first page, its first line of words as the title, the day it was sent."""
    text = clean(material.text)
    link = first_link(text) or next((each for each in map(first_link, material.addresses) if each), None)
    title = _title(text)
    return PostDraft(
        source,
        material.sent_at.astimezone(zone).date(),
        title,
        replace(link, title=title) if link else None,
    )


def draft_of_link(text: str, source: str, today: dtm.date) -> PostDraft | None:
    """Read a message that is a platform's page with its title at most; None for any other message."""
    link = first_link(text)
    if link is None or platform_of(link.address) is None:
        return None
    title = _title(text)
    return PostDraft(source, today, title, replace(link, title=title), text)


def first_link(text: str) -> Link | None:
    """Give the first address of a text; None where there is none or what looks like one is none."""
    try:
        return next((piece for piece in split_links(text) if isinstance(piece, Link)), None)
    except UserError:
        return None


def _title(text: str) -> str:
    return next((title for line in text.split("\n") if (title := title_of(_unlinked(line)))), "")


def _unlinked(line: str) -> str:
    try:
        return " ".join(_words_of(split_links(line)))
    except UserError:
        return without_addresses(line)


def _words_of(pieces: Iterable[str | Link]) -> Iterable[str]:
    return (piece for piece in pieces if isinstance(piece, str))
