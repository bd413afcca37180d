"""A message is changed by an answer to another one; where it is gone the same is said anew."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.calls import Call, buttons_of, render
from handlers.kit.answers import Answer, Button, Earlier
from handlers.kit.incoming import Incoming
from services import outbox, sql
from tests.builders import NOW
from tests.prove.house import House, housed
from tests.sandbox.client import ZHANG

SAID = Incoming(ZHANG, True, "", 7, None, ZHANG, "张三", "zh", None, "佐证看不清", True)
DECIDED = Answer(
    "已退回", buttons=((Button("撤销", "review.undo"),),), earlier=Earlier(5, shows_picture=False)
)


def rendered(answer: Answer) -> Call:
    (call,) = render(
        [answer], SAID, [f"token{at}" for at, _ in enumerate(buttons_of([answer], ZHANG, ZHANG))]
    )
    return call


@pytest.mark.parametrize(
    ("shows_picture", "method", "field"),
    [(False, "editMessageText", "text"), (True, "editMessageCaption", "caption")],
)
def test_words_of_an_earlier_message_are_changed(shows_picture: bool, method: str, field: str) -> None:
    call = rendered(replace(DECIDED, earlier=Earlier(5, shows_picture=shows_picture)))
    assert (call.method, call.parameters["message_id"], call.parameters[field]) == (method, 5, "已退回")
    assert call.plain_parameters is not None
    assert (call.plain_method, call.plain_parameters["text"]) == ("sendMessage", "已退回")
    assert "message_id" not in call.plain_parameters
    assert call.plain_parameters["reply_markup"] == call.parameters["reply_markup"]


async def shown_to(house: House) -> int:
    """Have the bot say something, and give the message's id."""
    await house.client.say("/start", chat=ZHANG, sender=ZHANG)
    (first,) = await house.until_answers(ZHANG, 1)
    await sql.execute("DELETE FROM outbox")
    return int(first["result"]["message_id"])


@pytest.mark.parametrize("takes_rich", [True, False])
@pytest.mark.parametrize("way", ["reads", "writes"])
async def test_an_earlier_message_is_changed_or_said_anew(
    tmp_path: Path, way: str, *, takes_rich: bool
) -> None:
    async with housed(tmp_path) as house:
        message_id = await shown_to(house)
        house.parts.delivery.takes_rich = takes_rich
        for number in (message_id, message_id + 500):
            call = rendered(replace(DECIDED, earlier=Earlier(number, shows_picture=False)))
            if way == "reads":
                await house.parts.delivery.send(call)
            else:
                new = outbox.NewCall(f"one/{number}", "receipt", ZHANG, call.method, call.stored())
                await outbox.enqueue([new], NOW)
                await house.parts.delivery.drain(ZHANG)
        changed, anew = [
            each
            for each in await house.client.get("journal")
            if each["parameters"].get("text") == "已退回" and each["result"] is not None
        ]
        assert (changed["method"], changed["result"]["message_id"]) == ("editMessageText", message_id)
        assert anew["method"] == "sendMessage"
        assert anew["result"]["reply_markup"]["inline_keyboard"]
        assert house.parts.delivery.takes_rich is takes_rich
