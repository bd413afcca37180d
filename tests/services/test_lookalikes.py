"""Look-alikes as both databases find them."""

import datetime as dtm

from models.enums import EvidenceKind
from services import sql
from services.core.likeness import Elsewhere
from services.evidence import lookalikes
from services.facts import exhibits
from services.facts.exhibits import NewExhibit
from services.facts.ledger import Key
from services.membership import members
from tests.builders import NOW, an_organisation, emeishan, units_of

MARCH = dtm.date(2024, 3, 1)
PRINT = 0xA0A0_A0A0_A0A0_A0A0


async def a_picture(number: int, unit_id: int, category_id: int, bits: int, name: str = "") -> None:
    """Keep a picture of a report that counts for one category; ``bits`` is how many of its differ."""
    source = f"message/m1/{number}"
    print_of = f"{PRINT ^ ((1 << bits) - 1):016x}"
    new = NewExhibit(
        source,
        source,
        source,
        EvidenceKind.PICTURE,
        "",
        stored_name=name or f"{number}.jpg",
        digest=name or str(number),
        fingerprint=print_of,
    )
    await exhibits.add(new, 1, NOW)
    await exhibits.belong(source, unit_id, MARCH, category_id)


async def test_the_very_same_comes_first_and_what_differs_least_next(database):
    await members.remember(7001)
    organisation_id, units, categories = await emeishan()
    elsewhere = await units_of(await an_organisation("定南县"), ["县财政局"])
    own, other = units["市司法局"], units["市公安局"]
    news = categories["动态通知类"]
    await a_picture(1, other, news, 40, name="same")
    await a_picture(2, other, news, 10)
    await a_picture(3, other, news, 11)
    await a_picture(4, own, news, 3)
    await a_picture(5, elsewhere["县财政局"], news, 0, name="same")
    await a_picture(9, own, news, 0, name="same")
    await sql.execute("UPDATE evidence SET state = 'withdrawn' WHERE source = 'message/m1/3'")
    key = Key(own, news, 0, MARCH)
    found = await lookalikes.list_alike(organisation_id, "message/m1/9", key)
    assert [(each.other.exhibit_id, each.is_same, each.bits) for each in found] == [
        (1, True, 40),
        (4, False, 3),
        (2, False, 10),
    ]
    assert [each.elsewhere for each in found] == [Elsewhere.UNIT, Elsewhere.CATEGORY, Elsewhere.UNIT]
    assert await lookalikes.list_alike(organisation_id, "message/m1/77", key) == ()
