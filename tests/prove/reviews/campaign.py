"""Tells one story after another on an open database; one that goes wrong is told as short as it can be."""

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Sequence

from bot.database import opened
from tests.prove.reviews.drawing import Deed, draw
from tests.prove.reviews.reading import rebuild
from tests.prove.reviews.stage import Stage

TRIES = 300


class Broken(AssertionError):
    """The bot and the model differ; the text is the shortest story found in which they do."""


async def run_on(url: str, seed: int, *, stories: int, steps: int) -> Counter[str]:
    """Tell stories on an empty database; like ``run``."""
    async with opened(url):
        return await run(seed, stories=stories, steps=steps)


async def run(seed: int, *, stories: int, steps: int, shrinks: bool = True) -> Counter[str]:
    """Tell so many stories of so many steps; count what happened by what came of it.

    Raises:
        Broken: bot and model differ.
    """
    dice, numbers, deeds = random.Random(seed), itertools.count(1), Counter[str]()
    for number in range(stories):
        story = draw(dice, steps)
        problem = await _tell(story, numbers, deeds)
        if problem:
            short = await _shortened(story, numbers) if shrinks else story
            told = await _tell(short, numbers, Counter()) or problem
            raise Broken(f"seed {seed}, story {number}, {len(short)} of {steps} steps\n{told}")
    await rebuild()
    return deeds


async def _tell(story: Sequence[Deed], numbers: Iterator[int], deeds: Counter[str]) -> str:
    """Tell a story; give what went wrong, "" for nothing."""
    stage = Stage(next(numbers), deeds)
    try:
        await stage.live(story)
    except AssertionError as problem:
        return "\n".join([*stage.told, str(problem)])
    except Exception as problem:
        return "\n".join([*stage.told, repr(problem)])
    return ""


async def _shortened(story: Sequence[Deed], numbers: Iterator[int]) -> Sequence[Deed]:
    """Leave out what is not needed for a story to go wrong."""
    tries, length = 0, len(story) // 2
    while length and tries < TRIES:
        at = 0
        while at < len(story) and tries < TRIES:
            shorter = [*story[:at], *story[at + length :]]
            tries += 1
            if await _tell(shorter, numbers, Counter()):
                story = shorter
            else:
                at += length
        length //= 2
    return story
