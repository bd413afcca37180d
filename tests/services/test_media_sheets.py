import io

import pytest
import xlsxwriter
from docx import Document

from models.enums import Platform, Rectification, Role
from services import sql
from services.core.access import NotPermitted
from services.core.occasion import Occasion
from services.importing import sheet_kinds
from services.importing.media_sheets import RegisterOutdated, RegisterPreview, RegisterWithoutOffice
from services.media import media_accounts, media_findings, media_posts, media_register
from services.media.media_posts import Post
from tests.builders import NOW, a_reporter, an_organisation, units_of
from tests.people import a_member
from tests.services.desk import TODAY, audited
from tests.services.media_desk import day

HEAD = ("平台", "账号名称", "主办单位", "级别", "负责人", "开设时间", "注销时间")
ROWS = (
    ("政务微信", "峨眉山司法", "司法局", "县级部门", "李明", "2019-05-01", ""),
    ("政务微博", "平安峨眉", "公安局", "县级部门", "", "", "2024-01-31"),
    ("抖音", "不知道谁的", "没有的局", "", "", "", ""),
)


def as_csv(rows=ROWS):
    return "\n".join(",".join(row) for row in (HEAD, *rows)).encode(), "台账.csv"


def as_xlsx(rows=ROWS):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("台账")
        for at, row in enumerate((HEAD, *rows)):
            sheet.write_row(at, 0, row)
    return content.getvalue(), "台账.xlsx"


def as_docx(rows=ROWS):
    document = Document()
    table = document.add_table(rows=0, cols=len(HEAD))
    for row in (HEAD, *rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    content = io.BytesIO()
    document.save(content)
    return content.getvalue(), "台账.docx"


@pytest.fixture
async def office(database):
    organisation_id = await an_organisation()
    await units_of(organisation_id, ["市司法局", "市公安局"], aliases="司法")
    return organisation_id, await a_member(organisation_id, Role.ADMINISTRATOR)


async def shown(content, name, organisation="峨眉山市"):
    found = await sheet_kinds.read_sheet(content, name, organisation=organisation, year=2024, today=TODAY)
    assert isinstance(found, RegisterPreview)
    return found


async def save(found, actor, **more):
    return await sheet_kinds.save_sheet(found, actor, source="message/m1/5", now=NOW, today=TODAY, **more)


async def registered(organisation_id):
    return [
        (
            *(each.platform, each.name, each.unit, each.level, each.responsible),
            *(each.opened_on, each.deregistered_on),
        )
        for each in await media_accounts.list_ever(organisation_id)
    ]


@pytest.mark.parametrize("written", [as_csv, as_xlsx, as_docx])
async def test_a_register_is_shown_first_and_then_saved(office, written):
    organisation_id, clerk = office
    found = await shown(*written())
    assert (len(found.changes.added), found.changes.changed, found.changes.absent) == (2, (), ())
    assert [doubt.key for doubt in found.understanding.doubts] == ["import.doubt.unit_unknown_near"]
    assert await registered(organisation_id) == []
    await save(found, clerk)
    assert await registered(organisation_id) == [
        (Platform.WECHAT, "峨眉山司法", "市司法局", "县级部门", "李明", day("2019-05-01"), None),
        (Platform.WEIBO, "平安峨眉", "市公安局", "县级部门", "", None, day("2024-01-31")),
    ]
    assert [action for action, _ in await audited()] == ["media.register", "media.register", "sheet.import"]
    assert (await shown(*written())).changes.is_empty


async def test_a_corrected_sheet_changes_what_it_corrects_and_blanks_change_nothing(office):
    organisation_id, clerk = office
    await save(await shown(*as_csv()), clerk)
    corrected = [
        ("微信", "峨眉山司法", "公安局", "", "", "", "2024-03-01"),
        ("快手", "新号", "司法局", "", "", "", ""),
    ]
    found = await shown(*as_csv(corrected))
    assert [(each.before.name, each.address) for each in found.changes.changed] == [("峨眉山司法", "B2")]
    assert [row.name for row, _ in found.changes.added] == ["新号"]
    await save(found, clerk)
    assert (await registered(organisation_id))[1:] == [
        (Platform.WECHAT, "峨眉山司法", "市公安局", "县级部门", "李明", day("2019-05-01"), day("2024-03-01")),
        (Platform.WEIBO, "平安峨眉", "市公安局", "县级部门", "", None, day("2024-01-31")),
    ]
    others = await shown(*as_csv([("微信", "又一个", "司法局", "", "", "", "")]))
    assert others.changes.absent == ("新号",)


async def test_what_was_agreed_to_is_what_is_saved(office):
    organisation_id, clerk = office
    found = await shown(*as_csv())
    await save(found, clerk)
    (account, *_) = await media_accounts.list_ever(organisation_id)
    other = await shown(*as_csv([("微信", "峨眉山司法", "公安局", "", "", "", "")]))
    await media_posts.record(clerk, Post(account.id, day("2024-03-05")), occasion(7))
    await save(other, clerk, agreed=other.fingerprint)  # a post that came between changes nothing of it
    again = await shown(*as_csv([("微信", "峨眉山司法", "司法局", "", "", "", "")]))
    await media_register.deregister(clerk, account.id, TODAY, occasion(8))
    with pytest.raises(RegisterOutdated):
        await save(again, clerk, agreed=again.fingerprint)


def occasion(number):
    return Occasion(f"message/m1/{number}", NOW, TODAY)


async def test_only_the_office_saves_a_register(office):
    organisation_id, _ = office
    found = await shown(*as_csv())
    with pytest.raises(NotPermitted):
        await save(found, a_reporter(organisation_id, 1))
    assert await registered(organisation_id) == []
    await save(found, None)
    assert len(await registered(organisation_id)) == 2


async def test_a_register_needs_an_office_with_units(office):
    with pytest.raises(RegisterWithoutOffice):
        await shown(as_csv()[0], "台账.csv", "定南县")


LAST = "平台,账号名称,主办单位,最新更新时间\n微信,峨眉山司法,司法局,{}\n微博,平安峨眉,公安局,2099-01-01\n"


async def test_a_last_post_that_a_sheet_tells_is_a_look(office):
    organisation_id, clerk = office
    found = await shown(LAST.format("2024-03-05").encode(), "台账.csv")
    assert [doubt.key for doubt in found.understanding.doubts] == ["import.doubt.last_post_impossible"]
    await save(found, clerk)
    accounts = await media_accounts.list_ever(organisation_id)
    assert [account.last_post_on for account in accounts] == [day("2024-03-05"), None]
    newer = await shown(LAST.format("2024-03-08").encode(), "台账.csv")
    assert newer.changes.seen == ((accounts[0].id, day("2024-03-08")),)
    await sheet_kinds.save_sheet(newer, clerk, source="message/m1/6", now=NOW, today=TODAY)
    accounts = await media_accounts.list_ever(organisation_id)
    assert accounts[0].last_post_on == day("2024-03-08")
    assert (await shown(LAST.format("2024-03-01").encode(), "台账.csv")).changes.is_empty


SILENT = "{0}监测到超过两周未更新内容，最新更新时间为{1}"
ANNEX_HEAD = ("类别", "名称", "主办单位", "级别", "突出问题", "是否整改")
SEEN = (
    ("政务微博", "平安峨眉", "公安局", "县级部门", SILENT.format("1月9日", "12月25日"), "是"),
    ("政务微博", "平安峨眉", "公安局", "县级部门", SILENT.format("3月6日", "2月20日"), "否"),
    ("政务微信", "峨眉山司法", "司法局", "县级部门", SILENT.format("2月16日", "2月11日"), "是"),
)


async def test_a_bulletins_annex_is_read_as_looks_and_what_was_put_right(office):
    # It was taken for a register, and its findings were lost.
    organisation_id, clerk = office
    content = "\n".join(",".join(row) for row in (ANNEX_HEAD, *SEEN)).encode()
    found = await shown(content, "附件2.csv")
    assert [(each.address, each.key) for each in found.understanding.doubts] == [
        ("E4", "import.doubt.look_doubtful")  # five days, as of 三川镇 in 2020
    ]
    changes = await save(found, clerk)
    assert (len(changes.added), len(changes.looks)) == (2, 2)
    checks = await sql.fetch("SELECT checked_on, last_post_on FROM media_check ORDER BY checked_on")
    assert [(str(row["checked_on"]), str(row["last_post_on"])) for row in checks] == [
        ("2024-01-09", "2023-12-25"),
        ("2024-03-06", "2024-02-20"),
    ]
    (account_id,) = [
        each.id for each in await media_accounts.list_ever(organisation_id) if each.name == "平安峨眉"
    ]
    findings = await media_findings.list_of_account(clerk, account_id, TODAY)
    assert [(str(each.found_on), each.gap_days, each.rectification) for each in findings] == [
        ("2024-03-06", 15, Rectification.OWED),
        ("2024-01-09", 15, Rectification.CONFIRMED),
    ]
    again = await shown(content, "附件2.csv")
    assert again.changes.looks == ()
