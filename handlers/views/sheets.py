"""A sheet in the chat: what it says in short, what is doubtful, what would differ, and the two buttons."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views import exported_sheets, imports, registers
from handlers.views.figures import listed
from handlers.views.markup import MAX_UNITS, bold, escape, fitting, lines, units
from locales import Texts
from services.core.sheets.changes import Changes
from services.importing.exported_sheets import Bundle, BundleChanges
from services.importing.imports import Preview
from services.importing.media_sheets import RegisterChanges, RegisterPreview
from services.importing.sheet_kinds import Sheet
from services.office.organisations import OrganisationRef

SheetChanges = Changes | RegisterChanges | BundleChanges

MOST_LINES = 12  # of doubts, of differences and of columns: a phone shows about thirty


def what_to_send(organisations: Sequence[OrganisationRef], texts: Texts) -> Answer:
    """Say which file to send."""
    names = listed([escape(one.name) for one in organisations], texts, limit=MOST_LINES)
    return Answer(lines([texts("sheet.send", names=names)], [texts("sheet.year_hint")]))


def choice(organisations: Sequence[OrganisationRef], asked: Mapping[str, Any], texts: Texts) -> Answer:
    """Ask for which organisation a sheet is."""
    return Answer(
        texts("sheet.choose"),
        buttons=tuple(
            (Button(one.name, "import.choose", {**asked, "organisation_id": one.id}),)
            for one in organisations
        ),
    )


def preview(shown: Sheet, asked: Mapping[str, Any], texts: Texts, *, replaces: bool) -> Answer:
    """Show what a sheet was understood to say; nothing of it is saved yet."""
    if isinstance(shown, Preview):
        told = _table(shown, texts)
    else:
        told = _exported(shown, texts) if isinstance(shown, Bundle) else _register(shown, texts)
    return Answer(told, buttons=_buttons(shown, asked, texts), replaces=replaces)


def columns(shown: Sheet, texts: Texts) -> Answer:
    """Show what each column was taken for."""
    if isinstance(shown, Preview):
        told = [imports.column(one, texts).strip() for one in shown.understanding.columns]
    elif isinstance(shown, RegisterPreview):
        told = [registers.column(each, texts).strip() for each in shown.understanding.columns]
    else:
        told = []
    shortened = [escape(line) for line in told]
    return Answer(
        "\n".join([bold(texts("import.columns")), *shortened[: fitting(shortened, MAX_UNITS - 40)]])
    )


def saved(shown: Sheet, changes: SheetChanges, texts: Texts) -> Answer:
    """Say what was saved, and what comes next."""
    done = summarise(changes, texts)
    if isinstance(shown, RegisterPreview):
        told = lines([f"✅ {bold(done)}", escape(shown.organisation)], [texts("register.next")])
        return Answer(told, replaces=True)
    if isinstance(shown, Bundle):
        where = escape(shown.organisation)
    else:
        where = texts("sheet.for", organisation=escape(shown.organisation), year=shown.understanding.year)
    return Answer(lines([f"✅ {bold(done)}", where], [texts("sheet.next")]), replaces=True)


def describe(shown: Sheet, texts: Texts) -> str:
    """Say for a terminal what a sheet was understood to say."""
    if isinstance(shown, Preview):
        return imports.describe(shown, texts)
    if isinstance(shown, Bundle):
        return exported_sheets.describe(shown, texts)
    return registers.describe(shown, texts)


def summarise(changes: SheetChanges, texts: Texts) -> str:
    """Say in short what was saved."""
    if isinstance(changes, BundleChanges):
        return "\n".join(exported_sheets.summarise(changes, texts, is_saved=True))
    if isinstance(changes, Changes):
        return imports.summarise(changes, texts, is_saved=True)
    return registers.summarise(changes, texts, is_saved=True)


def dropped(texts: Texts) -> Answer:
    """Say that nothing was saved."""
    return Answer(texts("sheet.dropped"), replaces=True)


def _table(shown: Preview, texts: Texts) -> str:
    """Show what a table of units was understood to say."""
    understood = shown.understanding
    title = understood.title or texts("sheet.untitled")
    head = lines(
        [
            f"{bold(escape(title))}",
            texts("sheet.for", organisation=escape(shown.organisation), year=understood.year),
        ],
        [
            texts("sheet.found", units=len(understood.units), categories=len(understood.categories)),
            *(texts("import.derived", month=month) for month in imports.derived_months(understood)),
            imports.summarise(shown.changes, texts, is_saved=False),
            *imports.closed_months(shown, texts),
        ],
    )
    told = (
        imports.doubts(understood, texts) or [texts("import.no_doubts")],
        imports.differences(shown.changes, texts),
        imports.names(understood, texts),
        imports.remarks(understood, texts),
    )
    return _told(head, told, texts)


def _exported(shown: Bundle, texts: Texts) -> str:
    """Show what exported workbooks say."""
    title = texts("sheet.exported", organisation=escape(shown.organisation))
    head = lines([bold(title)], [escape(line) for line in exported_sheets.head(shown, texts)])
    return _told(head, exported_sheets.told(shown, texts), texts)


def _register(shown: RegisterPreview, texts: Texts) -> str:
    """Show what a register of media accounts was understood to say."""
    understood = shown.understanding
    head = lines(
        [bold(escape(understood.title or texts("sheet.untitled"))), escape(shown.organisation)],
        [
            texts("register.found", count=len(understood.rows)),
            registers.summarise(shown.changes, texts, is_saved=False),
        ],
    )
    told = (
        imports.doubts(understood, texts) or [texts("import.no_doubts")],
        registers.differences(shown.changes, texts),
        imports.remarks(understood, texts),
    )
    return _told(head, told, texts)


def _told(head: str, told: Sequence[Sequence[str]], texts: Texts) -> str:
    """Put parts under a head, each as far as a phone shows it and the message has room."""
    room = MAX_UNITS - units(head) - 8
    parts = [head]
    for each in told:
        part = _first_lines(each, room, texts)
        parts.append(part)
        room -= units(part) + 2
    return lines(*([part] for part in parts))


def _buttons(shown: Sheet, asked: Mapping[str, Any], texts: Texts) -> tuple[tuple[Button, ...], ...]:
    looks = () if isinstance(shown, Bundle) else ((Button(texts("sheet.columns"), "import.columns", asked),),)
    months = tuple(
        Button(texts("sheet.month", month=month), "import.month", {**asked, "quarter_month": month})
        for month in (shown.understanding.asks_months if isinstance(shown, Preview) else ())
    )
    asking = (months,) if months else ()
    if shown.changes.is_empty:
        return (*asking, *looks)
    agreed = {**asked, "agreed": shown.fingerprint}
    save = Button(texts("sheet.save"), "import.save", agreed)
    return (*asking, (save, Button(texts("sheet.drop"), "import.drop")), *looks)


def _first_lines(told: Sequence[str], room: int, texts: Texts) -> str:
    """Give as many of the lines as a phone shows and the message holds, and how many there are more."""
    safe = [escape(line) for line in told]
    kept = min(MOST_LINES, fitting(safe, room - 40))
    rest = len(safe) - kept
    return "\n".join([*safe[:kept], *([texts("import.more", count=rest)] if rest else [])])
