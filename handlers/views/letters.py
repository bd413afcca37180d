"""Letters as messages: what a unit lacks and by when, short enough for a phone."""

import datetime as dtm
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from handlers.kit.answers import Answer, Button
from handlers.views.away import later_buttons
from handlers.views.figures import day_words, listed, period_name, short_name, shortfall_rows
from handlers.views.markup import MAX_UNITS, bold, escape, fitting, lines, units
from locales import Texts
from models.enums import ReminderRule, ReminderStep
from services.chasing.letter_contents import Digest, GroupList, OfficePart, UnitNeeds
from services.core.period import Period
from services.reminding.needs import Need, Silence
from services.reminding.review_dues import Acceptance

OFFICE_UNITS = 20
"""So many units of a step are named to the office; the rest are in /remind."""

UNHEARD = 6
OF_OFFICE = ("remind", "remind.show")
OF_QUEUE = ("review", "review.queue")


def digest(letter: Digest, texts: Texts) -> Answer:
    """Write a person's letter of a day."""
    title = "letters.title" if letter.is_reminder else "letters.desk.title"
    paragraphs = [[bold(texts(title, day=texts.date(letter.day)))]]
    accepted = _accepted(letter.accepted, texts)
    paragraphs += [[*_unit(each, texts), *accepted.pop(each.unit_id or 0, ())[1:]] for each in letter.own]
    paragraphs += accepted.values()
    if letter.led:
        paragraphs.append([bold(texts("letters.led"))])
        paragraphs += [_unit(each, texts) for each in letter.led]
    paragraphs += [_office(part, texts) for part in letter.office]
    if example := _example(letter, texts):
        paragraphs.append([texts("letters.how", example=example)])
    is_quiet = not letter.is_reminder
    return Answer(_fitted(paragraphs, texts), buttons=_buttons(letter, texts), is_quiet=is_quiet)


def _accepted(acceptances: Sequence[Acceptance], texts: Texts) -> dict[int, list[str]]:
    """Say by unit how many were accepted, a line for each month; the unit's name comes first."""
    by_month: dict[tuple[int, Period], list[Acceptance]] = {}
    for each in acceptances:
        by_month.setdefault((each.unit_id, each.month), []).append(each)
    found: dict[int, list[str]] = {}
    for (unit_id, month), some in by_month.items():
        rows = found.setdefault(unit_id, [bold(escape(some[0].unit))])
        rest = texts("letters.desk.pending", count=some[0].pending) if some[0].pending else ""
        rows.append(_accepted_in(month, some, texts) + rest)
    return found


def _accepted_in(month: Period, some: Sequence[Acceptance], texts: Texts) -> str:
    """Add up by category: 2024年3月已采用 5 条：动态通知类 3、政策解读 2。."""
    counts: Counter[str] = Counter()
    for each in some:
        counts[short_name(each.category)] += each.count
    period = period_name(month, texts)
    if len(counts) == 1:
        ((name, count),) = counts.items()
        return texts("letters.desk.accepted_one", period=period, category=name, count=count)
    told = [texts("letters.desk.category", category=name, count=count) for name, count in counts.items()]
    categories = texts("progress.comma").join(told)
    return texts("letters.desk.accepted", period=period, count=counts.total(), categories=categories)


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
    closes_on = letter.units[0].needs[0].closes_on or letter.month.last_on
    foot = [texts("letters.list.foot", closes=day_words(closes_on, texts))]
    shown = fitting(rows, MAX_UNITS - units(lines(head, foot)) - 100)
    more = [texts("letters.more", count=len(rows) - shown)] if shown < len(rows) else []
    return Answer(lines(head, [*rows[:shown], *more], foot))


def _buttons(letter: Digest, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    shown = {each.unit_id: each.unit for each in (*letter.own, *letter.led)}
    shown |= {each.unit_id: each.unit for each in letter.accepted}
    show = [
        Button(texts("letters.button.progress", unit=unit), "progress.show", {"unit_id": unit_id})
        for unit_id, unit in [*shown.items()][:3]
        if unit_id is not None
    ]
    office = [
        Button(texts(f"letters.button.{name}"), action, {"organisation_id": part.organisation_id})
        for part in letter.office[:2]
        for name, action in (OF_QUEUE if part.is_of_queue else OF_OFFICE,)
    ]
    mine = later_buttons(texts) if letter.own or letter.led else ()
    return (*((button,) for button in (*show, *office)), *mine)


def _example(letter: Digest, texts: Texts) -> str:
    """Give what the reader can send just so; a month that is over has to be named. "" for nothing."""
    for unit in letter.own:
        for need in unit.needs:
            waiting = dict(need.waiting)
            for lacking in need.shortfalls:
                missing = lacking.missing - waiting.get(lacking.category, 0)
                if missing <= 0:
                    continue
                words = [lacking.category, str(missing)]
                if len(letter.own) > 1:
                    words.insert(0, unit.unit)
                if need.due.rule is ReminderRule.MONTHLY and not need.month.contains(letter.day):
                    words.append(texts("letters.example_month", month=need.month.month))
                return escape(" ".join(words))
    return ""


def _fitted(paragraphs: Sequence[Iterable[str]], texts: Texts) -> str:
    kept = [list(each) for each in paragraphs]
    while units(lines(*kept)) > MAX_UNITS and len(kept) > 1:
        kept = [*kept[:-2], [texts("letters.left_out")]]
    return lines(*kept)


def _unit(unit: UnitNeeds, texts: Texts) -> list[str]:
    rows = [bold(escape(unit.unit))]
    for need, is_by_hand in _once(unit.needs):
        rows += _need(need, texts, is_by_hand=is_by_hand)
    return rows


def _once(needs: Sequence[Need]) -> Iterable[tuple[Need, bool]]:
    """Give what is told of, each lack once, and whether an administrator wants said just that too.

    Where a step says less than is wanted by hand, as half a month's does, it is left out.
    """
    by_hand = {_lack(need): need for need in needs if need.due.step is ReminderStep.NUDGED}
    if not by_hand:
        return [(need, False) for need in needs]
    same = {
        _lack(need)
        for need in needs
        if need.due.step is not ReminderStep.NUDGED
        and _lack(need) in by_hand
        and need.shortfalls == by_hand[_lack(need)].shortfalls
    }
    told = [
        need
        for need in needs
        if _lack(need) not in by_hand or (need.due.step is ReminderStep.NUDGED) is not (_lack(need) in same)
    ]
    return [(need, _lack(need) in same) for need in told]


def _lack(need: Need) -> tuple[ReminderRule, int | None, Period]:
    """Name what is lacking, whichever step it is told of by."""
    return need.due.rule, need.due.account_id, _month_or_year(need)


def _need(need: Need, texts: Texts, *, is_by_hand: bool) -> list[str]:
    if need.silence is not None:
        return [_silence(need, need.silence, texts)]
    closes = day_words(need.closes_on, texts) if need.closes_on else ""
    step: str = need.due.step
    if need.due.step is ReminderStep.BEFORE and need.days_left:
        step = "days_left"
    head = texts(
        f"letters.step.{need.due.rule}.{step}",
        period=_period(need, texts),
        closes=closes,
        count=need.days_left,
    )
    if is_by_hand:
        head = texts("letters.by_hand", head=head)
    return [head, *shortfall_rows(need.shortfalls, texts), _waiting(need, texts)]


def _waiting(need: Need, texts: Texts) -> str:
    """Say what has only to be accepted, so that nobody reports it twice; "" for nothing."""
    words = [
        texts("evidence.shelf.count", category=short_name(category), count=count)
        for category, count in need.waiting
    ]
    return texts("letters.waiting", words=texts("progress.comma").join(words)) if words else ""


def _period(need: Need, texts: Texts) -> str:
    return period_name(_month_or_year(need), texts)


def _month_or_year(need: Need) -> Period:
    return need.month if need.due.rule is ReminderRule.MONTHLY else need.month.year_period


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
    head = escape(part.organisation)
    rows = [bold(head if part.is_of_queue else texts("letters.office.title", organisation=head))]
    for (step, period), some in _by_step(part, texts).items():
        rows.append(texts(f"letters.office.{step}", period=period, count=len(some)))
        rows += _counted(some, texts)
    if part.unheard:
        names = listed([escape(name) for name in part.unheard], texts, limit=UNHEARD)
        rows.append(texts("letters.office.unheard", count=len(part.unheard), names=names))
    if part.unclear:
        rows.append(texts("letters.office.unclear", count=part.unclear))
    if part.asks_for_year is not None:
        rows.append(texts("letters.office.calendar", year=part.asks_for_year))
    if part.queue is not None:
        day = day_words(part.queue.oldest_on, texts)
        rows.append(texts("letters.desk.queue", count=part.queue.reports, day=day))
    return rows


def _counted(some: Sequence[tuple[int, str, Need]], texts: Texts) -> list[str]:
    """Write units of a step, those that lack as much on one line: · 差 7 条：市教育局、市住建局."""
    shown = [_lagging(*one, texts) for one in some[:OFFICE_UNITS]]
    rows = [
        texts(
            "letters.office.row", count=count, units=texts("progress.comma").join(name for _, name in alike)
        )
        for count, alike in groupby(shown, key=itemgetter(0))
    ]
    more = len(some) - OFFICE_UNITS
    return [*rows, texts("letters.more", count=more)] if more > 0 else rows


def _lagging(size: int, unit: str, need: Need, texts: Texts) -> tuple[str, str]:
    """Say how much a unit lacks, and its name."""
    if need.silence is None:
        return texts("letters.office.missing", count=size), escape(unit)
    account = escape(need.silence.name)
    name = texts("letters.office.account", unit=escape(unit), account=account)
    return texts("letters.office.silent", count=size), name


def _by_step(part: OfficePart, texts: Texts) -> dict[tuple[str, str], list[tuple[int, str, Need]]]:
    """Gather units by step and period, each after how much it lacks; the worst come first.

    There may be thousands: no words are made of those that are only counted.
    """
    alike: dict[tuple[object, ...], list[tuple[int, str, Need]]] = {}
    for unit in part.units:
        for need, _ in _once(unit.needs):
            due, silence = need.due, need.silence
            size = silence.gap_days if silence is not None else _missing([need])
            series = None if silence is not None else due.period_on
            alike.setdefault((due.rule, due.step, series), []).append((size, unit.unit, need))
    gathered: dict[tuple[str, str], list[tuple[int, str, Need]]] = {}
    for some in alike.values():
        need = some[0][2]
        period = _period(need, texts) if need.silence is None else ""
        gathered.setdefault((f"{need.due.rule}.{need.due.step}", period), []).extend(some)
    return {step: sorted(some, key=lambda one: -one[0]) for step, some in gathered.items()}
