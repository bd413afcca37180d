"""How an office's chasing stands: who lags, what is unclear, what went out, what comes next."""

import datetime as dtm
from collections.abc import Iterable, Sequence
from itertools import groupby

from handlers.kit.answers import Answer, Button
from handlers.views.figures import day_words, lamp_words, listed, period_name, short_name
from handlers.views.markup import MAX_UNITS, bold, escape, fitting, lines, shorten, units
from locales import Texts
from models.enums import Lamp, LetterKind, ReminderRule, ReminderStep
from services.chasing.laggards import Laggard
from services.chasing.prospects import Prospect
from services.chasing.urging import Batch, Situation
from services.core.period import Period
from services.reminding.letter_log import UnclearLetter

ROWS = 12
"""So many rows leave room on a phone for what was sent and what comes; the rest are a button away."""

CATEGORIES = 2
NAMES = 6
UNCLEAR = 3
UNCLEAR_WORDS = {
    LetterKind.LIST: "remind.unclear_list",
    LetterKind.RANKING: "remind.unclear_ranking",
    LetterKind.BULLETIN: "remind.unclear_bulletin",
    LetterKind.BULLETIN_PICTURE: "remind.unclear_bulletin_picture",
    LetterKind.BULLETIN_FILE: "remind.unclear_bulletin_file",
}
NAME_LENGTH = 16


def situation(found: Situation, zone: dtm.tzinfo, texts: Texts, *, replaces: bool) -> Answer:
    """Show a month: who lags first, then what is to be decided, what went out and what comes."""
    month = period_name(found.month, texts)
    title = texts("remind.title", organisation=escape(found.organisation.name), month=month)
    head = [bold(title), *_state(found, zone, texts)]
    below = (_unclear(found.unclear, texts), _sent(found, texts), _next(found, texts), _unheard(found, texts))
    tail = lines(*below)
    room = MAX_UNITS - units(lines(head, [tail])) - 200
    return Answer(
        lines(head, _lagging(found, room, texts), [tail]),
        buttons=_buttons(found, texts),
        replaces=replaces,
    )


def written(month: Period | None) -> str:
    """Write a month as a button carries it; "" for none."""
    return "" if month is None else str(month)


def lacking(each: Laggard, texts: Texts, *, limit: int) -> str:
    """Say what a unit lacks: 动态通知类 2、政策解读 1; HTML."""
    words = [
        texts(
            f"remind.lacks.{shortfall.unit_of_time}",
            category=short_name(shortfall.category),
            count=shortfall.missing,
        )
        for shortfall in each.shortfalls
    ]
    if len(words) <= limit:
        return texts("progress.comma").join(words)
    return texts("remind.lacks_more", words=texts("progress.comma").join(words[:limit]), count=len(words))


def moment_words(moment: dtm.datetime, texts: Texts) -> str:
    """Name a moment: 2月29日 09:00."""
    return texts("remind.moment", day=day_words(moment.date(), texts), time=moment.strftime("%H:%M"))


def step_words(
    rule: ReminderRule, step: ReminderStep, month: Period, texts: Texts, *, shown: Period | None = None
) -> str:
    """Name a step of a month or of its year; of the month that is ``shown`` the step is enough."""
    if rule is ReminderRule.MEDIA:
        return texts(f"remind.step.media.{step}")
    if rule is ReminderRule.MONTHLY and month == shown:
        return texts(f"remind.step.{step}")
    of = month.year_period if rule is ReminderRule.YEARLY else month
    return texts("remind.step", period=_short_period(of, texts), step=texts(f"remind.step.{step}"))


def _short_period(period: Period, texts: Texts) -> str:
    if period.month is None:
        return texts("remind.whole_year")
    return texts("remind.month", month=period.month)


def _state(found: Situation, zone: dtm.tzinfo, texts: Texts) -> list[str]:
    rows = []
    if found.rules.paused_at is not None:
        rows.append(
            texts("remind.paused", moment=moment_words(found.rules.paused_at.astimezone(zone), texts))
        )
    if found.month_before is not None:
        month, count = found.month_before
        rows.append(texts("remind.month_before", month=period_name(month, texts), count=count))
    if found.month.last_on < found.today:
        key = "remind.takes_late" if found.is_open else "remind.closed"
        rows.append(texts(key, day=day_words(found.closes_on, texts)))
    return rows


def _lagging(found: Situation, room: int, texts: Texts) -> list[str]:
    if not found.laggards:
        key = "remind.nobody_lags" if found.has_quotas else "remind.no_quotas"
        return [texts(key, month=period_name(found.month, texts))]
    rows: list[str] = []
    for lamp, of_lamp in groupby(found.laggards, key=lambda each: each.lamp):
        some = list(of_lamp)
        rows.append(_lamp_head(lamp, len(some), texts))
        rows += [_laggard(each, texts) for each in some]
    counted = len(found.laggards)
    kept = rows[: min(ROWS, fitting(rows, room))]
    told = sum(row.startswith(texts("remind.mark")) for row in kept)
    return [*kept, texts("remind.more", count=counted - told) if told < counted else ""]


def _lamp_head(lamp: Lamp | None, count: int, texts: Texts) -> str:
    words = "" if lamp is None else lamp_words(lamp, texts)
    return bold(texts("remind.lamp", lamp=words, count=count))


def _laggard(each: Laggard, texts: Texts) -> str:
    row = texts(
        "remind.row",
        mark=texts("remind.mark"),
        unit=escape(shorten(each.unit.name, NAME_LENGTH)),
        lacks=lacking(each, texts, limit=CATEGORIES),
    )
    return row + (texts("remind.urged_today") if each.is_urged else "")


def _unclear(letters: Sequence[UnclearLetter], texts: Texts) -> list[str]:
    if not letters:
        return []
    rows = [_unclear_words(each, texts) for each in letters[:UNCLEAR]]
    more = [texts("remind.unclear_more", count=len(letters) - UNCLEAR)] if len(letters) > UNCLEAR else []
    return [texts("remind.unclear"), *rows, *more]


def _unclear_words(letter: UnclearLetter, texts: Texts) -> str:
    key = UNCLEAR_WORDS.get(letter.kind, "remind.unclear_digest")
    name = escape(shorten(letter.name or texts("remind.unnamed"), NAME_LENGTH))
    return texts(key, day=day_words(letter.day_on, texts), name=name)


def _sent(found: Situation, texts: Texts) -> list[str]:
    month = period_name(found.month, texts)
    if not found.batches:
        return [texts("remind.nothing_sent", month=month)]
    head = texts("remind.sent", month=month, letters=found.sent.letters, units=found.sent.units)
    return [bold(head), *(_batch(each, found.month, texts) for each in found.batches)]


def _batch(each: Batch, shown: Period, texts: Texts) -> str:
    key = "remind.batch_groups" if each.groups else "remind.batch"
    return texts(
        key,
        day=day_words(each.day_on, texts),
        step=step_words(each.rule, each.step, each.month, texts, shown=shown),
        units=each.units,
        people=each.people,
        groups=each.groups,
    )


def _next(found: Situation, texts: Texts) -> list[str]:
    if found.rules.paused_at is not None or not found.prospects or not found.is_open:
        return []
    rows = [bold(texts("remind.next")), *(_prospect(each, found.month, texts) for each in found.prospects)]
    if found.waiting.letters + found.waiting.dues:
        rows.append(texts("remind.waiting", count=found.waiting.letters + found.waiting.dues))
    if any(each.is_estimated for each in found.prospects):
        rows.append(texts("progress.estimated"))
    return rows


def _prospect(each: Prospect, shown: Period, texts: Texts) -> str:
    return texts(
        "remind.prospect",
        moment=moment_words(each.due_at, texts),
        step=step_words(each.rule, each.step, each.month, texts, shown=shown),
        count=each.units,
    )


def _unheard(found: Situation, texts: Texts) -> list[str]:
    if not found.unheard or not found.is_open:
        return []
    names = listed([escape(name) for name in found.unheard], texts, limit=NAMES)
    return [texts("remind.unheard", count=len(found.unheard), names=names)]


def _buttons(found: Situation, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    asked = {"organisation_id": found.organisation.id}
    of_month = {**asked, "month": str(found.month)}
    rows = [_unclear_buttons(each, asked, texts) for each in found.unclear[:UNCLEAR]]
    is_paused = found.rules.paused_at is not None
    count = sum(each.has_hearer and not each.is_urged for each in found.laggards)
    if found.is_open and found.laggards:
        now = [Button(texts("remind.button.now", count=count), "remind.ask", of_month)]
        one = Button(texts("remind.button.choose"), "remind.choose", {**of_month, "page": 0})
        rows.append((*(now if count and not is_paused else []), one))
    if found.month_before is not None:
        rows.append((_month_button(found.month_before[0], asked, texts),))
    rows.append(
        (
            Button(texts("remind.button.rules"), "remind.rules", asked),
            Button(texts("remind.button.resume"), "remind.resume", asked)
            if is_paused
            else Button(texts("remind.button.pause"), "remind.pause", asked),
        )
    )
    if found.month_before is None:
        rows.append(tuple(_months(found, asked, texts)))
    return tuple(rows)


def _months(found: Situation, asked: dict[str, int], texts: Texts) -> Iterable[Button]:
    yield _month_button(found.month.previous(), asked, texts)
    if found.month.next().starts_on <= found.today:
        yield _month_button(found.month.next(), asked, texts)


def _month_button(month: Period, asked: dict[str, int], texts: Texts) -> Button:
    return Button(period_name(month, texts), "remind.show", {**asked, "month": str(month)})


def _unclear_buttons(letter: UnclearLetter, asked: dict[str, int], texts: Texts) -> tuple[Button, ...]:
    of_letter = {**asked, "letter_id": letter.id}
    day = day_words(letter.day_on, texts)
    seen = Button(texts("remind.button.seen", day=day), "remind.seen", of_letter)
    if letter.kind not in UNCLEAR_WORDS:
        return (seen,)
    return seen, Button(texts("remind.button.again", day=day), "remind.again", of_letter)
