"""A bulletin as a picture: units by the year's completion, or by what was accepted."""

import datetime as dtm
from collections.abc import Iterable
from decimal import Decimal

from models.enums import BulletinKind
from services.core.bulletin import Bulletin
from services.core.bulletin_facts import BulletinFacts, UnitFigures
from services.core.bulletin_words import number_words
from services.core.composing import best_accepted, first_and_last, least_accepted
from services.core.numbers import format_percent
from services.core.pictures import Bar, Block, RankingPicture, Tone, paged

FIRST, LAST = "前三位", "后三位"
GOOD, POOR = "较好", "较差"


def draw_bulletin(facts: BulletinFacts, bulletin: Bulletin) -> tuple[RankingPicture, ...]:
    """Draw a bulletin under its own title and number, as of its period's end or the day it was printed."""
    as_of = bulletin.period.ends_before - dtm.timedelta(days=1)
    number = number_words(bulletin.number, bulletin.total_number)
    return draw(facts, bulletin.title, number, min(as_of, bulletin.printed_on or as_of))


def draw(facts: BulletinFacts, title: str, issue: str, as_of: dtm.date) -> tuple[RankingPicture, ...]:
    """Draw who stands how, over several pictures where one cannot hold them; none where nobody stands.

    ``issue`` is the bulletin's number in words.
    """
    by_acceptance = facts.kind is BulletinKind.QUARTERLY
    blocks = _by_acceptance(facts) if by_acceptance else _by_year(facts)
    kept = tuple(block for block in blocks if block.bars)
    if not kept:
        return ()
    picture = RankingPicture(
        title=title,
        subtitle=issue,
        as_of=f"数据截至{as_of.year}年{as_of.month}月{as_of.day}日",
        legend="条形为审发率，按审发数排列" if by_acceptance else "条形为当年完成比例",
        blocks=kept,
    )
    return paged(picture)


def _by_year(facts: BulletinFacts) -> Iterable[Block]:
    units = {unit.unit_id: unit for unit in facts.units}
    first, last = first_and_last(facts)
    bars = []
    for each in facts.by_year.placed:
        unit = units[each.contender.unit_id]
        word = FIRST if unit.unit_id in first else LAST if unit.unit_id in last else ""
        share = Decimal(each.completion.numerator) / each.completion.denominator
        rate = facts.rate(unit.year_done, unit.year_target)
        note = f"{unit.year_done}/{unit.year_target}"
        bars.append(_bar(str(each.place), unit, share, format_percent(rate), note, word))
    yield Block("", tuple(bars))


def _by_acceptance(facts: BulletinFacts) -> Iterable[Block]:
    for division in facts.divisions:
        units = facts.of_division(division)
        good = {unit.unit_id for unit in best_accepted(units)}
        poor = {unit.unit_id for unit in least_accepted(units)}
        bars = []
        ordered = sorted(units, key=lambda each: (-each.accepted, each.position, each.unit_id))
        places: dict[int, int] = {}
        for number, unit in enumerate(ordered, start=1):
            place = places.setdefault(unit.accepted, number)
            word = GOOD if unit.unit_id in good else POOR if unit.unit_id in poor else ""
            share = Decimal(unit.accepted) / unit.submitted if unit.submitted else None
            bars.append(_bar(str(place), unit, share, f"{unit.accepted}条", f"报送{unit.submitted}", word))
        yield Block(division, tuple(bars))


def _bar(place: str, unit: UnitFigures, share: Decimal | None, value: str, note: str, word: str) -> Bar:
    tone = {FIRST: Tone.GOOD, GOOD: Tone.GOOD, LAST: Tone.ALARM, POOR: Tone.ALARM}.get(word, Tone.PLAIN)
    return Bar(place, unit.name, share, value, note, tone=tone, word=word)
