"""What the office does besides, and who comes and goes by its links."""

import datetime as dtm

from hypothesis import strategies as st

from tests.prove.machine.drawing import back_from, deed, recent, units
from tests.prove.machine.office import (
    HERE,
    JUSTICE,
    LI,
    NEWCOMERS,
    OFFICE,
    OTHER,
    POLICE,
    SCHOOLS,
    STRANGER,
    SUN,
    UNITS,
    WANG,
    Binding,
    Invitation,
    month_before,
    month_of,
)
from tests.prove.machine.reporters import Reporters
from tests.prove.machine.running import LINKS_LIVE
from tests.prove.machine.seen import Keyboard, who
from tests.prove.machine.values import Answer
from tests.prove.machine.world import World

FEWEST_REPORTERS = 3
FEWEST_UNITS = 3  # one of them is another county's

own_units = st.sampled_from((JUSTICE, SCHOOLS, POLICE))


class Administrators(Reporters):
    """Who opens months, changes the rules, lets people in and puts them out."""

    def __init__(self) -> None:
        super().__init__()
        self.invitations: list[tuple[Invitation, dict[str, str]]] = []
        self.tried: list[tuple[int, dtm.datetime]] = []

    @deed(
        2,
        person=st.sampled_from((OFFICE, OFFICE, OTHER, LI)),
        unit=units,
        back=st.integers(1, 3),
        days=st.integers(-1, 61),
    )
    def reopen(self, person: int, unit: str, back: int, days: int) -> None:
        stage = self.stage
        if unit not in stage.model.office.active:
            return
        month = month_of(stage.model.today)
        for _ in range(back):
            month = month_before(month)
        until = stage.model.today + dtm.timedelta(days=days)
        turn, writer = stage.new_message(person, person), stage.writer(person, person)
        text = f"开账 {unit} {month:%Y-%m} {until:%Y-%m-%d} 补报"
        stage.deliver(
            turn,
            f"{who(turn)}：{text!r}",
            lambda *_: writer.message(turn.by[1], text),
            lambda: stage.hear(turn, lambda _: stage.model.reopen(turn, unit, month, until)),
        )

    @deed(1, days=st.sampled_from((3, 5, 7, 10)))
    def change_the_closing_days(self, days: int) -> None:
        shown = self._say(OFFICE, "设置")
        offered = self._press_found(shown, "settings.rule", rule="closing_days")
        if offered is not None and self._press_found(offered, "settings.set", value=days) is not None:
            self.stage.model.office.closing_days[HERE] = days

    @deed(1, unit=own_units, into=st.none() | own_units)
    def end_a_unit(self, unit: str, into: str | None) -> None:
        """Retire a unit, or merge it into another."""
        office = self.stage.model.office
        if len(office.active) <= FEWEST_UNITS or unit not in office.active:
            return
        if into is None:
            asked = self._press_found(self._card_of(unit), "units.retire")
            self._press_found(asked or [], "units.retire_now", then=lambda: office.retire(unit))
        elif into in office.active - {unit}:
            self._merge(unit, into)

    def _merge(self, unit: str, into: str) -> None:
        def happen() -> None:
            self.stage.model.office.merge(unit, into)
            for invitation, _ in self.invitations:
                if invitation.unit == unit and invitation.used_by is None:
                    invitation.unit = into

        numbers = {name: number for number, name in self.stage.books[0].units.items()}
        offered = self._press_found(self._card_of(unit), "units.merge")
        asked = self._press_found(offered or [], "units.merge_into", into_id=numbers[into])
        self._press_found(asked or [], "units.merge_now", then=happen)

    @deed(2, back=recent)
    def restore_a_unit(self, back: int) -> None:
        office = self.stage.model.office
        ended = [each for each in UNITS if each not in office.active]
        if ended:
            unit = back_from(ended, back)
            asked = self._press_found(self._card_of(unit), "units.restore")
            self._press_found(asked or [], "units.restore_now", then=lambda: office.restore(unit))

    def _card_of(self, unit: str) -> list[Keyboard]:
        numbers = {name: number for number, name in self.stage.books[0].units.items()}
        return self._press_found(self._say(OFFICE, "单位"), "units.show", unit_id=numbers[unit]) or []

    @deed(1, unit=own_units)
    def invite(self, unit: str) -> None:
        if unit not in self.stage.model.office.active:
            return
        before = len(self.stage.worlds[0].telegram.shown)
        self._say(OFFICE, f"邀请 {unit}")
        self._keep_link(Invitation(unit, None, self.stage.model.now + LINKS_LIVE), before)

    @deed(1, back=recent, successor=st.none() | st.sampled_from((*NEWCOMERS, WANG)))
    def hand_over(self, back: int, successor: int | None) -> None:
        reporters = self._reporters()
        if not reporters:
            return
        binding = back_from(reporters, back)
        before = len(self.stage.worlds[0].telegram.shown)
        if self._press_card(binding, "people.hand_over") is not None:
            made = Invitation(binding.unit or "", binding, self.stage.model.now + LINKS_LIVE)
            self._keep_link(made, before)
            if successor:
                self._join(successor, *self.invitations[-1])

    @deed(2, back=recent)
    def revoke(self, back: int) -> None:
        reporters = self._reporters()
        if len(reporters) > FEWEST_REPORTERS:
            binding = back_from(reporters, back)
            asked = self._press_card(binding, "people.ask_to_remove")
            if asked is not None:
                self._press_found(asked, "people.remove", then=lambda: self.stage.model.end_binding(binding))

    @deed(1, person=st.sampled_from((*NEWCOMERS, *NEWCOMERS, STRANGER, LI, WANG, SUN)), back=recent)
    def join(self, person: int, back: int) -> None:
        if self.invitations:
            self._join(person, *back_from(self.invitations, back))

    def _join(self, person: int, invitation: Invitation, codes: dict[str, str]) -> None:
        stage = self.stage
        turn, writer = stage.new_message(person, person), stage.writer(person, person)
        stage.deliver(
            turn,
            f"{who(turn)}点开{invitation.unit}的邀请链接",
            lambda world, _: writer.message(turn.by[1], f"/start {codes[world.name]}"),
            lambda: stage.hear(turn, lambda _: stage.model.join(turn, invitation, self.tried)),
        )

    def _say(self, person: int, text: str) -> list[Keyboard]:
        stage, before = self.stage, len(self.stage.keyboards)
        turn, writer = stage.new_message(person, person), stage.writer(person, person)
        stage.deliver(
            turn,
            f"{who(turn)}：{text!r}",
            lambda *_: writer.message(turn.by[1], text),
            lambda: stage.hear(turn, lambda _: Answer(None)),
        )
        return stage.keyboards[before:]

    def _press_card(self, binding: Binding, action: str) -> list[Keyboard] | None:
        """Have the office show a reporter, and press one of the buttons for one role of theirs."""
        members = {person: number for number, person in self.stage.worlds[0].read_members().items()}
        shown = self._say(OFFICE, f"人员 {binding.unit}")
        card = self._press_found(shown, "people.show", member_id=members[binding.person])
        if card is None:
            return None
        held = self.stage.worlds[0].read_bindings(binding.person)
        return self._press_found(card, action, binding_id=held[binding.unit or ""])

    def _keep_link(self, made: Invitation, before: int) -> None:
        codes = {world.name: _code(world, before) for world in self.stage.worlds}
        if all(codes.values()):
            self.invitations.append((made, codes))


def _code(world: World, before: int) -> str:
    texts = [shown.text for shown in world.telegram.shown[before:]]
    return next((text.split("start=")[1].split()[0] for text in texts if "start=" in text), "")
