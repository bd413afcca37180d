import contextlib
import itertools
import math
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.numbers import (
    CountUnclear,
    begins_with_count,
    format_percent,
    half_up,
    parse_count,
    percent,
    spell,
)

DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """Spell by the grammar's own recursion: head, unit, 零 over a gap, rest."""
    if number < 10:
        return DIGITS[number]
    if number < 20:
        return "十" + (DIGITS[number - 10] if number > 10 else "")
    unit, name = next(pair for pair in ((1000, "千"), (100, "百"), (10, "十")) if number >= pair[0])
    head, rest = divmod(number, unit)
    if not rest:
        return DIGITS[head] + name
    tail = ("一" if 10 <= rest < 20 else "") + chinese(rest)
    return DIGITS[head] + name + ("零" if rest < unit // 10 else "") + tail


@pytest.mark.parametrize(
    ("part", "whole", "digits", "printed"),
    [
        (51, 240, 1, "21.3%"),  # the one exact half of the golden table; half-even prints 21.2
        (32, 30, 1, "106.7%"),
        (81, 20, 1, "405.0%"),
        (29, 41, 1, "70.7%"),
        (0, 30, 1, "0.0%"),
        (1, 3, 0, "33%"),
        (1, 8, 2, "12.50%"),
        (1, 2000, 1, "0.1%"),
        (1, 2001, 1, "0.0%"),
        (-51, 240, 1, "-21.3%"),
        (-1, 100_000, 1, "0.0%"),
        (5, 0, 1, "–"),
        (0, 0, 1, "–"),
    ],
)
def test_a_percentage_prints_as_the_office_prints_it(part, whole, digits, printed):
    assert format_percent(percent(part, whole, digits=digits)) == printed


def test_a_whole_below_zero_is_refused():
    with pytest.raises(ValueError, match="-1"):
        percent(1, -1)


@given(st.integers(0, 10**12), st.integers(1, 10**12), st.integers(0, 4))
def test_a_percentage_is_the_exact_fraction_rounded_half_up(part, whole, digits):
    exact = Fraction(part * 100, whole)
    expected = Fraction(math.floor(exact * 10**digits + Fraction(1, 2)), 10**digits)
    rate = percent(part, whole, digits=digits)
    assert rate is not None
    assert Fraction(rate) == expected
    assert rate.as_tuple().exponent == -digits


def test_a_percentage_does_not_depend_on_the_decimal_context():
    with localcontext() as context:
        context.prec = 2
        assert format_percent(percent(123_456, 1000)) == "12345.6%"
        assert half_up(Decimal("12345.65"), 1) == Decimal("12345.7")


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        ("21.25", 1, "21.3"),
        ("21.249999999999999999999999999999999", 1, "21.2"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("-0.04", 1, "0.0"),
        ("7", 2, "7.00"),
    ],
)
def test_half_goes_away_from_zero(value, digits, rounded):
    assert str(half_up(Decimal(value), digits)) == rounded


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_not_rounded(value):
    with pytest.raises(ValueError, match=value):
        half_up(Decimal(value), 1)


@pytest.mark.parametrize("number", [*range(130), 1000, 1001, 1010, 1012, 1100, 1110, 2020, 9999])
def test_spelling_agrees_with_the_grammar(number):
    assert spell(number) == chinese(number)


@pytest.mark.parametrize("number", [-1, 10_000])
def test_only_0_to_9999_is_spelt(number):
    with pytest.raises(ValueError, match=str(number)):
        spell(number)


def test_every_chinese_numeral_from_0_to_9999_is_read():
    assert [parse_count(chinese(number)) for number in range(10_000)] == list(range(10_000))


def test_no_other_string_of_up_to_four_numerals_is_read():
    canonical = {chinese(number) for number in range(10_000)}
    for length in range(1, 5):
        for signs in itertools.product(DIGITS + "十百千", repeat=length):
            text = "".join(signs)
            if text not in canonical:
                with pytest.raises(CountUnclear):
                    parse_count(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("3", 3),
        ("０３", 3),
        (" 12 ", 12),
        ("999999999", 999_999_999),
        ("0", 0),
        ("〇", 0),
        ("两", 2),
        ("两百", 200),
        ("二百", 200),
        ("两千两百零二", 2202),
        ("一千〇五", 1005),
        ("一千零五", 1005),
        ("一千零五十", 1050),
    ],
)
def test_a_count_is_read(text, count):
    assert parse_count(text) == count


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", "1000000000", "-3", "+3", "3.0", "1,000", "3条", "三条", "1e3", "0x1", "٣", "½", "1 2"],
        *[
            "一百五",
            "一千五",
            "一十二",
            "二〇",
            "两十",
            "二十两",
            "廿",
            "壹",
            "一万",
            "几",
            "半",
            "百",
            "千百",
        ],
        *["两两", "十十", "九千千", "九千九百九十九十"],
    ],
)
def test_an_unsure_count_is_never_guessed(text):
    with pytest.raises(CountUnclear) as refused:
        parse_count(text)
    assert refused.value.params == {"text": text}
    assert refused.value.key == "error.count_unclear"


@given(st.integers(0, 999_999_999))
def test_digits_are_read_in_either_width(number):
    wide = str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert parse_count(str(number)) == parse_count(wide) == number


@given(st.text(max_size=12))
def test_any_text_is_a_count_or_unclear(text):
    with contextlib.suppress(CountUnclear):
        assert 0 <= parse_count(text) <= 999_999_999


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", True),
        ("3条", True),
        ("3 篇 其他", True),
        ("=3", True),
        ("十二条", True),
        ("3，动态 2", True),
        ("", False),
        ("3月18日", False),
        ("2024-03-18", False),
        ("今天", False),
        ("一周", False),
        ("峨眉山发布 3", False),
        ("1234567890", False),
    ],
)
def test_a_count_at_the_beginning_is_no_day(text, expected):
    assert begins_with_count(text) is expected
