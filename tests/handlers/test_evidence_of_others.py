"""Evidence and reviews of others are out of reach: of forged buttons, albums, replies, captions, exports."""

import contextlib

import pytest

from handlers.kit.specs import OnlyInPrivate
from models.enums import ReviewRule
from services import sql
from services.core.access import NotPermitted
from services.core.errors import UserError
from services.evidence.evidence_intake import NothingToAttach
from services.exporting.evidence_packs import PackSubjectGone
from services.reviewing.review_queue import ReviewGone
from services.reviewing.review_rules import CategoryGone
from tests.handlers.authority import everything
from tests.handlers.authority_world import OTHER_UNIT, UNIT, Asker, a_world
from tests.handlers.talk import GROUP, PICTURE, Talk, labels, words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class People:
    """Everybody of two organisations, each in private; what they keep is shared."""

    def __init__(self, world):
        self.world = world
        self.number = 100

    def of(self, asker, *, in_group=False):
        """Give somebody's chat; no two messages have the same number."""
        self.number += 10
        return Talk(
            self.world.actors[asker],
            in_group=in_group,
            organisation_id=self.world.ids["a"] if in_group else None,
            chat=GROUP,
            message_id=self.number,
            files=self.world.files,
            store=self.world.store,
        )


@pytest.fixture
async def people(database):
    world = await a_world()
    await sql.execute("UPDATE category SET review_rule = 'reviewed'")
    return People(world)


@pytest.fixture
async def waiting(people):
    """A report of the unit's with a picture, and one with a document, waiting for its reviewers."""
    talk = people.of(Asker.REPORTER)
    await talk.show(caption="动态 2")
    talk.message_id += 1
    await talk.send(b"%PDF-1.7 minutes", "minutes.pdf", "法定 1")
    return people


async def column(statement, *values):
    return [row["value"] for row in await sql.fetch(statement, *values)]


OPENINGS = "SELECT opening AS value FROM evidence ORDER BY id"
SOURCES = "SELECT source AS value FROM evidence ORDER BY id"
REVIEWS = "SELECT id AS value FROM review ORDER BY id"


async def refused(talk, action, arguments, error):
    """Press a button that was never shown; nothing at all may change."""
    before = await everything()
    with pytest.raises(error):
        await talk.press(action, arguments)
    assert await everything() == before


@pytest.mark.parametrize(
    "asker",
    [Asker.OTHER_REPORTER, Asker.OFFICE, Asker.REVIEWER, Asker.FOREIGN_REPORTER, Asker.OTHER_OFFICE],
)
async def test_a_forged_button_attaches_nothing_of_others_and_nothing_to_others(waiting, asker):
    mine, theirs = waiting.of(Asker.REPORTER), waiting.of(asker)
    await mine.show(PICTURE + b"bare")
    report, *_, bare = await column(OPENINGS)
    await refused(theirs, "evidence.attach", {"parcel": bare, "report": report}, NothingToAttach)
    if asker in {Asker.OTHER_REPORTER, Asker.FOREIGN_REPORTER}:
        await theirs.show(PICTURE + b"own")
        own = (await column(OPENINGS))[-1]
        await refused(theirs, "evidence.attach", {"parcel": own, "report": report}, NothingToAttach)


async def test_an_own_picture_is_not_attached_to_anothers_report_nor_anothers_to_an_own(waiting):
    other = waiting.of(Asker.OTHER_REPORTER)
    await other.say(f"报送 {OTHER_UNIT} 动态 1")
    own_report = f"message/m{other.actor.member_id}/{other.message_id}"
    await waiting.of(Asker.REPORTER).show(PICTURE + b"bare")
    bare = (await column(SOURCES))[-1]
    await refused(other, "evidence.attach", {"parcel": bare, "report": own_report}, NothingToAttach)


@pytest.mark.parametrize("in_group", [False, True])
async def test_the_album_of_somebody_else_takes_nothing(waiting, in_group):
    mine, theirs = (waiting.of(each, in_group=in_group) for each in (Asker.REPORTER, Asker.OTHER_REPORTER))
    await mine.show(caption="动态 1", album="9")
    (asked,) = await theirs.show(PICTURE + b"2", album="9")
    assert words(asked)[0].startswith("已收到佐证")
    parcels = await column("SELECT DISTINCT parcel AS value FROM evidence WHERE parcel LIKE 'album%'")
    assert len(parcels) == 2
    assert len(set((await column(OPENINGS))[-2:])) == 2


async def test_a_reply_in_a_group_to_anothers_report_or_evidence_is_no_evidence_of_it(people):
    mine = people.of(Asker.REPORTER, in_group=True)
    await mine.show(caption="动态 1")
    (report,) = await column(OPENINGS)
    for asker in (Asker.OTHER_REPORTER, Asker.OFFICE):
        theirs = people.of(asker, in_group=True)
        await theirs.show(PICTURE + b"2", to=mine.message_id)
    assert (await column(OPENINGS)).count(report) == 1


@pytest.mark.parametrize("in_group", [False, True])
async def test_a_link_in_reply_to_anothers_report_or_its_evidence_is_no_evidence_of_it(people, in_group):
    mine = people.of(Asker.REPORTER, in_group=in_group)
    await mine.say("报送 动态 1")
    report, page = mine.message_id, "https://www.emeishan.gov.cn/a/1.html"
    mine.message_id += 1
    await mine.write(page, to=report)
    for asker in set(Asker) - {Asker.REPORTER}:
        for number in (report, report + 1):
            with contextlib.suppress(UserError):
                await people.of(asker, in_group=in_group).write(f"{page}?{number}", to=number)
    assert await column("SELECT kind AS value FROM evidence") == ["link"]


async def test_links_name_no_report_of_another(people):
    mine = people.of(Asker.REPORTER)
    await mine.say("报送 动态 1")
    report = f"message/m{mine.actor.member_id}/{mine.message_id}"
    before = await everything()
    for asker in set(Asker) - {Asker.REPORTER}:
        context = people.of(asker).context("https://www.emeishan.gov.cn/a/1.html")
        intake = context.use_cases.evidence
        with pytest.raises(NothingToAttach):
            await intake.take_links(context.actor, report, context.text, context.occasion)
    assert await everything() == before


async def test_a_caption_that_names_another_unit_counts_nothing_there_and_shows_no_report_of_it(waiting):
    before = await column("SELECT id AS value FROM submission")
    for asker in (Asker.OTHER_REPORTER, Asker.FOREIGN_REPORTER):
        answers = await waiting.of(asker).show(PICTURE + b"2", f"{UNIT} 动态 1")
        told = "\n".join(line for each in answers for line in (*words(each), *map(str, labels(each))))
        assert "2 条" not in told
    assert await column("SELECT id AS value FROM submission") == before
    assert await column("SELECT id AS value FROM evidence WHERE unit_id = $1", waiting.world.ids["own"])


ACTIONS = ("accept", "return", "undo", "ask_part", "ask_reason", "picture", "compare")


@pytest.mark.parametrize("asker", [Asker.OTHER_OFFICE, Asker.REPORTER, Asker.OTHER_REPORTER, Asker.LEADER])
async def test_a_review_is_not_reached_by_its_number(waiting, asker):
    (first, *_) = await column(REVIEWS)
    told = {"review_id": first, "version": 1, "reason": "no_evidence", "at": 0}
    for action in ACTIONS:
        await refused(waiting.of(asker), f"review.{action}", told, NotPermitted)


async def test_what_is_not_there_is_refused_like_what_is_gone(waiting):
    told = {"review_id": 999_999, "version": 1}
    await refused(waiting.of(Asker.REVIEWER), "review.accept", told, ReviewGone)
    await refused(waiting.of(Asker.REVIEWER), "review.document", {"exhibit_id": 999_999}, ReviewGone)


@pytest.mark.parametrize("action", ["accept_all", "return_all", "undo_all", "resubmit_all"])
async def test_a_list_of_ones_own_organisation_decides_nothing_of_another(waiting, action):
    shown = [[each, 1] for each in await column(REVIEWS)]
    told = {"organisation_id": waiting.world.ids["b"], "shown": shown, "reason": "no_evidence"}
    await refused(waiting.of(Asker.OTHER_OFFICE), f"review.{action}", told, NotPermitted)


@pytest.mark.parametrize("narrowed", [{}, {"unit_ids": ["own"]}, {"category_ids": ["news"]}])
async def test_a_summary_is_of_ones_own_organisation_only(waiting, narrowed):
    ids = waiting.world.ids
    batch = {"organisation_id": ids["b"]} | {key: [ids[each] for each in of] for key, of in narrowed.items()}
    office = waiting.of(Asker.OTHER_OFFICE)
    (answer,) = await office.press("review.ask_all", {"organisation_id": ids["b"], "batch": batch})
    assert words(answer)[0] == "没有待审核的报送。"
    told = {"organisation_id": ids["b"], "batch": batch | {"organisation_id": ids["a"]}}
    await refused(office, "review.ask_all", told, NotPermitted)


async def test_a_queue_of_ones_own_organisation_shows_nothing_of_another(waiting):
    (first, *_) = await column(REVIEWS)
    told = {"organisation_id": waiting.world.ids["b"], "after": first}
    (answer,) = await waiting.of(Asker.OTHER_OFFICE).press("review.queue", told)
    assert words(answer) == ["没有待审核的报送。"]


async def test_a_bare_picture_belongs_to_no_unit_and_no_reviewer_may_see_it(people):
    await people.of(Asker.REPORTER).send(b"%PDF-1.7 minutes", "minutes.pdf")
    (exhibit,) = await column("SELECT id AS value FROM evidence")
    for asker in (Asker.REVIEWER, Asker.OFFICE, Asker.OTHER_OFFICE):
        await refused(people.of(asker), "review.document", {"exhibit_id": exhibit}, NotPermitted)


async def test_only_the_units_reporters_and_the_office_hand_in_again(waiting):
    await sql.execute("UPDATE review SET state = 'returned'")
    (first, *_) = await column(REVIEWS)
    for asker in (Asker.REVIEWER, Asker.LEADER, Asker.OTHER_REPORTER, Asker.FOREIGN_REPORTER):
        told = {"review_id": first, "version": 1}
        await refused(waiting.of(asker), "review.resubmit", told, NotPermitted)


@pytest.mark.parametrize(("of", "subject"), [("unit", "own"), ("category", "news")])
async def test_no_pack_of_another_organisations_unit_or_category_is_made(waiting, of, subject):
    ids = waiting.world.ids
    told = {"of": of, "id": ids[subject], "period": "2024-03"}
    office = waiting.of(Asker.OTHER_OFFICE)
    await refused(office, "export.pack", {**told, "organisation_id": ids["b"]}, PackSubjectGone)
    await refused(office, "export.pack", {**told, "organisation_id": ids["a"]}, NotPermitted)


@pytest.mark.parametrize("asker", [Asker.REVIEWER, Asker.COUNTY_LEADER, Asker.REPORTER])
async def test_no_pack_is_made_for_who_exports_nothing(waiting, asker):
    ids = waiting.world.ids
    told = {"organisation_id": ids["a"], "of": "unit", "id": ids["own"], "period": "2024-03"}
    await refused(waiting.of(asker), "export.pack", told, NotPermitted)


async def test_a_rule_is_not_set_for_a_category_of_another_organisation(waiting):
    ids = waiting.world.ids
    (version,) = await column("SELECT version AS value FROM organisation WHERE id = $1", ids["b"])
    told = {"organisation_id": ids["b"], "version": version, "category_id": ids["news"], "page": 0}
    office = waiting.of(Asker.OTHER_OFFICE)
    await refused(office, "review.set_rule", {**told, "rule": ReviewRule.AUTO.value}, CategoryGone)
    await refused(office, "review.require", {**told, "kinds": ["picture"]}, CategoryGone)


async def test_what_waits_is_not_shown_in_a_group(waiting):
    with pytest.raises(OnlyInPrivate):
        await waiting.of(Asker.REVIEWER, in_group=True).say("/review")


INVENTED = {
    "evidence.attach": {"parcel": "album/m1/9", "report": "message/m1/0"},
    "review.accept": {"review_id": -1, "version": 0},
    "review.document": {"exhibit_id": -1},
    "export.pack": {"organisation_id": -1, "of": "unit", "id": -1, "period": "2024-03"},
}


@pytest.mark.parametrize("action", INVENTED)
async def test_an_invented_button_is_refused_whoever_presses_it(waiting, action):
    for asker in Asker:
        await refused(waiting.of(asker), action, INVENTED[action], UserError)
