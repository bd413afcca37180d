import asyncio
import datetime as dtm
from dataclasses import replace

import pytest

from services import sql
from services.facts.ledger import Difference, Fact, Key, rebuild, record, set_count
from services.transaction import transact
from tests.builders import NOW, a_fact, an_organisation, categories_of, units_of


@pytest.fixture
async def ids(database):
    organisation_id = await an_organisation()
    units = await units_of(organisation_id, ["市司法局", "市教育局"])
    categories = await categories_of(organisation_id, ["动态通知类", "政务新媒体"])
    return *units.values(), *categories.values()


async def tallies() -> dict[tuple[int, int, int, int], int]:
    rows = await sql.fetch("SELECT unit_id, category_id, account, month_on, count FROM tally")
    return {
        (row["unit_id"], row["category_id"], row["account"], sql.get_day(row["month_on"]).month): row["count"]
        for row in rows
    }


async def submissions() -> dict[str, int]:
    rows = await sql.fetch("SELECT source, count FROM submission")
    return {row["source"]: row["count"] for row in rows}


async def test_facts_of_one_key_add_up(ids):
    unit, other, category, _ = ids
    facts = [
        a_fact(unit, category, 2, 3, "message/1/1/1"),
        a_fact(unit, category, 2, 4, "message/1/1/2"),
        a_fact(other, category, 2, 5, "message/1/1/3"),
        a_fact(unit, category, 3, 6, "message/1/1/4"),
        a_fact(unit, category, 3, 7, "message/1/1/5", account=9),
    ]
    assert await record(facts, NOW) == (True,) * 5
    assert await tallies() == {
        (unit, category, 0, 2): 7,
        (other, category, 0, 2): 5,
        (unit, category, 0, 3): 6,
        (unit, category, 9, 3): 7,
    }


async def test_a_source_counts_once_whatever_it_says_the_second_time(ids):
    unit, _, category, _ = ids
    first = a_fact(unit, category, 2, 3, "message/1/2/1")
    assert await record([first], NOW) == (True,)
    again = [a_fact(unit, category, 2, 50, "message/1/2/1"), a_fact(unit, category, 2, 1, "message/1/2/2")]
    assert await record(again, NOW) == (False, True)
    assert await tallies() == {(unit, category, 0, 2): 4}
    assert await submissions() == {"message/1/2/1": 3, "message/1/2/2": 1}


async def test_a_source_twice_in_one_batch_counts_the_first_time(ids):
    unit, _, category, _ = ids
    twice = [a_fact(unit, category, 2, 3, "sheet/B2"), a_fact(unit, category, 2, 3, "sheet/B2")]
    assert await record(twice, NOW) == (True, False)
    assert await tallies() == {(unit, category, 0, 2): 3}


async def test_nothing_is_recorded_of_nothing(ids):
    assert await record([], NOW) == ()
    assert await tallies() == {}


async def test_more_facts_than_fit_into_one_statement_all_count(ids):
    unit, other, category, second = ids
    facts = [
        a_fact((unit, other)[n % 2], (category, second)[n % 3 % 2], n % 12 + 1, 1, f"sheet/{n}")
        for n in range(1201)
    ]
    assert await record(facts, NOW) == (True,) * 1201
    assert sum((await tallies()).values()) == 1201
    assert await rebuild() == ()


async def test_a_ledger_and_its_tally_vanish_together(ids):
    unit, _, category, _ = ids

    async def work() -> None:
        await record([a_fact(unit, category, 2, 3)], NOW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await transact(work)
    assert await submissions() == {}
    assert await tallies() == {}


@pytest.mark.parametrize("count", [0, 2, 5, 9])
async def test_a_set_count_stores_the_difference(ids, count):
    unit, _, category, _ = ids
    await record([a_fact(unit, category, 2, 5, "one")], NOW)
    assert await set_count(a_fact(unit, category, 2, count, "two"), NOW)
    assert await tallies() == {(unit, category, 0, 2): count}
    assert await submissions() == {"one": 5, "two": count - 5}


async def test_a_count_set_again_by_the_same_message_does_not_undo_what_came_after(ids):
    unit, _, category, _ = ids
    setting = a_fact(unit, category, 2, 5, "message/1/8")
    assert await set_count(setting, NOW)
    await record([a_fact(unit, category, 2, 2, "message/1/9")], NOW)
    assert not await set_count(setting, NOW)
    assert await tallies() == {(unit, category, 0, 2): 7}


async def test_a_count_may_be_set_where_there_was_none(ids):
    unit, _, category, _ = ids
    assert await set_count(a_fact(unit, category, 2, 4, "sheet/C3"), NOW)
    assert await tallies() == {(unit, category, 0, 2): 4}


async def test_writers_side_by_side_lose_nothing(ids):
    unit, other, category, second = ids
    batches = [
        [a_fact(unit, category, 2, 1, f"a/{n}"), a_fact(other, second, 2, 1, f"b/{n}")][:: (-1) ** n]
        for n in range(20)
    ]
    await asyncio.gather(*(record(batch, NOW) for batch in batches))
    assert await tallies() == {(unit, category, 0, 2): 20, (other, second, 0, 2): 20}


async def test_two_set_counts_side_by_side_end_in_one_of_them(ids):
    unit, _, category, _ = ids
    await asyncio.gather(*(set_count(a_fact(unit, category, 2, 7, f"set/{n}"), NOW) for n in range(8)))
    assert await tallies() == {(unit, category, 0, 2): 7}
    assert await rebuild() == ()


async def test_rebuilding_mends_a_tally_and_says_so(ids):
    unit, other, category, _ = ids
    await record([a_fact(unit, category, 2, 3), a_fact(other, category, 2, 4)], NOW)
    assert await rebuild() == ()
    await sql.execute("UPDATE tally SET count = 30 WHERE unit_id = $1", unit)
    await sql.execute("DELETE FROM tally WHERE unit_id = $1", other)
    february = dtm.date(2024, 2, 1)
    assert await rebuild() == (
        Difference(Key(unit, category, 0, february), tallied=(30, 3, 0), added_up=(3, 3, 0)),
        Difference(Key(other, category, 0, february), tallied=(0, 0, 0), added_up=(4, 4, 0)),
    )
    assert await tallies() == {(unit, category, 0, 2): 3, (other, category, 0, 2): 4}
    assert await rebuild() == ()


async def test_what_nobody_reviews_is_accepted_whole(ids):
    unit, _, category, _ = ids
    await record([a_fact(unit, category, 2, 5, "a")], NOW)
    await set_count(a_fact(unit, category, 2, 3, "b"), NOW)
    assert await sums() == (3, 3, 0)


async def test_fewer_may_be_accepted_than_were_submitted_and_mistakes_are_counted_apart(ids):
    unit, _, category, _ = ids
    submitted = replace(a_fact(unit, category, 2, 67, "a"), accepted=0)
    reviewed = replace(a_fact(unit, category, 2, 0, "b"), accepted=61, errors=2)
    await record([submitted, reviewed], NOW)
    assert await sums() == (67, 61, 2)
    await sql.execute("UPDATE tally SET accepted = 67, errors = 0")
    (found,) = await rebuild()
    assert (found.tallied, found.added_up) == ((67, 67, 0), (67, 61, 2))
    assert await sums() == (67, 61, 2)


async def sums() -> tuple[int, int, int]:
    (row,) = await sql.fetch("SELECT count, accepted, errors FROM tally")
    return row["count"], row["accepted"], row["errors"]


def test_a_month_begins_on_its_first_day():
    with pytest.raises(ValueError, match="2024"):
        Fact(1, 1, 0, dtm.date(2024, 2, 15), 1, "x", None)
