"""Anybody does anything, on both databases at once and next to one model; and faults that must be found."""

import pytest

from tests.prove.machine import seeding
from tests.prove.machine.campaign import Broken, run
from tests.prove.machine.faults import FAULTS
from tests.prove.machine.seeding import Copies


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    return seeding.sqlite_copies(tmp_path_factory.mktemp("machine"))


def test_both_databases_agree_with_one_model(sqlite: Copies, postgres_server: str) -> None:
    copies = {"SQLite": sqlite, "PostgreSQL": seeding.postgres_copies(postgres_server)}
    deeds = run(copies, examples=6, steps=30)
    assert deeds["report.received"] >= 20
    assert deeds["report.corrected"] + deeds["report.withdrawn"] >= 5


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(sqlite: Copies, fault: str) -> None:
    with FAULTS[fault](), pytest.raises(Broken):
        run({"SQLite": sqlite}, examples=30, steps=30, shrinks=False)
