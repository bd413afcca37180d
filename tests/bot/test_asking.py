"""An answer that is refused leaves its question open, whichever of all the questions it was."""

import datetime as dtm
from dataclasses import replace
from typing import Any

import pytest

from bot.turn import Turn
from handlers import registry
from handlers.kit.arrival import Question
from handlers.kit.asking import REFUSALS, ask_on
from handlers.kit.specs import ActionSpec, CommandSpec, Effect
from models.enums import Language
from services import inbox
from services.core.access import Actor, NotPermitted
from services.core.numbers import CountUnclear
from services.inbox import NewUpdate
from tests.handlers.talk import CATALOGUE, TODAY, Talk

NOW = dtm.datetime.combine(TODAY, dtm.time(2), dtm.UTC)
CLERK = Actor(7, None, "张三", Language.CHINESE, ())
TEXTS = CATALOGUE.texts("zh_CN")


async def refused(_: Any) -> Any:
    raise CountUnclear(text="三四")


async def test_no_question_is_forgotten_when_its_answer_is_refused(database: str) -> None:
    # Most of them were: the person was told what was wrong, and what they wrote next was not understood.
    nothing: Any = None
    turn = Turn(nothing, nothing, nothing, nothing, nothing, nothing, nothing)
    forgotten = []
    for step in registry.steps():
        (stored,) = await inbox.store([NewUpdate(step.name, 7, b"{}")], NOW)
        assert stored is not None
        context = Talk(CLERK).context("三四")
        context.arrival.row_id = stored.id
        context.arrival.question = Question(step.name, {"unit_id": 3})
        await turn.run(replace(step, handle=refused, prepare=None), context)
        (answer,) = context.arrival.answers
        if answer.asks != step.name or answer.asks_with["unit_id"] != 3 or "三四" not in answer.text:
            forgotten.append(step.name)
        assert stored.id in {each.id for each in await inbox.list_waiting()}
    assert forgotten == []


STEP = next(step for step in registry.steps() if step.name == "unlock.reason")
ASKED = Question("unlock.reason", {"request": 1})


def test_after_three_refusals_the_next_message_is_no_answer_any_more() -> None:
    question = ASKED
    for _ in range(REFUSALS):
        answer = ask_on(STEP, question, CountUnclear(text="x"), "看不出", TEXTS)
        assert answer is not None
        assert answer.text == "看不出\n请再回复一次；不办了请发“取消”。"
        question = Question(answer.asks, answer.asks_with)
    last = ask_on(STEP, question, CountUnclear(text="x"), "看不出", TEXTS)
    assert last is not None
    assert last.asks == ""
    assert "先放下" in last.text


def test_what_no_words_mend_ends_the_question() -> None:
    assert ask_on(STEP, ASKED, NotPermitted(permission="x"), "", TEXTS) is None


@pytest.mark.parametrize(
    "declared",
    [
        CommandSpec("report", (), Effect.WRITES, refused, frozenset()),
        ActionSpec("unlock.reason", Effect.WRITES, refused),
        replace(STEP, name="fallback"),
    ],
)
def test_what_was_no_answer_asks_nothing_again(declared: Any) -> None:
    assert ask_on(declared, ASKED, CountUnclear(text="x"), "", TEXTS) is None
    assert ask_on(declared, None, CountUnclear(text="x"), "", TEXTS) is None
