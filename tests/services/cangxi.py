"""苍溪县's official media in the first quarter of 2020, as its bulletin of 16 April prints them.

Printed are 41 accounts, 13 of 微博 and 28 of 微信, and annex 2 with what was found. What is not printed
had to be made up: 25 accounts without a name, and the days of the posts between the findings.
"""

import csv
import datetime as dtm
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from models.enums import Platform
from services.core.access import Actor
from services.core.occasion import Occasion
from services.core.platforms import read_platform
from services.media import media_checks, media_findings, media_posts, media_register
from services.media.media_checks import Look
from services.media.media_posts import Post
from services.media.media_register import NewMediaAccount
from tests.builders import an_organisation, units_of

with (Path(__file__).parent / "cangxi_2020q1_media.csv").open(encoding="utf-8", newline="") as table:
    ANNEX = tuple(csv.DictReader(table))

FIRST, LAST = dtm.date(2020, 1, 1), dtm.date(2020, 3, 31)
ACCOUNTS = {Platform.WEIBO: 13, Platform.WECHAT: 28}
PRAISED = {Platform.WEIBO: "平安苍溪", Platform.WECHAT: "苍溪教科"}
OFTEN = dtm.timedelta(days=13)  # between two posts of an account that is not found
DAY = dtm.timedelta(days=1)


def day(text: str) -> dtm.date:
    return dtm.date.fromisoformat(text)


@dataclass(frozen=True)
class Silence:
    """What the annex prints of an account: seen on a day, its last post, 三川镇's impossible one apart."""

    platform: Platform
    account: str
    checked_on: dtm.date
    last_on: dtm.date

    @property
    def gap(self) -> int:
        return (self.checked_on - self.last_on).days


def platform_of(row: dict[str, str]) -> Platform:
    found = read_platform(row["平台"])
    assert found is not None
    return found


def silences(problem: str) -> list[Silence]:
    """The printed silences of a kind, without 三川镇's."""
    return [
        Silence(platform_of(row), row["账号名称"], day(row["监测日期"]), day(row["最新更新时间"]))
        for row in ANNEX
        if problem in row["突出问题"] and row["账号名称"] != "苍溪县三川镇"
    ]


STALE, ZOMBIES = silences("超过两周未更新"), silences("僵尸")


def post_days(platform: Platform, account: str) -> Iterator[dtm.date]:
    """The days of an account's posts: often, but silent from each printed last post until the look."""
    quiet = [one for one in STALE if (one.platform, one.account) == (platform, account)]
    each = day("2020-02-11") - 4 * OFTEN if account == "苍溪县三川镇" else FIRST - OFTEN
    while each <= LAST:
        following = next((one for one in quiet if one.last_on > each), None)
        yield each
        over = next((one for one in quiet if one.last_on == each), None)
        if over is not None:
            each = over.checked_on + DAY
        else:
            each = min(each + OFTEN, following.last_on) if following else each + OFTEN


@dataclass
class Cangxi:
    """The county's office, replayed day by day."""

    organisation_id: int
    clerk: Actor
    units: dict[str, int]
    accounts: dict[tuple[Platform, str], int] = field(default_factory=dict)
    number: int = 0

    def occasion(self, today: dtm.date) -> Occasion:
        self.number += 1
        now = dtm.datetime.combine(today, dtm.time(2), dtm.UTC)
        return Occasion(f"message/m1/{self.number}", now, today)

    async def register(self, platform: Platform, name: str, unit: str, today: dtm.date) -> int:
        new = NewMediaAccount(self.units[unit], platform, name)
        account = await media_register.register(self.clerk, new, self.occasion(today))
        self.accounts[platform, name] = account.id
        return account.id

    async def post(self, account_id: int, posted_on: dtm.date, today: dtm.date) -> None:
        await media_posts.record(self.clerk, Post(account_id, posted_on), self.occasion(today))

    async def look(self, one: Silence, **more: object) -> media_checks.LookOutcome:
        account_id = self.accounts[one.platform, one.account]
        look = Look(account_id, one.checked_on, one.last_on, **more)  # type: ignore[arg-type]
        return await media_checks.record(self.clerk, look, self.occasion(one.checked_on))

    async def live(self) -> list[tuple[dtm.date, str, str]]:
        """Let the quarter pass: each morning what is found, then the day's posts. Gives what was found."""
        plan: dict[dtm.date, list[int]] = {}
        for (platform, name), account_id in self.accounts.items():
            for posted_on in post_days(platform, name):
                if posted_on < FIRST:
                    await self.post(account_id, posted_on, FIRST)
                else:
                    plan.setdefault(posted_on, []).append(account_id)
        found, today = [], FIRST
        while today <= LAST:
            if today == ZOMBIES[0].checked_on:
                await self._meet_zombies(today)
            now = dtm.datetime.combine(today, dtm.time(1), dtm.UTC)
            found += [
                (finding.found_on, finding.kind.value, " ".join(finding.accounts))
                for finding in await media_findings.detect(today, now)
            ]
            for account_id in plan.get(today, ()):
                await self.post(account_id, today, today)
            today += DAY
        return found

    async def _meet_zombies(self, today: dtm.date) -> None:
        """The two that nobody had kept an eye on come into the register, and are looked at at once."""
        for one in ZOMBIES:
            await self.register(one.platform, one.account, "县交运局", today)
            await self.look(one)


async def cangxi(clerk: Actor, organisation_id: int) -> Cangxi:
    """Register the quarter's accounts but for the two zombies, in the annex's order."""
    dead = {one.account for one in ZOMBIES}
    annex = dict.fromkeys(
        (platform_of(row), row["账号名称"], row["主办单位"]) for row in ANNEX if row["账号名称"] not in dead
    )
    rest = []
    for platform, count in ACCOUNTS.items():
        printed = sum(each[0] is platform for each in annex) + (
            len(dead) if platform is Platform.WECHAT else 0
        )
        names = [PRAISED[platform], *(f"未列名{number}" for number in range(2, count - printed + 1))]
        rest += [(platform, name, f"{name}的主办单位") for name in names]
    hosts = dict.fromkeys([*(each[2] for each in annex), "县交运局", *(each[2] for each in rest)])
    county = Cangxi(organisation_id, clerk, await units_of(organisation_id, hosts))
    for each in (*annex, *rest):
        await county.register(*each, FIRST)
    return county


async def an_office() -> int:
    return await an_organisation("苍溪县", year=2020)
