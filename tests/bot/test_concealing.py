"""No code survives on its way in, whatever it looks like; links appear only on the way out."""

import datetime as dtm
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import Clock
from bot.concealing import STARS, Links, conceal
from bot.decoding import describe
from bot.guess_watch import GuessWatch
from bot.logs import redact
from bot.metrics import REGISTRY
from handlers.kit.routing import match
from handlers.registry import commands
from handlers.views.markup import LINK_UNITS, escape, link, units
from services.core.codes import Codes, seal
from services.core.text import clean
from services.membership import guessing

CODE = "SkNMWMTAi3vy1DhXH2k4zQ"
SEALED = seal(CODE)
START = next(spec for spec in commands() if spec.name == "start")
LINKS = Links(Codes(b"key"), lambda: "duban_bot")


def message(text: str, *entities: tuple[str, int, int]):
    marked = [{"type": kind, "offset": offset, "length": length} for kind, offset, length in entities]
    return {"message": {"message_id": 1, "text": text, "entities": marked}}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"/start {CODE}", f"/start {SEALED}"),
        (f"/start@duban_bot {CODE}", f"/start@duban_bot {SEALED}"),
        (f"/START\n{CODE}。", f"/START {SEALED}"),
        (f"  /start,{CODE}", f"  /start {SEALED}"),
        (f"@duban_bot /start {CODE}", f"@duban_bot /start {SEALED}"),
        (f"@duban_bot/start {CODE}", f"@duban_bot/start {SEALED}"),
        (f"／start {CODE}", f"/start {SEALED}"),
        (f"/ｓｔａｒｔ　{CODE}", f"/start {SEALED}"),
        (f"/st\u200bart {CODE}", f"/start {SEALED}"),
        (f"\u3164/start {CODE}", f"\u3164/start {SEALED}"),
        (f"/start {CODE} 谢谢", f"/start {seal(f'{CODE} 谢谢')}"),
        (CODE, STARS),
        (f" {CODE} ", STARS),
        (f"请点 https://t.me/duban_bot?start={CODE} 加入", f"请点 https://t.me/duban_bot?start={STARS} 加入"),
        (f"https%3A%2F%2Ft.me%2Fx%3Fstart%3D{CODE}", f"https%3A%2F%2Ft.me%2Fx%3Fstart%3D{STARS}"),
    ],
)
def test_a_code_is_sealed_or_struck_out_wherever_routing_may_find_it(written, kept):
    for key in ("text", "caption"):
        for place in ("message", "edited_message"):
            held = conceal({place: {key: written}})[place][key]
            assert held == kept
            assert CODE not in held


@pytest.mark.parametrize(
    "text",
    [
        "/start",
        "/start@duban_bot",
        "进度 市司法局",
        "/starting now",
        "https://mp.weixin.qq.com/s/6Zw9yIbRH4XqRXcs7dvyvA",
        "shizhongquweishengjian",
        "https://t.me/duban_bot?startgroup=1",
    ],
)
def test_what_is_no_code_stays_as_it_was_written(text):
    assert conceal(message(text)) == message(text)


@given(
    st.text(" \n\t\u200b\u3164\u3000@ab", max_size=5),
    st.sampled_from("/／"),
    st.text(min_size=1, max_size=30),
)
def test_the_stored_command_has_the_seal_of_what_the_router_would_have_heard(before, slash, argument):
    text = f"{before}{slash}start {argument}"
    meant = match(START, clean(text))
    held = conceal({"text": text})["text"]
    assert match(START, clean(held)) == (seal(meant) if meant else meant)


def test_codes_in_replies_and_under_buttons_go_too():
    linked = f"https://t.me/duban_bot?start={CODE}"
    update = {
        "callback_query": {
            "data": "SkNMWMTAi3vy1DhXH2k4zw",
            "message": {
                "text": linked,
                "entities": [{"type": "text_link", "url": linked}],
                "reply_to_message": {"caption": f"/start {CODE}"},
                "reply_markup": {"inline_keyboard": [[{"text": "x", "url": linked}]]},
            },
        }
    }
    held = conceal(update)
    assert CODE not in json.dumps(held)
    assert held["callback_query"]["data"] == update["callback_query"]["data"]
    assert held["callback_query"]["message"]["reply_to_message"]["caption"] == f"/start {SEALED}"


def test_marks_that_end_before_the_argument_stay_and_others_go():
    text = f"/start@duban_bot {CODE} @duban_bot"
    held = conceal(message(text, ("bot_command", 0, 16), ("mention", 40, 10)))["message"]
    assert [mark["type"] for mark in held["entities"]] == ["bot_command"]


def test_the_stored_body_has_no_code_and_is_otherwise_the_one_that_came():
    body = json.dumps({"update_id": 1, **message(f"\\/start {CODE}".replace("\\", ""))}).encode()
    assert CODE.encode() not in describe(body).body
    plain = b'{"update_id": 2,  "message": {"text": "1"}}'
    assert describe(plain).body is plain
    assert CODE.encode() not in describe(f'{{"text": "/start {CODE}"'.encode()).body
    nested = b"[" * 5000 + f'"start={CODE}"'.encode()
    assert CODE.encode() not in describe(nested).body


def test_the_same_update_has_the_same_name_with_and_without_its_code():
    first = {"update_id": 7, **message(f"/start {CODE}")}
    assert (
        describe(json.dumps(first).encode()).fingerprint
        == describe(json.dumps(conceal(first)).encode()).fingerprint
    )


def test_a_link_appears_only_where_a_view_has_kept_its_place():
    code = LINKS.codes.code("nonce-1")
    typed = escape(link("nonce-1"))
    shown = LINKS.reveal({"chat_id": 1, "text": f"{link('nonce-1')} {typed}", "parse_mode": "HTML"})
    assert shown["text"] == f"https://t.me/duban_bot?start={code} {typed}"
    assert LINKS.reveal({"chat_id": 1, "caption": link("nonce-1")})["caption"].endswith(code)
    assert len(code) == 22
    assert code != LINKS.codes.code("nonce-2") != Codes(b"other").code("nonce-2")
    assert len(LINKS.link("nonce-1")) <= LINK_UNITS == units(link("nonce-1"))


def test_a_key_shows_itself_to_nobody():
    assert "key'" not in repr(LINKS)


@pytest.mark.parametrize(
    "said", ["https://t.me/x?start={}", "/start {}", "text='/start@duban_bot {}'", "start%3D{}"]
)
def test_a_log_strikes_out_what_stands_like_a_code(said):
    assert redact(said.format(CODE)) == said.format("[secret]")


async def test_many_wrong_codes_are_warned_of_once(database, caplog):
    clock = Clock(dtm.UTC)
    watch = GuessWatch(clock)
    for times, warned in ((guessing.IN_ALL - 1, 0), (1, 1), (1, 1)):
        for _ in range(times):
            await guessing.note(5, clock.now())
        await watch.look()
        assert caplog.text.count("wrong codes within an hour") == warned
    assert REGISTRY.get_sample_value("duban_wrong_codes") == guessing.IN_ALL + 1
