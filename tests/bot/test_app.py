"""Which handler a message is offered to while a question is open."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.app import CommandHandler
from handlers import registry
from handlers.kit.arrival import Arrival, Question


def heard(text: str, step: str | None) -> list[str]:
    """Name the commands that take a text while a step's question is open."""
    question = None if step is None else Question(step, {})
    arrival = cast(
        "Arrival", SimpleNamespace(press=None, question=question, incoming=SimpleNamespace(text=text))
    )
    run: Any = None
    return [one.name for one in registry.commands() if CommandHandler(one, run).match(arrival)]


@pytest.mark.parametrize("text", ["人员变动，请补报", "报送漏了一条", "语言文字工作委员会"])
@pytest.mark.parametrize("step", ["unlock.reason", "units.rename", "groups.name", "founding.name"])
def test_a_reason_or_a_name_may_begin_with_a_word_of_a_command(text: str, step: str) -> None:
    assert heard(text, step) == []
    assert len(heard(text, None)) == 1


@pytest.mark.parametrize(
    ("text", "command"), [("人员 市司法局", "members"), ("进度", "progress"), ("/report 动态 3", "report")]
)
def test_one_can_still_walk_away_from_a_question_for_words(text: str, command: str) -> None:
    assert heard(text, "unlock.reason") == [command]


def test_a_number_that_was_asked_for_gives_way_to_a_report() -> None:
    assert heard("报送动态3", "report.line") == ["report"]


@pytest.mark.parametrize("text", ["取消", "算了。", "/cancel", "不报了"])
@pytest.mark.parametrize("step", ["report.line", "unlock.reason", "groups.name", "settings.value"])
def test_a_question_can_be_let_go(text: str, step: str) -> None:
    assert heard(text, step) == ["cancel"]
