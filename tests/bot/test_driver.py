"""The driver does what a person can do; what the bot makes of it is for the tests that use it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.databases import current_file
from tests.driver import Office, running_office
from tests.sandbox.client import png

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPORTER, CLERK = "市司法局 联络员", "峨眉山 管理员"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office")
    async with running_office(folder, current_file(folder / "duban.db")) as running:
        yield running


async def test_a_new_person_opens_a_link_and_is_answered(office: Office) -> None:
    person = await office.new_person("刚来的人")
    shown = await office.open_link("刚来的人", "https://t.me/duban_bot?start=nobody-knows-this")
    assert shown.is_by_bot
    first, *_ = await office.messages(person)
    assert (first.sender, first.text) == (person, "/start nobody-knows-this")


async def test_a_document_and_a_picture_go_out_with_their_words(office: Office) -> None:
    person = office.person(REPORTER)
    before = await office.latest(person)
    assert (await office.send_document(REPORTER, "台账.xlsx", b"PK", caption="见附件")).is_by_bot
    assert (await office.send_photo(REPORTER, png(), caption="佐证")).is_by_bot
    sent = [one for one in await office.messages(person, before) if not one.is_by_bot]
    assert [(one.file_name, one.text) for one in sent] == [("台账.xlsx", "见附件"), ("", "佐证")]
    assert [await office.download(one) for one in sent] == [b"PK", png()]


async def test_edits_forwards_and_anonymous_words_are_seen_by_others(office: Office) -> None:
    group = await office.new_group("小群", CLERK, REPORTER)
    written = await office.write(REPORTER, text="今天交了两条", chat=group)
    await office.change(REPORTER, written, "今天交了三条", chat=group)
    copied = await office.write(CLERK, forward={"chat": group, "message_id": written}, chat=group)
    await office.as_group(CLERK, "请各单位抓紧", chat=group)
    *_, edited, forwarded, anonymous = sorted(await office.messages(group), key=lambda one: one.id)
    assert (edited.text, "edited" in edited.raw) == ("今天交了三条", True)
    assert (forwarded.id, forwarded.raw["forward_origin"]["sender_user"]["id"]) == (
        copied,
        office.person(REPORTER),
    )
    assert anonymous.raw["sender_chat"]["id"] == group


async def test_a_topic_is_answered_in_the_topic(office: Office) -> None:
    group = await office.new_group("论坛", CLERK, REPORTER)
    topic = await office.new_topic(CLERK, "二月", chat=group)
    shown = await office.say(REPORTER, "/help@duban_bot", chat=group, topic=topic)
    assert shown.topic == topic
