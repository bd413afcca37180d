"""Rankings over real HTTP: drawn for who asks, posted to a group at once and by a schedule, once."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.databases import current_file
from tests.driver import Office, running_office
from tests.shown import Shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFFICE = "定南 管理员"
REPORTER = "市场监管局 联络员"
GROUP = "定南县政务公开工作群"
SECONDS = 10


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    folder = tmp_path_factory.mktemp("rankings")
    async with running_office(folder, current_file(folder / "duban.db")) as running:
        await running.set_clock("2024-03-15T20:00:00+08:00")
        yield running


async def follow(office: Office, shown: Shown, *labels: str) -> Shown:
    for label in labels:
        shown = await office.press(OFFICE, shown, label)
    return shown


async def rankings(office: Office, count: int) -> list[Shown]:
    """Give the rankings in the group once there are so many of them."""
    async with asyncio.timeout(SECONDS):
        while True:
            found = [each for each in await office.messages(office.group(GROUP)) if "排名" in each.text]
            if len(found) >= count:
                return found
            await office.messages(
                office.group(GROUP), after=max(each.revision for each in found) if found else 0, wait=1
            )


async def test_a_ranking_is_drawn_and_its_words_take_the_pictures_place(office: Office) -> None:
    shown = await office.say(REPORTER, "排名 全年")
    assert "photo" in shown.raw
    assert "▶ 市场监管局" in shown.text
    whole = await office.press(REPORTER, shown, "文字版榜单")
    assert "photo" not in whole.raw
    assert "1　融媒体中心　65.0%" in whole.text
    place = await office.press(REPORTER, await office.say(REPORTER, "排名 2月"), "市场监管局名次")
    assert "photo" in place.raw
    assert "各月：1月 19/30、2月 10/30、3月 0/30" in place.text


async def test_what_an_administrator_posts_goes_at_once_in_the_evening(office: Office) -> None:
    shown = await office.say(OFFICE, "排名 全年")
    preview = await follow(office, shown, "发布到群", GROUP, "完整榜单", "先看一遍")
    await follow(office, preview, "确认发布")
    (posted,) = await rankings(office, 1)
    assert "photo" in posted.raw
    assert "46　公路发展分中心　3.3%" in posted.text


async def test_a_schedule_posts_the_year_on_the_first_working_day_of_april(
    office: Office,
) -> None:
    shown = await office.say(OFFICE, "排名")
    saved = await follow(office, shown, "定时发布", "新增", "选群组", GROUP, "完成", "保存")
    assert "下次：4月1日 09:00，2024年（截至2024年3月31日）" in saved.text
    due = (await office.get("/sandbox/due"))["organisations"]
    ahead = next(each["next"] for each in due if each["organisation"] == "定南县")
    assert {"words": "发布2024年排名", "due_at": "2024-04-01T09:00:00+08:00", "groups": 1} in [
        {key: each.get(key) for key in ("words", "due_at", "groups")} for each in ahead
    ]
    for moment in ("2024-04-01T08:59:00+08:00", "2024-04-01T09:00:00+08:00", "2024-04-01T09:01:00+08:00"):
        await office.set_clock(moment)
    _, posted = await rankings(office, 2)
    assert "截至2024年3月31日" in posted.text
    assert "公路发展分中心" not in posted.text
    card = await follow(office, await office.say(OFFICE, "排名 全年"), "定时发布", "查看 1")
    assert "最近：4月1日 09:00 2024年，已发 1 个群" in card.text
    await office.set_clock("2024-04-02T10:00:00+08:00")
    assert len(await rankings(office, 2)) == 2
