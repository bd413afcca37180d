import datetime as dtm
from pathlib import Path

import pytest

from locales import Catalogue, Texts, language_of

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


def write(folder: Path, body: str, name: str = "words.po") -> Path:
    (folder / "en").mkdir(exist_ok=True)
    (folder / "en" / name).write_text(HEADER + body, encoding="utf-8")
    return folder


def english(folder: Path, body: str) -> Texts:
    return Catalogue.load(write(folder, body)).texts("en")


PLURAL = (
    'msgid "progress.missing"\nmsgid_plural "progress.missing"\n'
    'msgstr[0] "{unit} lacks {count} entry"\nmsgstr[1] "{unit} lacks {count} entries"\n'
)


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "A lacks 0 entries"), (1, "A lacks 1 entry"), (2, "A lacks 2 entries")]
)
def test_count_chooses_the_plural(tmp_path, count, expected):
    assert english(tmp_path, PLURAL)("progress.missing", count=count, unit="A") == expected


def test_a_plural_wants_a_whole_number(tmp_path):
    with pytest.raises(TypeError, match="count"):
        english(tmp_path, PLURAL)("progress.missing", count="3", unit="A")


def test_an_unknown_key_is_loud(tmp_path):
    texts = english(tmp_path, PLURAL)
    assert texts.has("progress.missing")
    assert not texts.has("progress.mising")
    with pytest.raises(KeyError, match=r"progress\.mising"):
        texts("progress.mising")


def test_a_missing_parameter_is_loud(tmp_path):
    with pytest.raises(KeyError, match="unit"):
        english(tmp_path, PLURAL)("progress.missing", count=3)


def test_braces_in_a_parameter_stay_as_they_are(tmp_path):
    assert english(tmp_path, PLURAL)("progress.missing", count=1, unit="{count}") == "{count} lacks 1 entry"


@pytest.mark.parametrize(
    "text", ["{unit.name}", "{unit[0]}", "{}", "{0}", "{count:>9}", "{unit!r}", "{", "a}"]
)
def test_a_text_cannot_reach_into_its_parameters(tmp_path, text):
    with pytest.raises(ValueError, match="placeholders"):
        english(tmp_path, f'msgid "a.b"\nmsgstr "{text}"\n')


def test_a_key_has_its_text_in_one_file_only(tmp_path):
    write(tmp_path, PLURAL)
    write(tmp_path, PLURAL, "other.po")
    with pytest.raises(ValueError, match=r"progress\.missing"):
        Catalogue.load(tmp_path)


def test_an_unknown_language_is_loud():
    with pytest.raises(KeyError):
        Catalogue.load().texts("fr")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        *[(code, "zh_CN") for code in ("zh", "zh-hans", "zh-CN", "zh_CN", "zh-hant", "zh-TW", "ZH-Hans-CN")],
        *[(code, "en") for code in ("en", "en-US", "en_GB", "EN")],
        *[(code, "zh_CN") for code in (None, "", "de", "eng", "ja-JP")],
    ],
)
def test_a_telegram_code_finds_its_catalogue(code, expected):
    assert language_of(code) == expected


def test_every_language_that_codes_lead_to_is_loaded():
    assert set(Catalogue.load().languages) == {"zh_CN", "en"}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh_CN", ("2024年3月1日", "星期五", "2024年3月", "94276")),
        ("en", ("1 March 2024", "Friday", "March 2024", "94,276")),
    ],
)
def test_dates_and_numbers_read_as_in_the_language(language, expected):
    texts = Catalogue.load().texts(language)
    day = dtm.date(2024, 3, 1)
    assert (texts.date(day), texts.weekday(day), texts.month(2024, 3), texts.number(94276)) == expected
