"""Rows of the matrix: evidence, what it belongs to, and what is decided about it."""

from typing import Any

from services import sql
from tests.handlers.authority import (
    FIRST_MESSAGE,
    Edited,
    Hop,
    Photographed,
    Pressed,
    Replied,
    Row,
    Said,
    Typed,
)
from tests.handlers.authority_sets import (
    ADMINISTRATOR,
    OFFICE,
    OVERSEERS,
    READERS,
    REPORTER,
    REPORTERS,
    STANDING,
    A,
)
from tests.handlers.authority_world import ORGANISATION, UNIT, Asker, Place, World
from tests.handlers.talk import PICTURE, Talk

FEW = Said("报送 动态 1")
EVIDENCE = (
    Row(
        "attached evidence",
        (Photographed(f"{UNIT} 动态 1"),),
        REPORTERS,
        changes="submission",
        own=frozenset({"evidence", "audit_entry"}),
    ),
    Row(
        "edited evidence",
        (Photographed(""), Edited("动态 1", is_caption=True)),
        REPORTER,
        "图片下改过的文字",
        by=Asker.REPORTER,
    ),
    Row(
        "linked evidence.links",
        (FEW, Typed("https://www.emeishan.gov.cn/a/1.html", to=FIRST_MESSAGE)),
        REPORTER,
        changes="evidence",
        by=Asker.REPORTER,
        issued_at=Place.OWN_GROUP,
        at=(Place.OWN_GROUP,),
    ),
    Row(
        "action evidence.attach",
        (FEW, Photographed(""), Pressed("evidence.attach")),
        REPORTER,
        changes="evidence",
        by=Asker.REPORTER,
    ),
)


async def waiting(world: World) -> None:
    """Have two reports wait for a reviewer, the first with two pictures and a document."""
    await sql.execute("UPDATE category SET review_rule = 'reviewed'")
    talk = Talk(world.actors[Asker.REPORTER], message_id=4, files=world.files, store=world.store)
    await talk.show(caption="动态 2", album="1")
    talk.message_id += 1
    await talk.show(PICTURE + b"2", album="1")
    talk.message_id += 1
    await talk.send(b"%PDF-1.7 " + UNIT.encode(), "minutes.pdf", "")
    await sql.execute("UPDATE evidence SET opening = (SELECT MIN(opening) FROM evidence)")
    await sql.execute("UPDATE evidence SET unit_id = (SELECT MAX(unit_id) FROM evidence)")
    talk.message_id += 1
    await talk.say("报送 法定 3")


async def seen_before(world: World) -> None:
    """Have the first of those two look like another unit's."""
    await waiting(world)
    other = Talk(world.actors[Asker.OTHER_REPORTER], message_id=60, files=world.files, store=world.store)
    await other.show(caption="动态 1")


REVIEWER = frozenset({Asker.REVIEWER})
REVIEWERS = ADMINISTRATOR | REVIEWER
ASK_PART = (Said("/review"), Pressed("review.ask_part"))
ASK_REASON = (Said("/review"), Pressed("review.ask_reason"))
RETURNED = (*ASK_REASON, Pressed("review.return"))
ASK_ALL = (Said("/review"), Pressed("review.ask_all"))
ASK_ALL_REASON = (*ASK_ALL, Pressed("review.ask_all_reason"))
ALL_RETURNED = (*ASK_ALL_REASON, Pressed("review.return_all"))
STATISTICS = "审核情况"
RULES = (Said("/settings"), Pressed("settings.show", A), Pressed("review.rules"))


def desk(name: str, *hops: Hop, **more: Any) -> Row:
    """Make a row of the desk, for whoever may decide there."""
    return Row(name, hops, REVIEWERS | STANDING, **{"arrange": waiting, **more})


REVIEWS = (
    Row("command review", (Said("/review"),), REVIEWERS, UNIT, asked=STANDING, arrange=waiting),
    desk("action review.queue", Said("/review"), Pressed("review.queue"), shows=UNIT),
    desk("action review.picture", Said("/review"), Pressed("review.picture"), shows=UNIT),
    desk(
        "action review.compare", Said("/review"), Pressed("review.compare"), shows=UNIT, arrange=seen_before
    ),
    desk("action review.document", Said("/review"), Pressed("review.document"), shows=UNIT),
    desk("action review.ask_part", *ASK_PART, shows=UNIT),
    desk("action review.ask_reason", *ASK_REASON, shows=UNIT),
    desk("action review.accept", Said("/review"), Pressed("review.accept"), changes="tally"),
    desk("action review.ask_all", Said("/review"), Pressed("review.ask_all"), shows=UNIT),
    desk("action review.figures", Said("/review"), Pressed("review.figures"), shows=STATISTICS),
    desk("action review.accept_all", *ASK_ALL, Pressed("review.accept_all"), changes="tally"),
    desk("action review.ask_all_reason", *ASK_ALL_REASON, shows="一起退回"),
    desk("action review.return_all", *ALL_RETURNED, changes="review"),
    desk("step review.reason_of_all", *ASK_ALL_REASON, Replied("补充"), changes="review"),
    desk("action review.return", *RETURNED, changes="review"),
    desk("step review.part", *ASK_PART, Replied("1"), changes="tally"),
    desk("step review.reason", *ASK_REASON, Replied("补充"), changes="review"),
    Row(
        "action review.undo",
        (Said("/review"), Pressed("review.accept"), Pressed("review.undo")),
        REVIEWER,
        changes="tally",
        by=Asker.REVIEWER,
        arrange=waiting,
    ),
    Row(
        "action review.undo_all",
        (*ASK_ALL, Pressed("review.accept_all"), Pressed("review.undo_all")),
        REVIEWER,
        changes="tally",
        by=Asker.REVIEWER,
        arrange=waiting,
    ),
    Row(
        "action review.resubmit_all",
        (*ALL_RETURNED, Pressed("review.resubmit_all")),
        REPORTERS,
        changes="review",
        arrange=waiting,
    ),
    Row(
        "action review.resubmit",
        (*RETURNED, Pressed("review.resubmit")),
        REPORTERS,
        changes="review",
        arrange=waiting,
    ),
    Row("action review.rules", RULES, OFFICE, "动态通知类", by=Asker.STANDING),
    Row(
        "action review.category",
        (*RULES, Pressed("review.category")),
        OFFICE,
        "佐证要求",
        by=Asker.STANDING,
    ),
    Row(
        "action review.require",
        (*RULES, Pressed("review.category"), Pressed("review.require")),
        OFFICE,
        changes="category",
        by=Asker.STANDING,
    ),
    Row(
        "action review.set_rule",
        (*RULES, Pressed("review.category"), Pressed("review.set_rule")),
        OFFICE,
        changes="category",
        by=Asker.STANDING,
    ),
)


async def filed(world: World) -> None:
    """Have a report with a picture and a document, in the office's eyes and its unit's."""
    talk = Talk(world.actors[Asker.REPORTER], message_id=4, files=world.files, store=world.store)
    await talk.show(caption="动态 2", album="1")
    talk.message_id += 1
    await talk.send(b"%PDF-1.7 " + UNIT.encode(), "minutes.pdf", "")
    await sql.execute("UPDATE evidence SET opening = (SELECT MIN(opening) FROM evidence)")
    await sql.execute(
        "UPDATE evidence SET unit_id = (SELECT MAX(unit_id) FROM evidence), "
        "month_on = (SELECT MAX(month_on) FROM evidence)"
    )


SHELF = Said(f"/evidence {UNIT}")
THE_CARD = (SHELF, Pressed("evidence.report"))
ASK_PURGE = (*THE_CARD, Pressed("evidence.ask_purge"))


def shelf(name: str, *hops: Hop, **more: Any) -> Row:
    """Make a row of evidence that is looked through, by whoever may see the unit's."""
    more = {"allowed": READERS, "arrange": filed, **more}
    return Row(name, hops, **more)


EXHIBITS = (
    shelf("command evidence", SHELF, shows="动态通知类 2 条"),
    shelf(
        "action evidence.shelves",
        Said("/evidence"),
        Pressed("evidence.shelves"),
        allowed=OVERSEERS,
        shows=ORGANISATION,
    ),
    shelf(
        "action evidence.shelf", Said("/evidence"), Pressed("evidence.shelf", {"unit_id": "own"}), shows=UNIT
    ),
    shelf("action evidence.report", *THE_CARD, shows="动态通知类 2 条"),
    shelf("action evidence.document", *THE_CARD, Pressed("evidence.document"), shows=UNIT),
    shelf(
        "action evidence.supply",
        *THE_CARD,
        Pressed("evidence.supply"),
        by=Asker.REPORTER,
        shows="动态通知类 2 条",
    ),
    shelf("action evidence.ask_purge", *ASK_PURGE, allowed=OFFICE, shows=UNIT),
    shelf(
        "action evidence.purge",
        *ASK_PURGE,
        Pressed("evidence.purge"),
        allowed=OFFICE,
        changes="evidence",
    ),
    shelf("step evidence.reason", *ASK_PURGE, Replied("发错了"), allowed=OFFICE, changes="evidence"),
)
