"""The rows of the matrix: a command, button, question or guess without one fails the tests."""

import datetime as dtm

from handlers.kit.answers import Answer
from handlers.views.sending import paused
from services import groups, sql
from services.sending import Pause
from tests.builders import NOW
from tests.handlers.authority import (
    EVERYBODY,
    Edited,
    Issued,
    Pressed,
    Replied,
    Row,
    Said,
    Typed,
)
from tests.handlers.authority_world import (
    ALIAS,
    DEED,
    DIVISION,
    FIGURE,
    GROUP_NAME,
    ORGANISATION,
    OTHER_UNIT,
    PERSON,
    RULE,
    TARGET,
    UNIT,
    Asker,
    Place,
    World,
)
from tests.handlers.talk import CATALOGUE, GROUP

STANDING = frozenset({Asker.STANDING})
ADMINISTRATOR = frozenset({Asker.OFFICE})
OFFICE = ADMINISTRATOR | STANDING
REPORTER = frozenset({Asker.REPORTER})
BOTH = frozenset({Asker.BOTH})
OVERSEERS = OFFICE | {Asker.COUNTY_LEADER, Asker.REVIEWER}
OF_UNIT = REPORTER | {Asker.LEADER}
READERS = OVERSEERS | OF_UNIT
REPORTERS = OFFICE | REPORTER
HERE = (Place.PRIVATE, Place.OWN_GROUP)
ALONE = (Place.PRIVATE,)
JUNE = dtm.date(2024, 6, 1)  # a Saturday: May still takes reports

CARD = (Said("/units"), Pressed("units.show", {"unit_id": "own"}))
OWN = {"unit_id": "own"}
A = {"organisation_id": "a"}

PROGRESS = (
    Row("command progress", (Said(f"/progress {UNIT}"),), READERS, FIGURE, at=HERE),
    Row("command progress", (Said("/progress"),), OF_UNIT, FIGURE, asked=OVERSEERS),
    Row("command progress", (Said("进度 3月"),), OF_UNIT, FIGURE, at=HERE, asked=OVERSEERS),
    Row("action progress.show", (*CARD, Pressed("progress.show")), READERS, FIGURE),
    Row(
        "action progress.overview",
        (Said("/progress"), Pressed("progress.overview", A)),
        OVERSEERS,
        UNIT,
        by=Asker.STANDING,
    ),
    Row("step progress.unit", (Said("/progress"), Replied(UNIT)), READERS, FIGURE),
    Row("guess progress", (Typed(UNIT),), READERS, FIGURE),
)

FEW = Said("报送 动态 1")
RULES = Said("报送 法定 1")
MANY = Said("报送 动态 900")
REPORTING = (
    Row("command report", (Said(f"/report {UNIT} 动态 1"),), REPORTERS, changes="submission", at=HERE),
    Row("command report", (Said(f"报送 {UNIT} 法定=5"),), REPORTERS, changes="tally", at=HERE),
    Row(
        "action report.begin",
        (Said("/progress"), Pressed("report.begin")),
        REPORTERS,
        UNIT,
        by=Asker.REPORTER,
    ),
    Row("command undo", (FEW, Said("/undo")), REPORTER, UNIT, by=Asker.REPORTER),
    Row(
        "action report.unit",
        (FEW, Pressed("report.unit", OWN)),
        REPORTERS | BOTH,
        changes="submission",
        by=Asker.BOTH,
    ),
    Row(
        "action report.category",
        (Said("报送 1"), Pressed("report.category")),
        REPORTERS,
        changes="submission",
        by=Asker.REPORTER,
    ),
    Row(
        "action report.amount",
        (Said("报送 动态"), Pressed("report.amount")),
        REPORTERS,
        changes="submission",
        by=Asker.REPORTER,
    ),
    Row(
        "action report.month",
        (FEW, Pressed("report.month")),
        REPORTERS,
        changes="submission",
        by=Asker.REPORTER,
        today=JUNE,
    ),
    Row(
        "action report.answer",
        (MANY, Pressed("report.answer")),
        REPORTERS,
        changes="submission",
        by=Asker.REPORTER,
    ),
    Row("action report.rewrite", (MANY, Pressed("report.rewrite")), REPORTERS, UNIT, by=Asker.REPORTER),
    Row("action report.drop", (FEW, FEW, Pressed("report.drop")), by=Asker.REPORTER),
    Row(
        "action report.withdraw",
        (FEW, Pressed("report.withdraw")),
        REPORTER,
        changes="submission",
        by=Asker.REPORTER,
    ),
    Row(
        "action report.move",
        (Said(f"报送 {OTHER_UNIT} 动态 1"), Pressed("report.move")),
        BOTH,
        UNIT,
        by=Asker.BOTH,
    ),
    Row(
        "action report.move_to",
        (Said(f"报送 {OTHER_UNIT} 动态 1"), Pressed("report.move"), Pressed("report.move_to", OWN)),
        BOTH,
        changes="submission",
        by=Asker.BOTH,
    ),
    Row(
        "action report.revise",
        (FEW, Edited("报送 动态 2"), Pressed("report.revise")),
        REPORTERS,
        changes="submission",
        by=Asker.REPORTER,
    ),
    Row("action report.keep", (FEW, Edited("报送 动态 2"), Pressed("report.keep")), by=Asker.REPORTER),
    Row("action report.progress", (RULES, Pressed("report.progress")), READERS, FIGURE, by=Asker.REPORTER),
    Row(
        "step report.line",
        (Said("报送 动态"), Replied("3")),
        REPORTERS,
        changes="submission",
        by=Asker.REPORTER,
    ),
    Row(
        "step report.unit_name",
        (FEW, Replied(UNIT)),
        REPORTERS | BOTH,
        changes="submission",
        by=Asker.BOTH,
    ),
    Row("edited reporting", (FEW, Edited("报送 动态 2")), REPORTER, UNIT, by=Asker.REPORTER),
)

JANUARY = Said(f"开账 {UNIT} 1月")
OPENED = Said(f"开账 {UNIT} 1月 补报")
REOPENINGS = (
    Row("command unlock", (OPENED,), OFFICE, changes="reopening", at=HERE),
    Row("command unlock", (OPENED, Said("/unlock")), OFFICE, UNIT, at=HERE),
    Row("action unlock.go", (JANUARY, Pressed("unlock.go")), OFFICE, UNIT),
    Row("action unlock.close", (OPENED, Pressed("unlock.close")), OFFICE, changes="reopening"),
    Row(
        "step unlock.unit",
        (Said("开账 哪个单位呢"), Replied(f"{UNIT} 1月 补报")),
        OFFICE,
        changes="reopening",
    ),
    Row("step unlock.reason", (JANUARY, Replied("补报")), OFFICE, changes="reopening"),
)

SHEET = (
    "序号,责任单位,动态通知类,法定主动公开内容\n1,市水务局,2条/月,3条/月\n2,市公安局,2条/月,1条/月\n".encode()
)
SENT = Said("导入 2024", SHEET)
IMPORTS = (
    Row("command import", (SENT,), ADMINISTRATOR, TARGET, asked=STANDING),
    Row("action import.choose", (SENT, Pressed("import.choose", A)), OFFICE, TARGET, by=Asker.STANDING),
    Row("action import.columns", (SENT, Pressed("import.columns"))),
    Row("action import.save", (SENT, Pressed("import.save")), OFFICE, changes="quota"),
    Row("action import.drop", (SENT, Pressed("import.drop"))),
    Row("guess imports", (Typed("", SHEET),), ADMINISTRATOR, TARGET, asked=STANDING),
)


async def _many_groups(world: World) -> None:
    for number in range(30):
        place = groups.Place(GROUP, number + 1, "")
        await groups.enter(place, world.ids["a"], f"{GROUP_NAME}{number}", NOW)


GROUP_CARD = (Said("/groups"), Pressed("groups.show"))
GROUPS = (
    Row("command groups", (Said("/groups"),), OFFICE, GROUP_NAME, at=HERE),
    Row(
        "action groups.page",
        (Said("/groups"), Pressed("groups.page")),
        OFFICE,
        GROUP_NAME,
        arrange=_many_groups,
    ),
    Row("action groups.show", GROUP_CARD, OFFICE, GROUP_NAME),
    Row(
        "action groups.register",
        (Said("/groups"), Pressed("groups.register")),
        OFFICE,
        changes="office_group",
        issued_at=Place.FREE_GROUP,
        at=(Place.FREE_GROUP,),
        tried_at=tuple(Place),
    ),
    Row("action groups.rename", (*GROUP_CARD, Pressed("groups.rename")), OFFICE, GROUP_NAME),
    Row("action groups.leave", (*GROUP_CARD, Pressed("groups.leave")), OFFICE, GROUP_NAME),
    Row(
        "action groups.release",
        (*GROUP_CARD, Pressed("groups.leave"), Pressed("groups.release")),
        OFFICE,
        changes="office_group",
    ),
    Row(
        "step groups.name",
        (*GROUP_CARD, Pressed("groups.rename"), Replied("新群名")),
        OFFICE,
        changes="office_group",
    ),
)

RULE_CHOICES = (Said("/settings"), Pressed("settings.rule", {"rule": "zombie_days"}))
SETTINGS = (
    Row("command settings", (Said("/settings"),), ADMINISTRATOR, RULE, asked=STANDING),
    Row(
        "action settings.show",
        (Said("/settings"), Pressed("settings.show", A)),
        OFFICE,
        RULE,
        by=Asker.STANDING,
    ),
    Row("action settings.rule", RULE_CHOICES, OFFICE, RULE),
    Row("action settings.set", (*RULE_CHOICES, Pressed("settings.set")), OFFICE, changes="organisation"),
    Row("step settings.value", (*RULE_CHOICES, Replied("200")), OFFICE, changes="organisation"),
)

INVITED = Said(f"邀请 {UNIT}")
INVITATIONS = (
    Row("command invite", (INVITED,), OFFICE, changes="invitation"),
    Row(
        "action invite.menu",
        (Said("/invite"), Pressed("invite.menu", A)),
        OFFICE,
        ORGANISATION,
        by=Asker.STANDING,
    ),
    Row("action invite.ask_unit", (Said("/invite"), Pressed("invite.ask_unit"))),
    Row("action invite.confirm", (Said("/invite"), Pressed("invite.confirm")), OFFICE, ORGANISATION),
    Row("action invite.make", (Said("/invite"), Pressed("invite.make")), OFFICE, changes="invitation"),
    Row(
        "action invite.everybody",
        (Said("/invite"), Pressed("invite.everybody")),
        OFFICE,
        changes="invitation",
    ),
    Row("action invite.open", (INVITED, Said("/invite"), Pressed("invite.open")), OFFICE, UNIT),
    Row("action invite.revoke", (INVITED, Pressed("invite.revoke")), OFFICE, changes="invitation"),
    Row("step invite.unit", (Said("邀请 信息员"), Replied(UNIT)), OFFICE, changes="invitation"),
)

PERSON_CARD = (Said(f"人员 {UNIT}"), Pressed("people.show", {"member_id": "quiet"}))
REMOVAL = (*PERSON_CARD, Pressed("people.ask_to_remove"))
PEOPLE = (
    Row("command members", (Said(f"人员 {UNIT}"),), OFFICE, PERSON),
    Row("command members", (Said("/members"),), ADMINISTRATOR, PERSON, asked=STANDING),
    Row("action people.page", (*PERSON_CARD, Pressed("people.page")), OFFICE, PERSON),
    Row(
        "action people.unit",
        (Said(f"人员 {UNIT}和{OTHER_UNIT}"), Pressed("people.unit", OWN)),
        OFFICE,
        PERSON,
    ),
    Row("action people.show", PERSON_CARD, OFFICE, PERSON),
    Row("action people.ask_to_remove", REMOVAL, OFFICE, PERSON),
    Row("action people.remove", (*REMOVAL, Pressed("people.remove")), OFFICE, changes="binding"),
    Row("action people.hand_over", (*PERSON_CARD, Pressed("people.hand_over")), OFFICE, changes="invitation"),
)

NEW = (Said("/units"), Pressed("units.add"), Replied("新单位"))
RENAMED = (*CARD, Pressed("units.rename"), Replied("市新水务局"))
RETIRED = (*CARD, Pressed("units.retire"), Pressed("units.retire_now"))
MERGED = (*CARD, Pressed("units.merge"), Pressed("units.merge_into", {"into_id": "other"}))
UNITS = (
    Row("command units", (Said("/units"),), ADMINISTRATOR, UNIT, asked=STANDING),
    Row("action units.list", (Said("/units"), Pressed("units.list", A)), OFFICE, UNIT, by=Asker.STANDING),
    Row("action units.page", (*CARD, Pressed("units.page")), OFFICE, UNIT),
    Row("action units.show", CARD, OFFICE, ALIAS),
    Row("action units.rename", (*CARD, Pressed("units.rename")), OFFICE, UNIT),
    Row("action units.alias", (*CARD, Pressed("units.alias")), OFFICE, ALIAS),
    Row("action units.add", (Said("/units"), Pressed("units.add"))),
    Row("action units.division", (*NEW, Pressed("units.division", {"division": DIVISION})), OFFICE, UNIT),
    Row("action units.retire", RETIRED[:-1], OFFICE, UNIT),
    Row("action units.restore", (*RETIRED, Pressed("units.restore")), OFFICE, UNIT),
    Row("action units.merge", (*CARD, Pressed("units.merge")), OFFICE, UNIT),
    Row("action units.merge_into", MERGED, OFFICE, UNIT),
    Row("action units.rename_to", (*RENAMED, Pressed("units.rename_to")), OFFICE, changes="unit"),
    Row(
        "action units.remove_alias",
        (*CARD, Pressed("units.alias"), Pressed("units.remove_alias")),
        OFFICE,
        changes="unit_alias",
    ),
    Row(
        "action units.place",
        (*NEW, Pressed("units.division"), Pressed("units.place")),
        OFFICE,
        changes="unit",
    ),
    Row("action units.retire_now", RETIRED, OFFICE, changes="unit"),
    Row(
        "action units.restore_now",
        (*RETIRED, Pressed("units.restore"), Pressed("units.restore_now")),
        OFFICE,
        changes="unit",
    ),
    Row("action units.merge_now", (*MERGED, Pressed("units.merge_now")), OFFICE, changes="unit"),
    Row("step units.find", (Said("/units"), Replied(UNIT)), OFFICE, ALIAS),
    Row("step units.rename", RENAMED, OFFICE, UNIT),
    Row(
        "step units.alias", (*CARD, Pressed("units.alias"), Replied("水务分局")), OFFICE, changes="unit_alias"
    ),
    Row("step units.add", NEW, OFFICE, DIVISION),
    Row("step units.division", (*NEW, Replied(DIVISION)), OFFICE, UNIT),
    Row("step units.place", (*NEW, Pressed("units.division"), Replied(OTHER_UNIT)), OFFICE, changes="unit"),
    Row("step units.merge", (*CARD, Pressed("units.merge"), Replied(OTHER_UNIT)), OFFICE, UNIT),
)

AUDIT = Said("/audit")
HISTORY = (
    Row("command audit", (AUDIT,), ADMINISTRATOR, DEED, asked=STANDING),
    Row("command audit", (Said("留痕 2024年3月"),), ADMINISTRATOR, DEED, asked=STANDING),
    Row("action audit.show", (AUDIT, Pressed("audit.show", A)), OFFICE, DEED, by=Asker.STANDING),
    Row("action audit.about", (AUDIT, Pressed("audit.about"))),
    Row("action audit.kind", (AUDIT, Pressed("audit.kind"))),
    Row("action audit.span", (AUDIT, Pressed("audit.span"))),
    Row("action audit.export", (AUDIT, Pressed("audit.export")), OFFICE, DEED),
    Row("step audit.about", (AUDIT, Pressed("audit.about"), Replied("群组")), OFFICE, DEED),
    Row("step audit.about", (AUDIT, Pressed("audit.about"), Replied("2024年3月")), OFFICE, DEED),
)

ENGLISH = Pressed("lang.set", {"language": "en"})
REPLACEABLE = EVERYBODY - {Asker.OFFICE, Asker.OTHER_OFFICE}
ONESELF = (
    Row("command lang", (Said("/lang en"),), EVERYBODY, changes="member", at=HERE),
    Row("action lang.set", (Said("/lang"), ENGLISH), EVERYBODY, changes="member", at=HERE),
    Row("command mydata", (Said("/mydata"),), OF_UNIT, UNIT),
    Row("command forgetme", (Said("/forgetme"),)),
    Row(
        "action privacy.forget",
        (Said("/forgetme"), Pressed("privacy.forget")),
        REPLACEABLE,
        changes="member",
        by=Asker.REPORTER,
    ),
    Row("action privacy.keep", (Said("/forgetme"), Pressed("privacy.keep")), by=Asker.REPORTER),
)


async def _pause(world: World) -> None:
    await sql.execute("INSERT INTO deployment (is_sandbox, sending_paused_at) VALUES (FALSE, $1)", NOW)


async def _ask_about_pause(world: World) -> list[Answer]:
    return [paused(Pause(NOW, 1), CATALOGUE.texts("zh_CN"))]


HELD = Issued(_ask_about_pause)
SENDING = tuple(
    Row(
        f"action {name}",
        (HELD, Pressed(name)),
        STANDING,
        changes="deployment",
        by=Asker.STANDING,
        arrange=_pause,
    )
    for name in ("sending.release", "sending.discard")
)

FOUNDERS = STANDING | {Asker.FOUNDER}
BEGUN = (Said("/start"), Pressed("founding.begin"))
NAMED = (*BEGUN, Replied("石泉县"))
DATED = (*NAMED, Pressed("founding.year"))
JOINERS = EVERYBODY - {Asker.REVIEWER}
COMING = (
    Row("action founding.begin", BEGUN, by=Asker.FOUNDER),
    Row("step founding.name", NAMED, by=Asker.FOUNDER),
    Row("action founding.year", DATED, by=Asker.FOUNDER),
    Row("step founding.typed_year", (*NAMED, Replied("2023")), by=Asker.FOUNDER),
    Row(
        "action founding.save",
        (*DATED, Pressed("founding.save")),
        FOUNDERS,
        changes="binding",
        by=Asker.FOUNDER,
    ),
    Row("command start", (Said("/start"),), OF_UNIT, UNIT, at=HERE),
    Row(
        "command start",
        (Said("邀请 审核员"), Said("/start {code}")),
        JOINERS,
        changes="binding",
        tried_at=ALONE,
    ),
    Row("command help", (Said("/help"),), OVERSEERS, UNIT, at=HERE),
)

ROWS = (
    *PROGRESS,
    *REPORTING,
    *REOPENINGS,
    *IMPORTS,
    *GROUPS,
    *SETTINGS,
    *INVITATIONS,
    *PEOPLE,
    *UNITS,
    *HISTORY,
    *ONESELF,
    *SENDING,
    *COMING,
)
