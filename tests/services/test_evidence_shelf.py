"""The overview of an organisation's evidence says what the shelves of its units say, on both databases."""

import datetime as dtm
import random
from dataclasses import replace

import pytest

from models.enums import EvidenceKind, Role
from services import sql
from services.core.access import Binding, NotPermitted
from services.core.period import Period
from services.evidence import evidence_shelf
from services.evidence.evidence_overview import list_shelves
from services.facts import exhibits
from services.facts.exhibits import NewExhibit
from services.membership import members
from services.office import organisations
from tests.builders import NOW, an_actor, an_administrator, emeishan

MARCH, TODAY = Period.of_month(2024, 3), dtm.date(2024, 3, 20)
STATES = ("kept", "kept", "owed", "withdrawn", "purged")


async def fill(organisation_id, units, categories, chance):
    """Have a few units report at random, with evidence in every state, under every kind of rule."""
    ids = [*categories.values()]
    await sql.execute("UPDATE category SET required_evidence = 'picture' WHERE id = $1", ids[0])
    await sql.execute("UPDATE category SET required_evidence = 'document link' WHERE id = $1", ids[1])
    await sql.execute("UPDATE category SET review_rule = 'on_evidence' WHERE id = $1", ids[2])
    number = 0
    for unit_id in [*units.values()][:12]:
        for _ in range(chance.randrange(1, 4)):
            number += 1
            opening = f"message/m1/{number}"
            for line in range(chance.randrange(1, 3)):
                await sql.execute(
                    "INSERT INTO submission (unit_id, category_id, account, month_on, count, source, "
                    "opening, address_key, submitted_at) VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8)",
                    *(unit_id, chance.choice(ids[:4]), MARCH.starts_on, chance.choice((0, 1, 1))),
                    *(f"{opening}/{line}", opening, chance.choice(("", "a" * 64)), NOW),
                )
            for piece in range(chance.randrange(3)):
                source = f"{opening}/p{piece}"
                kind = chance.choice([*EvidenceKind])
                new = NewExhibit(source, source, opening, kind, "a", f"{number}.jpg")
                if kind is EvidenceKind.LINK:
                    page = chance.choice(("a", f"{piece}")) * 64  # the first one may be counted as well
                    new = replace(new, stored_name="", digest=page, address="https://a.cn/1")
                await exhibits.add(new, 1, NOW)
                await sql.execute(
                    "UPDATE evidence SET state = $1 WHERE source = $2", chance.choice(STATES), source
                )
            await exhibits.belong(opening, unit_id, MARCH.starts_on, None)


@pytest.mark.parametrize("seed", range(3))
async def test_the_overview_says_what_the_shelves_say(database, seed):
    organisation_id, units, categories = await emeishan()
    await members.remember(7001)
    await fill(organisation_id, units, categories, random.Random(seed))
    office = an_administrator(organisation_id)
    for today in (TODAY, dtm.date(2024, 6, 20)):
        _, shelves = await list_shelves(office, organisation_id, MARCH, today)
        found = {shelf.unit.id: (shelf.reports, shelf.backed, shelf.owes) for shelf in shelves}
        told = {}
        for unit_id in units.values():
            unit = await organisations.get_unit(unit_id)
            reports = await evidence_shelf.list_reports(office, unit, MARCH, today)
            if counting := [report for report in reports if report.counts]:
                backed = sum(bool(report.evidence) for report in counting)
                told[unit_id] = len(counting), backed, any(report.owes for report in counting)
        assert found == told
        assert any(owes for _, _, owes in found.values()) == (today == TODAY)


async def test_no_reporter_sees_the_overview(database):
    organisation_id, units, _ = await emeishan()
    for role, unit_id in ((Role.REPORTER, units["市司法局"]), (Role.LEADER, units["市司法局"])):
        with pytest.raises(NotPermitted):
            await list_shelves(
                an_actor(Binding(organisation_id, unit_id, role)), organisation_id, MARCH, TODAY
            )
