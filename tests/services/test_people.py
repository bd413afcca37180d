"""An organisation's people: roles end at once, pass on in one step, and are never all gone."""

import json
from dataclasses import replace

import pytest

from models.enums import Role
from services import sql
from services.core.access import NotPermitted
from services.core.codes import seal
from services.facts.ledger import record
from services.membership import joining, members, people, privacy, seats
from services.membership.guessing import CodeUseless
from services.membership.invitations import BindingGone
from tests.builders import a_fact, an_organisation, categories_of, units_of
from tests.services.test_joining import (
    CODES,
    INVITATIONS,
    NOW,
    a_code,
    a_person,
    again,
    audited,
    deed,
    names,
    open_with,
)


@pytest.fixture
async def county(database):
    organisation_id = await an_organisation()
    units = await units_of(organisation_id, ["市司法局", "市教育局", "市公安局"])
    office = await a_person(1, (organisation_id, None, Role.ADMINISTRATOR), name="周敏")
    await members.name_member(1, "周敏")
    return organisation_id, units, office


async def a_reporter(county, telegram_id=2, unit="市司法局", name="王芳"):
    person = await a_person(telegram_id, (county[0], county[1][unit], Role.REPORTER), name=name)
    await members.name_member(telegram_id, name)
    return person


async def binding_of(person):
    rows = await sql.fetch("SELECT id FROM binding WHERE member_id = $1 ORDER BY id", person.member_id)
    return rows[0]["id"]


async def test_people_are_listed_the_office_first_then_in_official_order(county):
    organisation_id, units, office = county
    await a_reporter(county, 4, "市公安局", "赵六")
    await a_reporter(county)
    await a_reporter(county, 4, "市教育局", "赵六")
    found = await people.list_people(office, organisation_id)
    assert [(one.name, [held.unit for held in one.held]) for one in found] == [
        ("周敏", [""]),
        ("王芳", ["市司法局"]),
        ("赵六", ["市教育局", "市公安局"]),
    ]
    of_unit = await people.list_people(office, organisation_id, units["市公安局"])
    assert [one.name for one in of_unit] == ["赵六"]
    assert await people.count_staffing(office, organisation_id, NOW) == people.Staffing(3, 0, 0)


async def test_a_revoked_person_can_do_nothing_from_then_on(county):
    organisation_id, units, office = county
    person = await a_reporter(county)
    await members.choose_unit(person, units["市司法局"])
    await people.revoke(office, await binding_of(person), deed(office), has_standing_administrator=False)
    assert (await again(person)).bindings == ()
    assert (await sql.fetch("SELECT chosen_unit_id FROM member WHERE telegram_id = 2"))[0][
        "chosen_unit_id"
    ] is None
    with pytest.raises(people.PersonGone):
        await people.get_person(office, organisation_id, person.member_id)
    with pytest.raises(people.PersonGone):
        await people.revoke(office, 999, deed(office), has_standing_administrator=False)
    assert await audited() == ["binding.remove"]


async def test_what_a_revoked_administrator_invited_to_is_worthless(county):
    organisation_id, _, office = county
    code = await a_code(county, role=Role.ADMINISTRATOR)
    other = await a_person(5, (organisation_id, None, Role.ADMINISTRATOR))
    await people.revoke(other, await binding_of(office), deed(other), has_standing_administrator=False)
    with pytest.raises(CodeUseless):
        await open_with(await again(office), code)


@pytest.mark.parametrize("has_standing", [False, True])
async def test_the_last_administrator_stays_unless_the_settings_name_one(county, has_standing):
    organisation_id, _, office = county
    await a_person(5, (await an_organisation("定南县"), None, Role.ADMINISTRATOR))
    binding_id = await binding_of(office)
    if has_standing:
        await people.revoke(office, binding_id, deed(office), has_standing_administrator=True)
        assert (await again(office)).bindings == ()
        return
    for act in (
        people.revoke(office, binding_id, deed(office), has_standing_administrator=False),
        privacy.forget(office, deed(office), has_standing_administrator=False),
    ):
        with pytest.raises(seats.LastAdministrator) as refused:
            await act
        assert refused.value.params == {"organisation": "峨眉山市"}
    assert (await again(office)).organisation_ids == (organisation_id,)


async def test_a_successor_takes_over_in_one_step(county):
    organisation_id, units, office = county
    person = await a_reporter(county)
    made = await INVITATIONS.hand_over(office, await binding_of(person), deed(office))
    assert (names(made.seat), made.replaces) == (["市司法局"], "王芳")
    assert (await again(person)).units_of(organisation_id) == (units["市司法局"],)
    assert (
        await open_with(person, CODES.code(made.nonce)) is None
    )  # the predecessor's own press hands nothing over
    successor = await a_person(3, name="李娜")
    joined = await open_with(successor, CODES.code(made.nonce))
    assert (joined.predecessor.chat, joined.inviter.chat) == (2, 1)
    assert (await again(person)).bindings == ()
    assert (await again(successor)).units_of(organisation_id) == (units["市司法局"],)
    assert await audited() == ["invitation.make", "binding.hand_over", "binding.add"]
    (row,) = await sql.fetch("SELECT subject, after FROM audit_entry WHERE action = 'binding.hand_over'")
    after = json.loads(row["after"]) if isinstance(row["after"], str) else row["after"]
    member_id = (await again(successor)).member_id
    assert (row["subject"], after) == (f"member/{person.member_id}", {"successor": f"member/{member_id}"})
    with pytest.raises(BindingGone):
        await INVITATIONS.hand_over(office, 999, deed(office))


async def test_a_successor_comes_in_also_when_the_predecessor_has_gone_before(county):
    office = county[2]
    person = await a_reporter(county)
    made = await INVITATIONS.hand_over(office, await binding_of(person), deed(office))
    await people.revoke(office, await binding_of(person), deed(office), has_standing_administrator=False)
    joined = await open_with(await a_person(3), CODES.code(made.nonce))
    assert (joined.predecessor, joined.seat.unit.name) == (None, "市司法局")


async def test_the_only_administrator_can_hand_over(county):
    organisation_id, _, office = county
    code = await a_code(county)
    made = await INVITATIONS.hand_over(office, await binding_of(office), deed(office))
    successor = await a_person(3)
    assert await open_with(successor, CODES.code(made.nonce))
    assert (await again(successor)).organisation_ids == (organisation_id,)
    assert (await again(office)).bindings == ()
    with pytest.raises(CodeUseless):
        await open_with(await again(office), code)  # no way back in by a link of one's own


async def test_nobody_manages_the_people_of_another_organisation(county):
    office = county[2]
    elsewhere = await an_organisation("定南县")
    other = await a_person(5, (elsewhere, None, Role.ADMINISTRATOR))
    binding_id = await binding_of(other)
    for act in (
        people.list_people(office, elsewhere),
        people.revoke(office, binding_id, deed(office), has_standing_administrator=True),
        INVITATIONS.hand_over(office, binding_id, deed(office)),
    ):
        with pytest.raises(NotPermitted):
            await act


async def an_update(body, lane, state="done"):
    await sql.execute(
        "INSERT INTO inbox (fingerprint, lane, body, state, problem, received_at, finished_at) "
        "VALUES ($1, $2, $3, $4, '', $5, $5)",
        f"{lane}/{body}"[:64],
        lane,
        json.dumps(body).encode(),
        state,
        NOW,
    )


async def test_what_is_kept_about_a_person_is_told_to_them(county):
    _, units, _ = county
    person = await a_reporter(county)
    await a_code(county)
    (category_id,) = (await categories_of(county[0], ["动态通知类"])).values()
    fact = a_fact(units["市司法局"], category_id, 3, 2)
    await record([replace(fact, member_id=person.member_id)], NOW)
    await an_update({"message": {"from": {"id": 2}}}, 2)
    kept = await privacy.read_own(person)
    assert kept is not None
    assert (kept.telegram_id, kept.name, kept.messages, kept.reports) == (2, "王芳", 1, 1)
    assert names(*(one.seat for one in kept.seats)) == ["市司法局"]
    assert await privacy.read_own(await a_person(77)) is None


async def _leave_traces(telegram_id):
    await sql.execute(
        "INSERT INTO wizard (chat, person, step, arguments, expires_at) VALUES ($1, $1, 'x', '{}', $2)",
        telegram_id,
        NOW,
    )
    await sql.execute(
        "INSERT INTO outbox (dedupe_key, kind, chat, method, parameters, state, attempts, problem, "
        "created_at) VALUES ('k', 'receipt', $1, 'sendMessage', '{}', 'sent', 1, '', $2)",
        telegram_id,
        NOW,
    )
    await sql.execute(
        "INSERT INTO button_token (token, action, arguments, person, created_at, expires_at) "
        "VALUES ('t', 'a', '{}', $1, $2, $2)",
        telegram_id,
        NOW,
    )


async def test_a_forgotten_person_is_a_number_and_comes_back_as_another(county):
    organisation_id, _, office = county
    person = await a_reporter(county, 700000002)
    await members.change_language(person, person.language, source="message/m2/1", now=NOW)
    await an_update({"message": {"from": {"id": 700000002}, "text": "私事"}}, 700000002)
    await an_update({"message": {"from": {"id": 700000002}, "text": "群里的话"}}, -1007)
    await an_update({"message": {"from": {"id": 4}, "reply_to_message": {"from": {"id": 700000002}}}}, -1007)
    await an_update({"message": {"from": {"id": 4}, "text": "编号 700000002"}}, -1007)
    await an_update({"message": {"from": {"id": 700000002}, "text": "等候中"}}, 700000002, state="new")
    await _leave_traces(700000002)
    await privacy.forget(person, deed(person), has_standing_administrator=False)
    (row,) = await sql.fetch("SELECT * FROM member WHERE id = $1", person.member_id)
    assert (row["telegram_id"], row["name"], row["language"], row["chosen_unit_id"]) == (None, "", None, None)
    assert row["forgotten_at"] is not None
    left = [
        json.loads(bytes(one["body"]) or b"0")
        for one in await sql.fetch("SELECT body FROM inbox ORDER BY id")
    ]
    assert left[:3] == [0, 0, 0]
    assert left[3]["message"]["text"] == "编号 700000002"  # a number somebody else wrote is not the person
    assert left[4]["message"]["text"] == "等候中"
    for table in ("wizard", "outbox", "button_token"):
        assert await sql.fetch(f"SELECT 1 AS x FROM {table}") == []
    assert await audited() == ["member.language", "binding.remove", "member.forget"]
    everything = [
        str(await sql.fetch(f"SELECT * FROM {table}")) for table in ("member", "binding", "audit_entry")
    ]
    assert "王芳" not in "".join(everything)
    assert "700000002" not in "".join(everything)
    assert [one.name for one in await people.list_people(office, organisation_id)] == ["周敏"]
    back = await members.introduce(await again(person))
    assert back.member_id != person.member_id
    assert back.bindings == ()


async def test_an_invitation_used_by_a_forgotten_person_stays_used(county):
    code = await a_code(county)
    person = await a_person(2)
    await open_with(person, code)
    person = await again(person)
    await privacy.forget(person, deed(person), has_standing_administrator=False)
    with pytest.raises(CodeUseless):
        await joining.examine(await again(person), seal(code), NOW)
