import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Language, Role
from services.core.access import GRANTS, OPEN, Actor, Binding, NotBound, NotPermitted, Permission

READ_OWN, READ_ANY = Permission.PROGRESS_READ_OWN, Permission.PROGRESS_READ_ANY
IMPORT, LANGUAGE = Permission.QUOTAS_IMPORT, Permission.LANGUAGE_CHANGE
OFFICE = [Role.REVIEWER, Role.ADMINISTRATOR]
OPEN_ORDER = [permission for permission in Permission if permission in OPEN]
BINDINGS = st.builds(Binding, st.integers(1, 3), st.none() | st.integers(1, 3), st.sampled_from(Role))


def actor(*bindings):
    return Actor(1001, 7 if bindings else None, "王芳", Language.CHINESE, tuple(bindings))


@pytest.mark.parametrize(
    ("role", "permission", "unit_id", "allowed"),
    [
        (Role.REPORTER, READ_OWN, 5, True),
        (Role.REPORTER, READ_OWN, 6, False),
        (Role.REPORTER, READ_OWN, None, False),
        (Role.REPORTER, READ_ANY, 5, False),
        (Role.REPORTER, IMPORT, None, False),
        (Role.REVIEWER, READ_OWN, 6, True),
        (Role.REVIEWER, READ_ANY, None, True),
        (Role.REVIEWER, IMPORT, None, False),
        (Role.LEADER, READ_ANY, 6, False),
        (Role.LEADER, READ_OWN, 5, True),
        (Role.LEADER, IMPORT, None, False),
        (Role.ADMINISTRATOR, READ_ANY, 6, True),
        (Role.ADMINISTRATOR, IMPORT, None, True),
    ],
)
def test_each_role_may_what_its_row_says(role, permission, unit_id, allowed):
    person = actor(Binding(1, 5, role))
    assert person.may(permission, organisation_id=1, unit_id=unit_id) is allowed


@pytest.mark.parametrize("role", OFFICE)
def test_the_office_reaches_every_unit_also_when_it_sits_in_one(role):
    for seat in (None, 5):
        assert actor(Binding(1, seat, role)).may(READ_OWN, organisation_id=1, unit_id=99)


def test_a_leader_of_the_county_sees_every_unit_and_a_units_own_only_theirs():
    assert actor(Binding(1, None, Role.LEADER)).may(READ_ANY, organisation_id=1)
    assert not actor(Binding(1, 5, Role.LEADER)).may(READ_ANY, organisation_id=1)
    assert not actor(Binding(1, 5, Role.LEADER)).may(READ_OWN, organisation_id=1, unit_id=6)


def test_a_reporter_without_a_unit_reaches_nothing():
    person = actor(Binding(1, None, Role.REPORTER))
    assert not person.may(READ_OWN, organisation_id=1, unit_id=5)
    assert not person.may(READ_OWN, organisation_id=1)


def test_several_bindings_add_up_but_do_not_mix():
    person = actor(Binding(1, 5, Role.REPORTER), Binding(1, 6, Role.REPORTER), Binding(2, None, Role.LEADER))
    assert person.may(READ_OWN, organisation_id=1, unit_id=6)
    assert not person.may(READ_ANY, organisation_id=1, unit_id=6)
    assert person.may(READ_ANY, organisation_id=2)


@given(st.lists(BINDINGS, max_size=4), st.integers(1, 4), st.none() | st.integers(1, 4))
def test_nothing_crosses_organisations(bindings, organisation_id, unit_id):
    everything = actor(*bindings)
    inside = actor(*(binding for binding in bindings if binding.organisation_id == organisation_id))
    for permission in Permission:
        asked = everything.may(permission, organisation_id=organisation_id, unit_id=unit_id)
        assert asked == inside.may(permission, organisation_id=organisation_id, unit_id=unit_id)


@given(st.lists(BINDINGS, max_size=4))
def test_without_an_organisation_only_what_is_open_is_allowed(bindings):
    assert [permission for permission in Permission if actor(*bindings).may(permission)] == [*OPEN_ORDER]


def test_anybody_changes_their_own_language():
    actor().require(LANGUAGE)


def test_a_person_without_any_binding_is_told_to_join():
    with pytest.raises(NotBound) as refused:
        actor().require(READ_OWN, organisation_id=1, unit_id=5)
    assert refused.value.key == "error.not_bound"


@pytest.mark.parametrize(("organisation_id", "unit_id"), [(1, 6), (1, None), (2, 5)])
def test_a_bound_person_is_told_what_is_not_permitted(organisation_id, unit_id):
    with pytest.raises(NotPermitted) as refused:
        actor(Binding(1, 5, Role.REPORTER)).require(
            READ_OWN, organisation_id=organisation_id, unit_id=unit_id
        )
    assert refused.value.key == "error.not_permitted"
    assert refused.value.params == {"permission": "progress:read_own"}


def test_what_is_permitted_passes():
    actor(Binding(1, 5, Role.REPORTER)).require(READ_OWN, organisation_id=1, unit_id=5)


def test_organisations_and_own_units_are_listed_once_in_order():
    person = actor(
        Binding(2, None, Role.LEADER),
        Binding(1, 6, Role.REPORTER),
        Binding(1, 5, Role.REPORTER),
        Binding(1, 6, Role.REVIEWER),
    )
    assert person.organisation_ids == (2, 1)
    assert person.units_of(1) == (6, 5)
    assert person.units_of(2) == ()
    assert person.units_of(3) == ()


def test_every_role_has_its_row_and_permissions_are_written_resource_action():
    assert set(GRANTS) == set(Role)
    for permission in Permission:
        resource, _, action = permission.partition(":")
        assert resource.isidentifier()
        assert action.isidentifier()


def test_the_table_of_grants_cannot_be_changed():
    with pytest.raises(TypeError):
        GRANTS[Role.REPORTER] = frozenset(Permission)  # type: ignore[index]
