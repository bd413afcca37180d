import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.text import as_name, clean, fold
from services.core.traditional import simplified

ANYTHING = st.text(st.characters(exclude_categories=[]))


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  市公安局\u3000", "市公安局"),
        ("２０２４年（２月）", "2024年(2月)"),
        ("进度\u202e3\u202c", "进度3"),  # bidi override
        ("公\u200b安\ufeff局", "公安局"),  # zero width
        ("a\x00b\x07c\x7fd", "abcd"),
        ("一\r\n二\r三\u2028四\x0b五", "一\n二\n三\n四\n五"),
        ("公安\t局", "公安 局"),
        ("\ud800局\udfff", "局"),  # lone surrogates cannot be stored
        ("\ufffe局\ufdd0\ufdef\U0001ffff", "局"),  # noncharacters cannot be written to a workbook
        ("\u3164\u115f", ""),  # fillers look like nothing
        ("葛\U000e0100城", "葛城"),
        ("e\u200b\u0301", "é"),  # composed after the joiner is gone
        ("\n\n多行\n说明\n", "多行\n说明"),
        ("\ufdcf\ufdf0", "\ufdcf\u0635\u0644\u06d2"),  # their neighbours are letters
        ("𠮷林🎉", "𠮷林🎉"),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_goes_and_the_rest_stays(text, cleaned):
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("limit", "cut"), [(0, ""), (2, "公安"), (3, "公安"), (4, "公安 局"), (9, "公安 局")]
)
def test_long_text_is_cut_after_cleaning(limit, cut):
    assert clean(" 公\u200b安 局", max_length=limit) == cut


@given(ANYTHING, st.none() | st.integers(0, 20))
def test_cleaning_twice_changes_nothing(text, limit):
    once = clean(text, max_length=limit)
    assert clean(once, max_length=limit) == once


@given(ANYTHING)
def test_cleaned_text_is_storable_and_visible(text):
    cleaned = clean(text)
    cleaned.encode()
    assert cleaned == unicodedata.normalize("NFKC", cleaned)
    assert not {unicodedata.category(sign) for sign in cleaned if sign != "\n"} & {"Cc", "Cf", "Cs"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("市 公安局", "市公安局"),
        ("ＡＢＣ中心", "abc中心"),
        ("中心（筹）", "中心(筹)"),
        ("公安局。", "公安局"),
        ("公\u200b安局", "公安局"),
        ("Straße", "STRASSE"),
    ],
)
def test_names_that_read_alike_fold_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("公安局", "公安分局"), ("一中", "二中"), ("1队", "2队")])
def test_different_names_fold_apart(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  市公安局 ", "市公安局"),
        ("市场监管局(知识产权局)", "市场监管局（知识产权局）"),
        ("市场监管局（知识产权局）", "市场监管局（知识产权局）"),
        ("Town  (old)", "Town (old)"),
        ("村务\n公开", "村务 公开"),
    ],
)
def test_a_name_is_written_as_the_office_prints_it(typed, name):
    assert as_name(typed) == as_name(name) == name


def test_a_name_of_signs_only_folds_to_nothing():
    assert fold("·$\\—（）") == ""


@given(ANYTHING)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(ANYTHING)
def test_folding_sees_no_difference_that_cleaning_removes(text):
    assert fold(clean(text)) == fold(text)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("報送 動態 3", "报送 动态 3"),
        ("市財政局、黃灣鎮", "市财政局、黄湾镇"),
        ("乾隆著 Straße", "乾隆著 Straße"),
    ],
)
def test_traditional_signs_of_the_offices_words_are_simplified_in_their_place(written, read):
    assert simplified(written) == read
    assert fold(written) == fold(read)


@given(st.text())
def test_simplifying_moves_nothing_and_is_done_once(text):
    assert len(simplified(text)) == len(text)
    assert simplified(simplified(text)) == simplified(text)
