"""Names in an evidence pack that every system can keep, and words for all that may stand in its index."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import EvidenceKind, EvidenceState, ReviewState
from services.core.exporting import pack_words as words
from services.core.exporting.pack_names import FOLDER_LENGTH, FreeNames, safe_name

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
