"""Invitations are used once, by one person, in time; guesses are counted and let nobody in."""

import asyncio
import datetime as dtm
import secrets
from dataclasses import replace

import pytest

from models.enums import Language, Role
from services import sql
from services.audit import Deed
from services.core.access import Actor, NotBound, NotPermitted
from services.core.codes import Codes, seal
from services.membership import founding, guessing, joining, members
from services.membership.guessing import CodesTooMany, CodeUseless
from services.membership.invitations import InvitationGone, Invitations
from services.membership.seats import UnitNeeded
from services.office.organisations import UnitGone
from tests.builders import an_organisation, units_of

NOW = dtm.datetime(2024, 3, 20, 2, tzinfo=dtm.UTC)
CODES = Codes(b"key")
INVITATIONS = Invitations(CODES)
HOUR, DAY = dtm.timedelta(hours=1), dtm.timedelta(days=1)


async def a_person(telegram_id, *seats, name="王芳"):
    """Bind a person and give the actor that the database makes of them."""
    for organisation_id, unit_id, role in seats:
        await members.bind(telegram_id, organisation_id, unit_id, role, NOW)
    return await again(Actor(telegram_id, None, name, Language.CHINESE))


async def again(actor):
    return await members.get_actor(
        actor.telegram_id, actor.name, actor.language, is_deployment_administrator=False
    )


def deed(actor, now=NOW):
    return Deed(actor.member_id, f"message/m{actor.member_id}/1", now)


async def open_with(actor, code, now=NOW):
    """Open a link as a person; return what they joined, None for what they had already."""
    known = await joining.examine(actor, seal(code), now)
    if known.is_held:
        return None
    introduced = await members.introduce(actor)
    return await joining.accept(introduced, known.invitation_id, deed(introduced, now))


def names(*seats):
    """The seats' units in words."""
    return [seat.unit.name if seat.unit else "" for seat in seats]


async def bindings():
    rows = await sql.fetch(
        "SELECT m.telegram_id, b.unit_id, b.role FROM binding b JOIN member m ON m.id = b.member_id "
        "ORDER BY b.id"
    )
    return [(row["telegram_id"], row["unit_id"], row["role"]) for row in rows]


async def audited():
    return [row["action"] for row in await sql.fetch("SELECT action FROM audit_entry ORDER BY id")]


@pytest.fixture
async def county(database):
    organisation_id = await an_organisation()
    units = await units_of(organisation_id, ["市司法局", "市教育局", "市公安局"])
    office = await a_person(1, (organisation_id, None, Role.ADMINISTRATOR), name="周敏")
    return organisation_id, units, office


async def a_code(county, unit="市司法局", role=Role.REPORTER, now=NOW):
    organisation_id, units, office = county
    made = await INVITATIONS.invite(office, organisation_id, units[unit], role, deed(office, now))
    return CODES.code(made.nonce)


async def test_a_link_makes_one_person_what_it_says_and_tells_the_inviter(county):
    code = await a_code(county)
    person = await a_person(2)
    joined = await open_with(person, code)
    assert (joined.seat.role, joined.seat.unit.name) == (Role.REPORTER, "市司法局")
    assert joined.inviter.chat == 1
    assert (await bindings())[1:] == [(2, county[1]["市司法局"], "reporter")]
    assert await audited() == ["invitation.make", "binding.add"]
    rows = await sql.fetch("SELECT subject, after FROM audit_entry WHERE action = 'binding.add'")
    assert rows[0]["subject"] == f"member/{(await again(person)).member_id}"
    assert "王芳" not in str(rows)
    assert (await sql.fetch("SELECT name FROM member WHERE telegram_id = 2"))[0]["name"] == "王芳"


async def test_the_database_holds_neither_code_nor_seal(county):
    code = await a_code(county)
    kept = str(await sql.fetch("SELECT * FROM invitation"))
    assert code not in kept
    assert seal(code) not in kept
    person = await a_person(2)
    with pytest.raises(CodeUseless):
        await joining.examine(person, code, NOW)  # what a stored code could be tried as


@pytest.mark.parametrize("kind", ["wrong", "expired", "used", "revoked", "retired", "hash"])
async def test_every_useless_code_is_answered_alike_and_counted(county, kind):
    organisation_id, units, office = county
    code, now = await a_code(county), NOW
    if kind == "wrong":
        code = secrets.token_urlsafe(16)
    elif kind == "expired":
        now = NOW + 7 * DAY
    elif kind == "used":
        await open_with(await a_person(3), code)
    elif kind == "revoked":
        (one,) = await INVITATIONS.list_open(office, organisation_id, NOW)
        await INVITATIONS.revoke(office, one.id, deed(office))
    elif kind == "retired":
        await sql.execute("UPDATE unit SET is_active = FALSE WHERE id = $1", units["市司法局"])
    elif kind == "hash":
        code = (await sql.fetch("SELECT code_hash FROM invitation"))[0]["code_hash"]
    with pytest.raises(CodeUseless) as refused:
        await open_with(await a_person(2), code, now)
    assert refused.value.params == {}
    assert await guessing.count_lately(now) == 1
    assert 2 not in {telegram_id for telegram_id, *_ in await bindings()}


async def test_a_link_is_good_until_the_seventh_day_is_over(county):
    assert await open_with(await a_person(2), await a_code(county), NOW + 7 * DAY - dtm.timedelta(seconds=1))


async def test_of_two_who_open_a_link_at_once_one_comes_in(county):
    code = await a_code(county)
    people = [await members.introduce(await a_person(n)) for n in (2, 3)]
    known = [await joining.examine(person, seal(code), NOW) for person in people]
    ends = await asyncio.gather(
        *(
            joining.accept(person, one.invitation_id, deed(person))
            for person, one in zip(people, known, strict=True)
        ),
        return_exceptions=True,
    )
    assert sorted(type(end).__name__ for end in ends) == ["CodeUseless", "Joined"]
    assert len(await bindings()) == 2


async def test_who_has_the_seat_already_leaves_the_link_to_another(county):
    organisation_id, units, _ = county
    code = await a_code(county)
    holder = await a_person(2, (organisation_id, units["市司法局"], Role.REPORTER))
    assert await open_with(holder, code) is None
    other = await a_person(3)
    assert await open_with(other, code)
    assert await open_with(await again(other), code) is None  # their own link, opened once more
    with pytest.raises(CodeUseless):
        await open_with(holder, code)


async def test_a_person_may_serve_several_units(county):
    _, units, _ = county
    person = await a_person(2)
    for unit in ("市司法局", "市教育局"):
        await open_with(person, await a_code(county, unit))
        person = await again(person)
    assert person.units_of(county[0]) == (units["市司法局"], units["市教育局"])
    await members.choose_unit(person, units["市教育局"])
    assert await members.find_chosen_unit(person) == units["市教育局"]
    with pytest.raises(NotPermitted):
        await members.choose_unit(person, units["市公安局"])
    with pytest.raises(UnitGone):
        await members.choose_unit(person, 999)
    stranger = replace(person, bindings=())
    assert await members.find_chosen_unit(stranger) is None


async def test_only_administrators_invite(county):
    organisation_id, units, _ = county
    reporter = await a_person(2, (organisation_id, units["市司法局"], Role.REPORTER))
    for person, refusal in ((reporter, NotPermitted), (await a_person(3), NotBound)):
        with pytest.raises(refusal):
            await INVITATIONS.invite(person, organisation_id, None, Role.REVIEWER, deed(person))
        with pytest.raises(refusal):
            await INVITATIONS.list_open(person, organisation_id, NOW)


async def test_a_seat_is_of_the_organisation_that_invites(county):
    organisation_id, units, office = county
    elsewhere = await units_of(await an_organisation("定南县"), ["公安局"])
    with pytest.raises(UnitNeeded):
        await INVITATIONS.invite(office, organisation_id, None, Role.REPORTER, deed(office))
    with pytest.raises(UnitGone):
        await INVITATIONS.invite(office, organisation_id, elsewhere["公安局"], Role.REPORTER, deed(office))
    made = await INVITATIONS.invite(
        office, organisation_id, units["市司法局"], Role.ADMINISTRATOR, deed(office)
    )
    assert made.seat.unit is None


async def test_links_for_all_units_are_given_again_not_made_again(county):
    organisation_id, units, office = county
    await members.bind(9, organisation_id, units["市教育局"], Role.REPORTER, NOW)
    first = await INVITATIONS.invite_reporters(office, organisation_id, deed(office), everywhere=False)
    assert names(*(one.seat for one in first)) == ["市司法局", "市公安局"]
    later = deed(office, NOW + DAY)
    again_ = await INVITATIONS.invite_reporters(office, organisation_id, later, everywhere=False)
    assert [one.nonce for one in again_] == [one.nonce for one in first]
    every = await INVITATIONS.invite_reporters(office, organisation_id, later, everywhere=True)
    assert names(*(one.seat for one in every)) == list(units)
    other_token = Invitations(Codes(b"another token"))
    assert await other_token.list_open(office, organisation_id, NOW) == ()
    await INVITATIONS.revoke(office, first[0].id, later)
    with pytest.raises(InvitationGone):
        await INVITATIONS.revoke(office, first[0].id, later)


async def test_a_code_in_a_group_is_worthless_and_nobody_learns_whether_it_was_one(county):
    code = await a_code(county)
    nobody = Deed(None, "message/-1007/5", NOW)
    for text in (secrets.token_urlsafe(16), code, code):
        await joining.void_exposed(seal(text), nobody)
    with pytest.raises(CodeUseless):
        await open_with(await a_person(2), code, NOW + HOUR)
    assert await audited() == ["invitation.make", "invitation.revoke"]


async def test_ten_thousand_guesses_let_nobody_in_and_keep_nobody_out(county, database):
    """A hundred strangers guess; half of the codes are the right one but for its end."""
    guesses = 10_000 if database.startswith("sqlite") else 1_000
    code = await a_code(county)
    guessers = [Actor(1000 + n, None, "路人", Language.CHINESE) for n in range(100)]
    refused = {CodeUseless: 0, CodesTooMany: 0}
    for n in range(guesses):
        guess = f"{code[:-2]}{n % 10}_" if n % 2 else secrets.token_urlsafe(16)
        try:
            await joining.examine(guessers[n % 100], seal(guess), NOW + n * dtm.timedelta(milliseconds=100))
        except (CodeUseless, CodesTooMany) as refusal:
            refused[type(refusal)] += 1
    end = NOW + dtm.timedelta(seconds=1000)
    assert sum(refused.values()) == guesses
    assert guessing.IN_ALL <= refused[CodeUseless] <= 100 * guessing.PER_PERSON
    assert await guessing.count_lately(end) == refused[CodeUseless]
    with pytest.raises(CodesTooMany):
        await open_with(guessers[0], code, end)
    assert await open_with(await a_person(2), code, end)
    assert [telegram_id for telegram_id, *_ in await bindings()] == [1, 2]


async def test_while_many_guess_a_stranger_has_one_try_and_a_colleague_five(county):
    organisation_id, units, _ = county
    for n in range(guessing.IN_ALL):
        await guessing.note(1000 + n, NOW)
    colleague = await a_person(2, (organisation_id, units["市教育局"], Role.REPORTER))
    for person, tries in ((await a_person(3), 1), (colleague, 5)):
        for _ in range(tries):
            with pytest.raises(CodeUseless):
                await open_with(person, "wrong")
        with pytest.raises(CodesTooMany):
            await open_with(person, "wrong")


@pytest.mark.parametrize(("minutes", "refusal"), [(59, CodesTooMany), (61, None)])
async def test_after_five_wrong_codes_a_person_waits_for_an_hour(county, minutes, refusal):
    code, person = await a_code(county), await a_person(2)
    for _ in range(guessing.PER_PERSON):
        with pytest.raises(CodeUseless):
            await open_with(person, "wrong")
    then = NOW + dtm.timedelta(minutes=minutes)
    if refusal:
        with pytest.raises(refusal):
            await open_with(person, code, then)
    else:
        assert await open_with(person, code, then)


async def test_wrong_codes_are_forgotten_after_a_day(county):
    await guessing.note(2, NOW)
    assert await guessing.purge(NOW + DAY) == 0
    assert await guessing.purge(NOW + DAY + HOUR) == 1


async def test_the_first_code_makes_a_founder_and_a_new_start_voids_the_last_ones(database):
    first, second = [CODES.code(await founding.print_code(CODES, NOW) or "") for _ in range(2)]
    person = await a_person(2, name="周敏")
    with pytest.raises(CodeUseless):
        await open_with(person, first)
    assert (await open_with(person, second)).seat is None
    founder = await again(person)
    assert (founder.may_found, founder.bindings) == (True, ())
    assert await founding.print_code(CODES, NOW) is None
    with pytest.raises(NotBound):
        await founding.found(person, "定南县", 2024, deed(person))
    name = await founding.read_name(founder, " 定南县 ")
    organisation = await founding.found(founder, name, 2024, deed(founder))
    assert (await again(founder)).organisation_ids == (organisation.id,)
    rows = await sql.fetch(
        "SELECT year, closing_days, decimals, ties, stale_days, zombie_days, language FROM organisation"
    )
    assert list(rows[0].values()) == [2024, 5, 1, "competition", 14, 180, "zh_CN"]
    with pytest.raises(founding.AlreadyFounded):
        await founding.read_name(founder, "定南县")
    with pytest.raises(founding.AlreadyFounded):
        await founding.found(founder, "定南县", 2025, deed(founder))
    assert await audited() == ["founder.add", "organisation.found"]


@pytest.mark.parametrize("text", ["", "定南县\n峨眉山市", "县" * 101])
async def test_a_name_is_one_line_of_some_length(database, text):
    founder = replace(await a_person(2), is_founder=True)
    with pytest.raises(founding.OrganisationNameUnclear):
        await founding.read_name(founder, text)


async def test_where_somebody_administers_no_code_is_printed(county):
    assert await founding.print_code(CODES, NOW) is None
    assert await sql.fetch("SELECT id FROM invitation") == []
