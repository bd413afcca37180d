"""Answers with pictures: which calls they become, and that their words arrive in any case."""

import dataclasses
import datetime as dtm
from pathlib import Path
from typing import Any

import pytest

from bot.calls import Call, buttons_of, render, render_unasked
from handlers.kit.answers import Answer, Button
from handlers.kit.incoming import Incoming
from services import outbox, sql
from services.core.pictures import RankingPicture, ShownPicture, StoredPicture, content_key
from services.ports import PictureUndrawn
from tests.prove.house import House, housed
from tests.sandbox.client import ZHANG, png
from tests.services.drawn import ranking_of

NOW = dtm.datetime(2024, 3, 1, tzinfo=dtm.UTC)
PICTURE = RankingPicture("进度排名", "2024年2月", "", "", ())
BUTTONS = ((Button("上月", "rank.month"),),)
WORDS = Answer("<b>进度排名</b>", buttons=BUTTONS, replaces=True)
SHOWN = dataclasses.replace(WORDS, picture=PICTURE)
OTHER = 4242
MESSAGE = Incoming(ZHANG, True, "", 7, None, ZHANG, "张三", "zh", None, "/rank", True)
PRESS = dataclasses.replace(MESSAGE, text="", press_id="9")
UNDER_PICTURE = dataclasses.replace(PRESS, shows_picture=True)


def rendered(answer: Answer, incoming: Incoming) -> list[Call]:
    tokens = [f"token{number}" for number, _ in enumerate(buttons_of([answer], ZHANG, ZHANG))]
    return render([answer], incoming, tokens)


@pytest.mark.parametrize(
    ("answer", "incoming", "methods"),
    [
        (SHOWN, MESSAGE, [("sendPhoto", "sendMessage")]),
        (SHOWN, PRESS, [("editMessageMedia", "editMessageText")]),
        (SHOWN, UNDER_PICTURE, [("editMessageMedia", "sendMessage")]),
        (dataclasses.replace(SHOWN, replaces=False), UNDER_PICTURE, [("sendPhoto", "sendMessage")]),
        (WORDS, PRESS, [("editMessageText", "")]),
        (WORDS, UNDER_PICTURE, [("sendMessage", ""), ("deleteMessage", "")]),
        (dataclasses.replace(WORDS, rich="<p>x</p>"), UNDER_PICTURE,
         [("sendRichMessage", "sendMessage"), ("deleteMessage", "")]),
        (dataclasses.replace(WORDS, keeps_picture=True), UNDER_PICTURE, [("editMessageCaption", "")]),
        (dataclasses.replace(WORDS, keeps_picture=True), PRESS, [("editMessageText", "")]),
        (dataclasses.replace(WORDS, replaces=False), UNDER_PICTURE, [("sendMessage", "")]),
    ],
)  # fmt: skip
def test_an_answer_takes_the_place_of_what_was_pressed(
    answer: Answer, incoming: Incoming, methods: list[tuple[str, str]]
) -> None:
    calls = rendered(answer, incoming)
    assert [(call.method, call.plain_method) for call in calls] == methods
    keyboard = {"inline_keyboard": [[{"text": "上月", "callback_data": "token0"}]]}
    assert calls[0].parameters["reply_markup"] == keyboard
    assert calls[0].pictures == (() if answer.picture is None else (answer.picture,))
    if calls[0].plain_parameters is not None:
        assert calls[0].plain_parameters["text"] == answer.text
        assert calls[0].plain_parameters["reply_markup"] == keyboard


def test_an_unasked_picture_goes_to_its_topic() -> None:
    call = render_unasked(dataclasses.replace(SHOWN, buttons=()), -500, 3, ())
    assert call.parameters == {
        "chat_id": -500, "message_thread_id": 3, "caption": WORDS.text, "parse_mode": "HTML",
    }  # fmt: skip


def in_an_album(count: int) -> Answer:
    more = tuple(dataclasses.replace(PICTURE, page=f"{page}/{count}") for page in range(2, count + 1))
    return Answer("进度排名，46 个单位", picture=PICTURE, caption="进度排名", album=more)


def test_several_pictures_are_one_call_with_the_words_below_the_first() -> None:
    call = render_unasked(in_an_album(3), -500, 3, ())
    assert call.method == "sendMediaGroup"
    assert call.parameters == {
        "chat_id": -500, "message_thread_id": 3, "media": [
            {"type": "photo", "media": "attach://photo", "caption": "进度排名", "parse_mode": "HTML"},
            {"type": "photo", "media": "attach://photo2"},
            {"type": "photo", "media": "attach://photo3"},
        ],
    }  # fmt: skip
    assert (call.plain_parameters or {})["text"] == "进度排名，46 个单位"
    assert Call.from_stored(call.chat, call.method, call.stored()) == call


@pytest.mark.parametrize("answer", [SHOWN, WORDS], ids=["picture", "words"])
def test_a_call_is_read_back_as_it_was_stored(answer: Answer) -> None:
    (call,) = rendered(answer, PRESS)
    assert Call.from_stored(call.chat, call.method, call.stored()) == call
    assert call.moved_to(5).moved_to(ZHANG) == call


def test_a_picture_of_another_version_that_cannot_be_read_leaves_its_words() -> None:
    (call,) = rendered(SHOWN, MESSAGE)
    kept = call.stored() | {"pictures": ['{"kind":"pie"}']}
    assert Call.from_stored(call.chat, call.method, kept) == call.plainest


class Brush:
    """Paints any picture alike, or cannot; remembers what it was asked for, and how the outbox stood."""

    def __init__(self, paint: bytes | None) -> None:
        self.paint = paint
        self.asked: list[str] = []
        self.states: list[str] = []

    async def draw(self, picture: ShownPicture) -> bytes:
        self.asked.append(picture.name if isinstance(picture, StoredPicture) else content_key(picture))
        self.states += [row["state"] for row in await sql.fetch("SELECT state FROM outbox")]
        if self.paint is None:
            raise PictureUndrawn(reason="no paint")
        return self.paint


def holding(house: House, brush: Brush) -> Brush:
    house.parts.delivery._painter = brush
    return brush


async def met(house: House) -> None:
    await house.client.say("/start", chat=ZHANG, sender=ZHANG)
    await house.until_answers(ZHANG, 1)


async def arrive(house: House, call: Call, way: str) -> list[dict[str, Any]]:
    """Send a call at once, or by the outbox; return what the sandbox took."""
    await met(house)
    await sql.execute("DELETE FROM outbox")
    if way == "reads":
        await house.parts.delivery.send(call)
    else:
        await outbox.enqueue([outbox.NewCall("one", "receipt", ZHANG, call.method, call.stored())], NOW)
        await house.parts.delivery.drain(ZHANG)
    return (await house.answers(ZHANG))[1:]


WAYS = pytest.mark.parametrize("way", ["reads", "writes"])


@WAYS
async def test_a_picture_is_drawn_before_the_wire_and_sent_with_its_words(tmp_path: Path, way: str) -> None:
    async with housed(tmp_path) as house:
        brush = holding(house, Brush(png(30, 20)))
        house.parts.delivery.takes_rich = False  # an old server shows pictures all the same
        (sent,) = await arrive(house, rendered(SHOWN, MESSAGE)[0], way)
        assert (sent["method"], sent["result"]["caption"]) == ("sendPhoto", "进度排名")
        assert sent["result"]["photo"][0]["width"] == 30
        assert sent["result"]["reply_markup"]["inline_keyboard"]
        assert brush.states == [] if way == "reads" else ["pending"]
        assert brush.asked == [content_key(PICTURE)]


@WAYS
@pytest.mark.parametrize("paint", [None, b"no picture", png(21, 1)], ids=["undrawn", "refused", "too wide"])
async def test_without_its_picture_an_answer_is_its_words(
    tmp_path: Path, way: str, paint: bytes | None
) -> None:
    async with housed(tmp_path) as house:
        holding(house, Brush(paint))
        (sent,) = await arrive(house, rendered(SHOWN, MESSAGE)[0], way)
        assert (sent["method"], sent["result"]["text"]) == ("sendMessage", "进度排名")
        assert sent["result"]["reply_markup"]["inline_keyboard"]
        assert house.parts.delivery.takes_rich


@WAYS
@pytest.mark.parametrize("is_drawn", [True, False], ids=["drawn", "undrawn"])
async def test_an_album_arrives_as_one_or_as_its_words(tmp_path: Path, way: str, *, is_drawn: bool) -> None:
    async with housed(tmp_path) as house:
        brush = holding(house, Brush(png(30, 20) if is_drawn else None))
        (call,) = rendered(in_an_album(3), MESSAGE)
        (sent,) = await arrive(house, call, way)
        first = sent["result"][0] if is_drawn else sent["result"]
        if is_drawn:
            assert (sent["method"], len(brush.asked)) == ("sendMediaGroup", 3)
            assert [each.get("caption") for each in sent["result"]] == ["进度排名", None, None]
            assert len({each["media_group_id"] for each in sent["result"]}) == 1
        else:
            assert (sent["method"], first["text"]) == ("sendMessage", "进度排名，46 个单位")
        for row in await sql.fetch("SELECT state, message_id FROM outbox"):
            assert (row["state"], row["message_id"]) == ("sent", first["message_id"])


async def test_a_caption_that_is_too_long_goes_as_a_text(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        holding(house, Brush(png()))
        long = dataclasses.replace(SHOWN, text="长" * 1025)
        (sent,) = await arrive(house, rendered(long, MESSAGE)[0], "reads")
        assert (sent["method"], len(sent["result"]["text"])) == ("sendMessage", 1025)


async def test_a_text_becomes_a_picture_another_picture_and_words_again(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        await met(house)
        send = house.parts.delivery.send
        holding(house, Brush(png(30, 20)))
        sent = await send(rendered(WORDS, MESSAGE)[0])
        pressed = dataclasses.replace(PRESS, message_id=sent["message_id"])
        shown = await send(rendered(SHOWN, pressed)[0])
        assert (shown["message_id"], shown["photo"][0]["width"]) == (sent["message_id"], 30)
        holding(house, Brush(png(40, 20)))
        again = await send(rendered(SHOWN, dataclasses.replace(pressed, shows_picture=True))[0])
        assert (again["message_id"], again["photo"][0]["width"]) == (sent["message_id"], 40)
        under = dataclasses.replace(pressed, shows_picture=True)
        kept = await send(rendered(dataclasses.replace(WORDS, keeps_picture=True, text="已发布"), under)[0])
        assert (kept["caption"], kept["photo"]) == ("已发布", again["photo"])
        for call in rendered(WORDS, under):
            await send(call)
        *_, left = await house.client.get(f"chats/{ZHANG}/messages")
        assert await house.client.refused("deleteMessage", chat_id=ZHANG, message_id=sent["message_id"])
        assert (left["text"], left["id"] > sent["message_id"]) == ("进度排名", True)


async def test_the_real_painter_draws_for_the_real_delivery(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        (call,) = rendered(dataclasses.replace(SHOWN, picture=ranking_of(3)), MESSAGE)
        (sent,) = await arrive(house, call, "reads")
        assert sent["result"]["photo"][0]["width"] == 1080


def test_what_somebody_else_is_told_has_buttons_of_their_own() -> None:
    answer = Answer("退回", buttons=((Button("重新提交", "review.resubmit"),),), to=OTHER)
    (button,) = buttons_of([answer], ZHANG, ZHANG)
    assert (button.person, button.chat) == (OTHER, OTHER)
    (call,) = render([answer], MESSAGE, ["token"])
    assert call.chat == OTHER
    assert call.parameters["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "token"


def test_a_stored_picture_is_kept_by_its_name() -> None:
    call = Call(OTHER, "sendPhoto", {"chat_id": OTHER}, pictures=(StoredPicture("ab.jpg"),))
    assert Call.from_stored(OTHER, "sendPhoto", call.stored()) == call
