"""Whole conversations over real HTTP: both transports, both databases, people of the examples."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from tests.databases import TEMPLATE, create_database, current_file
from tests.driver import Office, running_office

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPORTER = "市司法局 联络员"
OFFICE = "峨眉山 管理员"
DINGNAN = "定南 管理员"
STRANGER = "新来的同事"


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=[("polling", "sqlite"), ("webhook", "sqlite"), ("polling", "postgres"), ("webhook", "postgres")],
    ids="-".join,
)
async def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    transport, kind = request.param
    folder: Path = tmp_path_factory.mktemp("office")
    if kind == "sqlite":
        database = current_file(folder / "duban.db")
    else:
        database = await create_database(request.getfixturevalue("postgres_template"), template=TEMPLATE)
    async with running_office(folder, database, webhook=transport == "webhook") as running:
        # The first thing a script does: the line that says "ready" used to come before the bot could tick.
        await running.post("/sandbox/clock", now="2024-03-01T08:30:00+08:00")
        yield running


@pytest.mark.parametrize("words", ["/progress", "进度", "/progress@duban_bot"])
async def test_a_reporter_sees_their_own_unit_at_once(office: Office, words: str) -> None:
    shown = await office.say(REPORTER, words)
    assert "市司法局 · 2024年3月" in shown.text
    assert "还差：动态通知类 2 条、政务新媒体 4 条" in shown.text
    assert "动态通知类 0/2" in shown.text
    assert "五公开 5 项 – 各0/1" in shown.text
    assert "政务公开日活动信息 – 0/1" in shown.text
    assert "政务新媒体" in shown.text
    assert "0/4" in shown.text
    assert "调查征集" in shown.text
    assert "免报：法定主动公开内容" in shown.text


@pytest.mark.parametrize(
    ("unit", "month", "year"),
    [
        ("融媒体中心", "81/20 405.0%", "156/240 65.0%"),
        ("金融服务中心", "22/20 110.0%", "51/240 21.3%"),
        ("公路发展分中心", "2/15 13.3%", "6/180 3.3%"),
        ("龙塘镇政府", "116/50 232.0%", "222/600 37.0%"),
    ],
)
async def test_february_equals_the_published_table(office: Office, unit: str, month: str, year: str) -> None:
    shown = await office.say(DINGNAN, f"进度 {unit} 2月")
    assert f"{unit} · 2024年2月" in shown.text
    assert f"{month} {year}" in shown.text


@pytest.mark.parametrize("name", ["公安局", "市公安局", "县公安局", "gaj", "gonganju", "市公按局"])
async def test_the_office_finds_a_unit_by_what_a_clerk_types(office: Office, name: str) -> None:
    assert "市公安局 · 2024年3月" in (await office.say(OFFICE, f"/progress {name}")).text


async def test_an_ambiguous_name_is_asked_with_buttons_and_the_press_answers(office: Office) -> None:
    asked = await office.say(OFFICE, "进度 山")
    assert [words for words, _ in asked.buttons] == ["峨眉山生态环境局", "绥山镇", "峨山街道"]
    answered = await office.press(OFFICE, asked, "绥山镇")
    assert answered.id == asked.id
    assert "绥山镇 · 2024年3月" in answered.text


async def test_an_unknown_unit_gets_the_nearest_names(office: Office) -> None:
    shown = await office.say(OFFICE, "进度 天文台办公室")
    assert shown.buttons
    assert "没有找到" in shown.text or "请" in shown.text


async def test_the_office_is_asked_which_unit_and_answers_with_a_name(office: Office) -> None:
    asked = await office.say(OFFICE, "进度")
    assert "44 个单位" in asked.text
    assert "市审计局 · 2024年3月" in (await office.say(OFFICE, "审计局")).text


async def test_a_button_shows_another_period_in_place(office: Office) -> None:
    shown = await office.say(REPORTER, "进度")
    year = await office.press(REPORTER, shown, "全年")
    assert year.id == shown.id
    assert "2024年" in year.text.splitlines()[0]


async def test_a_reporter_is_told_kindly_that_another_unit_is_not_theirs(office: Office) -> None:
    shown = await office.say(REPORTER, "进度 市公安局")
    assert "市司法局" in shown.text
    assert "动态通知类" not in shown.text


async def test_a_reporter_of_two_units_chooses(office: Office) -> None:
    asked = await office.say("绥山镇和峨山街道 联络员", "进度")
    assert [words for words, _ in asked.buttons] == ["绥山镇", "峨山街道"]


async def test_somebody_elses_button_has_no_effect(office: Office) -> None:
    group = office.group("峨眉山")
    asked = await office.say(OFFICE, "@duban_bot 进度 山", chat=group)
    before = await office.latest(group)
    await office.post(
        "/sandbox/presses",
        chat=group,
        message_id=asked.id,
        **{"from": office.person(REPORTER)},
        data=asked.data_of("绥山镇"),
    )
    await office.say(REPORTER, "@duban_bot 帮助", chat=group)
    assert [m.id for m in await office.messages(group, before) if m.id == asked.id] == []


async def test_a_stranger_is_told_whom_to_ask(office: Office) -> None:
    assert "政务公开办" in (await office.say(STRANGER, "进度")).text
    assert "政务公开办" in (await office.say(STRANGER, "/start")).text


async def test_in_a_group_the_bot_answers_when_mentioned_or_replied_to(office: Office) -> None:
    group = office.group("峨眉山")
    shown = await office.say(REPORTER, "@duban_bot 进度", chat=group)
    assert "市司法局 · 2024年3月" in shown.text
    again = await office.say(REPORTER, "进度", chat=group, reply_to=shown.id)
    assert "市司法局 · 2024年3月" in again.text


async def test_help_tells_what_works_here(office: Office) -> None:
    shown = await office.say(REPORTER, "帮助")
    assert "进度" in shown.text
    assert "语言" in shown.text
    assert "导入" not in shown.text


async def test_english_is_complete_and_kept(office: Office) -> None:
    asked = await office.say("市场监管局 联络员", "/lang")
    await office.press("市场监管局 联络员", asked, "English")
    shown = await office.say("市场监管局 联络员", "/progress feb")
    assert "市场监管局 · February 2024" in shown.text
    assert "33.3%" in shown.text
    assert "中文" in (await office.say("市场监管局 联络员", "/lang 中文")).text


async def test_a_button_that_changes_something_works_once(office: Office) -> None:
    asked = await office.say("融媒体中心 联络员", "/lang")
    data = asked.data_of("中文")
    person = office.person("融媒体中心 联络员")
    for _ in range(3):
        await office.post("/sandbox/presses", chat=person, message_id=asked.id, **{"from": person}, data=data)
    await office.say("融媒体中心 联络员", "帮助")
    changed = [m for m in await office.messages(person, asked.revision) if m.id == asked.id]
    assert len(changed) == 1


async def test_edits_forwards_and_reactions_change_nothing(office: Office) -> None:
    person = office.person("市公安局 联络员")
    before = await office.latest(person)
    sent = await office.post("/sandbox/messages", chat=person, **{"from": person}, text="今天天气不错")
    await office.answer(person, before)
    quiet = await office.latest(person)
    await office.post(
        "/sandbox/edits", chat=person, message_id=sent["message_id"], **{"from": person}, text="/lang en"
    )
    await office.post(
        "/sandbox/reactions",
        chat=person,
        message_id=sent["message_id"],
        **{"from": person},
        emoji="👍",
        as_edit=True,
    )
    answer = await office.say("市公安局 联络员", "帮助")
    assert "您在这里可以" in answer.text
    texts = [m.text for m in await office.messages(person, quiet) if m.sender == "duban_bot"]
    assert len(texts) == 1


async def test_the_clock_moves_the_bot_too(office: Office) -> None:
    moved = await office.post("/sandbox/clock", now="2024-03-28T08:30:00+08:00")
    assert moved["now"].startswith("2024-03-28")
    shown = await office.say(REPORTER, "进度")
    assert "告急" in shown.text
    back = await office.post("/sandbox/clock", now="2024-03-01T08:40:00+08:00")
    assert back["now"].startswith("2024-03-01")


async def test_health_readiness_and_metrics_tell_the_truth(office: Office) -> None:
    base = f"http://127.0.0.1:{office.web_port}"
    async with aiohttp.ClientSession() as http:
        for path, status in (("/healthz", 200), ("/readyz", 200), ("/metrics", 200)):
            async with http.get(base + path) as answer:
                assert (path, answer.status) == (path, status)
        async with http.get(base + "/metrics") as answer:
            assert "duban_updates_stored_total" in await answer.text()
        async with http.post(base + "/sandbox/clock", json={"now": "2030-01-01T00:00:00+08:00"}) as answer:
            assert answer.status == 403
