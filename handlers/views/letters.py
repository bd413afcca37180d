"""Letters as messages: what a unit lacks and by when, short enough for a phone."""

import datetime as dtm
from collections.abc import Iterable, Sequence

from handlers.kit.answers import Answer, Button
from handlers.views.away import later_buttons
from handlers.views.figures import period_name
from handlers.views.markup import MAX_UNITS, bold, escape, fitting, lines, units
from locales import Texts
from models.enums import ReminderRule
from services.letter_contents import Digest, GroupList, OfficePart, UnitNeeds
from services.needs import Need, Silence


def digest(letter: Digest, texts: Texts) -> Answer:
    """Write a person's letter of a day."""
    paragraphs = [[bold(texts("letters.title", day=texts.date(letter.day)))]]
    paragraphs += [_unit(each, texts) for each in letter.own]
    if letter.led:
        paragraphs.append([texts("letters.led")])
        paragraphs += [_unit(each, texts) for each in letter.led]
    paragraphs += [_office(part, texts) for part in letter.office]
    if letter.own:
        paragraphs.append([texts("letters.how")])
    return Answer(_fitted(paragraphs, texts), buttons=_buttons(letter, texts))


def list_of(letter: GroupList, texts: Texts) -> Answer:
    """Write a group's list: who still lacks something, in official order, and what to do."""
    month = period_name(
        letter.month if letter.rule is ReminderRule.MONTHLY else letter.month.year_period, texts
    )
    head = [bold(texts("letters.list.title", organisation=escape(letter.organisation), period=month))]
    rows = [
        texts("letters.list.row", unit=escape(each.unit), missing=_missing(each.needs))
        for each in letter.units
    ]
    foot = [texts("letters.list.foot")]
    shown = fitting(rows, MAX_UNITS - units(lines(head, foot)) - 100)
    more = [texts("letters.more", count=len(rows) - shown)] if shown < len(rows) else []
    return Answer(lines(head, [*rows[:shown], *more], foot))


def _buttons(letter: Digest, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    show = [
        Button(texts("letters.button.progress", unit=each.unit), "progress.show", {"unit_id": each.unit_id})
        for each in letter.own[:3]
        if each.unit_id is not None
    ]
    office = [
        Button(texts("letters.button.remind"), "remind.show", {"organisation_id": part.organisation_id})
        for part in letter.office[:2]
    ]
    mine = later_buttons(texts) if letter.own or letter.led else ()
    return (*((button,) for button in (*show, *office)), *mine)


def _fitted(paragraphs: Sequence[Iterable[str]], texts: Texts) -> str:
    kept = [list(each) for each in paragraphs]
    while units(lines(*kept)) > MAX_UNITS and len(kept) > 1:
        kept = [*kept[:-2], [texts("letters.left_out")]]
    return lines(*kept)


def _unit(unit: UnitNeeds, texts: Texts) -> list[str]:
    rows = [bold(escape(unit.unit))]
    for need in unit.needs:
        rows += _need(need, texts)
    return rows


def _need(need: Need, texts: Texts) -> list[str]:
    if need.silence is not None:
        return [_silence(need, need.silence, texts)]
    head = texts(f"letters.step.{need.due.rule}.{need.due.step}", period=_period(need, texts))
    return [
        head,
        *(
            texts(
                "letters.row",
                category=escape(each.category),
                missing=each.missing,
                done=each.done,
                target=each.target,
            )
            for each in need.shortfalls
        ),
    ]


def _period(need: Need, texts: Texts) -> str:
    month = need.month if need.due.rule is ReminderRule.MONTHLY else need.month.year_period
    return period_name(month, texts)


def _silence(need: Need, silence: Silence, texts: Texts) -> str:
    last_on = silence.last_post_on + dtm.timedelta(days=silence.limit_days)
    return texts(
        f"letters.step.media.{need.due.step}",
        platform=texts(f"platform.{silence.platform}"),
        account=escape(silence.name),
        gap=silence.gap_days,
        limit=silence.limit_days,
        day=texts.date(last_on),
        since=texts.date(silence.last_post_on),
    )


def _missing(needs: Iterable[Need]) -> int:
    return sum(each.missing for need in needs for each in need.shortfalls)


def _office(part: OfficePart, texts: Texts) -> list[str]:
    rows = [bold(texts("letters.office.title", organisation=escape(part.organisation)))]
    comma = texts("letters.office.sep")
    for (step, period), units_of_step in _by_step(part, texts).items():
        head = texts(f"letters.office.{step}", period=period, count=len(units_of_step))
        rows.append(head + comma.join(units_of_step))
    if part.unheard:
        names = comma.join(map(escape, part.unheard))
        rows.append(texts("letters.office.unheard", count=len(part.unheard), names=names))
    if part.unclear:
        rows.append(texts("letters.office.unclear", count=part.unclear))
    if part.asks_for_year is not None:
        rows.append(texts("letters.office.calendar", year=part.asks_for_year))
    return rows


def _by_step(part: OfficePart, texts: Texts) -> dict[tuple[str, str], list[str]]:
    """Gather the units by step and period, each with what it lacks."""
    gathered: dict[tuple[str, str], list[str]] = {}
    for unit in part.units:
        for need in unit.needs:
            silence, name = need.silence, escape(unit.unit)
            if silence is None:
                words = texts("letters.office.unit", unit=name, missing=_missing([need]))
            else:
                account = escape(silence.name)
                words = texts("letters.office.account", unit=name, account=account, gap=silence.gap_days)
            period = _period(need, texts) if silence is None else ""
            gathered.setdefault((f"{need.due.rule}.{need.due.step}", period), []).append(words)
    return gathered
