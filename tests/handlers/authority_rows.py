"""The rows of the matrix: a command, button, question or guess without one fails the tests."""

from handlers.kit.answers import Answer
from handlers.views.sending import paused
from services import sql
from services.arranging.sending import Pause
from services.office import groups
from tests.builders import NOW
from tests.handlers.authority import (
    EVERYBODY,
    Issued,
    Pressed,
    Replied,
    Row,
    Said,
    Typed,
)
from tests.handlers.authority_bulletin_rows import BULLETINS
from tests.handlers.authority_evidence_rows import EVIDENCE, EXHIBITS, REVIEWS, waiting
from tests.handlers.authority_media_rows import MEDIA
from tests.handlers.authority_office_rows import DAYS_OFF, INVITATIONS, PEOPLE, SETTINGS, UNITS
from tests.handlers.authority_ranking_rows import RANKINGS
from tests.handlers.authority_reminder_rows import LEAVES, REMINDERS
from tests.handlers.authority_reporting_rows import PROGRESS, REOPENINGS, REPORTING
from tests.handlers.authority_sets import ADMINISTRATOR, ALONE, HERE, OF_UNIT, OFFICE, OVERSEERS, STANDING, A
from tests.handlers.authority_world import (
    DEED,
    DIVISION,
    FIGURE,
    GROUP_NAME,
    ORGANISATION,
    TARGET,
    UNIT,
    Asker,
    Place,
    World,
)
from tests.handlers.talk import CATALOGUE, GROUP

SHEET = (
    "序号,责任单位,动态通知类,法定主动公开内容\n1,市水务局,2条/月,3条/月\n2,市公安局,2条/月,1条/月\n".encode()
)
SENT = Said("导入 2024", SHEET)
QUARTER = Said("导入", "2024年一季度信息公开\n单位,报送数,审发数\n市水务局,613,5\n市公安局,3,2\n".encode())
IMPORTS = (
    Row("command import", (SENT,), ADMINISTRATOR, TARGET, asked=STANDING),
    Row("action import.choose", (SENT, Pressed("import.choose", A)), OFFICE, TARGET, by=Asker.STANDING),
    Row("action import.month", (QUARTER, Pressed("import.month")), OFFICE, ORGANISATION),
    Row("action import.columns", (SENT, Pressed("import.columns"))),
    Row("action import.save", (SENT, Pressed("import.save")), OFFICE, changes="quota"),
    Row("action import.drop", (SENT, Pressed("import.drop"))),
    Row("guess imports", (Typed("", SHEET),), ADMINISTRATOR, TARGET, asked=STANDING),
)

EXPORT = Said("/export")
OWN_TOO = STANDING | {Asker.OTHER_OFFICE}  # who take out what is their own
PACKS = (EXPORT, Pressed("export.packs"))
OWN_PACK = (*PACKS, Pressed("export.pack", {"id": "own"}))
NEWS = "动态通知类"
EXPORTS = (
    Row("command export", (EXPORT,), ADMINISTRATOR, asked=STANDING),
    Row("command export", (Said("导出 2024-03"),), ADMINISTRATOR, FIGURE, asked=OWN_TOO),
    Row("command export", (Said("导出 全部"),), ADMINISTRATOR, DIVISION, asked=OWN_TOO),
    Row(
        "action export.choose",
        (Said("导出 2024年"), Pressed("export.choose", A)),
        OFFICE,
        changes="audit_entry",
        by=Asker.STANDING,
    ),
    Row("action export.make", (EXPORT, Pressed("export.make")), OFFICE, DIVISION),
    Row(
        "command export",
        (Said(f"导出 佐证 {UNIT} 3月"),),
        ADMINISTRATOR,
        NEWS,
        asked=STANDING,
        arrange=waiting,
    ),
    Row("action export.packs", PACKS, OFFICE, UNIT),
    Row("action export.pack", OWN_PACK, OFFICE, UNIT),
    Row(
        "action export.pack",
        (*OWN_PACK, Pressed("export.pack", {"period": "2024-03"})),
        OFFICE,
        NEWS,
        arrange=waiting,
    ),
    Row("step export.pack_named", (*PACKS, Replied(f"{UNIT} 3月")), OFFICE, NEWS, arrange=waiting),
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
    Row("guess onboarding", (Typed("帮助 进度"),), OVERSEERS, UNIT, at=HERE),
    Row("command cancel", (Said("/cancel"),)),
)

ROWS = (
    *PROGRESS,
    *REPORTING,
    *REOPENINGS,
    *BULLETINS,
    *MEDIA,
    *IMPORTS,
    *EXPORTS,
    *GROUPS,
    *SETTINGS,
    *DAYS_OFF,
    *REMINDERS,
    *LEAVES,
    *INVITATIONS,
    *PEOPLE,
    *UNITS,
    *HISTORY,
    *ONESELF,
    *SENDING,
    *COMING,
    *RANKINGS,
    *EVIDENCE,
    *REVIEWS,
    *EXHIBITS,
)
