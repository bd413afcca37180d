"""What is outstanding of a unit's reports: read in one statement at most, on both databases."""

import datetime as dtm
from dataclasses import replace

import pytest

from models.enums import EvidenceKind, ReviewRule
from services import sql
from services.audit import deed_of
from services.core.period import Period
from services.core.requirements import Lack
from services.facts import exhibits, ledger, requirements
from services.facts.exhibits import NewExhibit
from services.facts.requirements import NOTHING_OUTSTANDING, CategoryLack, Outstanding
from services.facts.review_rows import Open
from services.office.organisations import get_unit
from services.progress import ProgressReader
from services.reviewing import review_rules
from tests.builders import NOW, a_reporter, an_administrator
from tests.services.desk import TODAY, a_desk

PICTURE, DOCUMENT, LINK = EvidenceKind
NEWS, OPENNESS = "动态通知类", "决策公开"
MARCH, FEBRUARY, YEAR = Period.of_month(2024, 3), Period.of_month(2024, 2), Period.of_year(2024)


class Bureau:
    """One unit's reporter, its office, and a reader whose questions to the database are counted."""

    def __init__(self, desk):
        self.desk = desk
        self.unit_id = desk.units["市司法局"]
        self.reporter = replace(a_reporter(desk.organisation_id, self.unit_id), member_id=1)
        self.office = replace(an_administrator(desk.organisation_id), member_id=1)
        self.reader = ProgressReader()

    async def rules(self):
        return await review_rules.read_rules(self.office, self.desk.organisation_id)

    async def require(self, *kinds, category=NEWS):
        deed = deed_of(self.office, self.desk.occasion())
        category_id = self.desk.category(category)
        await review_rules.require_evidence(
            self.office, await self.rules(), category_id, kinds, deed, self.desk.today
        )

    async def rule(self, rule, category=NEWS):
        deed = deed_of(self.office, self.desk.occasion())
        await review_rules.set_rule(self.office, await self.rules(), self.desk.category(category), rule, deed)

    async def report(self, text):
        await self.desk.say(self.reporter, text)
        return f"message/m1/{self.desk.number}"

    async def give(self, opening, kind, number, *, is_kept=True, parcel=""):
        source = f"evidence/{number}"
        name = f"{number}.bin" if is_kept and kind is not LINK else ""
        page = f"https://example.com/{number}" if is_kept and kind is LINK else ""
        new = NewExhibit(source, parcel or source, opening, kind, "", name, digest=str(number), address=page)
        await exhibits.add(new, 1, NOW)
        await exhibits.belong(opening, self.unit_id, MARCH.starts_on, None)

    async def outstanding(self, period=MARCH, today=TODAY):
        seen = await self.reader.read(self.reporter, self.unit_id, period, today)
        return await self.reader.read_outstanding(self.reporter, await get_unit(self.unit_id), seen)


@pytest.fixture
async def bureau(database):
    return Bureau(await a_desk())


@pytest.fixture
def asked(monkeypatch):
    """The statements that were put to the database for what is outstanding."""
    told = []

    async def look_up(statement, *values):
        told.append(statement)
        return await sql.fetch(statement, *values)

    class Told:
        def __getattr__(self, name):
            return look_up if name == "look_up" else getattr(sql, name)

    monkeypatch.setattr(requirements, "sql", Told())
    return told


async def test_where_nothing_is_asked_for_the_database_is_not_asked(bureau, asked):
    await bureau.report("报送 动态 3")
    asked.clear()
    for period in (MARCH, FEBRUARY, YEAR):
        assert await bureau.outstanding(period) is NOTHING_OUTSTANDING
    assert asked == []
    await bureau.require(PICTURE)
    assert (await bureau.outstanding()).lacks == (CategoryLack(NEWS, Lack((PICTURE,))),)
    assert len(asked) == 1
    await bureau.require()
    assert await bureau.outstanding() is NOTHING_OUTSTANDING
    assert len(asked) == 1


async def test_what_waits_is_told_also_after_its_category_is_reviewed_no_more(bureau, asked):
    await bureau.rule(ReviewRule.REVIEWED)
    await bureau.report("报送 动态 3")
    await bureau.rule(ReviewRule.AUTO)
    asked.clear()
    assert await bureau.outstanding() == Outstanding(Open(pending=3))
    assert len(asked) == 1


async def test_reports_are_counted_by_category_and_by_what_they_lack(bureau):
    await bureau.require(PICTURE, LINK)
    await bureau.require(DOCUMENT, category=OPENNESS)
    await bureau.rule(ReviewRule.ON_EVIDENCE, category="执行公开")
    both = await bureau.report("报送 动态 1 决策公开 2")
    linked = await bureau.report("报送 动态 https://example.com/1")
    await bureau.report("报送 动态 5 执行公开 1")
    early = ledger.Fact(bureau.unit_id, bureau.desk.category(NEWS), 0, FEBRUARY.starts_on, 7, "a/1", 1, "a")
    await ledger.record([early], NOW)
    done = await bureau.report("报送 决策公开 https://example.com/2")
    await bureau.give(both, PICTURE, 1)
    await bureau.give(linked, DOCUMENT, 2)
    await bureau.give(done, DOCUMENT, 3)
    await bureau.give(done, PICTURE, 4, is_kept=False)
    found = await bureau.outstanding()
    assert found.lacks == (
        CategoryLack(NEWS, Lack((PICTURE,))),
        CategoryLack(NEWS, Lack((LINK,))),
        CategoryLack(NEWS, Lack((PICTURE, LINK))),
        CategoryLack(OPENNESS, Lack((DOCUMENT,))),
        CategoryLack("执行公开", Lack((PICTURE, DOCUMENT, LINK), is_any=True)),
    )
    assert (found.open, found.owed) == (Open(awaiting=1), 1)
    assert await requirements.list_lacks(both) == (
        CategoryLack(NEWS, Lack((LINK,))),
        CategoryLack(OPENNESS, Lack((DOCUMENT,))),
    )
    assert await requirements.list_lacks(done) == ()


async def test_a_link_sent_in_reply_is_that_of_each_category_of_the_report(bureau):
    await bureau.require(LINK)
    await bureau.require(LINK, DOCUMENT, category=OPENNESS)
    both = await bureau.report("报送 动态 1 决策公开 2")
    await bureau.give(both, LINK, 1)
    document = CategoryLack(OPENNESS, Lack((DOCUMENT,)))
    assert (await bureau.outstanding()).lacks == (document,)
    assert await requirements.list_lacks(both) == (document,)
    await sql.execute("UPDATE evidence SET state = 'withdrawn'")
    assert len((await bureau.outstanding()).lacks) == 2


async def test_what_was_owed_is_made_up_for_by_what_comes_later(bureau):
    await bureau.require(DOCUMENT)
    opening = await bureau.report("报送 决策公开 1")
    await bureau.give(opening, PICTURE, 1, is_kept=False, parcel="album")
    await bureau.give(opening, PICTURE, 2, is_kept=False, parcel="album")
    await bureau.give(opening, PICTURE, 3, parcel="album")
    assert (await bureau.outstanding()).owed == 2
    await bureau.give(opening, PICTURE, 4)
    assert await bureau.outstanding() == NOTHING_OUTSTANDING


@pytest.mark.parametrize(
    ("reopened_until", "owed"), [(None, 0), (dtm.date(2024, 4, 30), 1), (dtm.date(2024, 4, 29), 0)]
)
async def test_a_closed_month_is_asked_about_only_where_it_was_opened_again(bureau, reopened_until, owed):
    await bureau.require(PICTURE)
    opening = await bureau.report("报送 动态 1")
    await bureau.give(opening, DOCUMENT, 1, is_kept=False)
    if reopened_until is not None:
        await sql.execute(
            "INSERT INTO reopening (unit_id, month_on, until_on, reason, member_id, opened_at) "
            "VALUES ($1, $2, $3, '', 1, $4)",
            *(bureau.unit_id, MARCH.starts_on, reopened_until, NOW),
        )
    for period in (MARCH, YEAR):
        found = await bureau.outstanding(period, dtm.date(2024, 4, 30))
        assert (len(found.lacks), found.owed) == (owed, owed)


async def test_a_report_of_a_media_account_is_told_once(bureau):
    await bureau.require(PICTURE, category="政务新媒体")
    opening = "message/m1/900"
    media = bureau.desk.category("政务新媒体")
    facts = [
        ledger.Fact(bureau.unit_id, media, account, MARCH.starts_on, 1, f"{opening}/{account}", 1, opening)
        for account in (1, 2)
    ]
    await ledger.record(facts, NOW)
    assert (await bureau.outstanding()).lacks == (CategoryLack("政务新媒体", Lack((PICTURE,))),)


async def accepted():
    rows = await sql.fetch("SELECT SUM(count) AS count, SUM(accepted) AS accepted FROM tally")
    assert await ledger.rebuild() == ()
    return int(rows[0]["count"]), int(rows[0]["accepted"])


async def test_what_waits_and_has_all_that_is_required_now_is_accepted(bureau):
    await bureau.rule(ReviewRule.ON_EVIDENCE)
    await bureau.rule(ReviewRule.ON_EVIDENCE, category=OPENNESS)
    await bureau.require(PICTURE, DOCUMENT)
    pictured = await bureau.report("报送 动态 3")
    await bureau.report("报送 动态 5 决策公开 1")
    await bureau.give(pictured, PICTURE, 1)
    assert await accepted() == (9, 0)
    await bureau.require(PICTURE)
    assert await accepted() == (9, 3)
    await bureau.require(LINK)
    assert await accepted() == (9, 3)


async def test_what_waits_in_a_closed_month_waits_on(bureau):
    await bureau.rule(ReviewRule.ON_EVIDENCE)
    await bureau.require(PICTURE, DOCUMENT)
    await bureau.give(await bureau.report("报送 动态 3"), PICTURE, 1)
    bureau.desk.today = dtm.date(2024, 4, 30)
    await bureau.require(PICTURE)
    assert await accepted() == (3, 0)
