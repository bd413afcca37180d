import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import EvidenceKind, ReviewRule
from services.core.requirements import Lack, Requirement, joined, read_kinds, write_kinds

P, D, L = EvidenceKind
AUTO, ON_EVIDENCE, REVIEWED = ReviewRule
ANY = Lack((P, D, L), is_any=True)


@pytest.mark.parametrize(
    ("rule", "required", "present", "lack"),
    [
        (AUTO, (), (), Lack()),
        (REVIEWED, (), (), Lack()),
        (ON_EVIDENCE, (), (), ANY),
        (ON_EVIDENCE, (), (L,), Lack()),
        (ON_EVIDENCE, (P,), (), Lack((P,))),
        (ON_EVIDENCE, (P,), (D, L), Lack((P,))),
        (ON_EVIDENCE, (P,), (P,), Lack()),
        (ON_EVIDENCE, (P, L), (L,), Lack((P,))),
        (REVIEWED, (P, D, L), (D,), Lack((P, L))),
        (AUTO, (D,), (P,), Lack((D,))),
        (AUTO, (D,), (P, D), Lack()),
    ],
)
def test_what_a_report_lacks(rule, required, present, lack):
    assert Requirement(rule, required).lack(present) == lack
    assert bool(Requirement(rule, required).lack(present)) is bool(lack.kinds)


kinds = st.lists(st.sampled_from(EvidenceKind)).map(frozenset)


@given(kinds, st.permutations([P, D, L]))
def test_kinds_are_stored_in_one_way_and_read_back(wanted, order):
    stored = write_kinds(kind for kind in order if kind in wanted)
    assert stored == write_kinds(wanted)
    assert set(read_kinds(stored)) == wanted


@given(st.sampled_from(ReviewRule), kinds, kinds, kinds)
def test_more_evidence_never_lacks_more_and_all_lacks_nothing(rule, required, present, more):
    requirement = Requirement(rule, read_kinds(write_kinds(required)))
    assert set(requirement.lack(present | more).kinds) <= set(requirement.lack(present).kinds)
    assert not requirement.lack(frozenset(EvidenceKind))
    assert requirement.asks or not requirement.lack(())


def test_what_is_no_kind_is_no_requirement():
    with pytest.raises(ValueError, match="film"):
        read_kinds("picture film")


@pytest.mark.parametrize(
    ("lacks", "all_of_them"),
    [
        ([], Lack()),
        ([Lack(), Lack()], Lack()),
        ([Lack((L,)), Lack(), Lack((P, L))], Lack((P, L))),
        ([ANY, Lack((D,))], Lack((D,))),
        ([Lack(), ANY], ANY),
    ],
)
def test_what_a_report_lacks_in_all_of_its_categories(lacks, all_of_them):
    assert joined(lacks) == all_of_them
