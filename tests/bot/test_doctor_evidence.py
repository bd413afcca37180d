"""`./run doctor` on evidence: files and the rows that point to them, side by side."""

import datetime as dtm
import hashlib
from pathlib import Path

import pytest

from bot.doctor import evidence_rows
from bot.doctor.files import look_at_files
from bot.doctor.findings import line
from bot.file_store import FolderStore
from locales import Catalogue
from models.enums import EvidenceKind
from services import sql
from services.facts import exhibits
from services.facts.exhibits import NewExhibit
from services.membership import members
from tests.builders import NOW

THEN = NOW - dtm.timedelta(days=4)


@pytest.mark.parametrize(
    ("there", "rows", "found"),
    [
        ({}, [], ["files_none"]),
        ({}, ["kept"], ["files", "files_missing"]),
        ({"kept": NOW}, ["kept"], ["files", "files_known"]),
        ({"kept": THEN, "new": NOW}, ["kept"], ["files", "files_known"]),
        ({"kept": THEN, "old": THEN}, ["kept"], ["files", "files_unknown"]),
        ({"kept": THEN}, ["kept", "gone"], ["files", "files_missing"]),
        ({"old": THEN}, [], ["files", "files_anothers"]),
        ({"old": THEN}, ["kept"], ["files", "files_missing", "files_anothers"]),
        ({"kept": THEN, "bad": THEN}, ["kept", "purged"], ["files", "files_unknown", "files_condemned"]),
    ],
)
async def test_files_are_compared_with_the_rows(
    there: dict[str, dtm.datetime], rows: list[str], found: list[str], database: str, tmp_path: Path
) -> None:
    await members.remember(7001)
    folder = tmp_path / "files"
    for word, put_at in there.items():
        await FolderStore(folder, lambda put_at=put_at: put_at).put(word.encode(), "jpg")  # type: ignore[misc]
    for number, word in enumerate(rows):
        name = f"{hashlib.sha256(b'bad' if word == 'purged' else word.encode()).hexdigest()}.jpg"
        row = NewExhibit(f"m/{number}", f"m/{number}", "m/0", EvidenceKind.PICTURE, "a.jpg", name)
        await exhibits.add(row, 1, NOW)
        if word == "purged":
            await sql.execute("UPDATE evidence SET state = 'purged' WHERE source = $1", f"m/{number}")
    read = await evidence_rows.read(database, NOW)
    shown = [*look_at_files(folder, read)]
    assert [each.key for each in shown] == found
    for finding in shown:
        assert "{" not in line(finding, Catalogue.load().texts("zh_CN"))


async def test_without_a_database_nothing_is_compared(tmp_path: Path) -> None:
    assert await evidence_rows.read(f"sqlite://{tmp_path / 'none.db'}", NOW) is None
    (tmp_path / "other.db").write_bytes(b"no database at all")
    assert await evidence_rows.read(f"sqlite://{tmp_path / 'other.db'}", NOW) is None
