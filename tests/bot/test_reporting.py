"""Reporting over real HTTP: presses twice, edits, groups, closed months, and what a restart must not lose."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.databases import TEMPLATE, create_database, current_file
from tests.driver import PATIENCE, Office, running_office

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPORTER = "市司法局 联络员"
POLICE = "市公安局 联络员"
OFFICE = "峨眉山 管理员"


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=[("polling", "sqlite"), ("webhook", "postgres")],
    ids="-".join,
)
async def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    transport, kind = request.param
    folder: Path = tmp_path_factory.mktemp("reporting")
    if kind == "sqlite":
        database = current_file(folder / "duban.db")
    else:
        database = await create_database(request.getfixturevalue("postgres_template"), template=TEMPLATE)
    async with running_office(folder, database, webhook=transport == "webhook") as running:
        await running.set_clock("2024-03-20T08:30:00+08:00")
        yield running


async def test_a_report_its_edit_and_its_end(office: Office) -> None:
    person = office.person(REPORTER)
    before = await office.latest(person)
    sent = await office.write(REPORTER, text="/report 动态 3 决策公开 1")
    receipt = await office.answer(person, before)
    assert "已收到 · 市司法局 · 2024年3月" in receipt.text
    assert "动态通知类 +3 → 3/2 条 ✅ 已完成" in receipt.text
    await office.post(
        "/sandbox/reactions", chat=person, message_id=sent, **{"from": person}, emoji="👍", as_edit=True
    )
    offered = await office.edit(REPORTER, sent, "/report 动态 5 决策公开 1")
    assert "动态通知类：3 条 → 5 条" in offered.text
    corrected = await office.press(REPORTER, offered, "改为 5 条")
    assert corrected.id == offered.id
    assert "由 3 改为 5" in corrected.text
    # The first receipt's button takes back what the message counts for now.
    gone = await office.press(REPORTER, receipt, "撤回")
    assert "动态通知类 5 条" in gone.text
    assert "动态通知类 0/2" in (await office.say(REPORTER, "进度")).text


async def test_two_presses_from_two_devices_count_once(office: Office) -> None:
    asked = await office.say(POLICE, "报送 动态")
    person = office.person(POLICE)
    press = {"chat": person, "message_id": asked.id, "from": person}
    await asyncio.gather(
        *(
            office.post("/sandbox/presses", **press, data=asked.data_of(count))
            for count in ("2", "2", "5", "3")
        )
    )
    async with asyncio.timeout(PATIENCE):  # what the presses changed may come up before the answer
        while not (shown := await office.say(POLICE, "进度")).text.startswith("市公安局 · 2024年3月"):
            pass
    counted = [count for count in (2, 3, 5) if f"动态通知类 {count}/2" in shown.text]
    assert len(counted) == 1, shown.text


async def test_a_group_is_answered_below_the_message_and_asked_by_a_forced_reply(office: Office) -> None:
    group = office.group("峨眉山")
    asked = await office.say(REPORTER, "@duban_bot 报送 政务新媒体", chat=group)
    assert asked.raw["force_reply"]
    receipt = await office.say(REPORTER, "4", chat=group, reply_to=asked.id)
    assert "政务新媒体 +4 → 4/4 条 ✅ 已完成" in receipt.text
    assert "名（" not in receipt.text


async def test_a_closed_month_is_opened_by_the_office_and_the_reporter_is_told(office: Office) -> None:
    refused = await office.say(REPORTER, "报送 动态 3 1月")
    assert "已于2月6日关账" in refused.text
    person = office.person(REPORTER)
    before = await office.latest(person)
    opened = await office.say(OFFICE, "开账 市司法局 1月 3月22日 补报")
    assert "已开账" in opened.text
    told = await office.answer(person, before)
    assert "3月22日（含）前可以补报" in told.text
    late = await office.say(REPORTER, "报送 动态 3 1月")
    assert "逾期" in late.text
    await office.set_clock("2024-03-23T08:30:00+08:00")
    assert "关账" in (await office.say(REPORTER, "报送 动态 4 1月")).text
    await office.set_clock("2024-03-20T08:40:00+08:00")


async def test_a_page_counts_once(office: Office) -> None:
    page = "报送 决策公开 https://www.emeishan.gov.cn/art/7.html 法律援助通知"
    assert "已收到" in (await office.say(REPORTER, page)).text
    again = await office.say(REPORTER, page)
    assert "没有重复计入" in again.text
    assert "法律援助通知" in again.text
    asked = await office.say(POLICE, page)
    left = await office.press(POLICE, asked, "不计")
    assert "不计" in left.text


async def test_the_last_report_is_taken_back_once(office: Office) -> None:
    await office.say(REPORTER, "报送 政务公开日 1")
    shown = await office.say(REPORTER, "撤回")
    assert "政务公开日活动信息 1 条" in shown.text
    assert "已撤回" in (await office.press(REPORTER, shown, "撤回")).text
    assert "法律援助通知" not in (again := await office.say(REPORTER, "/undo")).text
    assert "决策公开 1 条" in again.text
