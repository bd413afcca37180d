"""What was accepted and mistakes beside what was submitted; a quarter's sums, and the month they are for."""

import csv
from pathlib import Path

import pytest

from services.core.sheets.understand import understand
from services.core.sheets.understanding import Meaning, Understanding
from tests.core.sheets.tables import doubts, grid_of, read

with (Path(__file__).parents[2] / "services" / "cangxi_2020q1_counts.csv").open(
    encoding="utf-8", newline=""
) as table:
    CANGXI = tuple(csv.DictReader(table))


def counted(understanding: Understanding) -> list[tuple[int, str, int, int, int | None, int | None]]:
    return [
        (one.position, one.category, one.month, one.count, one.accepted, one.errors)
        for one in understanding.counts
    ]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("信息公开\n单位|2月报送数|2月审发数|2月错情\n公安局|9|7|1", (1, "信息公开", 2, 9, 7, 1)),
        ("信息公开\n单位|2月||\n|报送数|采用数|错情数\n公安局|9|7|0", (1, "信息公开", 2, 9, 7, 0)),
        (
            "2024年2月信息公开\n单位|报送信息数（条）|录用数（条）|错情（处）\n公安局|9|9|–",
            (1, "信息公开", 2, 9, 9, 0),
        ),
        ("2024年2月\n单位|动态报送数|动态审发数\n公安局|9|7", (1, "动态", 2, 9, 7, None)),
        ("信息公开\n单位|2月报送数|2月错情（处）\n公安局|9|", (1, "信息公开", 2, 9, None, None)),
        ("信息公开\n单位|2月报送数|2月错情（处）\n公安局|9|2", (1, "信息公开", 2, 9, None, 2)),
    ],
)
def test_what_was_accepted_and_mistakes_belong_to_the_count_beside_them(table, expected):
    understood = read(table)
    assert counted(understood) == [expected]
    assert not understood.doubts


@pytest.mark.parametrize(
    ("table", "doubted"),
    [
        ("信息公开\n单位|2月报送数|2月审发数\n公安局|9|\n民政局|2|1", {"C3": "accepted_missing"}),
        ("信息公开\n单位|2月报送数|2月审发数\n公安局|9|10\n民政局|2|1", {"C3": "accepted_exceeds"}),
        ("信息公开\n单位|2月报送数|2月错情\n公安局|9|几处\n民政局|2|1", {"C3": "count_unreadable"}),
        ("信息公开\n单位|2月报送数|3月审发数\n公安局|9|3", {"C2": "column_unknown"}),
        ("信息公开\n单位|2月退回数\n公安局|9", {"B2": "column_unknown"}),
    ],
)
def test_what_is_not_clear_of_them_is_asked_about(table, doubted):
    understood = read(table)
    assert doubts(understood) == doubted


def cangxi(quarter_month: int | None) -> Understanding:
    """Print annex 1 as it stands: towns at the left, offices of the county at the right."""
    halves = [[row for row in CANGXI if row["division"] == division] for division in ("乡镇", "县级部门")]
    heads = "报送信息总数（条）|审发信息总数（条）|错情（处）"
    lines = ["2020年一季度全县政务公开监测情况统计表", f"乡 镇|{heads}|县级部门|{heads}"]
    for at in range(max(map(len, halves))):
        cells = [
            [*(half[at][name] if at < len(half) else "" for name in ("unit", "submitted", "approved")), ""]
            for half in halves
        ]
        lines.append("|".join(cells[0] + cells[1]))
    return understand([grid_of("\n".join(lines))], year=2020, quarter_month=quarter_month)


def test_the_quarter_of_cangxi_is_counted_nowhere_until_somebody_says_where():
    understood = cangxi(None)
    assert len(understood.units) == 72
    assert understood.counts == ()
    assert understood.asks_months == (1, 2, 3)
    assert set(doubts(understood).values()) == {"quarter_unplaced"}


def test_the_quarter_of_cangxi_is_counted_in_the_month_that_was_chosen():
    understood = cangxi(3)
    assert understood.asks_months == ()
    assert not understood.doubts
    assert [(unit.name, unit.division) for unit in understood.units][:1] == [("陵江镇", "乡镇")]
    assert understood.units[-1].division == "县级部门"
    assert counted(understood)[0] == (1, "政务公开监测", 3, 67, 61, None)
    sums = [
        sum(each) for each in zip(*((one.count, one.accepted or 0) for one in understood.counts), strict=True)
    ]
    told = [sum(int(row[name]) for row in CANGXI) for name in ("submitted", "approved")]
    assert sums == told == [1317, 1088]
    assert "import.remark.quarter_placed" in [one.key for one in understood.remarks]


def test_a_month_of_another_quarter_is_no_answer():
    assert cangxi(4).counts == ()


def test_a_title_with_a_month_is_asked_nothing():
    understood = read("2024年2月信息公开\n单位|报送数|审发数\n公安局|3|2", year=2024)
    assert understood.asks_months == ()
    assert [column.meaning for column in understood.columns][1:] == [
        Meaning.MONTH_COUNT,
        Meaning.MONTH_ACCEPTED,
    ]
