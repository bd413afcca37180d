"""Names in an evidence pack that every system can keep, and words for all that may stand in its index."""

import datetime as dtm
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import EvidenceKind, EvidenceState, ReviewState
from services.core.exporting import pack_words as words
from services.core.exporting import packs
from services.core.exporting.pack_names import FOLDER_LENGTH, FreeNames, safe_name
from services.core.exporting.packs import Outcome, PackedExhibit, PackedLine, PackedLink, PackOf

DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{digit}" for name in ("com", "lpt") for digit in range(10))}


def is_kept_everywhere(name: str, length: int) -> bool:
    return (
        0 < len(name.encode("utf-16-le")) // 2 <= length
        and not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f]', name)
        and name == name.strip(" .")
        and name.split(".", maxsplit=1)[0].casefold() not in DEVICES
    )


@given(st.text(max_size=80), st.integers(8, FOLDER_LENGTH))
def test_any_text_becomes_a_name_that_every_system_keeps(text: str, length: int) -> None:
    assert is_kept_everywhere(safe_name(text, length), length)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("动态通知类", "动态通知类"),
        ("五公开/决策", "五公开_决策"),
        ("CON", "_CON"),
        ("com1.txt", "_com1.txt"),
        ("...", "_"),
        ("", "_"),
        ("名" * 50, "名" * 40),
        ("😀" * 30, "😀" * 20),
    ],
)
def test_a_name_stays_as_it_is_where_it_can(text: str, name: str) -> None:
    assert safe_name(text, FOLDER_LENGTH) == name


@given(st.lists(st.sampled_from(["A", "a", "a/", "a:", "名" * 40, "名" * 41, "CON", "con", ""]), max_size=12))
def test_no_two_folders_have_one_name(wanted: list[str]) -> None:
    names = FreeNames()
    given_names = [names.of(number, text) for number, text in enumerate(wanted)]
    assert len({name.casefold() for name in given_names}) == len(wanted)
    assert all(is_kept_everywhere(name, FOLDER_LENGTH) for name in given_names)
    assert [names.of(number, "other") for number in range(len(wanted))] == given_names


def test_everything_that_may_stand_in_the_index_has_its_word() -> None:
    assert words.KINDS.keys() == set(EvidenceKind)
    assert words.REMARKS.keys() == set(EvidenceState)
    assert words.STATES.keys() == {None, *ReviewState}


NOON = dtm.datetime(2024, 3, 1, 4, tzinfo=dtm.UTC)
MONTHS = [dtm.date(2024, month, 1) for month in (1, 2)]
NAMES = ["动态", "五公开/决策", "CON", "名" * 60, "a", "A"]


@st.composite
def _office(draw: st.DrawFn) -> tuple[list[PackedLine], list[PackedExhibit], list[PackedLink]]:
    """Draw reports of up to two categories each, some withdrawn, with any evidence."""
    lines: list[PackedLine] = []
    exhibits: list[PackedExhibit] = []
    links: list[PackedLink] = []
    for number in range(draw(st.integers(0, 6))):
        opening, month_on = f"message/m1/{number}", draw(st.sampled_from(MONTHS))
        unit = draw(st.integers(0, len(NAMES) - 1))
        categories = draw(st.lists(st.integers(0, len(NAMES) - 1), min_size=1, max_size=2, unique=True))
        is_withdrawn = draw(st.booleans())
        for category in categories:
            key = unit, category, 0, month_on
            count = 0 if is_withdrawn else draw(st.integers(1, 9))
            named = NAMES[unit], unit % 2, NAMES[category], category % 2, ""
            lines.append(PackedLine(opening, key, *named, count, count, 0, None, NOON, len(lines)))
            if count and draw(st.booleans()):
                links.append(PackedLink(opening, key, f"https://a.cn/{number}"))
        state = EvidenceState.WITHDRAWN if is_withdrawn else draw(st.sampled_from(list(EvidenceState)[:2]))
        for piece in range(draw(st.integers(0, 2))):
            kind = draw(st.sampled_from(list(EvidenceKind)))
            digest = f"{number}{piece}" * 32
            is_link = kind is EvidenceKind.LINK
            stored = f"{digest}.pdf" if state is EvidenceState.KEPT and not is_link else ""
            page = f"https://a.cn/{number}/{piece}" if is_link else ""
            category_id = categories[0] if len(categories) == 1 else None
            place = unit, category_id, month_on
            exhibits.append(
                PackedExhibit(
                    opening, *place, kind, state, stored, "长" * 99 + ".pdf", 1024, digest, None, page
                )
            )
    return lines, exhibits, links


@given(_office(), st.sampled_from(PackOf))
def test_every_piece_stands_once_under_a_path_of_its_own_and_figures_add_up(
    office: tuple[list[PackedLine], list[PackedExhibit], list[PackedLink]], of: PackOf
) -> None:
    lines, exhibits, links = office
    reports = packs.arrange(lines, exhibits, links, of)
    paths = [piece.path for report in reports for piece in report.pieces if piece.path]
    assert len(paths) == sum(exhibit.has_file for exhibit in exhibits)
    assert len({path.casefold() for path in paths}) == len(paths)
    for path in paths:
        assert len(path.encode("utf-16-le")) // 2 < 120
        folder, month, file = path.split("/")
        assert is_kept_everywhere(folder, FOLDER_LENGTH)
        assert is_kept_everywhere(file, 100)
        assert month in {"2024-01", "2024-02"}
    told = sum(len(report.pieces) for report in reports)
    assert told == len(exhibits)  # whatever became of it
    outcome = Outcome(2, dict.fromkeys(paths, 1))
    rows = [row for report in reports for row in packs.index_rows(report, outcome)]
    assert {len(row) for row in rows} <= {len(words.HEADS)}
    at = words.HEADS.index("报送数")
    assert sum(int(str(row[at])) for row in rows if row[at] is not None) == sum(line.count for line in lines)
    pages = {each.address for each in exhibits if each.shown_address} | {
        link.address for link in links if any(line.key == link.key and line.count for line in lines)
    }
    assert {row[words.HEADS.index("链接")] for row in rows} - {None} == pages
    assert {row[words.HEADS.index("文件")] for row in rows} - {None} == set(paths)
    assert [report.number for report in reports] == list(range(1, len(reports) + 1))


def test_a_size_is_printed_half_up() -> None:
    line = PackedLine("o", (1, 1, 0, MONTHS[0]), "甲", 1, "乙", 1, "", 1, 1, 0, None, NOON, 1)
    exhibit = PackedExhibit(
        *("o", 1, 1, MONTHS[0], EvidenceKind.PICTURE, EvidenceState.KEPT),
        *("ab.jpg", "", 1024 + 256, "ab", None),  # 1.25 KB
    )
    (report,) = packs.arrange([line], [exhibit], [], PackOf.UNIT)
    (row,) = packs.index_rows(report, Outcome(1, {report.pieces[0].path: 1}))
    assert Decimal("1.3") in row
