"""A reporter's desk with official media accounts, for tests."""

import datetime as dtm
from typing import Any

from models.enums import Platform, Role
from services.core.access import Actor
from services.core.links import Link, page_key
from services.core.progress import Progress
from services.media import media_posts, media_register
from services.media.media_accounts import MediaAccountRef
from services.media.media_posts import Post, PostOutcome
from services.media.media_register import NewMediaAccount
from tests.builders import a_reporter
from tests.people import a_member
from tests.services.desk import Desk, a_desk

WECHAT, WEIBO = Platform.WECHAT, Platform.WEIBO


def media_line(progress: Progress) -> Any:
    (line,) = [line for line in progress.lines if line.category == "政务新媒体"]
    return line


def day(text: str) -> dtm.date:
    return dtm.date.fromisoformat(text)


class Media(Desk):
    """A desk with somebody of the office, and the accounts it registers."""

    clerk: Any = None

    async def register(
        self, unit: str, name: str, platform: Platform = WECHAT, **more: Any
    ) -> MediaAccountRef:
        new = NewMediaAccount(self.units[unit], platform, name, **more)
        return await media_register.register(self.clerk, new, self.occasion())

    def reporter(self, unit: str = "市司法局") -> Actor:
        return a_reporter(self.organisation_id, self.units[unit])

    async def post(
        self, account: MediaAccountRef, on: str, title: str = "", address: str = "", **more: Any
    ) -> PostOutcome:
        """Have the account's own reporter tell of a post by a new message."""
        link = Link(address, page_key(address), title) if address else None
        post = Post(account.id, day(on), title, link, text=f"/media {account.name} {on} {title}", **more)
        return await media_posts.record(self.reporter(account.unit), post, self.occasion())


async def a_media_desk() -> Media:
    desk = await a_desk()
    media = Media(desk.organisation_id, desk.units, desk.categories)
    media.clerk = await a_member(desk.organisation_id, Role.ADMINISTRATOR, telegram_id=7001)
    return media
