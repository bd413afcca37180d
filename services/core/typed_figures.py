"""Figures that somebody typed into the words of a bulletin, looked up among those that are known."""

import re
from collections.abc import Iterator, Mapping

from services.core.bulletin_facts import BulletinFacts, UnitFigures
from services.core.phrases import literal_parts
from services.core.wordings import LEFT_OUT, WORDINGS

_TYPED = re.compile(r"(?<![0-9.])(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<measure>条|件|处|个|家|%)")


def list_typed(
    facts: BulletinFacts, phrases: Mapping[str, str]
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Look at figures typed into the office's own phrases: give those that nothing here is, by their places.

    One that stands behind a unit's name is to be one of that unit's; the code tells which of the two it is.
    """
    for place in WORDINGS[facts.kind].places:
        own = phrases.get(place.name, LEFT_OUT)
        for sentence in literal_parts(own) if own != LEFT_OUT else ():
            for found in _TYPED.finditer(sentence):
                written = found[0]
                told = {"place": place.label, "written": written}
                unit = _unit_before(facts, sentence[: found.start()])
                if unit is not None and found["measure"] == "条":
                    if not _is_of(unit, found["number"]):
                        yield "figure_of_unit", {**told, "unit": unit.name}
                elif not _is_measured(facts, found["number"], found["measure"]):
                    yield "figure_typed", told


def _unit_before(facts: BulletinFacts, words: str) -> UnitFigures | None:
    """Give the unit that is spoken of last, where nothing but a word or two stands before the figure."""
    near = words[-24:]
    found = [
        (near.rfind(name) + len(name), len(name), unit)
        for unit in facts.units
        for name in (unit.name, *unit.aliases)
        if name in near
    ]
    if not found:
        return None
    end, _, unit = max(found, key=lambda each: each[:2])
    return unit if len(near) - end <= 10 and "、" not in near[end:] else None


def _is_of(unit: UnitFigures, number: str) -> bool:
    own = (unit.done, unit.target, unit.year_done, unit.year_target)
    return number in {str(each) for each in (*own, unit.submitted, unit.accepted, unit.errors)}


def _is_measured(facts: BulletinFacts, number: str, measure: str) -> bool:
    return number in {
        "条": _of_items,
        "件": _of_letters,
        "处": lambda facts: {str(facts.total("errors"))},
        "%": _of_rates,
    }.get(measure, _of_counts)(facts)


def _of_items(facts: BulletinFacts) -> set[str]:
    columns = ("target", "done", "year_target", "year_done", "submitted", "accepted")
    totals = {str(facts.total(column)) for column in columns}
    return totals | {str(figure.value) for figure in facts.figures.values() if figure.value is not None}


def _of_letters(facts: BulletinFacts) -> set[str]:
    return {str(figure.value) for name, figure in facts.figures.items() if name.startswith("letters")}


def _of_rates(facts: BulletinFacts) -> set[str]:
    pairs = [
        (facts.total("done"), facts.total("target")),
        (facts.total("year_done"), facts.total("year_target")),
    ]
    rates = [facts.rate(done, target) for done, target in pairs]
    if facts.media is not None:
        rates.append(facts.media.pass_rate)
    for unit in facts.units:
        rates += [facts.rate(unit.done, unit.target), facts.rate(unit.year_done, unit.year_target)]
    return {str(rate) for rate in rates if rate is not None}


def _of_counts(facts: BulletinFacts) -> set[str]:
    counts = {len(facts.units), *(len(facts.of_division(each)) for each in facts.divisions)}
    if facts.media is not None:
        counts |= {facts.media.watched, facts.media.passing, facts.media.running}
        counts |= {facts.media.watched - facts.media.passing, *(count for _, count in facts.media.platforms)}
    behind = sum(bool(unit.target) and unit.done < (unit.target or 0) for unit in facts.units)
    return {str(each) for each in (*counts, behind, facts.reminders[1])}
