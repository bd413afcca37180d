"""What people do with reports: write them, answer what is asked, edit, take back, forward."""

import datetime as dtm
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from tests.prove.machine.drawing import (
    actors,
    back_from,
    categories,
    deed,
    half_lines,
    month_words,
    numbers,
    recent,
    reporters,
    units,
    whole_lines,
)
from tests.prove.machine.office import (
    HERE,
    NEWS,
    NOTICES,
    OFFICE,
    OTHER,
    REPORTER,
    STRANGER,
    Binding,
    month_after,
    month_before,
    month_of,
)
from tests.prove.machine.seeding import Copies
from tests.prove.machine.seen import Arriving, Keyboard, Question, who
from tests.prove.machine.stage import Stage
from tests.prove.machine.telegram import GROUP
from tests.prove.machine.values import Answer, Name
from tests.prove.machine.words import Amount, Line, Said


@dataclass
class Written:
    """A message of somebody, as it reads now."""

    name: Name
    person: int
    said: Said


class Reporters(RuleBasedStateMachine):
    """Whoever reports, or tries to."""

    copies: ClassVar[Mapping[str, Copies]]
    deeds: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage
        self.written: list[Written] = []

    @deed(
        6,
        actor=reporters,
        lines=whole_lines,
        month=st.sampled_from(("", "", "this", "last", "before")),
    )
    def report_for_ones_own(self, actor: int, lines: list[tuple[str, Amount]], month: str) -> None:
        person = self._person(actor)
        own = self.stage.model.office.own_units(person)
        unit = own[actor % len(own)] if len(own) > 1 else None
        self._report(person, person, Said(self._lines(person, lines), unit, self._month(month)))

    @deed(6, actor=reporters, number=st.integers(1, 9), kind=st.sampled_from(("add", "set", "page")))
    def report_briefly(self, actor: int, number: int, kind: str) -> None:
        person, amount = self._person(actor), Amount(kind, number)
        self._report(
            person, person, Said(self._lines(person, [(NOTICES, amount)]), None, self._month("this"))
        )

    @deed(3, first=st.integers(1, 9), second=st.integers(1, 9), pair=st.tuples(reporters, reporters))
    def report_at_once(self, first: int, second: int, pair: tuple[int, int]) -> None:
        """Two people report for the same category at the same moment."""
        one, other = map(self._person, pair)
        if one != other and first != second:
            self.stage.pass_time(dtm.timedelta(minutes=11))  # what was said before is not asked about
            month = self._month("this")
            self.stage.deliver_at_once(
                self._reporting(one, one, Said((Line(NOTICES, Amount("add", first)),), None, month)),
                self._reporting(other, other, Said((Line(NOTICES, Amount("add", second)),), None, month)),
            )

    @deed(
        3, actor=actors, lines=whole_lines, unit=st.none() | units, month=month_words, in_group=st.booleans()
    )
    def report_anything(
        self, actor: int, lines: list[tuple[str, Amount]], unit: str | None, month: str, in_group: bool
    ) -> None:
        person = self._person(actor)
        said = Said(self._lines(person, lines), unit, self._month(month))
        self._report(person, GROUP if in_group else person, said)

    @deed(3, actor=actors, half=half_lines, category=categories, number=numbers)
    def begin_a_report(self, actor: int, half: str, category: str, number: int) -> None:
        person = self._person(actor)
        meant = NEWS if person == OTHER else category
        lines = {
            "nothing": (),
            "category": (Line(meant, None),),
            "number": (Line(None, Amount("add", number)),),
            "page": (Line(None, Amount("page", number % 4 + 1)),),
        }[half]
        self._report(person, person, Said(lines))

    def _report(self, person: int, chat: int, said: Said) -> None:
        self.stage.pass_time(dtm.timedelta(minutes=4))
        self.stage.deliver(*self._reporting(person, chat, said))

    def _reporting(self, person: int, chat: int, said: Said) -> Arriving:
        stage = self.stage
        turn = stage.new_message(person, chat)
        writer = stage.writer(person, chat)
        text = f"/report {said.text}" if chat == GROUP else str(said)
        self.written.append(Written(turn.by, person, said))
        return Arriving(
            turn,
            f"{who(turn)}：{text!r}",
            lambda *_: writer.message(turn.by[1], text),
            lambda: stage.hear(turn, lambda _: stage.model.submit(turn, said)),
        )

    @deed(3, back=recent, category=st.none() | categories, number=numbers, form=st.integers(0, 4), unit=units)
    def answer(self, back: int, category: str | None, number: int, form: int, unit: str) -> None:
        stage = self.stage
        if not stage.questions:
            return
        (chat, person), question = back_from(list(stage.questions.items()), back)
        if (chat, person) in self._foreign():
            return
        turn, writer = stage.new_message(person, chat), stage.writer(person, chat)
        lines = self._lines(person, [(category or NOTICES, Amount("add", number))])
        line = lines[0] if category else Line(None, lines[0].amount)
        said = None if form == 0 else Said((line,))
        text = "好的" if said is None else said.text
        if question.step == "report.unit_name":
            text = unit

        def happen(open_question: Question | None) -> Answer:
            if open_question is None:
                return Answer(None)
            if open_question.step == "report.unit_name":
                return stage.model.name_unit(turn, open_question.draft, unit)
            draft, at, missed = open_question.draft, open_question.at, open_question.missed
            return stage.model.hear_line(turn, draft, at, missed, said)

        stage.deliver(
            turn,
            f"{who(turn)}回答：{text!r}",
            lambda *_: writer.reply(turn.by[1], text),
            lambda: stage.hear(turn, happen),
        )

    @deed(2, back=recent, lines=whole_lines, unit=st.none() | units, month=month_words)
    def edit(self, back: int, lines: list[tuple[str, Amount]], unit: str | None, month: str) -> None:
        if self.written:
            written = back_from(self.written, back)
            said = Said(self._lines(written.person, lines), unit, self._month(month))
            self._edit(written, said)

    @deed(2, back=recent, number=st.integers(1, 6))
    def edit_the_number(self, back: int, number: int) -> None:
        counted = [each for each in self.written if each.name in self.stage.model.openings]
        if counted and (written := back_from(counted, back)).said.lines:
            first, *others = written.said.lines
            kind = first.amount.kind if first.amount else "add"
            changed = Line(first.category, Amount(kind, number))
            self._edit(written, replace(written.said, lines=(changed, *others)))

    @deed(8, back=recent, lines=whole_lines, keeps=st.integers(0, 2), month=st.sampled_from(("", "", "last")))
    def correct(self, back: int, lines: list[tuple[str, Amount]], keeps: int, month: str) -> None:
        """Edit a message that counts, keeping some of its lines, and agree to what is offered."""
        openings = self.stage.model.openings
        counted = [each for each in self.written if each.name in openings]
        if not counted:
            return
        written = back_from(counted, back)
        kept = [(line.category, line.amount) for line in written.said.lines if line.category and line.amount]
        drawn = kept[:keeps] + lines[: 3 - keeps]
        said = Said(
            self._lines(written.person, drawn), written.said.unit, self._month(month) or written.said.month
        )
        before = len(self.stage.keyboards)
        self._edit(written, said)
        self._press_found(self.stage.keyboards[before:], "report.revise")

    @deed(2, back=recent)
    def react(self, back: int) -> None:
        if self.written:
            self._edit(back_from(self.written, back), None)

    def _edit(self, written: Written, said: Said | None) -> None:
        stage = self.stage
        stage.pass_time(dtm.timedelta(seconds=30))
        written.said = said or written.said
        meant, chat = written.said, written.name[0]
        pages = [line.amount for line in meant.lines if line.amount and line.amount.kind == "page"]
        if len(set(pages)) < len(pages):
            return
        turn, writer = stage.turn(written.person, written.name), stage.writer(written.person, chat)
        text = f"/report {meant.text}" if chat == GROUP else str(meant)
        stage.deliver(
            turn,
            f"{who(turn)}改成：{text!r}" if said else f"有人给{who(turn)}的 {text!r} 点了表情",
            lambda *_: writer.edit(turn.by[1], text),
            lambda: stage.edited(turn, meant),
        )

    @deed(3, actor=actors, is_sure=st.booleans())
    def undo(self, actor: int, is_sure: bool) -> None:
        person = self._person(actor)
        self._undo(person)
        if is_sure and (shown := self.stage.keyboards) and shown[-1].message[0] == person:
            self._press_found(shown[-1:], "report.withdraw")

    def _undo(self, person: int) -> None:
        stage = self.stage
        turn, writer = stage.new_message(person, person), stage.writer(person, person)
        stage.deliver(
            turn,
            f"{who(turn)}：'撤回'",
            lambda *_: writer.message(turn.by[1], "撤回"),
            lambda: stage.hear(turn, lambda _: stage.model.find_last(turn)),
        )

    @deed(1, actor=actors, back=recent)
    def forward(self, actor: int, back: int) -> None:
        if not self.written:
            return
        person = self._person(actor)
        stage, written = self.stage, back_from(self.written, back)
        turn, writer = stage.new_message(person, person), stage.writer(person, person)
        stage.deliver(
            turn,
            f"{who(turn)}转发：{str(written.said)!r}",
            lambda *_: writer.forward(turn.by[1], str(written.said), written.person),
            lambda: Answer("hint.forwarded"),
        )

    def _lines(self, person: int, drawn: list[tuple[str, Amount]]) -> tuple[Line, ...]:
        """Make lines that can be written in one message: a category once, or with several pages."""
        found: dict[tuple[str, int], Line] = {}
        pages: set[int] = set()
        for category, amount in drawn:
            meant = NEWS if person == OTHER else category
            page = amount.number if amount.kind == "page" else 0
            clashes = any(other == meant and not (number and page) for other, number in found)
            if not clashes and page not in pages:
                found[meant, page] = Line(meant, amount)
                pages |= {page} - {0}
        return tuple(found.values())

    def _month(self, word: str) -> dtm.date | None:
        this = month_of(self.stage.model.today)
        return {
            "": None,
            "this": this,
            "last": month_before(this),
            "before": month_before(month_before(this)),
            "next": month_after(this),
        }[word]

    def _person(self, actor: int) -> int:
        """Give who is meant by a number."""
        reporters = sorted({each.person for each in self._reporters()})
        if actor == 12:
            return STRANGER if not self.written else self.written[0].person
        return {10: OFFICE, 11: OTHER}.get(
            actor, reporters[actor % len(reporters)] if reporters else STRANGER
        )

    def _reporters(self) -> list[Binding]:
        office = self.stage.model.office
        return [
            each
            for each in office.bindings
            if each.role == REPORTER and each.unit in office.active and each.organisation == HERE
        ]

    def _foreign(self) -> set[tuple[int, int]]:
        """List who has been asked something that the model knows nothing of."""
        asked = self.stage.worlds[0].read_questions()
        return {place for place, step in asked.items() if not step.startswith("report.")}

    def _press_found(
        self, shown: list[Keyboard], action: str, *, then: Any = None, **given: Any
    ) -> list[Keyboard] | None:
        """Press the button that means something, and give what is shown then; None where there is none."""
        for keyboard in shown:
            for number, button in enumerate(keyboard.buttons):
                if button.action == action and given.items() <= button.given.items():
                    before = len(self.stage.keyboards)
                    if then is not None:
                        then()
                    self.stage.press(keyboard.person, keyboard, number)
                    return self.stage.keyboards[before:]
        return None
