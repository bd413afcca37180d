"""A forwarded article over real HTTP: shown, recorded by the press, counted once whatever comes twice."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.databases import current_file
from tests.driver import Office, running_office
from tests.shown import Shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPORTER = "市司法局 联络员"
OFFICE = "峨眉山 管理员"
CHANNEL = "峨眉山市司法局"
ARTICLE = "《法治宣传进社区》\nhttps://mp.weixin.qq.com/s/aBcDeF"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    folder = tmp_path_factory.mktemp("media")
    async with running_office(folder, current_file(folder / "duban.db")) as running:
        await running.set_clock("2024-03-20T08:30:00+08:00")
        yield running


async def forwarded(office: Office, name: str, text: str = ARTICLE) -> Shown:
    person = office.person(name)
    before = await office.latest(person)
    await office.write(name, text=text, forward={"channel": CHANNEL})
    return await office.answer(person, before)


async def test_a_forward_counts_once_by_its_press_whatever_comes_twice(office: Office) -> None:
    person = office.person(REPORTER)
    shown = await forwarded(office, REPORTER)
    assert "账号：微信“峨眉山市司法局”（市司法局）" in shown.text
    assert "政务新媒体\n每个账号；已登记 1 个 0/4" in (await office.say(REPORTER, "进度")).text
    data = shown.data_of("登记到3月20日")
    press = {"chat": person, "message_id": shown.id, "from": person, "data": data}
    before = await office.latest(person)
    await asyncio.gather(*(office.post("/sandbox/presses", **press) for _ in range(3)))
    receipt = await office.answer(person, before)
    assert "已计入2024年3月“政务新媒体”1 条，该账号当月共 1 条" in receipt.text
    await office.post("/sandbox/redeliveries", count=5)
    assert "1/4" in (await office.say(REPORTER, "进度")).text
    again = await forwarded(office, REPORTER)
    known = await office.press(REPORTER, again, "登记到3月20日")
    assert "这条已登记过" in known.text
    assert "该账号当月共" not in known.text
    gone = await office.press(REPORTER, receipt, "撤回")
    assert "已撤回：微信“峨眉山市司法局” 3月20日的推文" in gone.text
    assert "每个账号；已登记 1 个 0/4" in (await office.say(REPORTER, "进度")).text


async def test_a_forward_in_a_group_stays_a_hint_and_a_link_alone_is_asked_about(office: Office) -> None:
    group = office.group("峨眉山")
    before = await office.latest(group)
    await office.write(REPORTER, chat=group, text="@duban_bot 报送 动态 3", forward={"channel": CHANNEL})
    assert "转发的消息不当作您本人的指令" in (await office.answer(group, before)).text
    asked = await office.say(REPORTER, "https://mp.weixin.qq.com/s/another")
    assert "收到链接，请核对后登记" in asked.text
    dropped = await office.press(REPORTER, asked, "不登记")
    assert dropped.text == "好的，没有登记。"


async def test_the_office_sees_the_worst_account_first(office: Office) -> None:
    shown = await office.say(OFFICE, "新媒体")
    first = next(line for line in shown.text.splitlines() if "微信“" in line)
    assert first.startswith("🔴 超期 微信“")
