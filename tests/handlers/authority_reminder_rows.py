"""Rows of the matrix: chasing, its rules, and what became of letters."""

from handlers.kit.answers import Answer
from handlers.views.letters import digest
from models.enums import Language, LetterKind, LetterPart, LetterState, ReminderRule, ReminderStep
from services import sql
from services.chasing.letter_contents import Digest, UnitNeeds
from services.core.period import Period
from services.core.reminding import Step
from services.reminding.reminders import NewDue, write
from tests.builders import NOW
from tests.handlers.authority import EVERYBODY, Issued, Pressed, Replied, Row, Said, Typed
from tests.handlers.authority_sets import ADMINISTRATOR, OFFICE, REPORTER, STANDING, A
from tests.handlers.authority_world import PERSON, TARGET, UNIT, Asker, Place, World
from tests.handlers.talk import CATALOGUE


async def an_unclear_list(world: World) -> None:
    """Post a list to the organisation's group, and lose the answer."""
    month = Period.of_month(2024, 2)
    due = NewDue(
        Step(ReminderRule.MONTHLY, month, ReminderStep.LISTED, NOW), world.ids["own"], world.ids["own"]
    )
    await write([due], world.ids["a"], NOW)
    await sql.execute(
        "INSERT INTO letter (key, kind, group_id, day_on, state, written_at) VALUES ($1, $2, $3, $4, $5, $6)",
        f"list/1/monthly/{month}",
        LetterKind.LIST.value,
        world.ids[f"group {world.ids['a']}"],
        NOW.date(),
        LetterState.UNKNOWN.value,
        NOW,
    )
    await sql.execute(
        "INSERT INTO letter_line (letter_id, due_id, part) SELECT e.id, d.id, $1 FROM letter e, due d",
        LetterPart.GROUP.value,
    )


AWAY = Said("请假 3月25日至3月27日")
SOMEBODY = EVERYBODY - {Asker.STRANGER, Asker.FOUNDER}
EVERYWHERE = (Place.PRIVATE, Place.OWN_GROUP, Place.THEIR_GROUP)
NOTED = (AWAY, Pressed("away.begin", {"stand_in": None}))
ENDED = (*NOTED, Pressed("away.end"))


async def a_digest(world: World) -> list[Answer]:
    """Show somebody a digest of their unit."""
    unit = UnitNeeds(world.ids["own"], UNIT, world.ids["a"], ())
    letter = Digest(1, LetterKind.DIGEST, 1, 1, Language.CHINESE, NOW.date(), (unit,), (), ())
    return [digest(letter, CATALOGUE.texts("zh_CN"))]


LATER = Issued(a_digest)
LEAVES = (
    Row("command away", (AWAY,), REPORTER, PERSON),
    Row("action away.show", (LATER, Pressed("away.show"))),
    Row("step away.days", (Said("/away"), Replied("3月25日")), REPORTER, PERSON, at=EVERYWHERE),
    Row("guess away", (Typed("销假"),)),
    Row("action away.begin", NOTED, SOMEBODY, changes="absence", by=Asker.REPORTER, at=EVERYWHERE),
    Row(
        "action away.end",
        ENDED,
        REPORTER,
        changes="absence",
        by=Asker.REPORTER,
        at=EVERYWHERE,
    ),
    Row("action away.later", (LATER, Pressed("away.later")), SOMEBODY, changes="member", at=EVERYWHERE),
)

REMIND = Said("/remind")
CARD = Said(f"催办 {UNIT}")
RULES = (REMIND, Pressed("remind.rules"))
REMINDERS = (
    Row("command remind", (CARD,), OFFICE, TARGET),
    Row("command remind", (REMIND,), ADMINISTRATOR, UNIT, asked=STANDING),
    Row("action remind.show", (REMIND, Pressed("remind.show", A)), OFFICE, UNIT, by=Asker.STANDING),
    Row("action remind.ask", (REMIND, Pressed("remind.ask")), OFFICE, UNIT),
    Row("action remind.choose", (REMIND, Pressed("remind.choose")), OFFICE, UNIT),
    Row("action remind.unit", (REMIND, Pressed("remind.choose"), Pressed("remind.unit")), OFFICE, TARGET),
    Row("action remind.now", (REMIND, Pressed("remind.ask"), Pressed("remind.now")), OFFICE, changes="due"),
    Row("action remind.now", (CARD, Pressed("remind.now")), OFFICE, changes="due"),
    Row("action remind.pause", (REMIND, Pressed("remind.pause")), OFFICE, changes="reminder_rules"),
    Row(
        "action remind.resume",
        (REMIND, Pressed("remind.pause"), Pressed("remind.resume")),
        OFFICE,
        changes="reminder_rules",
    ),
    Row(
        "action remind.seen",
        (REMIND, Pressed("remind.seen")),
        OFFICE,
        changes="letter",
        arrange=an_unclear_list,
    ),
    Row(
        "action remind.again",
        (REMIND, Pressed("remind.again")),
        OFFICE,
        changes="letter",
        arrange=an_unclear_list,
    ),
    Row("action remind.rules", RULES, OFFICE, "提醒规则"),
    Row("action remind.rule", (*RULES, Pressed("remind.rule")), OFFICE, "月底前"),
    Row("action remind.set", (*RULES, Pressed("remind.set")), OFFICE, changes="reminder_rules"),
)
