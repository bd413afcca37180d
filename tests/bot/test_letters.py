"""Letters go once; when that cannot be told, what happens is what docs/reminders.md says."""

import datetime as dtm
from dataclasses import replace
from pathlib import Path

import pytest

from bot import delivery
from models.enums import Language, Role
from services import sql
from services.audit import Deed
from services.chasing import letters
from services.core.occasion import Occasion
from services.membership import members
from services.membership.members import bind
from services.office.groups import Place, enter
from services.reminding import letter_log
from services.reporting.reports import Reports
from services.reviewing import reviews
from tests.builders import a_quota, an_administrator, an_organisation, categories_of, units_of
from tests.prove.house import House, housed, until
from tests.sandbox.client import GROUP, LI, ZHANG
from tests.services.postman import at

LAST_DAY = "2024-02-29 09:00"
DAY_AFTER = "2024-03-01 09:00"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(delivery, "LONGEST_PAUSE", 0.02)


async def an_office(house: House, *, with_group: bool = False) -> int:
    """One unit that owes two; 张三 reports for it, 李四 leads it, and both have opened the bot's chat."""
    for person in (ZHANG, LI):
        await house.client.say("/lang zh", chat=person, sender=person)
        await house.until_answers(person, 1)
    organisation_id = await an_organisation()
    (unit_id,) = (await units_of(organisation_id, ["市司法局"])).values()
    (category_id,) = (await categories_of(organisation_id, ["动态通知类"])).values()
    await a_quota(unit_id, category_id, 2, effective_on=dtm.date(2024, 2, 1))
    await bind(ZHANG, organisation_id, unit_id, Role.REPORTER, at("2024-01-01 00:00"))
    await bind(LI, organisation_id, unit_id, Role.LEADER, at("2024-01-01 00:00"))
    if with_group:
        await enter(Place(GROUP, 0, "联络员群"), organisation_id, "全体", at("2024-01-01 00:00"))
    return organisation_id


async def tick_at(house: House, moment: str) -> None:
    """Be at a moment, and let the bot look."""
    house.parts.clock.move_to(at(moment))
    await house.parts.tick.run()


async def states(table: str) -> list[str]:
    return [row["state"] for row in await sql.fetch(f"SELECT state FROM {table} ORDER BY id")]


async def until_settled() -> None:
    async def settled() -> bool:
        return not {"waiting", "pending", "wire"} & {*await states("letter"), *await states("outbox")}

    await until(settled)


async def heard(house: House, chat: int) -> list[str]:
    """Return what a chat was sent, without the greeting."""
    said: list[str] = [call["parameters"]["text"] for call in await house.answers(chat)]
    return said if chat == GROUP else said[1:]


async def test_the_last_day_reaches_the_reporter_and_the_leader_once(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        await an_office(house)
        await tick_at(house, LAST_DAY)
        await until_settled()
        for _ in range(3):
            await house.parts.tick.run()
        (to_reporter,) = await heard(house, ZHANG)
        (to_leader,) = await heard(house, LI)
        assert "市司法局" in to_reporter
        assert "您分管的单位" in to_leader
        assert set(await states("due")) == {"sent", "superseded"}


async def test_who_has_blocked_the_bot_is_not_written_to_again_and_the_next_in_line_is(
    tmp_path: Path,
) -> None:
    async with housed(tmp_path) as house:
        await an_office(house)
        await house.client.post("blocks", person=ZHANG)

        async def is_known() -> bool:
            return bool(await sql.fetch("SELECT id FROM chat WHERE unreachable_at IS NOT NULL"))

        await until(is_known)
        await sql.execute("UPDATE chat SET unreachable_at = NULL")  # as if the news of it had been lost
        await tick_at(house, "2024-02-22 09:00")
        await until_settled()
        assert await states("letter") == ["dead"]
        await tick_at(house, "2024-02-22 09:01")
        await until_settled()
        assert len(await heard(house, LI)) == 1
        assert await states("letter") == ["dead", "sent"]


async def test_a_digest_of_unclear_outcome_goes_once_more_and_then_stays_unknown(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        await an_office(house)
        await house.client.post("faults", fault="drop_after", method="sendMessage", chat=ZHANG, count=5)
        await tick_at(house, "2024-02-22 09:00")
        for minute in range(1, 5):
            await tick_at(house, f"2024-02-22 09:0{minute}")
        await until_settled()
        assert len(await heard(house, ZHANG)) == 2
        assert await states("letter") == ["unknown"]
        assert "unknown" in await states("due")


async def test_a_list_of_unclear_outcome_waits_for_an_administrator(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        organisation_id = await an_office(house, with_group=True)
        await tick_at(house, DAY_AFTER)
        await until_settled()
        await house.client.post("faults", fault="drop_after", method="sendMessage", chat=GROUP)
        await tick_at(house, "2024-03-01 14:30")
        await tick_at(house, "2024-03-01 14:31")
        await until_settled()
        assert len(await heard(house, GROUP)) == 1
        clerk = an_administrator(organisation_id)
        (unclear,) = await letter_log.list_unclear(clerk, organisation_id)
        deed = Deed(None, "message/m1/1", at("2024-03-01 14:40"))
        await letter_log.send_again(clerk, organisation_id, unclear.id, deed)
        with pytest.raises(letter_log.LetterSettled):
            await letter_log.send_again(clerk, organisation_id, unclear.id, deed)
        await tick_at(house, "2024-03-01 14:41")
        await until_settled()
        assert len(await heard(house, GROUP)) == 2
        assert await letter_log.list_unclear(clerk, organisation_id) == ()


async def test_a_letter_that_misses_the_hours_waits_and_holds_no_receipt_back(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        await an_office(house)
        await house.client.post("faults", fault="429", method="sendMessage", chat=ZHANG, retry_after=1)
        await tick_at(house, "2024-02-22 11:29:50")
        await tick_at(house, "2024-02-22 11:31")

        async def is_held_back() -> bool:
            rows = await sql.fetch("SELECT not_before_at FROM outbox WHERE kind = 'letter'")
            return any(sql.moment(row["not_before_at"]) == at("2024-02-22 14:30") for row in rows)

        async def looked_again() -> bool:
            await house.parts.tick.run()
            return await is_held_back()

        await until(looked_again)
        await house.client.say("/lang en", chat=ZHANG, sender=ZHANG)
        await house.until_answers(ZHANG, 2)
        await tick_at(house, "2024-02-22 14:30")
        await until_settled()
        receipt, letter = await heard(house, ZHANG)
        assert "English" in receipt
        assert "市司法局" in letter


async def test_a_silent_account_is_found_and_its_people_told_on_the_fifteenth_day(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        organisation_id = await an_office(house)
        await sql.execute("UPDATE quota SET target = 0")
        (unit,) = await sql.fetch("SELECT id FROM unit")
        await sql.execute(
            "INSERT INTO media_account (organisation_id, unit_id, platform, name, level, responsible, "
            "registered_on, last_post_on, version) VALUES ($1, $2, 'wechat', '苍溪财政', '', '', $3, $4, 1)",
            organisation_id,
            unit["id"],
            dtm.date(2024, 1, 1),
            dtm.date(2024, 2, 7),
        )
        await tick_at(house, "2024-02-21 10:00")
        assert await sql.fetch("SELECT id FROM media_finding") == []
        await tick_at(house, "2024-02-22 10:00")
        await until_settled()
        (found,) = await sql.fetch("SELECT kind, gap_days FROM media_finding")
        assert (found["kind"], found["gap_days"]) == ("stale", 15)
        warned, told = await heard(house, ZHANG)
        assert "已 14 天未更新" in warned
        assert "已 15 天未更新" in told


async def test_what_was_accepted_is_told_once_and_quietly_though_the_letters_writer_died(
    tmp_path: Path,
) -> None:
    async with housed(tmp_path) as house:
        organisation_id = await an_office(house)
        await sql.execute("UPDATE category SET review_rule = 'reviewed'")
        await sql.execute("UPDATE quota SET target = 0")
        reporter = await members.get_actor(ZHANG, "张三", Language.CHINESE, is_deployment_administrator=False)
        at_four = at("2024-02-21 16:00")
        occasion = Occasion("message/m1/1", at_four, at_four.date(), zone=at_four.tzinfo or dtm.UTC)
        await Reports().submit(reporter, "动态通知类 3", occasion)
        other = await members.get_actor(LI, "李四", Language.CHINESE, is_deployment_administrator=False)
        clerk = replace(an_administrator(organisation_id), member_id=other.member_id)
        (row,) = await sql.fetch("SELECT id, version FROM review")
        press = replace(occasion, source="message/m2/1")
        await reviews.accept(clerk, reviews.Shown(row["id"], row["version"]), press)
        # Another process wrote the letter and was killed before it could send it.
        await letters.dispatch(at("2024-02-22 09:00"))
        assert await states("letter") == ["waiting"]
        for minute in range(3):
            await tick_at(house, f"2024-02-22 09:0{minute}")
        await until_settled()
        said = await heard(house, ZHANG)
        assert len(said) == 1
        assert "2024年2月已采用动态通知类 3 条。" in said[0]
        (_, call) = await house.answers(ZHANG)
        assert call["parameters"]["disable_notification"] is True
