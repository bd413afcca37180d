"""People of an organisation as messages: a page of them, one unit's, and one person's card."""

import datetime as dtm
from collections import Counter
from collections.abc import Sequence

from handlers.kit.answers import Answer, Button
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import Page, in_rows, page_buttons
from handlers.views.seats import role_words
from locales import Texts
from models.enums import Role
from services.membership.people import Held, Person, Staffing
from services.office.organisations import NoUnit, OrganisationRef, UnitRef

BUTTON_LENGTH = 30
NAME_LENGTH = 40
ON_A_PAGE = 8
CHOICES = 12


def person_name(member_id: int, name: str, texts: Texts) -> str:
    """Name a person for a list, whoever has no name by their number; not yet HTML."""
    return shorten(name, NAME_LENGTH) if name else texts("people.nameless", id=member_id)


def page(
    found: Sequence[Person],
    staffing: Staffing,
    office: OrganisationRef,
    number: int,
    texts: Texts,
    *,
    replaces: bool,
) -> Answer:
    """Count an organisation's people by role, and list a page of them with a button for each."""
    roles = Counter(held.role for person in found for held in person.held)
    counts = [
        texts("people.of_role", role=role_words(role, texts), count=roles[role])
        for role in reversed(Role)
        if roles[role]
    ]
    shown = Page.of(found, number, ON_A_PAGE)
    inviting = [
        Button(texts("people.button.invite"), "invite.menu", {"organisation_id": office.id}),
    ]
    if staffing.opened:
        opened = {"organisation_id": office.id, "page": 0}
        inviting.append(Button(texts("invite.button.open", count=staffing.opened), "invite.open", opened))
    head = texts("people.title", organisation=escape(office.name), count=len(found))
    staffed = texts("people.staffed", staffed=staffing.units - staffing.unstaffed, units=staffing.units)
    return Answer(
        lines([bold(head), *counts, staffed if staffing.units else ""], _rows(shown.shown, texts)),
        buttons=(
            *_person_buttons(shown.shown, office.id, texts),
            *page_buttons(shown, "people.page", {"organisation_id": office.id}, texts),
            tuple(inviting),
        ),
        replaces=replaces,
    )


def of_unit(found: Sequence[Person], unit: UnitRef, texts: Texts, *, replaces: bool) -> Answer:
    """List one unit's people, and offer to invite one."""
    seat = {"organisation_id": unit.organisation_id, "unit_id": unit.id, "role": Role.REPORTER.value}
    inviting = Button(texts("people.button.invite_reporter"), "invite.make", seat)
    rows = _rows(found, texts) or [texts("people.nobody")]
    return Answer(
        lines([bold(escape(shorten(unit.name, NAME_LENGTH)))], rows),
        buttons=(*_person_buttons(found[:CHOICES], unit.organisation_id, texts), (inviting,)),
        replaces=replaces,
    )


def card(person: Person, organisation_id: int, zone: dtm.tzinfo, texts: Texts) -> Answer:
    """Show what a person is and since when; each role can be taken away or handed over."""
    rows = [
        texts(
            "people.held_since",
            held=_held(held, texts),
            day=texts.date(held.bound_at.astimezone(zone).date()),
        )
        for held in person.held
    ]
    several = len(person.held) > 1
    buttons = []
    for held in person.held:
        of = shorten(held.unit or role_words(held.role, texts), 12) if several else ""
        asked = {"organisation_id": organisation_id, "member_id": person.member_id}
        asked |= {"binding_id": held.binding_id}
        buttons.append(
            (
                Button(f"{texts('people.button.hand_over')} {of}".strip(), "people.hand_over", asked),
                Button(f"{texts('people.button.remove')} {of}".strip(), "people.ask_to_remove", asked),
            )
        )
    back = Button(texts("people.button.back"), "people.page", {"organisation_id": organisation_id, "page": 0})
    head = bold(escape(person_name(person.member_id, person.name, texts)))
    return Answer(lines([head, *rows]), buttons=(*buttons, (back,)), replaces=True)


def ask_to_remove(person: Person, organisation_id: int, binding_id: int, texts: Texts) -> Answer:
    """Ask whether a role shall be taken away, and say that handing over may be meant."""
    asked = {"organisation_id": organisation_id, "member_id": person.member_id}
    buttons = (
        Button(texts("people.button.really_remove"), "people.remove", {**asked, "binding_id": binding_id}),
        Button(texts("people.button.back"), "people.show", asked),
    )
    return Answer(
        _about("people.ask_to_remove", person, binding_id, texts), buttons=(buttons,), replaces=True
    )


def removed(person: Person, organisation_id: int, binding_id: int, texts: Texts) -> Answer:
    """Say that the role is gone."""
    back = Button(texts("people.button.back"), "people.page", {"organisation_id": organisation_id, "page": 0})
    return Answer(_about("people.removed", person, binding_id, texts), buttons=((back,),), replaces=True)


def which_office(offices: Sequence[OrganisationRef], texts: Texts) -> Answer:
    """Ask whose people are meant."""
    buttons = [
        Button(shorten(one.name, BUTTON_LENGTH), "people.page", {"organisation_id": one.id, "page": 0})
        for one in offices
    ]
    return Answer(texts("invite.which_office"), buttons=in_rows(buttons, 1))


def which_unit(several: Sequence[UnitRef], texts: Texts) -> Answer:
    """Ask which of several units is meant."""
    return Answer(texts("people.which_unit"), buttons=_unit_buttons(several))


def nearest(unknown: NoUnit, texts: Texts) -> Answer:
    """Say that no unit has such a name, and offer the nearest."""
    said = texts("people.unit_unknown", text=escape(shorten(unknown.text, BUTTON_LENGTH)))
    return Answer(said, buttons=_unit_buttons(unknown.nearest))


def _about(key: str, person: Person, binding_id: int, texts: Texts) -> str:
    held = next((_held(each, texts) for each in person.held if each.binding_id == binding_id), "")
    return texts(key, name=escape(person_name(person.member_id, person.name, texts)), held=held)


def _held(held: Held, texts: Texts) -> str:
    role = role_words(held.role, texts)
    if not held.unit:
        return role
    return texts("seat.of_place", place=escape(shorten(held.unit, NAME_LENGTH)), role=role)


def _rows(found: Sequence[Person], texts: Texts) -> list[str]:
    comma = texts("progress.comma")
    return [
        texts(
            "people.row",
            name=escape(person_name(person.member_id, person.name, texts)),
            held=comma.join(_held(held, texts) for held in person.held),
        )
        for person in found
    ]


def _person_buttons(
    found: Sequence[Person], organisation_id: int, texts: Texts
) -> tuple[tuple[Button, ...], ...]:
    buttons = [
        Button(
            shorten(person_name(person.member_id, person.name, texts), BUTTON_LENGTH),
            "people.show",
            {"organisation_id": organisation_id, "member_id": person.member_id},
        )
        for person in found
    ]
    return in_rows(buttons, 2)


def _unit_buttons(several: Sequence[UnitRef]) -> tuple[tuple[Button, ...], ...]:
    buttons = [
        Button(shorten(unit.name, BUTTON_LENGTH), "people.unit", {"unit_id": unit.id})
        for unit in several[:CHOICES]
    ]
    return in_rows(buttons, 2)
