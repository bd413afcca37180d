"""Evidence packs: everything a unit or category has to show, named, indexed, and verified offline."""

import asyncio
import datetime as dtm
import hashlib
import io
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from bot.file_store import FolderStore
from models.enums import EvidenceKind
from services import sql
from services.arranging import history
from services.core.access import NotPermitted
from services.core.errors import UserError
from services.core.exporting import pack_words as words
from services.core.exporting.packs import PackOf
from services.core.period import Period
from services.core.quarter import AnyPeriod, Quarter
from services.exporting import evidence_packs, pack_rows, pack_writing
from services.exporting.evidence_packs import EvidencePack, EvidencePacks, NothingToPack, PackSubject
from services.exporting.pack_rows import PackTooLong
from services.exporting.pack_writing import PackTooLarge, PackWithoutRoom
from services.exporting.takeouts import ExportAhead, ExportRuns
from services.facts import exhibits, ledger
from services.facts.exhibits import NewExhibit
from services.facts.ledger import Fact
from tests.builders import a_reporter, an_administrator
from tests.services.desk import Desk, a_desk

MARCH = Period.of_month(2024, 3)
JUSTICE, POLICE = "市司法局", "市公安局"
PNG = b"\xff\xd8 a picture "


@dataclass
class Cabinet:
    """An office with its file store; what is sent is kept as the bot keeps it."""

    desk: Desk
    store: FolderStore
    folder: Path
    packs: EvidencePacks = field(default_factory=EvidencePacks)
    sent: int = 0

    @property
    def office(self):
        return an_administrator(self.desk.organisation_id)

    async def report(self, unit: str, text: str) -> str:
        """Report, and give the opening's name."""
        reporter = a_reporter(self.desk.organisation_id, self.desk.units[unit])
        number = self.desk.number + 1
        await self.desk.say(reporter, text)
        return f"message/m1/{number}"

    async def show(
        self,
        opening: str,
        content: bytes = PNG,
        name: str = "",
        *,
        is_kept: bool = True,
        taken_on: dtm.date | None = None,
    ) -> str:
        """Keep a piece of evidence of a report, and give its stored name."""
        self.sent += 1
        ending = name.rpartition(".")[2] or "jpg"
        stored = await self.store.put(content, ending) if is_kept else ""
        kind = EvidenceKind.DOCUMENT if name else EvidenceKind.PICTURE
        new = NewExhibit(
            f"evidence/{self.sent}",
            *(opening, opening, kind, name, stored, ""),
            size=len(content),
            digest=hashlib.sha256(content).hexdigest(),
            taken_on=taken_on,
        )
        await self._add(opening, new)
        return stored

    async def link(self, opening: str, address: str) -> None:
        """Keep a link that was sent in reply to a report."""
        self.sent += 1
        digest = hashlib.sha256(address.encode()).hexdigest()
        new = NewExhibit(f"evidence/{self.sent}", opening, opening, EvidenceKind.LINK, "")
        await self._add(opening, replace(new, address=address, digest=digest))

    async def _add(self, opening: str, new: NewExhibit) -> None:
        await exhibits.add(new, 1, self.desk.occasion().now)
        (first, *_) = await sql.fetch(
            "SELECT unit_id, month_on, MIN(category_id) AS first, MAX(category_id) AS last "
            "FROM submission WHERE opening = $1 GROUP BY unit_id, month_on ORDER BY MIN(id) DESC",
            opening,
        )
        category_id = first["first"] if first["first"] == first["last"] else None
        await exhibits.belong(opening, first["unit_id"], sql.get_day(first["month_on"]), category_id)

    def subject(self, name: str) -> PackSubject:
        organisation_id = self.desk.organisation_id
        if name in self.desk.units:
            return PackSubject(organisation_id, PackOf.UNIT, self.desk.units[name], name)
        return PackSubject(organisation_id, PackOf.CATEGORY, self.desk.category(name), name)

    async def pack(self, name: str, period: AnyPeriod = MARCH) -> EvidencePack:
        return await self.packs.pack(
            self.office, self.subject(name), period, self.store, self.desk.occasion(number=900)
        )


@pytest.fixture
async def cabinet(database: str, tmp_path: Path) -> Cabinet:
    folder = tmp_path / "files"
    return Cabinet(
        await a_desk(), FolderStore(folder, lambda: dtm.datetime(2024, 3, 20, tzinfo=dtm.UTC)), folder
    )


def files_of(pack: EvidencePack, part: int = 0) -> dict[str, bytes]:
    content = b"".join(pack.files[part].content.read_chunks())
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def index_of(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(files[words.INDEX_FILE]))
    _, _, heads, *rows = book.get_sheet_by_name(words.INDEX).to_python()
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows if isinstance(row[0], float)]


def told(rows: list[dict[str, Any]], *heads: str) -> list[tuple[Any, ...]]:
    return [tuple(row[head] for head in heads) for row in rows]


def verifies(files: Mapping[str, bytes]) -> bool:
    """Verify a pack's files by its sums, all of them and nothing else, as anybody would."""
    listed = [line.partition("  ") for line in files[words.SUMS_FILE].decode().splitlines()]
    assert {name for _, _, name in listed} == files.keys() - {words.SUMS_FILE}
    return all(hashlib.sha256(files[name]).hexdigest() == digest for digest, _, name in listed)


async def test_a_unit_s_month_is_packed_by_category_and_month_and_verifies_offline(cabinet: Cabinet) -> None:
    news = await cabinet.report(JUSTICE, "动态 3")
    await cabinet.show(news, PNG + b"1", taken_on=dtm.date(2024, 3, 5))
    stored = await cabinet.show(news, b"%PDF-1.7 x", "会议 纪要/3月:终稿.pdf")
    law = await cabinet.report(JUSTICE, "法定 1")
    await cabinet.show(law, PNG + b"2")
    await cabinet.show(await cabinet.report(POLICE, "动态 2"), PNG + b"of others")
    pack = await cabinet.pack(JUSTICE)
    (file,) = pack.files
    assert file.name == "佐证_市司法局_2024年3月.zip"
    files = files_of(pack)
    assert list(files) == [
        "动态通知类/2024-03/0001-图片1.jpg",
        "动态通知类/2024-03/0001-文件1-会议 纪要_3月_终稿.pdf",
        "法定主动公开内容/2024-03/0002-图片1.jpg",
        *(words.INDEX_FILE, words.PAGE_FILE, words.SUMS_FILE),
    ]
    assert files["动态通知类/2024-03/0001-图片1.jpg"] == PNG + b"1"
    assert verifies(files)
    rows = index_of(files)
    assert told(rows, "序号", "单位", "栏目", "月份", "报送数", "审发数", "错情", "状态") == [
        (1, JUSTICE, "动态通知类", "2024-03", 3, 3, 0, "自动采用"),
        (1, JUSTICE, "动态通知类", "2024-03", "", "", "", "自动采用"),
        (2, JUSTICE, "法定主动公开内容", "2024-03", 1, 1, 0, "自动采用"),
    ]
    assert rows[0]["拍摄日期"] == "2024-03-05"
    assert rows[1]["SHA-256"] == stored.partition(".")[0] == hashlib.sha256(b"%PDF-1.7 x").hexdigest()
    assert (pack.count.pictures, pack.count.documents, pack.count.reports, pack.count.lost) == (2, 1, 2, 0)


async def test_links_sent_in_reply_stand_in_the_index_once_each_and_in_no_folder(cabinet: Cabinet) -> None:
    both = await cabinet.report(JUSTICE, "动态 https://a.cn/1\n法定 1")
    await cabinet.link(both, "https://a.cn/1")
    await cabinet.link(both, "https://a.cn/2")
    await cabinet.link(both, "https://a.cn/3")
    await sql.execute("UPDATE evidence SET state = 'purged', address = '' WHERE address = 'https://a.cn/3'")
    bare = await cabinet.report(JUSTICE, "法定 2")
    await cabinet.link(bare, "https://a.cn/2")
    pack = await cabinet.pack(JUSTICE)
    rows = index_of(files_of(pack))
    assert told(rows, "序号", "栏目", "佐证种类", "链接", "备注") == [
        (1, "法定主动公开内容", "链接", "https://a.cn/2", ""),
        (2, "动态通知类", "链接", "https://a.cn/2", ""),
        (2, "动态通知类", "链接", "", "已清除"),
        (2, "动态通知类", "链接", "https://a.cn/1", ""),
        (2, "法定主动公开内容", "链接", "https://a.cn/2", ""),
        (2, "法定主动公开内容", "链接", "", "已清除"),
    ]
    assert (pack.count.links, pack.count.bare, pack.count.purged) == (3, 0, 1)


async def test_a_category_is_packed_by_unit_in_official_order(cabinet: Cabinet) -> None:
    for unit in (JUSTICE, POLICE):
        await cabinet.show(await cabinet.report(unit, "动态 2"), PNG + unit.encode())
    await cabinet.report(JUSTICE, "法定 1")
    pack = await cabinet.pack("动态", Quarter(2024, 1))
    files = files_of(pack)
    ordered = sorted((POLICE, JUSTICE), key=list(cabinet.desk.units).index)
    assert [name.partition("/")[0] for name in files if "/" in name] == ordered
    assert told(index_of(files), "单位", "栏目") == [(unit, "动态通知类") for unit in ordered]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
async def test_sha256sum_agrees_and_finds_one_changed_byte(cabinet: Cabinet, tmp_path: Path) -> None:
    report = await cabinet.report(JUSTICE, "动态 3")
    await cabinet.show(report)
    await cabinet.show(report, b"%PDF-1.7 y", "-第 1 期 (终稿).pdf")
    files = files_of(await cabinet.pack(JUSTICE))
    for name, content in files.items():
        path = tmp_path / "pack" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def run() -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["sha256sum", "--strict", "-c", words.SUMS_FILE],
            cwd=tmp_path / "pack",
            capture_output=True,
            check=False,
        )

    whole = run()
    assert whole.returncode == 0, whole.stderr
    assert len(whole.stdout.splitlines()) == 4
    path = tmp_path / "pack" / next(iter(files))
    path.write_bytes(b"\x00" + path.read_bytes()[1:])
    assert run().returncode == 1


async def test_one_changed_byte_of_any_file_is_found(cabinet: Cabinet) -> None:
    await cabinet.show(await cabinet.report(JUSTICE, "动态 3"))
    files = files_of(await cabinet.pack(JUSTICE))
    assert verifies(files)
    for name in files.keys() - {words.SUMS_FILE}:
        changed = bytearray(files[name])
        changed[len(changed) // 2] ^= 1
        assert not verifies({**files, name: bytes(changed)})


async def test_what_has_no_file_is_told_and_never_left_out_unsaid(cabinet: Cabinet) -> None:
    report = await cabinet.report(JUSTICE, "动态 4")
    gone = await cabinet.show(report, PNG + b"gone")
    damaged = await cabinet.show(report, PNG + b"damaged")
    await cabinet.show(report, PNG + b"owed", is_kept=False)
    await cabinet.show(report, PNG + b"purged")
    await sql.execute("UPDATE evidence SET state = 'purged', stored_name = '' WHERE source = 'evidence/4'")
    next(cabinet.folder.rglob(gone)).unlink()
    next(cabinet.folder.rglob(damaged)).write_bytes(b"other")
    taken_back = await cabinet.report(JUSTICE, "法定 1")
    await cabinet.show(taken_back, PNG + b"withdrawn")
    reporter = a_reporter(cabinet.desk.organisation_id, cabinet.desk.units[JUSTICE])
    await cabinet.desk.revisions.withdraw(reporter, taken_back, cabinet.desk.occasion())
    bare = await cabinet.report(JUSTICE, "决策公开 1")
    pack = await cabinet.pack(JUSTICE)
    files = files_of(pack)
    assert [name for name in files if "/" in name] == []
    assert verifies(files)
    assert told(index_of(files), "序号", "报送数", "状态", "佐证种类", "文件", "备注") == [
        (1, 4, "自动采用", "图片", "", words.LOST),
        (1, "", "自动采用", "图片", "", words.LOST),
        (1, "", "自动采用", "图片", "", "待补"),
        (1, "", "自动采用", "图片", "", "已清除"),
        (2, 0, "已撤回", "图片", "", "撤回"),
        (3, 1, "自动采用", "无", "", ""),
    ]
    count = pack.count
    assert (count.lost, count.owed, count.purged, count.withdrawn, count.bare) == (2, 1, 1, 1, 1)
    assert bare


async def test_a_report_of_several_categories_has_its_files_once_and_a_row_for_each(cabinet: Cabinet) -> None:
    both = await cabinet.report(JUSTICE, "动态 2 法定 1")
    await cabinet.show(both)
    files = files_of(await cabinet.pack(JUSTICE))
    (path,) = (name for name in files if "/" in name)
    assert path == "多个栏目/2024-03/0001-图片1.jpg"
    assert told(index_of(files), "栏目", "报送数", "文件") == [
        ("动态通知类", 2, path),
        ("法定主动公开内容", 1, path),
    ]
    (path,) = (name for name in files_of(await cabinet.pack("法定")) if "/" in name)
    assert path == "市司法局/2024-03/0001-图片1.jpg"


async def test_a_moved_report_is_packed_where_it_counts_now(cabinet: Cabinet) -> None:
    moved = await cabinet.report(JUSTICE, "动态 2")
    await cabinet.show(moved)
    place = cabinet.desk.units[JUSTICE], cabinet.desk.category("动态"), 0
    for month, count in ((3, -2), (2, 2)):
        month_on = dtm.date(2024, month, 1)
        fact = Fact(*place, month_on, count, f"moved/{month}", 1, opening=moved)
        await ledger.record([fact], cabinet.desk.occasion().now)
    await exhibits.belong(moved, place[0], dtm.date(2024, 2, 1), place[1])
    with pytest.raises(NothingToPack):
        await cabinet.pack(JUSTICE)
    pack = await cabinet.pack(JUSTICE, Period.of_month(2024, 2))
    assert [name for name in files_of(pack) if "/" in name] == ["动态通知类/2024-02/0001-图片1.jpg"]


async def test_reviews_links_and_the_same_picture_again_are_in_the_index(cabinet: Cabinet) -> None:
    await sql.execute("UPDATE category SET review_rule = 'reviewed'")
    await cabinet.show(await cabinet.report(JUSTICE, "动态 2"), PNG)
    await cabinet.show(await cabinet.report(JUSTICE, "动态 1"), PNG)
    await cabinet.report(JUSTICE, "动态 https://www.example.gov.cn/a.html")
    pack = await cabinet.pack(JUSTICE)
    rows = index_of(files_of(pack))
    assert told(rows, "报送数", "审发数", "状态", "佐证种类", "链接", "备注") == [
        (2, 0, "待审核", "图片", "", ""),
        (1, 0, "待审核", "图片", "", "与 0001-图片1.jpg 相同"),
        (1, 0, "待审核", "链接", "https://www.example.gov.cn/a.html", ""),
    ]
    assert (pack.count.links, pack.count.bare) == (1, 0)


async def test_what_is_larger_than_a_file_may_be_comes_in_parts_that_verify_alone(cabinet: Cabinet) -> None:
    cabinet.packs = EvidencePacks(most=150_000)
    for number in range(4):
        content = PNG + bytes([number]) * 30_000
        await cabinet.show(await cabinet.report(JUSTICE, f"动态 {number + 1}"), content)
    pack = await cabinet.pack(JUSTICE)
    assert [file.name for file in pack.files] == [
        "佐证_市司法局_2024年3月_第1卷共2卷.zip",
        "佐证_市司法局_2024年3月_第2卷共2卷.zip",
    ]
    seen: list[str] = []
    for part, file in enumerate(pack.files):
        files = files_of(pack, part)
        assert verifies(files)
        assert file.content.size <= 150_000
        rows = index_of(files)
        assert len(rows) == 4
        mine = {row["文件"] for row in rows if row["分卷"] == part + 1}
        assert mine == {name for name in files if "/" in name}
        assert f"第 {part + 1} 卷，共 2 卷" in files[words.PAGE_FILE].decode("utf-8-sig")
        seen += sorted(mine)
    assert len(seen) == 4


async def test_nobody_s_words_are_a_formula_or_a_path(cabinet: Cabinet) -> None:
    await cabinet.show(await cabinet.report(JUSTICE, "动态 1"), b"%PDF-1", "..\\..\\=cmd|' /C calc'!A0.pdf")
    await sql.execute("UPDATE unit SET name = '=1+1' WHERE id = $1", cabinet.desk.units[JUSTICE])
    await sql.execute("UPDATE category SET name = '../../CON' WHERE id = $1", cabinet.desk.category("动态"))
    files = files_of(await cabinet.pack(JUSTICE))
    (path,) = (name for name in files if "/" in name)
    assert path == "_.._CON/2024-03/0001-文件1-_.._=cmd_' _C calc'!A0.pdf"
    with zipfile.ZipFile(io.BytesIO(files[words.INDEX_FILE])) as book:
        assert "<f>" not in "".join(book.read(name).decode() for name in book.namelist())
    assert index_of(files)[0]["单位"] == "=1+1"


async def test_the_audit_tells_once_who_took_what_out(cabinet: Cabinet) -> None:
    await cabinet.show(await cabinet.report(JUSTICE, "动态 1"))
    pack = await cabinet.pack(JUSTICE)
    await cabinet.pack(JUSTICE)
    page = await history.read_page(cabinet.office, history.Wanted(cabinet.desk.organisation_id))
    told = [entry for run in page.runs for entry in run.entries if entry.action == "sheet.pack"]
    (entry,) = told
    assert (entry.subject, entry.member_id) == (f"pack/unit/{cabinet.desk.units[JUSTICE]}/2024-03", 1)
    assert entry.after == {
        "what": "市司法局 2024-03",
        "files": 1,
        "pieces": 1,
        "digests": [hashlib.sha256(b"".join(pack.files[0].content.read_chunks())).hexdigest()],
    }


async def test_a_county_s_pack_is_for_its_administrators_and_holds_nobody_else_s(cabinet: Cabinet) -> None:
    await cabinet.show(await cabinet.report(JUSTICE, "动态 1"))
    subject, occasion = cabinet.subject(JUSTICE), cabinet.desk.occasion()
    reporter = a_reporter(cabinet.desk.organisation_id, cabinet.desk.units[JUSTICE])
    others = cabinet.desk.organisation_id + 1
    for actor in (reporter, an_administrator(others)):
        with pytest.raises(NotPermitted):
            await cabinet.packs.pack(actor, subject, MARCH, cabinet.store, occasion)
        with pytest.raises(NotPermitted):
            await evidence_packs.list_subjects(actor, cabinet.desk.organisation_id, PackOf.UNIT)
    with pytest.raises(NothingToPack):  # a button's unit is looked for in the button's organisation
        await cabinet.packs.pack(
            an_administrator(others),
            replace(subject, organisation_id=others),
            *(MARCH, cabinet.store, occasion),
        )


async def test_one_pack_is_made_at_a_time_and_none_of_the_future(cabinet: Cabinet) -> None:
    await cabinet.show(await cabinet.report(JUSTICE, "动态 1"))
    first = asyncio.ensure_future(cabinet.pack(JUSTICE))
    await asyncio.sleep(0)
    with pytest.raises(ExportRuns):
        await cabinet.pack(JUSTICE)
    await first
    with pytest.raises(ExportAhead):
        await cabinet.pack(JUSTICE, Period.of_month(2024, 4))


@pytest.mark.parametrize(
    ("room", "name", "value", "refused"),
    [
        (pack_writing, "MOST_BYTES", 10, PackTooLarge),
        (pack_writing, "LEFT_FREE", 1 << 60, PackWithoutRoom),
        (pack_rows, "MOST_ROWS", 0, PackTooLong),
    ],
)
async def test_a_pack_beyond_bounds_is_refused_in_words(
    cabinet: Cabinet,
    monkeypatch: pytest.MonkeyPatch,
    room: object,
    name: str,
    value: int,
    refused: type[UserError],
) -> None:
    await cabinet.show(await cabinet.report(JUSTICE, "动态 1"))
    monkeypatch.setattr(room, name, value)
    with pytest.raises(refused):
        await cabinet.pack(JUSTICE)


async def test_counts_of_a_sheet_are_said_to_have_no_evidence(cabinet: Cabinet) -> None:
    await cabinet.show(await cabinet.report(JUSTICE, "动态 1"))
    place = cabinet.desk.units[JUSTICE], cabinet.desk.category("动态"), 0, dtm.date(2024, 3, 1)
    await ledger.record([Fact(*place, 7, "sheet/1/C3", None)], cabinet.desk.occasion().now)
    files = files_of(await cabinet.pack(JUSTICE))
    book = CalamineWorkbook.from_filelike(io.BytesIO(files[words.INDEX_FILE]))
    said = [row[0] for row in book.get_sheet_by_name(words.INDEX).to_python()]
    assert words.of_sheets(7) in said


async def test_rows_are_read_page_by_page(cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack_rows, "ROWS_AT_ONCE", 2)
    for number in range(5):
        report = await cabinet.report(JUSTICE, f"动态 https://www.example.gov.cn/{number}.html")
        await cabinet.show(report, PNG + bytes([number]))
    count = (await cabinet.pack(JUSTICE)).count
    assert (count.reports, count.pictures, count.links) == (5, 5, 5)
