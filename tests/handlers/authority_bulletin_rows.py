"""Rows of the matrix: bulletins drafted, filled in, worded, issued and corrected."""

from models.enums import BulletinKind
from services.audit import Deed
from services.core.issue_days import IssueDays
from services.core.period import Period
from services.core.stated import Stated, statable
from services.documents.word_writing import Template, default_template
from services.facts.ledger import record
from services.issuing import (
    bulletin_corrections,
    bulletin_days,
    bulletin_figures,
    bulletin_files,
    bulletin_phrases,
    bulletins,
    issued_bulletins,
)
from tests.builders import NOW, a_fact
from tests.handlers.authority import Pressed, Replied, Row, Said, Typed
from tests.handlers.authority_sets import ADMINISTRATOR, ALONE, OFFICE, STANDING, A
from tests.handlers.authority_world import FIGURE, GROUP_NAME, ORGANISATION, Asker, World
from tests.handlers.talk import TODAY

DEED = Deed(None, "message/0/5", NOW)
MONTHLY = BulletinKind.MONTHLY
JANUARY, MARCH = Period.of_month(2024, 1), Period.of_month(2024, 3)
DRAFT = Said("/bulletin 2024-03")
OVER = Said("/bulletin 2024-01")
CALLED = f"{ORGANISATION} · 2024年3月月报"
TITLE = f"{ORGANISATION}政府门户网站"
PLACE = (DRAFT, Pressed("bulletin.places"), Pressed("bulletin.place", {"place": "problems"}))
TEMPLATE = (DRAFT, Pressed("bulletin.template"))
FIGURES = "项目,数字\n网站信息,446\n来信,4\n".encode()
WORD = default_template(MONTHLY)
COMPARED = (OVER, Pressed("bulletin.compare"))


async def _state(world: World, period: Period) -> None:
    figures = {one.name: Stated(1) for one in statable(MONTHLY) if not one.is_names and not one.is_counted}
    office, organisation_id = world.actors[Asker.OFFICE], world.ids["a"]
    await bulletin_figures.state_figures(office, organisation_id, period, figures, DEED)


async def _all_stated(world: World) -> None:
    await _state(world, JANUARY)
    await record([a_fact(world.ids["own"], world.ids["news"], 1, 1, "january")], NOW)


async def _stated_in_march(world: World) -> None:
    await _state(world, MARCH)


async def _otherwise(world: World) -> None:
    """State what is counted as something else."""
    told = {"disclosed": Stated(1)}
    await bulletin_figures.state_figures(world.actors[Asker.OFFICE], world.ids["a"], MARCH, told, DEED)


async def _dated(world: World) -> None:
    office, organisation_id = world.actors[Asker.OFFICE], world.ids["a"]
    await bulletin_days.state_days(office, organisation_id, MARCH, IssueDays(None, TODAY), DEED)


async def _worded(world: World) -> None:
    office, organisation_id = world.actors[Asker.OFFICE], world.ids["a"]
    await bulletin_phrases.reword(office, organisation_id, (MONTHLY, "problems"), "请抓紧。", 0, DEED)


async def _issued(world: World) -> None:
    """Issue January's bulletin, and count something afterwards."""
    await _state(world, JANUARY)
    office, organisation_id = world.actors[Asker.OFFICE], world.ids["a"]
    made = await bulletins.draft(office, organisation_id, MONTHLY, JANUARY, TODAY)
    shown = (organisation_id, MONTHLY, JANUARY)
    await bulletins.issue(office, shown, made.fingerprint, "可", DEED, TODAY)
    await record([a_fact(world.ids["own"], world.ids["news"], 1, 3)], NOW)


async def _corrected(world: World) -> None:
    await _issued(world)
    office = world.actors[Asker.OFFICE]
    (known,) = await issued_bulletins.list_issued(office, world.ids["a"])
    revised = await bulletin_corrections.compare(office, known.id, TODAY)
    await bulletin_corrections.correct(office, known.id, revised.fingerprint, "漏计", DEED, TODAY)


async def _template(world: World) -> None:
    office, organisation_id = world.actors[Asker.OFFICE], world.ids["a"]
    tried = Template(WORD, "0" * 64, (), b"")
    await bulletin_files.replace_template(office, organisation_id, MONTHLY, ("样式.docx", tried), DEED)


def _of_draft(action: str, shows: str, *more: Pressed) -> Row:
    return Row(f"action bulletin.{action}", (DRAFT, *more, Pressed(f"bulletin.{action}")), OFFICE, shows)


# Word documents take most of a second each: what makes one is tried in private only.
BULLETINS = (
    Row("command bulletin", (DRAFT,), ADMINISTRATOR, CALLED, asked=STANDING),
    Row("action bulletin.open", (DRAFT, Pressed("bulletin.open", A)), OFFICE, CALLED, by=Asker.STANDING),
    _of_draft("preview", FIGURE),
    _of_draft("objections", "数字还会变"),
    _of_draft("figures", "网站累计：待填"),
    _of_draft("figure", "请发“网站信息”的数字", Pressed("bulletin.figures")),
    _of_draft("number", "请发期号"),
    _of_draft("days", "要改印发日期"),
    _of_draft("places", "要改哪一处"),
    Row("action bulletin.place", PLACE, OFFICE, "可用字段"),
    _of_draft("picture", TITLE),
    _of_draft("excel", TITLE),
    _of_draft("confirm", "还不能印发"),
    _of_draft("list", "还没有印发过通报"),
    Row(
        "action bulletin.take",
        (DRAFT, Pressed("bulletin.figures"), Typed("", FIGURES), Pressed("bulletin.take")),
        OFFICE,
        changes="stated_figure",
    ),
    Row(
        "action bulletin.drop",
        (DRAFT, Pressed("bulletin.figures"), Pressed("bulletin.drop")),
        OFFICE,
        changes="stated_figure",
        arrange=_otherwise,
    ),
    Row(
        "action bulletin.days_reset",
        (DRAFT, Pressed("bulletin.days"), Pressed("bulletin.days_reset")),
        OFFICE,
        changes="stated_figure",
        arrange=_dated,
    ),
    Row(
        "step bulletin.days_said",
        (DRAFT, Pressed("bulletin.days"), Replied("3月19日")),
        OFFICE,
        changes="stated_figure",
    ),
    Row(
        "action bulletin.reset",
        (*PLACE, Pressed("bulletin.reset")),
        OFFICE,
        changes="phrase",
        arrange=_worded,
    ),
    Row(
        "action bulletin.leave_out",
        (*PLACE, Pressed("bulletin.leave_out")),
        OFFICE,
        changes="phrase",
        arrange=_worded,
    ),
    Row(
        "action bulletin.issue",
        (OVER, Pressed("bulletin.confirm"), Pressed("bulletin.issue")),
        OFFICE,
        changes="issued_bulletin",
        arrange=_all_stated,
        tried_at=ALONE,
    ),
    Row(
        "action bulletin.issued",
        (OVER, Pressed("bulletin.list"), Pressed("bulletin.issued")),
        OFFICE,
        TITLE,
        arrange=_issued,
    ),
    Row("action bulletin.text", (OVER, Pressed("bulletin.text")), OFFICE, TITLE, arrange=_issued),
    Row(
        "action bulletin.corrected",
        (OVER, Pressed("bulletin.corrected")),
        OFFICE,
        "漏计",
        arrange=_corrected,
    ),
    Row("action bulletin.word", (DRAFT, Pressed("bulletin.word")), OFFICE, TITLE, tried_at=ALONE),
    _of_draft("template", "默认模板"),
    Row("action bulletin.template_file", (*TEMPLATE, Pressed("bulletin.template_file")), OFFICE, "版式"),
    Row(
        "action bulletin.template_use",
        (*TEMPLATE, Typed("", WORD), Pressed("bulletin.template_use")),
        OFFICE,
        changes="word_template",
        tried_at=ALONE,
    ),
    Row(
        "action bulletin.template_reset",
        (*TEMPLATE, Pressed("bulletin.template_reset")),
        OFFICE,
        changes="word_template",
        arrange=_template,
    ),
    Row("step bulletin.template_said", (*TEMPLATE, Replied("就是它"))),
    Row("guess documents", (*TEMPLATE, Typed("", WORD)), OFFICE, "模板可以用", tried_at=ALONE),
    Row("action bulletin.post", (OVER, Pressed("bulletin.post")), OFFICE, GROUP_NAME, arrange=_issued),
    Row(
        "action bulletin.send",
        (OVER, Pressed("bulletin.post"), Pressed("bulletin.post"), Pressed("bulletin.send")),
        OFFICE,
        changes="letter",
        arrange=_issued,
    ),
    Row("action bulletin.compare", COMPARED, OFFICE, TITLE, arrange=_issued),
    Row(
        "step bulletin.figure_said",
        (DRAFT, Pressed("bulletin.figures"), Replied("446")),
        OFFICE,
        changes="stated_figure",
    ),
    Row(
        "step bulletin.number_said",
        (DRAFT, Pressed("bulletin.number"), Replied("3 137")),
        OFFICE,
        changes="bulletin_numbering",
    ),
    Row("step bulletin.words_said", (*PLACE, Replied("请抓紧。")), OFFICE, changes="phrase"),
    Row(
        "step bulletin.reason",
        (DRAFT, Pressed("bulletin.confirm"), Replied("已经核对")),
        OFFICE,
        changes="issued_bulletin",
        arrange=_stated_in_march,
        tried_at=ALONE,
    ),
    Row(
        "step bulletin.correction",
        (*COMPARED, Replied("漏计")),
        OFFICE,
        changes="bulletin_correction",
        arrange=_issued,
    ),
)
