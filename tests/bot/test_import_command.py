"""`./run import` as an operator uses it: it tells, asks, saves, and refuses while the bot runs."""

import os
import subprocess
from pathlib import Path

import pytest

from bot.__main__ import read_arguments
from tests.databases import current_file
from tests.driver import ROOT, running_office
from tests.processes import finished

SHEET = ROOT / "examples" / "dingnan-2024-02.xlsx"


def run_import(folder: Path, *words: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DUBAN_DATABASE": f"sqlite://{folder / 'duban.db'}"}
    return finished("bot", environment, "import", *words, answer=answer)


def test_the_sheet_is_explained_and_saved_after_yes(tmp_path: Path) -> None:
    current_file(tmp_path / "duban.db")
    words = (str(SHEET), "--organisation", "定南县", "--year", "2024")
    refused = run_import(tmp_path, *words, answer="\n")
    assert refused.returncode == 1
    assert "D  2月发布数 → 当月完成数（2月）" in refused.stdout
    assert "没有存疑的单元格" in refused.stdout
    assert "没有保存" in refused.stdout
    saved = run_import(tmp_path, *words, answer="是\n")
    assert saved.returncode == 0
    assert "已保存：单位 46" in saved.stdout
    again = run_import(tmp_path, *words)
    assert again.returncode == 0
    assert "不需要保存" in again.stdout
    corrected = tmp_path / "a.csv"
    corrected.write_text("定南县2024年2月政府信息公开情况\n责任单位,2月发布数\n公安局,1\n", "utf-8")
    shown = run_import(tmp_path, str(corrected), *words[1:], answer="\n")
    assert "2024年2月已关账，导入会改动 1 处" in shown.stdout


def test_yes_on_the_command_line_does_not_ask(tmp_path: Path) -> None:
    done = run_import(tmp_path, str(SHEET), "--organisation", "定南县", "--year", "2024", "--yes")
    assert done.returncode == 0
    assert "是否保存" not in done.stdout


def test_doubtful_cells_are_told_by_address(tmp_path: Path) -> None:
    sheet = tmp_path / "a.csv"
    sheet.write_text("定南县2月政府信息公开情况\n责任单位,每月任务数,2月发布数\n公安局,30,很多\n", "gb18030")
    current_file(tmp_path / "duban.db")
    done = run_import(tmp_path, str(sheet), "--organisation", "定南县", "--year", "2024", "--yes")
    assert "! C3  “很多”不是条数" in done.stdout


def test_missing_arguments_are_answered_with_an_example(tmp_path: Path) -> None:
    refused = run_import(tmp_path, str(SHEET), "--year", "2024")
    assert refused.returncode == 2
    assert "--organisation" in refused.stderr
    assert "例如：./run import" in refused.stderr


def test_a_missing_or_unreadable_file_is_answered_kindly(tmp_path: Path) -> None:
    missing = run_import(tmp_path, str(tmp_path / "no.xlsx"), "--organisation", "定南县", "--year", "2024")
    assert (missing.returncode, "打不开" in missing.stderr) == (2, True)
    strange = tmp_path / "picture.xlsx"
    strange.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    unread = run_import(tmp_path, str(strange), "--organisation", "定南县", "--year", "2024")
    assert unread.returncode == 2
    assert "请" in unread.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--year", "24"),
        ("--year", "0"),
        ("--year", "99999"),
        ("--year", "今年"),
        ("--organisation", ""),
        ("--organisation", " \u200b"),
        ("--organisation", "定南县\n" * 2),
        ("--organisation", "县" * 101),
    ],
)
def test_a_year_or_name_that_cannot_be_one_is_refused_by_its_option(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = {"--organisation": "定南县", "--year": "2024"} | {option: value}
    with pytest.raises(SystemExit) as ended:
        read_arguments(["import", str(SHEET), *(word for pair in words.items() for word in pair), "--yes"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert f"argument {option}: 要" in said
    assert "例如" in said


async def test_a_table_of_ones_own_leaves_the_sandbox_its_examples(tmp_path: Path) -> None:
    database = current_file(tmp_path / "duban.db")
    done = run_import(tmp_path, str(SHEET), "--organisation", "某某县", "--year", "2024", "--yes")
    assert done.returncode == 0
    async with running_office(tmp_path, database) as office:
        assert "市司法局 · 2024年3月" in (await office.say("市司法局 联络员", "进度")).text


async def test_import_refuses_while_the_bot_serves_the_same_file(tmp_path: Path) -> None:
    async with running_office(tmp_path, current_file(tmp_path / "duban.db")):
        refused = run_import(tmp_path, str(SHEET), "--organisation", "定南县", "--year", "2024", "--yes")
    assert refused.returncode == 2
    assert "督办正在运行" in refused.stderr
