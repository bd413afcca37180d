"""An issued bulletin in a group: text, picture and Word document, each once, and what is unclear waits."""

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import pytest

from bot import delivery
from models.enums import BulletinKind, LetterKind, Role
from services import sql
from services.audit import Deed
from services.core.access import NotPermitted
from services.core.occasion import Occasion
from services.core.period import Period
from services.issuing import bulletin_files, bulletin_posts, bulletins
from services.issuing.issued_bulletins import Issued
from services.office.groups import Place, enter
from services.reminding import letter_log
from tests.builders import an_organisation, dingnan
from tests.people import a_member
from tests.prove.house import House, housed, until
from tests.sandbox.client import GROUP
from tests.services.postman import at
from tests.services.test_bulletins import stated

NOW = at("2024-03-15 20:00")
PRESS = Occasion("message/m1/7", NOW, NOW.date())
DEED = Deed(None, "message/m1/7", NOW)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(delivery, "LONGEST_PAUSE", 0.02)


async def an_issued_bulletin(house: House) -> tuple[Any, int, Issued]:
    house.parts.clock.move_to(NOW)
    organisation_id, _ = await dingnan()
    clerk = await a_member(organisation_id, Role.ADMINISTRATOR)
    group_id, _ = await enter(Place(GROUP, 0, "联络员群"), organisation_id, "全体", NOW)
    await stated(clerk, organisation_id)
    shown = (organisation_id, BulletinKind.MONTHLY, Period.of_month(2024, 2))
    made = await bulletins.draft(clerk, *shown, NOW.date())
    files = await bulletin_files.write_files(organisation_id, made.bulletin)
    issued = await bulletins.issue(clerk, shown, made.fingerprint, "可", DEED, NOW.date(), files)
    return clerk, group_id, issued


async def until_settled(house: House) -> None:
    async def settled() -> bool:
        await house.parts.tick.run()
        rows = await sql.fetch("SELECT state FROM letter UNION ALL SELECT state FROM outbox")
        return not {"waiting", "pending", "wire"} & {row["state"] for row in rows}

    await until(settled)


async def test_text_picture_and_document_go_once_each_and_what_is_unclear_waits(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        clerk, group_id, issued = await an_issued_bulletin(house)
        await house.client.post("faults", fault="drop_after", method="sendDocument", chat=GROUP)
        for _ in range(2):  # the press comes twice
            await bulletin_posts.post(clerk, issued.ref.id, [group_id], PRESS, DEED)
        await until_settled(house)
        calls = await house.answers(GROUP)
        assert [call["method"] for call in calls] == ["sendMessage", "sendPhoto", "sendDocument"]
        assert calls[0]["parameters"]["text"].startswith(
            "<b>定南县政府门户网站内容保障和政府信息公开月报</b>"
        )

        (unclear,) = await letter_log.list_unclear(clerk, issued.ref.organisation_id)
        assert unclear.kind is LetterKind.BULLETIN_FILE
        again = dataclasses.replace(DEED, source="message/m1/8")
        await letter_log.send_again(clerk, issued.ref.organisation_id, unclear.id, again)
        await until_settled(house)
        assert [call["method"] for call in await house.answers(GROUP)][3:] == ["sendDocument"]
        kept = await sql.fetch("SELECT content, digest FROM issued_file WHERE ending = 'docx'")
        found = await house.client.get(f"chats/{GROUP}/messages?after=0&wait=0")
        sent = [each for each in found if each.get("name", "").endswith(".docx")]
        assert len(sent) == 2
        for each in sent:
            async with house.client.session.get(f"{house.client.base}{each['document']}") as answer:
                assert hashlib.sha256(await answer.read()).hexdigest() == kept[0]["digest"]


async def test_another_organisation_posts_nothing_of_it(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        _, group_id, issued = await an_issued_bulletin(house)
        stranger = await a_member(await an_organisation("峨眉山市"), Role.ADMINISTRATOR, telegram_id=7009)
        with pytest.raises(NotPermitted):
            await bulletin_posts.post(stranger, issued.ref.id, [group_id], PRESS, DEED)
        assert await sql.fetch("SELECT id FROM letter") == []
