"""The audit as a message a page at a time, the questions that narrow it down, and all of it as a table."""

import datetime as dtm
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from handlers.kit.answers import Answer, Button, Document
from handlers.views.figures import days_through
from handlers.views.history_words import EntryWords
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import in_rows
from locales import Texts
from services.arranging.history import HistoryEntry, HistoryPage, Kind, Names, Run, Wanted
from services.core.spans import Span
from services.documents.writing import BYTE_ORDER_MARK, CSV_TYPE, csv_bytes
from services.office.organisations import UnitRef

STEP = "audit.about"
VALUE_LENGTH = 100
BUTTON_LENGTH = 24
MOST_OFFERED = 20
COLUMNS = ("at", "who", "what", "subject", "before", "after", "source")

Batches = Callable[[], AsyncIterator[tuple[Sequence[HistoryEntry], Names]]]


def told(wanted: Wanted) -> dict[str, Any]:
    """Write which entries are wanted for a button; the zone goes without saying."""
    span = wanted.span
    return {
        "organisation_id": wanted.organisation_id,
        "unit_id": wanted.unit_id,
        "member_id": wanted.member_id,
        "kind": wanted.kind.value if wanted.kind else None,
        "span": [span.starts_on.isoformat(), span.ends_before.isoformat()] if span else None,
    }


def heard(arguments: Mapping[str, Any], zone: dtm.tzinfo) -> Wanted:
    """Read back what ``told`` wrote."""
    span, kind = arguments.get("span"), arguments.get("kind")
    return Wanted(
        organisation_id=arguments["organisation_id"],
        unit_id=arguments.get("unit_id"),
        member_id=arguments.get("member_id"),
        kind=Kind(kind) if kind else None,
        span=Span(*map(dtm.date.fromisoformat, span)) if span else None,
        zone=zone,
    )


def page_answer(
    shown: HistoryPage, wanted: Wanted, texts: Texts, *, is_newest: bool, replaces: bool
) -> Answer:
    """Show entries, the newest first, and what can be done about them."""
    words = EntryWords(shown.names, texts, wanted.zone)
    title = bold(texts("history.title", organisation=escape(shown.organisation)))
    narrowed = _narrowed(wanted, shown, words, texts)
    entries = [_paragraph(run, words, texts) for run in shown.runs]
    nothing = [] if entries else [texts("history.none")]
    return Answer(
        lines([title, narrowed], *entries, nothing),
        buttons=_buttons(shown, wanted, texts, is_newest=is_newest),
        replaces=replaces,
    )


def ask_about(wanted: Wanted, texts: Texts) -> Answer:
    """Ask for a unit or a person by name, or a day."""
    return Answer(texts("history.ask_about"), asks=STEP, asks_with=told(wanted))


def offer_kinds(wanted: Wanted, texts: Texts) -> Answer:
    """Offer what entries may be about."""
    buttons = [
        Button(texts(f"history.kind.{kind.value}"), "audit.show", {**told(wanted), "kind": kind.value})
        for kind in Kind
    ]
    return Answer(texts("history.ask_kind"), buttons=in_rows(buttons, 2), replaces=True)


def offer_spans(wanted: Wanted, today: dtm.date, texts: Texts) -> Answer:
    """Offer spans of days that end today; any day or month can be typed."""
    buttons = [
        Button(
            texts("history.last_days", count=days),
            "audit.show",
            {**told(wanted), "span": _written(Span.of_last_days(days, today))},
        )
        for days in (1, 7, 30, 365)
    ]
    return Answer(
        texts("history.ask_span"),
        buttons=in_rows(buttons, 2),
        replaces=True,
        asks=STEP,
        asks_with=told(wanted),
    )


def which(
    text: str, units: Sequence[UnitRef], people: Sequence[tuple[int, str]], wanted: Wanted, texts: Texts
) -> Answer:
    """Ask who or which unit is meant; where nothing fits, say so."""
    base = told(wanted)
    buttons = [
        Button(shorten(unit.name, BUTTON_LENGTH), "audit.show", {**base, "unit_id": unit.id})
        for unit in units
    ]
    buttons += [
        Button(shorten(name, BUTTON_LENGTH), "audit.show", {**base, "member_id": member_id})
        for member_id, name in people
    ]
    key = "history.which" if buttons else "history.unknown"
    return Answer(
        texts(key, text=escape(shorten(text, BUTTON_LENGTH))),
        buttons=in_rows(buttons[:MOST_OFFERED], 2),
        asks=STEP,
        asks_with=base,
    )


def exported(organisation: str, count: int, today: dtm.date, batches: Batches, table: "Table") -> Answer:
    """Send every entry as a table."""
    texts = table.texts
    name = texts("history.file_name", organisation=organisation, day=today.isoformat())
    return Answer(
        texts("history.exported", count=count), document=Document(name, CSV_TYPE, table.of(batches))
    )


class Table:
    """Entries as rows of CSV in one language."""

    def __init__(self, texts: Texts, zone: dtm.tzinfo) -> None:
        self.texts = texts
        self._zone = zone

    def of(self, batches: Batches) -> Callable[[], AsyncIterator[bytes]]:
        """Give what writes the table, from its beginning at each call."""

        async def chunks() -> AsyncIterator[bytes]:
            heads = [self.texts(f"history.column.{column}") for column in COLUMNS]
            yield BYTE_ORDER_MARK.encode() + csv_bytes([heads])
            async for entries, names in batches():
                words = EntryWords(names, self.texts, self._zone)
                yield csv_bytes(_row(entry, words) for entry in entries)

        return chunks


def _row(entry: HistoryEntry, words: EntryWords) -> list[str]:
    return [
        words.moment(entry),
        words.who(entry),
        words.what(entry),
        words.subject(entry),
        *words.change(entry),
        words.source(entry),
    ]


def _paragraph(run: Run, words: EntryWords, texts: Texts) -> list[str]:
    """Tell who did what, from what to what, by which message; of many alike, how many."""
    entry, *others = run.entries
    source, link = escape(words.source(entry)), words.link(entry)
    if others:
        deed = texts("history.alike", deed=bold(words.what(entry)), count=len(run.entries))
    else:
        deed = _deed(entry, words, texts)
    return [
        texts("history.head", at=words.at(entry), who=escape(words.who(entry))),
        deed,
        f'<a href="{link}">{source}</a>' if link else source,
    ]


def _deed(entry: HistoryEntry, words: EntryWords, texts: Texts) -> str:
    before, after = (escape(shorten(value, VALUE_LENGTH)) for value in words.change(entry))
    said = " → ".join(filter(None, [before, after]))
    subject = escape(words.subject(entry))
    deed = " ".join(filter(None, [bold(words.what(entry)), subject]))
    return texts("history.deed", deed=deed, said=said) if said else deed


def _narrowed(wanted: Wanted, shown: HistoryPage, words: EntryWords, texts: Texts) -> str:
    """Say what the entries are narrowed down to; "" for all of them."""
    said = []
    if wanted.unit_id is not None:
        said.append(shown.names.units.get(wanted.unit_id, ""))
    if wanted.member_id is not None:
        said.append(words.member(wanted.member_id))
    if wanted.kind is not None:
        said.append(texts(f"history.kind.{wanted.kind.value}"))
    if (span := wanted.span) is not None:
        last = span.ends_before - dtm.timedelta(days=1)
        said.append(days_through(span.starts_on, last, texts))
    only = texts("progress.comma").join(filter(None, said))
    return texts("history.only", only=escape(only)) if only else ""


def _buttons(
    shown: HistoryPage, wanted: Wanted, texts: Texts, *, is_newest: bool
) -> tuple[tuple[Button, ...], ...]:
    base = told(wanted)
    everything = told(Wanted(wanted.organisation_id))
    turning = []
    if not is_newest:
        turning.append(Button(texts("history.button.newest"), "audit.show", base))
    if shown.has_older:
        older = {**base, "before_id": shown.oldest_id}
        turning.append(Button(texts("history.button.older"), "audit.show", older))
    narrowing = [
        Button(texts(f"history.button.{name}"), f"audit.{name}", base) for name in ("about", "kind", "span")
    ]
    last = [
        Button(texts("history.button.export"), "audit.export", {"organisation_id": wanted.organisation_id})
    ]
    if base != everything:
        last.insert(0, Button(texts("history.button.all"), "audit.show", everything))
    return tuple(tuple(row) for row in (turning, narrowing, last) if row)


def _written(span: Span) -> list[str]:
    return [span.starts_on.isoformat(), span.ends_before.isoformat()]
