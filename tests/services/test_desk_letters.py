"""What the review desk gives to tell: to reporters what was accepted, to reviewers what waits."""

import datetime as dtm
from dataclasses import dataclass, field

import pytest

from handlers.views.letters import digest
from locales import Catalogue
from models.enums import LetterState, Role
from services import sql
from services.chasing import letters, prospects
from services.chasing.letter_contents import Digest
from services.core.access import Actor
from services.core.occasion import Occasion
from services.core.reviewing import Part
from services.reporting.reports import Reports
from services.reporting.revisions import Revisions
from services.reviewing import reviews
from services.reviewing.reviews import Shown
from tests.builders import a_quota, an_organisation, categories_of, units_of
from tests.people import a_member
from tests.services.postman import ZONE, Postman, at

NEWS, POLICY = "动态通知类", "政策解读"
JUSTICE, POLICE = "市司法局", "市公安局"
TUESDAY, WEDNESDAY = "2024-03-19", "2024-03-20"


def an_occasion(source: str, moment: str) -> Occasion:
    now = at(moment)
    return Occasion(f"message/{source}", now.astimezone(dtm.UTC), now.date(), zone=ZONE)


@dataclass
class County:
    """An office whose reports are reviewed: one reporter, an administrator and (later) reviewers."""

    organisation_id: int
    units: dict[str, int]
    reporter: Actor
    administrator: Actor
    reports: Reports = field(default_factory=Reports)
    sent: int = 0

    async def report(self, words: str, moment: str, actor: Actor | None = None) -> int:
        """Report and give the review's number, 0 where nothing is reviewed."""
        self.sent += 1
        who = actor or self.reporter
        source = f"m{who.member_id}/{self.sent}"
        await self.reports.submit(who, words, an_occasion(source, moment))
        rows = await sql.fetch("SELECT id FROM review ORDER BY id DESC LIMIT 1")
        return int(rows[0]["id"]) if rows else 0

    async def accept(self, review_id: int, moment: str, *, by: Actor | None = None, part: int = 0) -> None:
        chosen = (lambda _: Part(part)) if part else None
        shown = await shown_now(review_id)
        await reviews.accept(by or self.administrator, shown, self.press(moment), chosen)

    async def undo(self, review_id: int, moment: str) -> None:
        await reviews.undo(self.administrator, await shown_now(review_id), self.press(moment))

    def press(self, moment: str) -> Occasion:
        self.sent += 1
        return an_occasion(f"m900/{self.sent}", moment)


async def shown_now(review_id: int) -> Shown:
    (row,) = await sql.fetch("SELECT id, version FROM review WHERE id = $1", review_id)
    return Shown(row["id"], row["version"])


@pytest.fixture
async def county(database):
    organisation_id = await an_organisation()
    units = await units_of(organisation_id, [JUSTICE, POLICE])
    await categories_of(organisation_id, [NEWS, POLICY])
    await sql.execute("UPDATE category SET review_rule = 'reviewed'")
    return County(
        organisation_id,
        units,
        await a_member(organisation_id, Role.REPORTER, units[JUSTICE], telegram_id=8001),
        await a_member(organisation_id, Role.ADMINISTRATOR, telegram_id=7000, name="李华"),
    )


def told(postman: Postman, chat: int = 8001) -> list[tuple[str, list[tuple[str, int]]]]:
    """Give when somebody heard what was accepted: the category and how many."""
    return [
        (f"{now:%d %H:%M}", [(each.category, each.count) for each in letter.accepted])
        for now, letter in postman.delivered
        if isinstance(letter, Digest) and letter.chat == chat and letter.accepted
    ]


def queued(postman: Postman, chat: int) -> list[tuple[str, int, str]]:
    """Give when somebody heard what waits: how many, since which day."""
    return [
        (f"{now:%d %H:%M}", part.queue.reports, f"{part.queue.oldest_on:%d}")
        for now, letter in postman.delivered
        if isinstance(letter, Digest) and letter.chat == chat
        for part in letter.office
        if part.queue is not None
    ]


async def test_what_was_accepted_is_told_the_next_morning_in_one_letter_and_once(county):
    first = await county.report(f"{NEWS} 3", "2024-03-18 10:00")
    second = await county.report(f"{POLICY} 2", "2024-03-18 10:10")
    await county.report(f"{NEWS} 1", "2024-03-19 10:20")
    await county.accept(first, f"{TUESDAY} 10:30")
    await county.accept(second, f"{TUESDAY} 17:20")
    postman = Postman()
    await postman.walk(TUESDAY, "2024-03-22")
    assert told(postman) == [("20 09:00", [(NEWS, 3), (POLICY, 2)])]
    (letter,) = [each for _, each in postman.delivered if isinstance(each, Digest) and each.chat == 8001]
    assert [each.pending for each in letter.accepted] == [1, 1]
    assert not letter.is_reminder


async def test_the_days_digest_holds_what_was_accepted(county):
    (news,) = await sql.fetch("SELECT id FROM category WHERE name = $1", NEWS)
    await a_quota(county.units[JUSTICE], news["id"], 9, effective_on=dtm.date(2024, 3, 1))
    await county.accept(await county.report(f"{NEWS} 3", "2024-03-21 10:00"), "2024-03-21 16:00")
    postman = Postman()
    await postman.walk("2024-03-22", "2024-03-22")
    letters = [each for _, each in postman.delivered if isinstance(each, Digest) and each.chat == 8001]
    assert [(len(each.own), len(each.accepted)) for each in letters] == [(1, 1)]


async def test_what_was_taken_back_is_not_told_and_what_was_accepted_again_is_told_once(county):
    back = await county.report(f"{NEWS} 3", f"{TUESDAY} 10:00")
    again = await county.report(f"{POLICY} 2", f"{TUESDAY} 10:00")
    for each in (back, again):
        await county.accept(each, f"{TUESDAY} 23:50")
        await county.undo(each, f"{TUESDAY} 23:58")
    await county.accept(again, f"{TUESDAY} 23:59")
    postman = Postman()
    await postman.walk(WEDNESDAY, "2024-03-22")
    assert told(postman) == [("20 09:00", [(POLICY, 2)])]
    rows = await sql.fetch("SELECT state FROM due WHERE step = 'accepted' ORDER BY id")
    assert [row["state"] for row in rows] == ["needless", "needless", "sent"]


async def test_what_was_corrected_since_is_told_once_it_is_accepted_again(county):
    review_id = await county.report(f"{NEWS} 3", f"{TUESDAY} 10:00")
    await county.accept(review_id, f"{TUESDAY} 11:00")
    # The reporter edits their message, and confirms what it is to count for.
    edited = an_occasion(f"m{county.reporter.member_id}/1", f"{TUESDAY} 12:00")
    revision = await Revisions(county.reports).find_revision(county.reporter, f"{NEWS} 4", edited)
    assert revision is not None
    await county.reports.advance(county.reporter, revision.draft, county.press(f"{TUESDAY} 12:01"))
    postman = Postman()
    await postman.walk(WEDNESDAY, WEDNESDAY)
    assert told(postman) == []
    await county.accept(review_id, f"{WEDNESDAY} 15:00")
    await postman.walk("2024-03-21", "2024-03-22")
    assert told(postman) == [("21 09:00", [(NEWS, 4)])]


@pytest.mark.parametrize("rule", ["auto", "on_evidence"])
async def test_what_was_accepted_by_rule_is_not_told(county, rule):
    await sql.execute("UPDATE category SET review_rule = $1", rule)
    await county.report(f"{NEWS} 1 https://www.emeishan.gov.cn/1.html", f"{TUESDAY} 10:00")
    postman = Postman()
    await postman.walk(WEDNESDAY, "2024-03-22")
    assert told(postman) == []
    assert await sql.fetch("SELECT id FROM due") == []


async def test_a_part_and_ones_own_decision_are_not_told_again(county):
    await sql.execute("UPDATE organisation SET four_eyes = $1", False)
    part = await county.report(f"{NEWS} 3", f"{TUESDAY} 10:00")
    await county.accept(part, f"{TUESDAY} 11:00", part=2)
    own = await county.report(f"{JUSTICE} {NEWS} 1", f"{TUESDAY} 12:00", county.administrator)
    await county.accept(own, f"{TUESDAY} 12:10")
    postman = Postman()
    await postman.walk(WEDNESDAY, "2024-03-22")
    assert (told(postman), told(postman, 7000)) == ([], [])


async def test_an_administrator_who_reported_for_a_unit_hears_of_it_not_the_units_reporter(county):
    second = await a_member(county.organisation_id, Role.REVIEWER, telegram_id=7002, name="陈强")
    review_id = await county.report(f"{JUSTICE} {NEWS} 1", f"{TUESDAY} 12:00", county.administrator)
    await county.accept(review_id, f"{TUESDAY} 12:10", by=second)
    postman = Postman()
    await postman.walk(WEDNESDAY, "2024-03-22")
    assert (told(postman), told(postman, 7000)) == ([], [("20 09:00", [(NEWS, 1)])])


async def accepted_on_friday(county: County) -> None:
    await county.accept(await county.report(f"{NEWS} 3", "2024-03-22 10:00"), "2024-03-22 16:00")


async def test_it_waits_for_a_working_day_and_while_reminders_are_paused(county):
    await accepted_on_friday(county)
    postman = Postman()
    await sql.execute(
        "INSERT INTO reminder_rules (organisation_id, paused_at) VALUES ($1, $2)",
        *(county.organisation_id, at("2024-03-25 08:00")),
    )
    await postman.walk("2024-03-23", "2024-03-25")
    assert told(postman) == []
    await sql.execute("UPDATE reminder_rules SET paused_at = NULL")
    await postman.walk("2024-03-26", "2024-03-27")
    assert told(postman) == [("26 09:00", [(NEWS, 3)])]


async def test_of_what_may_have_gone_nothing_is_told_the_next_day(county):
    await accepted_on_friday(county)
    postman = Postman()
    await postman.tick(at("2024-03-25 09:00"), ends=LetterState.UNKNOWN)
    await postman.walk("2024-03-26", "2024-03-27")
    assert len(told(postman)) == 1


async def test_who_asked_for_a_later_day_hears_of_it_then(county):
    await accepted_on_friday(county)
    await sql.execute(
        "UPDATE member SET reminded_from_on = $1 WHERE telegram_id = 8001", dtm.date(2024, 3, 27)
    )
    postman = Postman()
    await postman.walk("2024-03-25", "2024-03-28")
    assert told(postman) == [("27 09:00", [(NEWS, 3)])]


@pytest.mark.parametrize(
    ("stands_in", "heard"),
    [(True, {8002: ["25 09:00"], 8001: []}), (False, {8002: [], 8001: ["28 09:00"]})],
)
async def test_who_is_away_gives_way_to_who_stands_in_or_hears_of_it_when_back(county, stands_in, heard):
    await accepted_on_friday(county)
    other = await a_member(
        county.organisation_id, Role.REPORTER, county.units[JUSTICE], telegram_id=8002, name="赵敏"
    )
    await sql.execute(
        "INSERT INTO absence (member_id, first_on, last_on, stand_in_id, created_at) "
        "VALUES ($1, $2, $3, $4, $5)",
        *(county.reporter.member_id, dtm.date(2024, 3, 25), dtm.date(2024, 3, 27)),
        *(other.member_id if stands_in else None, at("2024-03-22 08:00")),
    )
    postman = Postman()
    await postman.walk("2024-03-25", "2024-03-28")
    assert {chat: [when for when, _ in told(postman, chat)] for chat in heard} == heard


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("DELETE FROM binding WHERE member_id = $1", [1]),
        ("UPDATE chat SET unreachable_at = $1 WHERE telegram_id = 8001", [at("2024-03-22 10:00")]),
    ],
)
async def test_who_has_left_or_cannot_be_written_to_is_not_waited_for(county, statement, values):
    await accepted_on_friday(county)
    await sql.execute(
        "INSERT INTO chat (telegram_id, title, unreachable_reason) VALUES (8001, '', '') "
        "ON CONFLICT (telegram_id) DO NOTHING"
    )
    assert await sql.execute(statement, *values) == 1
    postman = Postman()
    await postman.walk("2024-03-25", "2024-03-26")
    assert told(postman) == []
    (row,) = await sql.fetch("SELECT state FROM due WHERE step = 'accepted'")
    assert row["state"] == "needless"


async def test_reviewers_hear_each_working_day_how_many_wait_and_since_when(county):
    second = await a_member(county.organisation_id, Role.REVIEWER, telegram_id=7002, name="陈强")
    first = await county.report(f"{NEWS} 3", "2024-03-22 10:00")
    await county.report(f"{POLICY} 2", "2024-03-25 10:00")
    postman = Postman()
    await postman.walk("2024-03-23", "2024-03-25")
    await county.accept(first, "2024-03-25 20:30", by=second)
    await postman.walk("2024-03-26", "2024-03-26")
    (last,) = await sql.fetch("SELECT id FROM review WHERE state = 'pending'")
    await county.accept(last["id"], "2024-03-26 20:30", by=second)
    await postman.walk("2024-03-27", "2024-03-28")
    assert queued(postman, 7002) == [("25 09:00", 2, "22"), ("26 09:00", 1, "25")]
    assert queued(postman, 7000) == []


async def test_where_nobody_else_reviews_the_administrators_hear_what_waits_from_the_day_after(county):
    await county.report(f"{NEWS} 3", "2024-03-25 08:30")
    postman = Postman()
    await postman.walk("2024-03-25", "2024-03-26")
    assert queued(postman, 7000) == [("26 09:00", 1, "25")]
    (letter,) = [each for _, each in postman.delivered if isinstance(each, Digest)]
    assert not letter.is_reminder


async def test_what_is_told_of_reviewing_is_not_counted_as_a_reminder_that_waits(county):
    await accepted_on_friday(county)
    assert (await prospects.count_waiting(county.organisation_id)).dues == 0


async def test_what_a_process_has_written_that_died_before_sending_is_told_once(county):
    await accepted_on_friday(county)
    now = at("2024-03-25 09:00")
    await letters.dispatch(now)
    assert len(await sql.fetch("SELECT id FROM letter WHERE state = 'waiting'")) == 1
    await county.accept(await county.report(f"{POLICY} 1", "2024-03-25 09:00"), "2024-03-25 09:00")
    postman = Postman()
    await postman.walk("2024-03-25", "2024-03-27")
    assert told(postman) == [("25 09:00", [(NEWS, 3)]), ("26 09:00", [(POLICY, 1)])]


@pytest.mark.parametrize(("counting", "waiting"), [("accepted", ((NEWS, 3),)), ("submitted", ())])
async def test_where_acceptance_counts_a_reporter_reads_what_waits_beside_what_lacks(
    county, counting, waiting
):
    for name in (NEWS, POLICY):
        (row,) = await sql.fetch("SELECT id FROM category WHERE name = $1", name)
        await a_quota(county.units[JUSTICE], row["id"], 4, effective_on=dtm.date(2024, 3, 1))
    await sql.execute("UPDATE organisation SET counting = $1", counting)
    await county.report(f"{NEWS} 3", "2024-03-21 10:00")
    postman = Postman()
    await postman.walk("2024-03-22", "2024-03-22")
    (letter,) = [each for _, each in postman.delivered if isinstance(each, Digest) and each.chat == 8001]
    assert [need.waiting for need in letter.own[0].needs] == [waiting]
    read = digest(letter, Catalogue.load().texts("zh_CN")).text
    assert ("已报、待审核：动态通知类 3 条，采用后计入，不必重报。" in read) is bool(waiting)
    assert "动态通知类 1</code>" in read
