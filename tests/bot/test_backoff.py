"""Pauses grow to a longest one, and begin again after a success."""

import asyncio

import pytest

from bot.backoff import Backoff


async def test_pauses_double_up_to_the_longest_and_begin_again(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", wait)
    backoff = Backoff(first=1, longest=5)
    for _ in range(4):
        await backoff.pause()
    await backoff.pause(30)
    backoff.reset()
    await backoff.pause()
    assert waited == [1, 2, 4, 5, 30, 1]
