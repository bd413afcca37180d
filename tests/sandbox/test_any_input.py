"""Whatever is sent, the sandbox answers with a refusal of its own and keeps running."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.control import DEEDS, WRONG_TYPES
from sandbox.dispatch import SERVED, call
from sandbox.errors import ApiError, Refused
from sandbox.facts import load
from sandbox.state import Sandbox, open_sandbox
from tests.sandbox.client import GROUP, LI, PEOPLE, ZHANG

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"), max_size=20)
    | st.sampled_from(
        [ZHANG, LI, GROUP, 1, "HTML", "<b>x", "{}", "[]", "attach://x", "message", "2024-03-01"]
    )
)
NAMES = ("text", "type", "message_id", "inline_keyboard", "html", "chat_id", "callback_data", "id", "from")
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)
BODY_NAMES = (
    "chat", "from", "text", "photo", "document", "name", "forward", "reply_to", "album", "caption",
    "message_id", "emoji", "as_edit", "data", "title", "type", "members", "person", "standing", "by",
    "blocked", "update_id", "update_ids", "count", "raw", "message", "fault", "method", "seconds",
    "limits", "id",
)  # fmt: skip


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder: Path = tmp_path_factory.mktemp("room")
    people = folder / "people.json"
    people.write_text(json.dumps(PEOPLE))
    sandbox = open_sandbox(folder / "state", people)
    yield sandbox
    sandbox.store.close()


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    method = draw(st.sampled_from(sorted(SERVED)))
    fields = load().methods[method]
    sane = {"chat_id": ZHANG, "text": "x", "message_id": 1}
    given_values = {name: value for name, value in sane.items() if name in fields}
    if fields:
        given_values |= draw(st.dictionaries(st.sampled_from(sorted(fields)), VALUES, max_size=3))
    return method, given_values


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(calls())
def test_a_call_is_answered_or_refused(room: Sandbox, asked: tuple[str, dict[str, Any]]) -> None:
    with contextlib.suppress(ApiError):
        assert call(room, *asked, {})["ok"]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(sorted(DEEDS)), st.dictionaries(st.sampled_from(BODY_NAMES), VALUES, max_size=5))
def test_a_deed_is_done_or_refused(room: Sandbox, name: str, body: dict[str, Any]) -> None:
    said = {"chat": ZHANG, "from": ZHANG, "text": "x"} if name == "messages" else {}
    with contextlib.suppress(Refused, *WRONG_TYPES), room.store.transaction():
        DEEDS[name](room, said | body)
    with room.store.transaction():
        room.messages.since(ZHANG, 0)
        room.updates.pending(limit=1000)
