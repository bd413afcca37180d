"""Where the model and the use cases meet: the same is done to both, and everything is compared."""

import asyncio
import datetime as dtm
import itertools
import pickle
from collections import Counter
from collections.abc import Sequence

from tests.prove.reviews.drawing import SPANS, Deed
from tests.prove.reviews.meaning import Meaning
from tests.prove.reviews.model import Model
from tests.prove.reviews.office import REVIEWERS, Refused
from tests.prove.reviews.reading import Reader
from tests.prove.reviews.values import Answer, Call
from tests.prove.reviews.world import World

START = dtm.datetime(2024, 4, 3, 2, tzinfo=dtm.UTC)
STEP = dtm.timedelta(seconds=30)


class Stage:
    """One story; ``told`` is what has happened so far."""

    def __init__(self, number: int, deeds: Counter[str]) -> None:
        self.world = World(number, START)
        self.model = Model(START)
        self.reader: Reader
        self.told: list[str] = []
        self._number = 0
        self._deeds = deeds

    async def live(self, story: Sequence[Deed]) -> None:
        """Let everything happen; AssertionError for the first difference."""
        await self.world.found()
        self.reader = Reader(self.world)
        for deed in story:
            self._number += 100
            self._pass(STEP)
            await self._happen(deed)

    async def _happen(self, deed: Deed) -> None:
        meaning = Meaning(self.model, self._number)
        if deed.kind == "wait":
            self._pass(SPANS[deed.many % len(SPANS)])
        elif deed.kind == "look":
            await self._look(REVIEWERS[deed.who % len(REVIEWERS)])
        elif deed.kind == "at_once":
            await self._at_once([each for each in meaning.at_once(deed) if await self._is_begun(each)])
        else:
            call = meaning.of(deed)
            if call is not None and await self._is_begun(call):
                await self._at_once([call])

    def _pass(self, span: dtm.timedelta) -> None:
        self.model.now += span
        self.world.now = self.model.now

    async def _is_begun(self, call: Call) -> bool:
        """Show an edit before it is agreed to; False where it comes to nothing."""
        if call.kind != "correct":
            return True
        wanted = _answer_of(self.model, Call("prepare", call.person, _shown_only(call)))
        answer = await self.world.prepare(call)
        assert answer == wanted, f"{self._told(call)}: the edit is shown {answer}, not {wanted}"
        return answer is None

    async def _at_once(self, calls: Sequence[Call]) -> None:
        """Have people do something at the same time; some order must explain what came of it."""
        if not calls:
            return
        self.told += [f"{'   with ' if at else ''}{self._told(call)}" for at, call in enumerate(calls)]
        answers = await asyncio.gather(*(self.world.perform(call) for call in calls))
        self.told.append(f"    {answers}")
        problems = []
        for order in itertools.permutations(range(len(calls))):
            tried = pickle.loads(pickle.dumps(self.model))
            wanted: dict[int, Answer] = {}
            for at in order:
                before = pickle.dumps(tried)
                wanted[at] = _answer_of(tried, calls[at]) or ()
                if wanted[at][:1] == ("refused",):
                    tried = pickle.loads(before)
            try:
                assert [wanted[at] for at in range(len(calls))] == answers, f"expected {wanted}"
                await self.reader.check(tried)
            except AssertionError as problem:
                problems.append(str(problem))
            else:
                self.model = tried
                self._count(calls, answers)
                return
        raise AssertionError("\n".join(dict.fromkeys(problems)))

    def _count(self, calls: Sequence[Call], answers: Sequence[Answer]) -> None:
        together = "together: " if len(calls) > 1 else ""
        for call, answer in zip(calls, answers, strict=True):
            said = " ".join(str(each) for each in answer[:2] if isinstance(each, str))
            self._deeds[f"{together}{call.kind} {said}".strip()] += 1

    async def _look(self, person: str) -> None:
        """Show a reviewer what waits first."""
        card = await self.world.find_card(person)
        waiting = [place for place, review in self.model.reviews.items() if review.now.state == "pending"]
        self._deeds["look" if card else "look at nothing"] += 1
        assert (card.waiting if card else 0) == len(waiting), f"{card} waits, and {waiting} do"
        if card is None:
            return
        place = next(each for each, number in self.world.review_ids.items() if number == card.review.id)
        first = min((each.month, self.model.reviews[each].asked_at) for each in waiting)
        assert (place.month, self.model.reviews[place].asked_at) == first, f"{place} is shown first"
        assert card.most == self.model.most(place), f"{card.most} of {place} can be accepted"
        assert card.review.version == self.model.reviews[place].now.version

    def _told(self, call: Call) -> str:
        return f"{self.model.now:%m-%d %H:%M:%S} {call}"


def _answer_of(model: Model, call: Call) -> Answer | None:
    try:
        answer: Answer | None = getattr(model, call.kind)(call.person, **call.given)
    except Refused as refused:
        return ("refused", refused.why)
    return answer


def _shown_only(call: Call) -> dict[str, object]:
    return {"report": call.given["report"], "lines": call.given["new"].lines}
