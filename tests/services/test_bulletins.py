import asyncio
import csv
import dataclasses
import datetime as dtm
from pathlib import Path

import pytest

from models.enums import BulletinKind, Counting, Platform, Role
from services import sql
from services.audit import Deed
from services.core.access import NotPermitted
from services.core.composing import IssueNumber
from services.core.correcting import Difference
from services.core.freezing import canonical, digest_of, freeze
from services.core.issue_days import IssueDays
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.proofreading import Weight
from services.core.quarter import Quarter
from services.core.stated import Origin, Stated
from services.facts.ledger import Fact, record
from services.issuing import (
    bulletin_corrections,
    bulletin_days,
    bulletin_figures,
    bulletin_phrases,
    bulletins,
    issued_bulletins,
)
from services.issuing.bulletin_corrections import NothingToCorrect
from services.issuing.bulletin_figures import IssueNumberTaken
from services.issuing.bulletin_phrases import PhraseOutdated
from services.issuing.bulletins import BulletinAhead, BulletinIncomplete, BulletinIssued, BulletinOutdated
from services.issuing.issued_bulletins import BulletinGone, IssueReasonMissing
from services.media import media_register
from services.media.media_register import NewMediaAccount
from services.ranking.standings import StandingsReader
from tests.builders import NOW, a_fact, an_organisation, categories_of, dingnan, units_of
from tests.people import a_member
from tests.services.desk import audited

MONTHLY, QUARTERLY, YEARLY = BulletinKind.MONTHLY, BulletinKind.QUARTERLY, BulletinKind.YEARLY
FEBRUARY = Period.of_month(2024, 2)
TODAY = dtm.date(2024, 3, 15)
DEED = Deed(None, "message/m1/9", NOW)
PRINTED = {
    "website": Stated(446),
    "website_ever": Stated(94276),
    "disclosed_ever": Stated(429102),
    "letters": Stated(4),
    "letters_answered": Stated(4),
    "letters_ever": Stated(4998),
    "unmended": Stated(None, ("住建局", "市场监管局")),
}


async def an_office():
    """定南县 with its two months of counts, and somebody who issues."""
    organisation_id, units = await dingnan()
    clerk = await a_member(organisation_id, Role.ADMINISTRATOR)
    return organisation_id, units, clerk


async def stated(clerk, organisation_id, period=FEBRUARY, **figures):
    figures = {name: Stated(value) for name, value in figures.items()} or PRINTED
    return await bulletin_figures.state_figures(clerk, organisation_id, period, figures, DEED)


def total_of(draft):
    total = draft.bulletin.annexes[0].table.total
    return [str(getattr(cell, "value", cell)) for cell in total]


def weighty(draft, least=Weight.DOUBT):
    return [each.code for each in draft.objections if each.weight >= least]


async def test_dingnans_second_bulletin_from_its_counts_alone_and_frozen_for_ever(database):
    organisation_id, units, clerk = await an_office()
    shown = (organisation_id, MONTHLY, FEBRUARY)
    empty = await bulletins.draft(clerk, *shown, TODAY)
    assert len(weighty(empty, Weight.BAR)) == 6
    with pytest.raises(BulletinIncomplete):
        await bulletins.issue(clerk, shown, empty.fingerprint, "", DEED, TODAY)

    await stated(clerk, organisation_id)
    await bulletin_figures.state_number(clerk, organisation_id, MONTHLY, 2024, IssueNumber(2, 136), DEED)
    draft = await bulletins.draft(clerk, *shown, TODAY)
    assert weighty(draft) == []
    (annex,) = draft.bulletin.annexes
    assert total_of(draft) == ["合计", "15360", "1280", "1730", "135.2", "3680", "24.0"]
    assert annex.table.rows[0][:4] == ("政府办公室", 360, 30, 32)

    issued = await bulletins.issue(clerk, shown, draft.fingerprint, "", DEED, TODAY)
    assert issued.bulletin == draft.bulletin
    assert issued.ref.number == IssueNumber(2, 136)
    with pytest.raises(BulletinIssued):
        await bulletins.issue(clerk, shown, draft.fingerprint, "", DEED, TODAY)
    assert (await audited())[-1] == ("bulletin.issue", f"bulletin/{issued.ref.id}")

    rows = await sql.fetch("SELECT snapshot, digest FROM issued_bulletin")
    assert digest_of(rows[0]["snapshot"]) == rows[0]["digest"] == issued.digest
    for change in ("UPDATE issued_bulletin SET digest = ''", "DELETE FROM issued_bulletin"):
        with pytest.raises(Exception, match="only ever added"):
            await sql.execute(change)

    # What comes afterwards changes nothing of it: counts, words, names, figures.
    category_id = (await sql.fetch("SELECT id FROM category"))[0]["id"]
    await record([a_fact(units["龙塘镇政府"], category_id, 2, 4, "late")], NOW)
    await bulletin_phrases.reword(clerk, organisation_id, (MONTHLY, "title"), "新的标题", 0, DEED)
    await sql.execute("UPDATE unit SET name = '龙塘镇' WHERE id = $1", units["龙塘镇政府"])
    again = await issued_bulletins.get_issued(clerk, issued.ref.id)
    assert canonical(freeze(again.bulletin)) == canonical(freeze(draft.bulletin))

    # It can be corrected, old beside new, and once corrected there is nothing more to correct.
    revised = await bulletin_corrections.compare(clerk, issued.ref.id, TODAY)
    assert Difference("龙塘镇政府·2月发布数", "116", "120") in revised.differences
    with pytest.raises(IssueReasonMissing):
        await bulletin_corrections.correct(clerk, issued.ref.id, revised.fingerprint, " ", DEED, TODAY)
    with pytest.raises(NothingToCorrect):
        await bulletin_corrections.correct(clerk, issued.ref.id, "another", "漏计", DEED, TODAY)
    made = await bulletin_corrections.correct(
        clerk, issued.ref.id, revised.fingerprint, "漏计4条", DEED, TODAY
    )
    assert (made.number, made.differences) == (1, revised.differences)
    after = await bulletin_corrections.compare(clerk, issued.ref.id, TODAY)
    assert after.differences == ()
    assert after.issued.bulletin == draft.bulletin
    (listed,) = await issued_bulletins.list_issued(clerk, organisation_id)
    assert listed.corrections == 1


async def test_what_the_office_states_is_kept_apart_from_what_is_counted(database):
    organisation_id, _, clerk = await an_office()
    shown = (organisation_id, MONTHLY, FEBRUARY)
    await stated(clerk, organisation_id)
    (change,) = await stated(clerk, organisation_id, disclosed=1614)
    assert (change.before, change.after) == (None, Stated(1614))
    draft = await bulletins.draft(clerk, *shown, TODAY)
    (found,) = [each for each in draft.objections if each.weight is Weight.DOUBT]
    assert (found.code, found.told["gap"], found.told["units"]) == ("sum_differs_by", 116, "龙塘镇政府")
    with pytest.raises(IssueReasonMissing):
        await bulletins.issue(clerk, shown, draft.fingerprint, "", DEED, TODAY)
    issued = await bulletins.issue(clerk, shown, draft.fingerprint, "口径不同", DEED, TODAY)
    assert (issued.reason, issued.snapshot["objections"][0]["told"]["gap"]) == ("口径不同", "116")

    # In March the totals of all years are carried on from February's.
    march = Period.of_month(2024, 3)
    await stated(clerk, organisation_id, march, website=54, letters=2, letters_answered=2)
    figures = (await bulletins.draft(clerk, organisation_id, MONTHLY, march, TODAY)).facts.figures
    assert [figures[name].value for name in ("website_ever", "disclosed_ever", "letters_ever")] == [
        94330, 429102, 5000,
    ]  # fmt: skip
    assert figures["website_ever"].origin is Origin.CARRIED
    dropped = await bulletin_figures.drop_figure(clerk, organisation_id, FEBRUARY, "disclosed", DEED)
    assert (dropped.before, dropped.after) == (Stated(1614), None)


async def test_two_administrators_cannot_undo_each_other_unseen(database):
    organisation_id, _, clerk = await an_office()
    shown = (organisation_id, MONTHLY, FEBRUARY)
    await stated(clerk, organisation_id)
    draft = await bulletins.draft(clerk, *shown, TODAY)
    first = await bulletin_phrases.reword(clerk, organisation_id, (MONTHLY, "problems"), "甲。", 0, DEED)
    with pytest.raises(PhraseOutdated):
        await bulletin_phrases.reword(clerk, organisation_id, (MONTHLY, "problems"), "乙。", 0, DEED)
    with pytest.raises(BulletinOutdated):
        await bulletins.issue(clerk, shown, draft.fingerprint, "", DEED, TODAY)
    back = await bulletin_phrases.reword(
        clerk, organisation_id, (MONTHLY, "problems"), None, first.version, DEED
    )
    assert (back.text, back.version) == (None, 2)
    with pytest.raises(PhraseOutdated):
        await bulletin_phrases.reword(clerk, organisation_id, (MONTHLY, "problems"), "丙。", 0, DEED)
    await bulletins.issue(clerk, shown, draft.fingerprint, "", DEED, TODAY)


async def test_of_two_who_issue_at_once_one_is_told_that_it_is_issued(database):
    organisation_id, _, clerk = await an_office()
    await stated(clerk, organisation_id)
    shown = (organisation_id, MONTHLY, FEBRUARY)
    draft = await bulletins.draft(clerk, *shown, TODAY)
    results = await asyncio.gather(
        *(bulletins.issue(clerk, shown, draft.fingerprint, "", DEED, TODAY) for _ in range(3)),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in results) == ["BulletinIssued", "BulletinIssued", "Issued"]
    assert len(await issued_bulletins.list_issued(clerk, organisation_id)) == 1


async def not_accepted(organisation_id, unit_id, month, count):
    """Let so many of what a unit reported for a month not be accepted."""
    category_id = (await sql.fetch("SELECT id FROM category"))[0]["id"]
    fact = a_fact(unit_id, category_id, month, 0, f"review/{unit_id}/{month}")
    await record([dataclasses.replace(fact, accepted=-count)], NOW)


async def counts(organisation_id, counting):
    await sql.execute("UPDATE organisation SET counting = $1 WHERE id = $2", counting.value, organisation_id)


@pytest.mark.parametrize(
    ("counting", "published", "in_february"),
    [(Counting.SUBMITTED, 116, 1730), (Counting.ACCEPTED, 100, 1714)],
)
async def test_done_in_a_bulletin_is_what_the_office_counts(database, counting, published, in_february):
    organisation_id, units, clerk = await an_office()
    await not_accepted(organisation_id, units["龙塘镇政府"], 2, 16)
    await counts(organisation_id, counting)
    january, march = Period.of_month(2024, 1), Period.of_month(2024, 3)
    await stated(clerk, organisation_id, january, disclosed_ever=1000)

    draft = await bulletins.draft(clerk, organisation_id, MONTHLY, FEBRUARY, TODAY)
    table = draft.bulletin.annexes[0].table
    (row,) = [each for each in table.rows if each[0] == "龙塘镇政府"]
    assert (row[3], total_of(draft)[3]) == (published, str(in_february))
    assert draft.facts.figures["disclosed"].value == in_february
    later = await bulletins.draft(clerk, organisation_id, MONTHLY, march, dtm.date(2024, 4, 15))
    assert later.facts.figures["disclosed_ever"].value == 1000 + in_february

    year = await bulletins.draft(clerk, organisation_id, YEARLY, Period.of_year(2024), TODAY)
    assert year.facts.figures["disclosed"].value == 3680 - 1730 + in_february


async def test_both_counts_stand_in_a_quarters_bulletin_whatever_the_office_counts(database):
    organisation_id, units, clerk = await an_office()
    await not_accepted(organisation_id, units["龙塘镇政府"], 2, 16)
    for counting in Counting:
        await counts(organisation_id, counting)
        draft = await bulletins.draft(clerk, organisation_id, QUARTERLY, Quarter(2024, 1), TODAY)
        assert draft.facts.total("submitted") - draft.facts.total("accepted") == 16
        assert draft.facts.figures["disclosed"].value == draft.facts.total("accepted")


@pytest.mark.parametrize("counting", Counting)
async def test_a_bulletin_names_whom_the_ranking_names(database, counting):
    organisation_id, units, clerk = await an_office()
    await not_accepted(organisation_id, units["政府办公室"], 2, 30)
    await counts(organisation_id, counting)
    draft = await bulletins.draft(clerk, organisation_id, MONTHLY, FEBRUARY, TODAY)
    found = await StandingsReader().read(
        clerk, organisation_id, Period.of_year(2024), TODAY, through=FEBRUARY, overall=True
    )
    (board,) = found.divisions
    ranked = {each.unit: [str(each.target), str(each.done), str(each.rate)] for each in board.placed}
    rows = draft.bulletin.annexes[0].table.rows
    printed = [[str(getattr(cell, "value", cell)) for cell in row] for row in rows]
    assert {row[0]: [row[1], *row[5:]] for row in printed} == ranked
    last = "、".join(each.unit for each in board.last(3))
    assert any(last in each.text for section in draft.bulletin.sections for each in section.paragraphs)


async def test_numbers_only_go_up(database):
    organisation_id, _, clerk = await an_office()
    await stated(clerk, organisation_id)
    january = Period.of_month(2024, 1)
    await stated(clerk, organisation_id, january, **{name: 1 for name in PRINTED if name != "unmended"})
    for period, number in ((january, IssueNumber(1, 0)), (FEBRUARY, IssueNumber(2, 136))):
        if number.total:
            await bulletin_figures.state_number(clerk, organisation_id, MONTHLY, 2024, number, DEED)
        draft = await bulletins.draft(clerk, organisation_id, MONTHLY, period, TODAY)
        assert draft.number == number
        await bulletins.issue(clerk, (organisation_id, MONTHLY, period), draft.fingerprint, "可", DEED, TODAY)
    read = bulletin_figures.read_next_number
    assert await read(organisation_id, MONTHLY, 2024) == IssueNumber(3, 137)
    assert await read(organisation_id, MONTHLY, 2025) == IssueNumber(1, 137)
    assert await read(organisation_id, QUARTERLY, 2024) == IssueNumber()
    for taken in (IssueNumber(2, 140), IssueNumber(9, 136)):
        with pytest.raises(IssueNumberTaken):
            await bulletin_figures.state_number(clerk, organisation_id, MONTHLY, 2024, taken, DEED)


async def test_a_unit_retired_since_stays_and_one_retired_before_is_told_of(database):
    organisation_id, units, clerk = await an_office()
    for name, day in (("政府办公室", 14), ("审计局", 1)):
        retired_at = dtm.datetime(2024, 3 if day == 14 else 2, day, 2, tzinfo=dtm.UTC)
        await sql.execute(
            "UPDATE unit SET is_active = $1, retired_at = $2 WHERE id = $3", False, retired_at, units[name]
        )
    draft = await bulletins.draft(clerk, organisation_id, MONTHLY, FEBRUARY, TODAY)
    rows = draft.bulletin.annexes[0].table.rows
    assert (len(rows), rows[0][:4]) == (45, ("政府办公室", 360, 30, 32))
    assert [each.told for each in draft.objections if each.code == "retired"] == [
        {"unit": "审计局", "count": 4}
    ]


async def cangxi_office():
    """苍溪县's quarter: 72 units with what was submitted and accepted, and two accounts."""
    organisation_id = await an_organisation("苍溪县", year=2020)
    path = Path(__file__).parent / "cangxi_2020q1_counts.csv"
    with path.open(encoding="utf-8", newline="") as opened:
        rows = tuple(csv.DictReader(opened))
    units = await units_of(organisation_id, [row["unit"] for row in rows])
    (category_id,) = (await categories_of(organisation_id, ["政务信息"])).values()
    facts = []
    for row in rows:
        unit_id = units[row["unit"]]
        await sql.execute("UPDATE unit SET division = $1 WHERE id = $2", row["division"], unit_id)
        fact = Fact(unit_id, category_id, 0, dtm.date(2020, 1, 1), 0, f"c/{unit_id}", None)
        submitted, accepted = int(row["submitted"]), int(row["approved"])
        facts.append(dataclasses.replace(fact, count=submitted, accepted=accepted))
    await record(facts, NOW)
    clerk = await a_member(organisation_id, Role.ADMINISTRATOR)
    for name in ("微高坡", "高坡政务"):
        new = NewMediaAccount(
            units["高坡镇"], Platform.WECHAT, name, "乡镇", registered_on=dtm.date(2020, 1, 1)
        )
        await media_register.register(clerk, new, Occasion("message/m1/1", NOW, dtm.date(2020, 3, 31)))
    return organisation_id, clerk


async def test_cangxis_quarter_from_its_counts(database):
    organisation_id, clerk = await cangxi_office()
    quarter, today = Quarter(2020, 1), dtm.date(2020, 4, 15)
    await stated(clerk, organisation_id, quarter, disclosed=2131, key_field=710)
    draft = await bulletins.draft(clerk, organisation_id, QUARTERLY, quarter, today)
    assert draft.bulletin.title == "关于2020年一季度政务公开和政务新媒体监测情况的通报"
    assert draft.bulletin.annexes[0].table.total == ("合计", 758, 646, None, "合计", 559, 442, None)
    (found,) = [each for each in draft.objections if each.code == "sums_differ"]
    assert (found.told["submitted"], found.told["accepted"]) == (1317, 1088)
    assert (found.told["gap"], found.told["accepted_gap"]) == (814, 1043)
    prose = draft.bulletin.sections[0].paragraphs
    assert "高坡镇、白桥镇、亭子镇、石门乡等乡镇和县交运局、县供销社等县级部门" in prose[0].text
    assert "共2个，其中政务微信2个" in prose[1].text
    issued = await bulletins.issue(
        clerk, (organisation_id, QUARTERLY, quarter), draft.fingerprint, "已核实", DEED, today
    )
    assert issued.ref.number == IssueNumber()


async def test_what_was_agreed_to_bears_its_days(database):
    organisation_id, clerk = await cangxi_office()
    quarter, issued_on = Quarter(2020, 1), dtm.date(2020, 4, 17)
    await stated(clerk, organisation_id, quarter, disclosed=1088, key_field=710)
    shown = (organisation_id, QUARTERLY, quarter)
    agreed = (await bulletins.draft(clerk, *shown, issued_on)).fingerprint
    days = IssueDays(dtm.date(2020, 4, 15), dtm.date(2020, 4, 16))
    await bulletin_days.state_days(clerk, organisation_id, quarter, days, DEED)
    with pytest.raises(BulletinOutdated):
        await bulletins.issue(clerk, shown, agreed, "可", DEED, issued_on)
    agreed = (await bulletins.draft(clerk, *shown, issued_on)).fingerprint
    issued = await bulletins.issue(clerk, shown, agreed, "可", DEED, issued_on + dtm.timedelta(1))
    assert (issued.bulletin.signed_on, issued.bulletin.printed_on) == (days.signed_on, days.printed_on)


async def test_a_year_adds_up_what_its_months_stated(database):
    organisation_id, _, clerk = await an_office()
    draft = await bulletins.draft(clerk, organisation_id, YEARLY, Period.of_year(2024), TODAY)
    assert total_of(draft)[1:3] == ["15360", "3680"]
    assert "not_over" in weighty(draft)
    assert draft.facts.figures["disclosed"].value == 3680


async def test_who_does_not_issue_sees_and_changes_nothing(database):
    organisation_id, _, clerk = await an_office()
    leader = await a_member(organisation_id, Role.LEADER, telegram_id=7002)
    with pytest.raises(NotPermitted):
        await bulletins.draft(leader, organisation_id, MONTHLY, FEBRUARY, TODAY)
    with pytest.raises(NotPermitted):
        await stated(leader, organisation_id)
    with pytest.raises(NotPermitted):
        await issued_bulletins.list_issued(leader, organisation_id)
    with pytest.raises(BulletinGone):
        await issued_bulletins.get_issued(clerk, 999)
    with pytest.raises(BulletinAhead):
        await bulletins.draft(clerk, organisation_id, MONTHLY, Period.of_month(2024, 4), TODAY)
