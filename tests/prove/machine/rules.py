"""What may happen next: Hypothesis draws the deeds, ``Stage`` has them done and compared."""

import datetime as dtm
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.prove.machine.administrators import Administrators
from tests.prove.machine.drawing import DEEDS, LAST, STARTS, actors, back_from, deed, recent
from tests.prove.machine.office import month_after
from tests.prove.machine.seen import Keyboard, ShownButton
from tests.prove.machine.stage import Stage

ENDING = {"report.drop", "report.keep", "report.begin"}


class Machine(Administrators):
    """Everybody does anything at random; both databases must agree with one model after every step."""

    last: ClassVar[Stage]
    """The stage of the run that ended last, for its story."""

    @initialize(start=st.sampled_from(STARTS))
    def begin(self, start: dtm.datetime) -> None:
        self.stage = type(self).last = Stage(self.copies, start, deeds=self.deeds)

    def teardown(self) -> None:
        if hasattr(self, "stage"):
            self.stage.close()

    @rule(
        drawn=st.deferred(
            lambda: st.sampled_from(DEEDS).flatmap(lambda each: each[1].map(lambda given: (each[0], given)))
        )
    )
    def go_on(self, drawn: tuple[str, dict[str, Any]]) -> None:
        name, given = drawn
        getattr(self, name)(**given)

    @deed(2, at=st.integers(0, 7), is_double=st.booleans())
    def press_the_last(self, at: int, is_double: bool) -> None:
        self._press(0, at, times=2 if is_double else 1)

    @deed(6, back=st.integers(0, 4), at=st.integers(0, 5), is_double=st.booleans())
    def finish(self, back: int, at: int, is_double: bool) -> None:
        """Answer a question that is open by one of its buttons."""
        asked = [
            each for each in self.stage.keyboards if each.draft and not any(b.is_used for b in each.buttons)
        ]
        if asked:
            keyboard = back_from(asked, back)
            going_on = [n for n, each in enumerate(keyboard.buttons) if each.action not in ENDING]
            number = going_on[at % len(going_on)]
            self.stage.press(keyboard.person, keyboard, number, times=2 if is_double else 1)

    @deed(4, back=st.integers(0, 20), is_double=st.booleans())
    def takeback_from(self, back: int, is_double: bool) -> None:
        shown = [each for each in self.stage.keyboards if each.buttons[0].action == "report.withdraw"]
        if shown:
            keyboard = back_from(shown, back)
            self.stage.press(keyboard.person, keyboard, 0, times=2 if is_double else 1)

    @deed(3, back=recent, at=st.integers(0, 1))
    def move(self, back: int, at: int) -> None:
        shown = [
            each for each in self.stage.keyboards if any(b.action == "report.move" for b in each.buttons)
        ]
        if shown:
            targets = self._press_found([back_from(shown, back)], "report.move")
            if targets:
                self.stage.press(targets[0].person, targets[0], at % len(targets[0].buttons))

    @deed(3, back=st.integers(0, 40), at=st.integers(0, 7))
    def press_an_old_one(self, back: int, at: int) -> None:
        self._press(back, at)

    @deed(1, back=recent, at=st.integers(0, 3), actor=actors)
    def press_somebody_elses(self, back: int, at: int, actor: int) -> None:
        self._press(back, at, person=self._person(actor))

    @deed(3, back=recent, at=st.integers(0, 3))
    def press_without_a_say(self, back: int, at: int) -> None:
        """Press a button about a unit that the person reports for no more."""
        office = self.stage.model.office
        shown = [
            (each, unit)
            for each in self.stage.keyboards
            if (unit := self._unit_of(each)) and not office.may_report(each.person, unit)
        ]
        if shown:
            keyboard, _ = back_from(shown, back)
            buttons = [number for number, each in enumerate(keyboard.buttons) if _is_modelled(each)]
            self.stage.press(keyboard.person, keyboard, buttons[at % len(buttons)])

    def _unit_of(self, keyboard: Keyboard) -> str:
        """Give the unit that a report's keyboard is about, "" for any other."""
        if keyboard.draft is not None and keyboard.draft.unit is not None:
            return keyboard.draft.unit
        opening = self.stage.model.openings.get(keyboard.buttons[0].given.get("opening", (0, 0)))
        return next((place.unit for place in opening.left), "") if opening else ""

    def _press(self, back: int, at: int, *, times: int = 1, person: int | None = None) -> None:
        keyboards = [each for each in self.stage.keyboards if any(map(_is_modelled, each.buttons))]
        if not keyboards:
            return
        keyboard = back_from(keyboards, back)
        buttons = [number for number, each in enumerate(keyboard.buttons) if _is_modelled(each)]
        self.stage.press(person or keyboard.person, keyboard, buttons[at % len(buttons)], times=times)

    @deed(3, back=st.integers(0, 30))
    def redeliver(self, back: int) -> None:
        if self.stage.sent:
            self.stage.redeliver(back_from(self.stage.sent, back))

    @deed(4, span=st.sampled_from(("minutes", "hours", "day", "three days")))
    def wait_a_little(self, span: str) -> None:
        self._wait(span)

    @deed(1, span=st.sampled_from(("week", "month's end", "months")))
    def wait_long(self, span: str) -> None:
        self._wait(span)

    def _wait(self, span: str) -> None:
        now, today = self.stage.model.now, self.stage.model.today
        spans = {
            "minutes": dtm.timedelta(minutes=11),
            "hours": dtm.timedelta(hours=2),
            "day": dtm.timedelta(days=1),
            "three days": dtm.timedelta(days=3),
            "week": dtm.timedelta(days=8),
            "month's end": month_after(today) - today,
            "months": month_after(month_after(today)) - today,
        }
        if now + spans[span] < LAST:
            self.stage.pass_time(spans[span])
            self.stage.tell("……")

    @deed(1)
    def tick(self) -> None:
        self.stage.tick()


def _is_modelled(button: ShownButton) -> bool:
    is_report = button.action.startswith("report.") and button.action != "report.begin"
    return is_report or button.action == "unlock.close"
