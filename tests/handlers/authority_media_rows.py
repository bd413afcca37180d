"""Rows of the matrix: official accounts, their posts, looks and findings."""

from models.enums import Platform
from services.core.occasion import Occasion
from services.media import media_findings, media_register
from services.media.media_register import NewMediaAccount
from tests.builders import NOW
from tests.handlers.authority import Forwarded, Pressed, Replied, Row, Said, Typed
from tests.handlers.authority_sets import (
    ADMINISTRATOR,
    HERE,
    OF_UNIT,
    OFFICE,
    READERS,
    REPORTERS,
    STANDING,
    A,
)
from tests.handlers.authority_world import ACCOUNT, RESPONSIBLE, UNIT, Asker, World
from tests.handlers.talk import TODAY

SEERS = READERS - STANDING
LISTED = (Said("/media"), Pressed("media.list", A))
CARD = (Said(f"/media {ACCOUNT}"),)
FINDING = (*CARD, Pressed("media.finding"))
DOUBTED = (Said(f"/media {ACCOUNT} 监测 3月1日 最新 2月28日 超期"),)
UNSEEN = Said(f"/media {ACCOUNT} 未能核查")
SHOWN = (Forwarded("普法", ACCOUNT),)
SENT_BACK = (*FINDING, Pressed("media.send_back"))
PLATFORM = (Said("/media 登记"), Pressed("media.enter"))
UNNAMED = (*PLATFORM, Replied("清音发布"))
UNNAMED_PERSON = (*UNNAMED, Replied(UNIT))


async def _submitted(world: World) -> None:
    """Have the unit say what it did about its finding."""
    office, finding_id = world.actors[Asker.OFFICE], world.ids["finding"]
    occasion = Occasion("message/0/3", NOW, TODAY)
    await media_findings.submit_proof(office, finding_id, 1, "已恢复", occasion)


async def _two(world: World) -> None:
    """Let the unit have a second account of nearly the same name."""
    await _register(world, f"{ACCOUNT}厅")


async def _register(world: World, name: str) -> None:
    await media_register.register(
        world.actors[Asker.OFFICE],
        NewMediaAccount(world.ids["own"], Platform.WEIBO, name),
        Occasion("message/0/4", NOW, TODAY),
    )


MEDIA = (
    Row("command media", (Said("/media"),), SEERS, ACCOUNT, asked=STANDING),
    Row("command media", (Said("/media"),), OF_UNIT, ACCOUNT, at=HERE, asked=SEERS | STANDING),
    Row("command media", CARD, OFFICE, RESPONSIBLE),
    Row("command media", (Said(f"/media {ACCOUNT} 3月18日"),), REPORTERS, changes="media_post", at=HERE),
    Row("command media", (Said(f"/media {ACCOUNT} 未能核查"),), OFFICE, changes="media_check"),
    Row(
        "command media",
        (Said(f"/media 登记 微信 清音发布 {UNIT}"),),
        ADMINISTRATOR,
        changes="media_account",
        asked=STANDING,
    ),
    Row(
        "command media",
        (Said("/media 一季度"),),
        ADMINISTRATOR | {Asker.COUNTY_LEADER, Asker.REVIEWER},
        ACCOUNT,
        asked=STANDING,
    ),
    Row("action media.list", LISTED, SEERS - OF_UNIT | STANDING, ACCOUNT, by=Asker.STANDING),
    Row("action media.platforms", (Said("/media"), Pressed("media.platforms"))),
    Row("action media.card", (Said("/media"), Pressed("media.card")), READERS, ACCOUNT),
    Row("action media.which", (*SHOWN, Pressed("media.which")), REPORTERS, ACCOUNT),
    Row("action media.when", (*SHOWN, Pressed("media.when"))),
    Row(
        "action media.dated",
        (*SHOWN, Pressed("media.when"), Pressed("media.dated")),
        REPORTERS,
        ACCOUNT,
    ),
    Row("action media.drop", (*SHOWN, Pressed("media.drop"))),
    Row("action media.record", (*SHOWN, Pressed("media.record")), REPORTERS, changes="media_post", at=HERE),
    Row(
        "action media.withdraw",
        (Said(f"/media {ACCOUNT} 3月18日"), Pressed("media.withdraw")),
        REPORTERS,
        changes="media_post",
        at=HERE,
    ),
    Row("action media.post", (*CARD, Pressed("media.post")), READERS, ACCOUNT),
    Row("action media.look", (*CARD, Pressed("media.look")), OFFICE, ACCOUNT),
    Row(
        "action media.look_now",
        (*CARD, Pressed("media.look"), Pressed("media.look_now")),
        OFFICE,
        changes="media_check",
    ),
    Row("action media.look_plain", (*DOUBTED, Pressed("media.look_plain")), OFFICE, changes="media_check"),
    Row(
        "action media.look_at",
        (Said(f"/media {UNIT} 未能核查"), Pressed("media.look_at")),
        OFFICE,
        changes="media_check",
        arrange=_two,
    ),
    Row("action media.register", (Said("/media"), Pressed("media.register")), OFFICE, "微信"),
    Row(
        "action media.enter",
        (*UNNAMED_PERSON, Pressed("media.enter")),
        OFFICE,
        changes="media_account",
    ),
    Row("action media.edit", (*CARD, Pressed("media.edit")), OFFICE, ACCOUNT),
    Row("action media.field", (*CARD, Pressed("media.edit"), Pressed("media.field")), OFFICE, ACCOUNT),
    Row("action media.end", (*CARD, Pressed("media.end")), OFFICE, ACCOUNT),
    Row(
        "action media.end_on",
        (*CARD, Pressed("media.end"), Pressed("media.end_on")),
        OFFICE,
        changes="media_account",
    ),
    Row(
        "action media.again",
        (*CARD, Pressed("media.end"), Pressed("media.end_on"), Pressed("media.again")),
        OFFICE,
        changes="media_account",
    ),
    Row(
        "action media.findings",
        (Said("/media"), Pressed("media.findings")),
        SEERS - OF_UNIT | STANDING,
        ACCOUNT,
    ),
    Row("action media.finding", FINDING, READERS, ACCOUNT),
    Row("action media.mend", (*FINDING, Pressed("media.mend")), READERS, ACCOUNT),
    Row(
        "action media.confirm",
        (*FINDING, Pressed("media.confirm")),
        OFFICE,
        changes="media_finding",
        arrange=_submitted,
    ),
    Row("action media.send_back", SENT_BACK, READERS, ACCOUNT, arrange=_submitted),
    Row(
        "action media.quarter",
        (Said("/media 一季度"), Pressed("media.quarter")),
        SEERS - OF_UNIT | STANDING,
        "季度政务新媒体监测",
    ),
    Row(
        "step media.account",
        (Forwarded("普法", "平安四川"), Replied(ACCOUNT)),
        READERS,
        f"账号：微信“{ACCOUNT}”",
    ),
    Row("step media.day", (*SHOWN, Pressed("media.when"), Replied("3月1日")), REPORTERS, ACCOUNT),
    Row(
        "step media.post_said",
        (*CARD, Pressed("media.post"), Replied("3月18日")),
        REPORTERS,
        changes="media_post",
        at=HERE,
    ),
    Row(
        "step media.look_said",
        (*CARD, Pressed("media.look"), Replied("未能核查")),
        OFFICE,
        changes="media_check",
    ),
    Row("step media.new_name", UNNAMED, OFFICE, "清音发布".replace("发布", "")),
    Row("step media.new_unit", UNNAMED_PERSON, OFFICE, "清音发布"),
    Row("step media.new_responsible", (*UNNAMED_PERSON, Replied("某人")), OFFICE, changes="media_account"),
    Row(
        "step media.field_said",
        (*CARD, Pressed("media.edit"), Pressed("media.field", {"field": "name"}), Replied("清音发布")),
        OFFICE,
        changes="media_account",
    ),
    Row(
        "step media.end_said",
        (*CARD, Pressed("media.end"), Replied("3月18日")),
        OFFICE,
        changes="media_account",
    ),
    Row(
        "step media.proof",
        (*FINDING, Pressed("media.mend"), Replied("已恢复")),
        REPORTERS,
        changes="media_finding",
        at=HERE,
    ),
    Row(
        "step media.reason",
        (*SENT_BACK, Replied("没有看到")),
        OFFICE,
        changes="media_finding",
        arrange=_submitted,
    ),
    Row("guess posts", (Typed("https://mp.weixin.qq.com/s/aBcDe"),), REPORTERS, ACCOUNT),
    Row("forwarded posts", SHOWN, REPORTERS, ACCOUNT.replace("发布", "")),
    Row(
        "action media.unlook",
        (UNSEEN, Pressed("media.unlook")),
        OFFICE,
        changes="media_check",
    ),
    Row(
        "action media.set_platform",
        (
            *CARD,
            Pressed("media.edit"),
            Pressed("media.field", {"field": "platform"}),
            Pressed("media.set_platform"),
        ),
        OFFICE,
        changes="media_account",
    ),
    Row("command undo", (UNSEEN, Said("/undo")), frozenset({Asker.OFFICE}), ACCOUNT),
)
