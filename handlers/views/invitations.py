"""Invitations as messages: whom to invite, and the links to pass on."""

import datetime as dtm
from collections.abc import Sequence

from handlers.kit.answers import Answer, Button
from handlers.views.markup import MAX_UNITS, bold, escape, fitting, lines, link, shorten
from handlers.views.paging import Page, in_rows, page_buttons
from handlers.views.seats import last_day, role_words, seat_words
from locales import Texts
from models.enums import Role
from services.membership.invitations import Invited
from services.membership.people import Staffing
from services.membership.seats import Seat
from services.office.organisations import NoUnit, OrganisationRef, UnitRef

STEP = "invite.unit"
CHOICES = 12
BUTTON_LENGTH = 30
ON_A_PAGE = 8
ROOM = MAX_UNITS - 400
"""For the lines of links; the rest is for what stands above and below them."""


def menu(office: OrganisationRef, staffing: Staffing, texts: Texts) -> Answer:
    """Ask whom to invite."""
    of_office = {"organisation_id": office.id, "unit_id": None}
    rows = [
        [_button("invite.button.unit", "invite.ask_unit", {"role": Role.REPORTER.value}, texts)],
        [
            Button(
                texts("invite.button.everybody", count=staffing.unstaffed),
                "invite.everybody",
                {"organisation_id": office.id, "everywhere": False},
            )
        ],
        [
            Button(role_words(role, texts), "invite.make", {**of_office, "role": role.value})
            for role in (Role.REVIEWER, Role.LEADER)
        ]
        + [Button(role_words(Role.ADMINISTRATOR, texts), "invite.confirm", {"organisation_id": office.id})],
    ]
    if staffing.opened:
        rows.append([_open_button(office.id, staffing.opened, texts)])
    head = texts("invite.menu", organisation=escape(office.name))
    return Answer(lines([bold(head)], [texts("invite.example")]), buttons=tuple(map(tuple, rows)))


def which_menu(offices: Sequence[OrganisationRef], texts: Texts) -> Answer:
    """Ask for which organisation somebody is to be invited."""
    return _which(offices, "invite.menu", {}, texts)


def which_everybody(offices: Sequence[OrganisationRef], texts: Texts) -> Answer:
    """Ask whose units are all to be invited."""
    return _which(offices, "invite.everybody", {"everywhere": False}, texts)


def which_office(offices: Sequence[OrganisationRef], role: Role, texts: Texts) -> Answer:
    """Ask in which organisation somebody is to have a role."""
    if role is Role.ADMINISTRATOR:
        return _which(offices, "invite.confirm", {}, texts)
    return _which(offices, "invite.make", {"unit_id": None, "role": role.value}, texts)


def _which(
    offices: Sequence[OrganisationRef], action: str, arguments: dict[str, object], texts: Texts
) -> Answer:
    buttons = [
        Button(shorten(one.name, BUTTON_LENGTH), action, {"organisation_id": one.id, **arguments})
        for one in offices
    ]
    return Answer(texts("invite.which_office"), buttons=in_rows(buttons, 1))


def ask_unit(role: Role, texts: Texts) -> Answer:
    """Ask for the unit's name."""
    said = texts("invite.ask_unit", role=role_words(role, texts))
    return Answer(said, asks=STEP, asks_with={"role": role.value})


def which_unit(several: Sequence[UnitRef], role: Role, texts: Texts) -> Answer:
    """Ask which of several units is meant."""
    return Answer(texts("invite.which_unit"), buttons=_unit_buttons(several[:CHOICES], role))


def nearest(unknown: NoUnit, role: Role, texts: Texts) -> Answer:
    """Say that no unit has such a name, and offer the nearest; the next message is taken for a name."""
    said = texts("invite.unit_unknown", text=escape(shorten(unknown.text, BUTTON_LENGTH)))
    buttons = _unit_buttons(unknown.nearest[:CHOICES], role)
    return Answer(said, buttons=buttons, asks=STEP, asks_with={"role": role.value})


def not_of_a_unit(unit: UnitRef, role: Role, texts: Texts) -> Answer:
    """Ask what is meant by a role of the office that was asked for in a unit."""
    of_office = {"organisation_id": unit.organisation_id}
    if role is Role.ADMINISTRATOR:
        office = Button(role_words(role, texts), "invite.confirm", of_office)
    else:
        office = Button(
            role_words(role, texts), "invite.make", {**of_office, "unit_id": None, "role": role.value}
        )
    said = texts("invite.not_of_a_unit", role=role_words(role, texts), organisation=escape(unit.organisation))
    return Answer(said, buttons=((office,), *_unit_buttons([unit], Role.REPORTER, named=True, texts=texts)))


def confirm_administrator(office: OrganisationRef, texts: Texts) -> Answer:
    """Ask whether somebody shall really be able to do everything."""
    asked = {"organisation_id": office.id, "unit_id": None, "role": Role.ADMINISTRATOR.value}
    button = Button(texts("invite.button.confirm"), "invite.make", asked)
    return Answer(
        texts("invite.confirm_administrator", organisation=escape(office.name)), buttons=((button,),)
    )


def invited(made: Invited, now: dtm.datetime, today: dtm.date, texts: Texts) -> tuple[Answer, ...]:
    """Give one message to pass on as it is, and one that says how."""
    seat = seat_words(made.seat, texts)
    opening = (
        texts("invite.succession", seat=seat, name=escape(made.replaces))
        if made.replaces
        else texts("invite.invitation", seat=seat)
    )
    day = last_day(made.expires_at, now, today, texts)
    revoking = Button(texts("invite.button.revoke"), "invite.revoke", {"invitation_id": made.id})
    how = "invite.how_succession" if made.replaces else "invite.how"
    return (
        Answer(lines([opening, link(made.nonce), texts("invite.open", day=day)])),
        Answer(texts(how), buttons=((revoking,),)),
    )


def links(
    made: Sequence[Invited],
    organisation_id: int,
    staffing: Staffing,
    now: dtm.datetime,
    today: dtm.date,
    texts: Texts,
) -> tuple[Answer, ...]:
    """Give a line for each unit, in as many messages as they need."""
    everybody = Button(
        texts("invite.button.everywhere", count=staffing.units),
        "invite.everybody",
        {"organisation_id": organisation_id, "everywhere": True},
    )
    buttons = ((everybody,),) if len(made) < staffing.units else ()
    if not made:
        key = "invite.all_staffed" if staffing.units else "invite.no_units"
        return (Answer(texts(key), buttons=buttons),)
    day = min(last_day(one.expires_at, now, today, texts) for one in made)
    rows = [_line(one) for one in made]
    pages: list[list[str]] = []
    while rows:
        count = max(1, fitting(rows, ROOM))
        pages.append(rows[:count])
        rows = rows[count:]
    head = texts("invite.links", count=len(made), day=day)
    shown = [Answer(lines([head] if number == 0 else [], page)) for number, page in enumerate(pages)]
    return (*shown, Answer(texts("invite.how_links"), buttons=buttons))


def opened(
    found: Sequence[Invited],
    organisation_id: int,
    number: int,
    now: dtm.datetime,
    today: dtm.date,
    texts: Texts,
) -> Answer:
    """List unused invitations with their links, each with a button that makes it worthless."""
    page = Page.of(found, number, ON_A_PAGE)
    if not page.shown:
        return Answer(texts("invite.none_open"), replaces=True)
    rows = [
        f"{at}. {seat_words(one.seat, texts, in_full=False)}"
        f" {texts('invite.until', day=last_day(one.expires_at, now, today, texts))}\n{link(one.nonce)}"
        for at, one in enumerate(page.shown, start=page.number * ON_A_PAGE + 1)
    ]
    revoking = [
        Button(texts("invite.button.revoke_one", number=at), "invite.revoke", {"invitation_id": one.id})
        for at, one in enumerate(page.shown, start=page.number * ON_A_PAGE + 1)
    ]
    turning = page_buttons(page, "invite.open", {"organisation_id": organisation_id}, texts)
    head = bold(texts("invite.opened", count=len(found)))
    return Answer(lines([head], rows), buttons=(*in_rows(revoking, 3), *turning), replaces=True)


def revoked(seat: Seat, texts: Texts) -> Answer:
    """Say that a link lets nobody in any more."""
    return Answer(texts("invite.revoked", seat=seat_words(seat, texts)))


def _line(one: Invited) -> str:
    name = one.seat.unit.name if one.seat.unit else one.seat.organisation.name
    return f"{escape(name)}　{link(one.nonce)}"


def _open_button(organisation_id: int, count: int, texts: Texts) -> Button:
    return Button(
        texts("invite.button.open", count=count),
        "invite.open",
        {"organisation_id": organisation_id, "page": 0},
    )


def _button(key: str, action: str, arguments: dict[str, object], texts: Texts) -> Button:
    return Button(texts(key), action, arguments)


def _unit_buttons(
    several: Sequence[UnitRef], role: Role, *, named: bool = False, texts: Texts | None = None
) -> tuple[tuple[Button, ...], ...]:
    differ = len({unit.organisation_id for unit in several}) > 1
    buttons = []
    for unit in several:
        words = f"{unit.organisation} {unit.name}" if differ else unit.name
        if named and texts is not None:
            words = f"{words} {role_words(role, texts)}"
        asked = {"organisation_id": unit.organisation_id, "unit_id": unit.id, "role": role.value}
        buttons.append(Button(shorten(words, BUTTON_LENGTH), "invite.make", asked))
    return in_rows(buttons, 2)
