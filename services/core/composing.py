"""A bulletin from what was measured, what the office words for itself, and its number."""

import datetime as dtm
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.enums import BulletinKind
from services.core.annexes import list_annexes
from services.core.bulletin import Bulletin, Paragraph, Section
from services.core.bulletin_facts import BulletinFacts, MediaFacts, UnitFigures
from services.core.numbers import format_percent, spell
from services.core.period import Period
from services.core.phrases import Filled, fields_of, fill
from services.core.platforms import PRINTED_NAMES
from services.core.quarter import Quarter
from services.core.stated import Figure, statable
from services.core.wordings import WORDINGS, Place

FIRST, LAST = 3, 3  # 前三位、后三位
BEST = 2  # 较好单位
NAMED = 10  # so many names at most stand in a sentence
OFTEN = 2  # an account found so often in a quarter is named


@dataclass(frozen=True, slots=True)
class IssueNumber:
    """第N期 of its year and 总第N期 of all; 0 is without."""

    number: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Composed:
    """A bulletin, and the fields in it that have no value yet (待填)."""

    bulletin: Bulletin
    missing: tuple[str, ...]


def compose(
    facts: BulletinFacts,
    phrases: Mapping[str, str],
    number: IssueNumber,
    printed_on: dtm.date,
    signed_on: dtm.date | None = None,
) -> Composed:
    """Make the bulletin of a period; ``phrases`` are those of the office's own, by their places.

    It is signed on the day of printing where nothing else is said; a monthly one is not signed.
    """
    wording = WORDINGS[facts.kind]
    values = read_fields(facts)
    missing: dict[str, None] = {}

    def words(place: Place) -> tuple[str, ...]:
        filled: Filled = fill(phrases.get(place.name, place.text), values)
        missing.update(dict.fromkeys(filled.missing))
        return filled.paragraphs

    head = {place.name: "\n".join(words(place)) for place in wording.head}
    sections: list[Section] = []
    for part in wording.parts:
        written = tuple(Paragraph(place.name, text) for place in part.body for text in words(place))
        heading = "".join(words(part.heading))
        if written and heading:
            title = f"{spell(len(sections) + 1)}、{heading}"
            sections.append(Section(title, _numbered(written) if wording.numbers_paragraphs else written))
    is_monthly = facts.kind is BulletinKind.MONTHLY
    notes = {name: tuple(head.get(name, "").splitlines()) for name in ("note", "media_note")}
    bulletin = Bulletin(
        kind=facts.kind,
        period=facts.period,
        organisation=facts.organisation,
        title=head["title"],
        sections=tuple(sections),
        annexes=list_annexes(facts, notes["note"], notes["media_note"]),
        number=number.number,
        total_number=number.total,
        editor=head.get("editor", ""),
        asks_remarks=is_monthly,
        addressees=head["addressees"],
        addressees_first=not is_monthly,
        opening=head.get("opening", ""),
        signer="" if is_monthly else head["signer"],
        signed_on=None if is_monthly else signed_on or printed_on,
        copied_to=head["copied_to"],
        printed_by=head["signer"],
        printed_on=printed_on,
    )
    return Composed(bulletin, tuple(missing))


def _numbered(paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """Number the paragraphs of a section as （一）（二）; a single one has no number."""
    if len(paragraphs) == 1:
        return tuple(paragraphs)
    return tuple(
        Paragraph(each.place, f"（{spell(at)}）{each.text}") for at, each in enumerate(paragraphs, start=1)
    )


Fields = dict[str, str | None]


def read_fields(facts: BulletinFacts) -> Fields:
    """Give the value of each field of a kind of bulletin: "" is an empty list, None is not known yet."""
    found: Fields = {
        **_of_period(facts),
        **_of_figures(facts.figures, facts.kind),
        **_of_targets(facts),
        **_of_acceptance(facts),
        **_of_media(facts.media),
        "催办次数": str(facts.reminders[0]) if facts.reminders[0] else "",
        "催办单位数": str(facts.reminders[1]) if facts.reminders[0] else "",
    }
    return {name: found[name] for name in fields_of(facts.kind)}


def _of_period(facts: BulletinFacts) -> Fields:
    period = facts.period
    last_on = period.ends_before - dtm.timedelta(days=1)
    if isinstance(period, Quarter):
        whole, short = f"{period.year}年{spell(period.number)}季度", f"{spell(period.number)}季度"
    else:
        whole = short = f"{period.year}年" if period.month is None else f"{period.year}年{period.month}月份"
    return {
        "机构": facts.organisation,
        "年": str(period.year),
        "月": str(period.month) if isinstance(period, Period) and period.month else None,
        "时段": short,
        "全时段": whole,
        "起": f"{period.year}年{period.starts_on.month}月{period.starts_on.day}日",
        "止": f"{last_on.month}月{last_on.day}日",
        "单位数": str(len(facts.units)),
    }


def _of_figures(figures: Mapping[str, Figure], kind: BulletinKind) -> Fields:
    found: Fields = {}
    for one in statable(kind):
        figure = figures.get(one.name, Figure())
        if one.is_names:
            found[one.label] = named(figure.names)
        else:
            found[one.label] = None if figure.value is None else str(figure.value)
    return found


def _of_targets(facts: BulletinFacts) -> Fields:
    names = {unit.unit_id: unit.name for unit in facts.units}
    first, last = first_and_last(facts)
    behind = [unit.name for unit in facts.units if unit.target and unit.done < unit.target]
    return {
        "任务数": str(facts.total("target")),
        "完成数": str(facts.owed_done("done", "target")),
        "完成率": format_percent(facts.total_rate("done", "target")),
        "当年任务数": str(facts.total("year_target")),
        "当年完成数": str(facts.owed_done("year_done", "year_target")),
        "当年完成率": format_percent(facts.total_rate("year_done", "year_target")),
        "前三位": named([names[each] for each in first]),
        "后三位": named([names[each] for each in last]),
        "未完成单位": named(behind),
        "无任务单位": named(facts.unowed),
    }


def first_and_last(facts: BulletinFacts) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Give the first three and, from the worst up, the last three units of the year, ties included.

    Nobody is both: who is among the first is not among the last. Where all stand alike nobody is either.
    """
    ranking = facts.by_year
    if not ranking.placed or ranking.placed[0].completion == ranking.placed[-1].completion:
        return (), ()
    first = tuple(each.contender.unit_id for each in ranking.first(FIRST))
    last = tuple(each.contender.unit_id for each in ranking.last(LAST))
    return first, tuple(each for each in last if each not in first)


def _of_acceptance(facts: BulletinFacts) -> Fields:
    return {
        "报送数": str(facts.total("submitted")),
        "审发数": str(facts.total("accepted")),
        "错情数": str(facts.total("errors")),
        "较好单位": _by_division(facts, best_accepted),
        "较差单位": _by_division(facts, least_accepted),
    }


def best_accepted(units: Sequence[UnitFigures]) -> tuple[UnitFigures, ...]:
    """Give the units with the two highest accepted counts, ties included; never one that has the lowest."""
    ordered = sorted(units, key=lambda unit: (-unit.accepted, unit.position, unit.unit_id))
    if not ordered:
        return ()
    cut, lowest = ordered[min(BEST, len(ordered)) - 1].accepted, ordered[-1].accepted
    return tuple(unit for unit in ordered if unit.accepted >= cut and unit.accepted > lowest)


def least_accepted(units: Sequence[UnitFigures]) -> tuple[UnitFigures, ...]:
    """Give the units with the lowest accepted count, in official order; none where all have the same."""
    counts = {unit.accepted for unit in units}
    return tuple(unit for unit in units if len(counts) > 1 and unit.accepted == min(counts))


def _by_division(
    facts: BulletinFacts, choose: Callable[[Sequence[UnitFigures]], tuple[UnitFigures, ...]]
) -> str:
    parts = []
    for division in facts.divisions:
        chosen = named([unit.name for unit in choose(facts.of_division(division))], division or "单位")
        if chosen:
            parts.append(chosen)
    return "和".join(parts)


def _of_media(media: MediaFacts | None) -> Fields:
    if media is None or not media.watched:
        return dict.fromkeys(("账号数", "账号分类", "监测数", "合格数", "合格率", "问题账号单位"), "")
    counts = "、".join(f"{PRINTED_NAMES[platform]}{count}个" for platform, count in media.platforms if count)
    poor = [line.unit for line in media.lines if not line.is_rectified or len(line.found) >= OFTEN]
    return {
        "账号数": str(media.running),
        "账号分类": counts,
        "监测数": str(media.watched),
        "合格数": str(media.passing),
        "合格率": format_percent(media.pass_rate),
        "问题账号单位": named(tuple(dict.fromkeys(poor))),
    }


def named(names: Iterable[str], noun: str = "") -> str:
    """List names in a sentence; of more than ten the first ones and how many there are.

    With a ``noun`` it says of what: 文昌镇、陵江镇等乡镇.
    """
    held = list(names)
    if len(held) > NAMED:
        return f"{'、'.join(held[:NAMED])}等{len(held)}个{noun or '单位'}"
    return "、".join(held) + (f"等{noun}" if noun and held else "")
