"""The bot is killed while evidence is fetched, painted and kept: nothing is left half done."""

import dataclasses
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import current_file
from tests.prove.exhibits import campaign
from tests.prove.exhibits.campaign import OWED, judge_rows
from tests.prove.exhibits.people import Piece
from tests.prove.exhibits.remains import Orphans, Row, count_unfinished, left_in, torn_or_lost

PEOPLE = 6
POINTS = ("picture.in_child", "store.before_rename")


async def test_whenever_the_bot_dies_evidence_is_whole_or_owed(tmp_path: Path) -> None:
    database = current_file(tmp_path / "duban.db")
    found = await campaign.run(tmp_path, database, 4, kills=2, points=POINTS, people=PEOPLE)
    assert found.wrong == []
    assert found.campaign.points_hit == {*POINTS}
    assert found.orphans > 0
    assert found.unfinished > 0
    assert found.rows["kept"] > 0


async def test_a_bot_that_writes_in_place_is_found_out(tmp_path: Path) -> None:
    database = current_file(tmp_path / "duban.db")
    found = await campaign.run(tmp_path, database, 4, kills=1, careless="in_place", people=2)
    assert any("half a file" in each for each in found.wrong)


async def test_a_process_that_outlives_the_bot_is_found() -> None:
    starts_one = (
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'input()'], start_new_session=True)"
    )
    reading, writing = os.pipe()
    with Orphans() as orphans:
        subprocess.run([sys.executable, "-c", starts_one], stdin=reading, check=True)
        os.close(reading)
        (left,) = await orphans.wait(0.3)
        assert "input()" in left
        os.write(writing, b"\n")
        os.close(writing)
        assert await orphans.wait() == []


ROW = Row("message/7/1", "message/7/1", "kept", "ab.jpg", "d" * 64, ("已收到",))
OTHER = dataclasses.replace(ROW, state="owed", stored_name="")


def sent() -> Piece:
    return Piece("message/7/1", "d" * 64, is_document=False, openings=frozenset({"message/7/1"}))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([ROW], ""),
        ([dataclasses.replace(OTHER, answers=(f"已收到 {OWED}",))], ""),
        ([], "no row"),
        ([ROW, dataclasses.replace(ROW, source="message/7/2")], "nobody sent"),
        ([dataclasses.replace(ROW, opening="message/7/9")], "belongs to"),
        ([dataclasses.replace(ROW, digest="e" * 64)], "not what was sent"),
        ([dataclasses.replace(ROW, stored_name="")], "with the file"),
        ([dataclasses.replace(ROW, state="withdrawn")], "is withdrawn"),
        ([dataclasses.replace(ROW, answers=(OWED,))], "said to be owed"),
        ([OTHER], "nobody was told"),
    ],
)
def test_the_oracle_finds_one_forged_row(rows: list[Row], said: str) -> None:
    found = [*judge_rows([sent()], {row.source: row for row in rows})]
    assert [said in each for each in found] == [True] * bool(said)


def put(folder: Path, content: bytes, name: str = "") -> str:
    name = name or f"{hashlib.sha256(content).hexdigest()}.pdf"
    path = folder / name[:2] / name[2:4] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return name


def test_the_oracle_finds_what_is_left_lost_torn_or_another(tmp_path: Path) -> None:
    files, temporary = tmp_path / "files", tmp_path / "temporary"
    temporary.mkdir()
    good, unknown = put(files, b"good"), put(files, b"unknown")
    digest = good.partition(".")[0]
    assert [*left_in(files, {good: digest, unknown: ""}, temporary)] == []
    assert [*left_in(files, {good: digest}, temporary)] == [f"nobody knows {unknown}"]
    assert [*left_in(files, {good: "d" * 64, unknown: ""}, temporary)] == [f"{good} is not what was sent"]
    lost = "a" * 64 + ".jpg"
    assert [*left_in(files, {good: "", unknown: "", lost: ""}, temporary)] == [f"{lost} is lost"]
    torn = put(files, b"torn", "b" * 64 + ".pdf")
    (files / ".new-x").write_bytes(b"")
    (temporary / "spool").write_bytes(b"")
    assert [*left_in(files, {good: "", unknown: "", torn: ""}, temporary)] == [
        f"{torn} is not what it says",
        "left in the store: .new-x",
        "left in the temporary folder: spool",
    ]
    assert count_unfinished(files) == 1
    assert [*torn_or_lost(files, [good, lost])] == [
        f"half a file under its name: {torn}",
        f"a row without its file: {lost}",
    ]
