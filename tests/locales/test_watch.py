import contextlib
import re

import pytest

from locales import Catalogue
from services.core.errors import DomainError, UserError
from tests.locales.watch import every_error_has_its_text


def error(name: str) -> type[UserError]:
    """An error as a module of ours would define it."""
    return type(name, (UserError,), {"__module__": "services.planted"})


def catalogue(folder, text: str) -> Catalogue:
    for language in ("zh_CN", "en"):
        (folder / language).mkdir()
        (folder / language / "a.po").write_text(f'msgid "error.period_locked"\nmsgstr "{text}"\n', "utf-8")
    return Catalogue.load(folder)


def test_an_error_with_its_text_passes(tmp_path):
    with every_error_has_its_text(catalogue(tmp_path, "{month} is closed")), contextlib.suppress(UserError):
        raise error("PeriodLocked")(month="2024-02", unit_id=3)


def test_an_error_without_a_text_is_found_even_if_it_was_caught(tmp_path):
    lacking = re.escape("en has no error.unit_gone; zh_CN has no error.unit_gone")
    watching = every_error_has_its_text(catalogue(tmp_path, ""))
    with pytest.raises(AssertionError, match=lacking), watching, contextlib.suppress(UserError):
        raise error("UnitGone")


def test_a_text_that_wants_more_than_the_error_gives_is_found(tmp_path):
    watching = every_error_has_its_text(catalogue(tmp_path, "{month} is closed"))
    with pytest.raises(AssertionError, match="wants 'month'"), watching:
        error("PeriodLocked")(unit_id=3)


def test_an_error_that_a_test_defines_is_left_out(tmp_path):
    with every_error_has_its_text(catalogue(tmp_path, "")):
        type("Invented", (UserError,), {"__module__": "tests.core.test_errors"})()


def test_nothing_stays_behind(tmp_path):
    before = DomainError.__init__
    with contextlib.suppress(RuntimeError), every_error_has_its_text(catalogue(tmp_path, "")):
        raise RuntimeError
    assert DomainError.__init__ is before


def test_a_watch_inside_a_watch_keeps_its_errors_to_itself(tmp_path):
    lacking = Catalogue.load(tmp_path)
    with every_error_has_its_text(catalogue(tmp_path, "")):
        with every_error_has_its_text(lacking):
            error("UnitGone")()
        with pytest.raises(AssertionError), every_error_has_its_text(Catalogue.load(tmp_path)):
            error("UnitGone")()
