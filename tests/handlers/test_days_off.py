import datetime as dtm

from models.enums import Role
from services import sql
from services.core.period import Period
from services.facts import months
from services.progress import ProgressReader
from tests.builders import an_organisation, units_of
from tests.handlers.talk import Talk, labels, pressed, words
from tests.people import a_member

MARCH = Period.of_month(2024, 3)


async def opened(organisation_id):
    talk = Talk(await a_member(organisation_id, Role.ADMINISTRATOR))
    (settings,) = await talk.say("设置")
    (shown,) = await talk.press(*pressed(settings, "节假日"))
    return talk, shown


async def test_days_are_typed_shown_and_taken_back(database):
    talk, shown = await opened(await an_organisation())
    assert "（还没有另行规定的日子。）" in words(shown)
    (told,) = await talk.reply(shown, "3月21日至22日放假\n3月23日上班")
    assert words(told)[0] == "✅ 已记下 3 天。"
    assert "• 2024年3月21日至3月22日　放假" in words(told)
    assert "• 2024年3月23日（星期六）　上班" in words(told)
    assert labels(told) == [["撤销 3月21日至3月22日", "撤销 3月23日"], ["« 返回设置"]]
    (left,) = await talk.press(*pressed(told, "撤销 3月21日至3月22日"))
    assert words(left)[0] == "✅ 3月21日至3月22日已恢复按公布的安排计算。"
    rows = await sql.fetch("SELECT day_on FROM calendar_day")
    assert [str(row["day_on"]) for row in rows] == ["2024-03-23"]
    entries = await sql.fetch("SELECT action FROM audit_entry ORDER BY id")
    assert [row["action"] for row in entries] == ["calendar.decide", "calendar.leave"]


async def test_what_was_not_understood_is_said_and_the_rest_kept(database):
    talk, shown = await opened(await an_organisation())
    (told,) = await talk.reply(shown, "3月21日放假\n下周休")
    assert words(told)[1] == "还没看懂：“下周休”。请写明去年、今年或明年的日期，以及放假还是上班。"
    (told,) = await talk.reply(told, "你好")
    assert words(told)[0].startswith("还没看懂：“你好”")


async def test_the_offices_own_days_move_pace_deadline_and_closing(database):
    organisation_id = await an_organisation()
    unit_id = (await units_of(organisation_id, ["市司法局"]))["市司法局"]
    talk, shown = await opened(organisation_id)
    before = await ProgressReader().read(talk.actor, unit_id, MARCH, talk.today)
    standing = await months.read_standing(unit_id, MARCH, talk.today)
    await talk.reply(shown, "3月29日放假\n4月1日至3日放假")
    after = await ProgressReader().read(talk.actor, unit_id, MARCH, talk.today)
    assert before.deadline.last_working_on == dtm.date(2024, 3, 29)
    assert after.deadline.last_working_on == dtm.date(2024, 3, 28)
    later = await months.read_standing(unit_id, MARCH, talk.today)
    assert later.closes_on - standing.closes_on == dtm.timedelta(days=3)
    overview = await ProgressReader().overview(talk.actor, organisation_id, MARCH, talk.today)
    assert overview.frame.deadline.last_working_on == dtm.date(2024, 3, 28)
