"""What the load takes for an answer, and how it reads what bots send."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.http1 import Message, Splitter, request, response
from benchmarks.load import Load, Person

PEOPLE = (Person(1, "市司法局"), Person(2, "市公安局"))


def a_load(count: int = 2) -> Load:
    return Load(PEOPLE, "/progress", count, 100, 1700000000, itertools.count().__next__)


def test_a_load_is_done_when_each_update_is_answered() -> None:
    load = a_load()
    assert [load.take() is None for _ in range(3)] == [False, False, True]
    load.answer({"chat_id": "2", "text": "市公安局 1/2"})
    assert not load.done.is_set()
    load.answer({"chat_id": "1", "text": "市司法局 1/2"})
    assert load.done.is_set()
    assert (load.answered, load.problem, len(load.seconds)) == (2, "", 2)


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ([{"chat_id": "3", "text": "市司法局"}], "nobody waits for"),
        ([{"text": "市司法局"}], "nobody waits for"),
        ([{"chat_id": "1", "text": "市公安局"}], "市司法局 is not in 市公安局"),
        ([{"chat_id": "1", "text": "市司法局"}] * 2, "nobody waits for"),
    ],
)
def test_an_answer_to_the_wrong_chat_or_with_the_wrong_text_ends_the_load(
    answers: list[dict[str, str]], problem: str
) -> None:
    load = a_load()
    load.take()
    for answer in answers:
        load.answer(answer)
    assert load.done.is_set()
    assert problem in load.problem


def test_nobody_writes_again_before_being_answered() -> None:
    load = a_load(3)
    for _ in range(3):
        load.take()
    assert "has not been answered" in load.problem


@pytest.mark.parametrize(
    "body",
    [
        '{"chat_id":1,"text":"进 度"}'.encode(),
        b"chat_id=1&text=%E8%BF%9B+%E5%BA%A6",
        '--b\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n1\r\n'
        '--b\r\nContent-Disposition: form-data; name="text"\r\nContent-Type: text/plain\r\n\r\n进 度\r\n'
        "--b--\r\n".encode(),
    ],
    ids=["json", "form", "multipart"],
)
def test_each_form_of_a_call_is_read(body: bytes) -> None:
    assert Message(b"", body).fields == {"chat_id": "1", "text": "进 度"}


@given(st.lists(st.binary(max_size=40), max_size=4), st.lists(st.integers(1, 30), max_size=60))
def test_messages_are_the_same_however_their_bytes_arrive(bodies: list[bytes], cuts: list[int]) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    stream = b"".join([request("/t", "h", {"X": "y"}, body) + response(body) for body in bodies]) + chunked
    splitter, at = Splitter(), 0
    found: list[Message] = []
    for size in [*cuts, len(stream)]:
        found += splitter.feed(stream[at : at + size])
        at += size
    assert [message.body for message in found] == [
        *(body for each in bodies for body in (each, each)),
        b"abcde",
    ]
