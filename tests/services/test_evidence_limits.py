"""How much evidence is taken: by unit and month, at once and after what came to nothing."""

import asyncio
import datetime as dtm
from dataclasses import replace

import pytest

from models.enums import EvidenceKind
from services.core.occasion import Occasion
from services.evidence import evidence_purging
from services.evidence.evidence_limits import Allowance, EvidenceLimitReached
from services.facts import exhibits
from services.facts.exhibits import NewExhibit
from services.membership import members
from tests.builders import a_reporter, an_administrator, emeishan

MEGABYTE = 10**6
MARCH = dtm.date(2024, 3, 1)


def at(number: int, day: int = 20, month: int = 3, hour: int = 4) -> Occasion:
    moment = dtm.datetime(2024, month, day, hour, tzinfo=dtm.UTC)
    return Occasion(f"message/m1/{number}", moment, moment.date())


async def record(occasion: Occasion, size: int = MEGABYTE, unit_id: int | None = None) -> None:
    source = occasion.source
    row = NewExhibit(source, source, source, EvidenceKind.PICTURE, "", "a.jpg", "image/jpeg", size)
    await exhibits.add(row, 1, occasion.now)
    if unit_id is not None:
        await exhibits.belong(source, unit_id, MARCH, None)


@pytest.fixture
async def office(database):
    await members.remember(7001)
    organisation_id, units, _ = await emeishan()
    return organisation_id, units


async def test_the_last_file_is_taken_and_the_next_is_not(office):
    organisation_id, units = office
    unit_id = units["市司法局"]
    reporter, allowance = a_reporter(organisation_id, unit_id), Allowance(3)
    for number in range(3):
        await allowance.claim(reporter, MEGABYTE, at(number))
        await record(at(number), unit_id=unit_id)
    with pytest.raises(EvidenceLimitReached):
        await allowance.claim(reporter, MEGABYTE, at(3))
    colleague = replace(reporter, member_id=2)
    with pytest.raises(EvidenceLimitReached):  # it is the unit's
        await allowance.claim(colleague, MEGABYTE, at(4))
    await allowance.claim(replace(a_reporter(organisation_id, units["市公安局"]), member_id=3), 1, at(5))
    await allowance.claim(reporter, MEGABYTE, at(6, 1, month=4))  # a new month
    allowance.release(at(6).source)
    occasion = at(90)
    await evidence_purging.purge(an_administrator(organisation_id), 1, "发错了", occasion, with_same=False)
    await evidence_purging.forget(1)
    await allowance.claim(reporter, MEGABYTE, at(7))  # what was deleted makes room


async def test_megabytes_are_counted_before_anything_is_fetched(office):
    organisation_id, units = office
    reporter, allowance = a_reporter(organisation_id, units["市司法局"]), Allowance(99, 30 * MEGABYTE)
    await allowance.claim(reporter, 18 * MEGABYTE, at(1))
    with pytest.raises(EvidenceLimitReached):
        await allowance.claim(reporter, 13 * MEGABYTE, at(2))
    with pytest.raises(EvidenceLimitReached):  # its size is not said
        await allowance.claim(reporter, 0, at(3))
    await allowance.claim(reporter, 12 * MEGABYTE, at(4))


async def test_of_many_at_once_no_more_are_let_through(office):
    organisation_id, units = office
    reporter, allowance = a_reporter(organisation_id, units["市司法局"]), Allowance(5)

    async def send(number: int) -> bool:
        try:
            await allowance.claim(reporter, MEGABYTE, at(number))
        except EvidenceLimitReached:
            return False
        await record(at(number))
        return True

    taken = sum(await asyncio.gather(*(send(number) for number in range(40))))
    while await send(100 + taken):
        taken += 1
    assert taken == 5


async def test_what_came_to_nothing_counts_until_it_is_swept(office):
    organisation_id, units = office
    reporter, allowance = a_reporter(organisation_id, units["市司法局"]), Allowance(2)
    await allowance.claim(reporter, MEGABYTE, at(1))
    await allowance.claim(reporter, MEGABYTE, at(1))  # the same message, tried again
    await allowance.claim(reporter, MEGABYTE, at(2))
    with pytest.raises(EvidenceLimitReached):
        await allowance.claim(reporter, MEGABYTE, at(3))
    allowance.release(at(2).source)
    await allowance.claim(reporter, MEGABYTE, at(3))
    await allowance.claim(reporter, MEGABYTE, at(4, day=23))
    await allowance.claim(reporter, MEGABYTE, at(5, day=23))


async def test_a_person_of_two_units_has_twice_as_much_and_of_none_once(office):
    organisation_id, units = office
    both, allowance = a_reporter(organisation_id, units["市司法局"], units["市公安局"]), Allowance(2)
    for number in range(4):
        await allowance.claim(both, MEGABYTE, at(number))
    with pytest.raises(EvidenceLimitReached):
        await allowance.claim(both, MEGABYTE, at(4))
    administrator = replace(an_administrator(organisation_id), member_id=9)
    for number in (5, 6):
        await allowance.claim(administrator, MEGABYTE, at(number))
    with pytest.raises(EvidenceLimitReached):
        await allowance.claim(administrator, MEGABYTE, at(7))
