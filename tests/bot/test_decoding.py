"""Whatever bytes arrive can be stored, named and told apart."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decoding import Undecodable, decode, describe, salvage_id, split_batch

MESSAGE = {"message_id": 5, "date": 1, "chat": {"id": -7, "type": "group"}, "from": {"id": 3}, "text": "进度"}


def body(**fields: object) -> bytes:
    return json.dumps({"update_id": 1, **fields}).encode()


@given(st.binary(max_size=300))
def test_any_bytes_can_be_described(raw: bytes) -> None:
    described = describe(raw)
    assert len(described.fingerprint) == 64
    assert described.body == raw


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["update_id", "message", "callback_query", "x"]), json_values))
def test_any_json_can_be_described_and_has_one_name(update: dict[str, object]) -> None:
    raw = json.dumps(update).encode()
    assert describe(raw) == describe(raw)


@pytest.mark.parametrize(
    ("fields", "lane"),
    [
        ({"message": MESSAGE}, -7),
        ({"edited_message": MESSAGE}, -7),
        ({"callback_query": {"id": "9", "from": {"id": 3}, "message": MESSAGE, "data": "x"}}, -7),
        ({"my_chat_member": {"chat": {"id": 3}, "from": {"id": 3}}}, 3),
        ({"inline_query": {"id": "1", "from": {"id": 3}}}, 3),
        ({"message": {"chat": {"id": "seven"}}}, 0),
        ({"message": {"chat": {"id": 10**30}}}, 0),
        ({"poll": {}}, 0),
        ({}, 0),
    ],
)
def test_an_update_takes_its_chats_lane(fields: dict[str, object], lane: int) -> None:
    assert describe(body(**fields)).lane == lane


def test_a_redelivery_has_the_same_fingerprint_and_another_update_has_another() -> None:
    first = describe(body(message=MESSAGE)).fingerprint
    assert describe(body(message=MESSAGE)).fingerprint == first
    assert describe(body(edited_message=MESSAGE)).fingerprint != first
    assert describe(body(message=MESSAGE | {"message_id": 6})).fingerprint != first


def test_ids_that_start_again_after_a_quiet_week_are_not_taken_for_redeliveries() -> None:
    later = MESSAGE | {"message_id": 99, "date": 900_000}
    assert describe(body(message=later)).fingerprint != describe(body(message=MESSAGE)).fingerprint


def test_lone_surrogates_are_replaced() -> None:
    assert decode(b'{"text": "\\ud800x"}') == {"text": "\ufffdx"}


@pytest.mark.parametrize("raw", [b"", b"<html>", b"{", b"[" * 100_000, b"\xff\xfe"])
def test_what_is_not_json_is_called_undecodable(raw: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(raw)


def test_a_batch_is_split_and_its_highest_id_found() -> None:
    updates = [{"update_id": 4, "message": MESSAGE}, {"update_id": 9}, "nonsense", {"update_id": "ten"}]
    bodies, highest = split_batch(json.dumps({"ok": True, "result": updates}).encode())
    assert highest == 9
    assert [json.loads(one) for one in bodies] == updates


@pytest.mark.parametrize("text", ['"plain"', '"\\ud800"'])  # the second takes the slower reader
def test_numbers_beyond_64_bits_do_not_stop_a_batch(text: str) -> None:
    huge = f'{{"update_id": 1, "n": 123456789012345678901234567890, "t": {text}}}'
    bodies, highest = split_batch(f'{{"ok": true, "result": [{huge}, {{"update_id": 2}}]}}'.encode())
    assert highest == 2
    assert json.loads(bodies[0])["n"] == pytest.approx(1.2345678901234568e29)


def test_an_unreadable_answer_still_gives_its_update_id() -> None:
    deep = b'{"ok":true,"result":[{"update_id": 77, "message": ' + b"[" * 5000
    with pytest.raises(Undecodable):
        split_batch(deep)
    assert salvage_id(deep) == 77
    assert salvage_id(b"<html>") is None
