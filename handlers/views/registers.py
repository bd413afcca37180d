"""A register of media accounts from a sheet: what it says and what it would change, as plain lines."""

from collections.abc import Iterator

from handlers.views import imports
from handlers.views.figures import listed
from locales import Texts
from services.core.sheets.registers import RegisterColumn, RegisterMeaning
from services.importing.media_sheets import RegisterChange, RegisterChanges, RegisterPreview

MOST_NAMES = 5


def describe(shown: RegisterPreview, texts: Texts) -> str:
    """Return everything the person needs for deciding, for a terminal."""
    understood = shown.understanding
    parts = [
        texts("register.title", title=understood.title, organisation=shown.organisation).strip(),
        "",
        texts("import.columns"),
        *(column(each, texts) for each in understood.columns),
        "",
        texts("register.found", count=len(understood.rows)),
        *imports.first(imports.doubts(understood, texts) or [texts("import.no_doubts")], texts),
        *imports.first(imports.remarks(understood, texts), texts),
        "",
        summarise(shown.changes, texts, is_saved=False),
        *imports.first(differences(shown.changes, texts), texts),
    ]
    return "\n".join(parts)


def summarise(changes: RegisterChanges, texts: Texts, *, is_saved: bool) -> str:
    """Return in one line how many accounts are, or would be, new or different, and that nothing is."""
    if changes.is_empty:
        return texts("import.nothing_new")
    counts = {"added": len(changes.added), "changed": len(changes.changed), "seen": len(changes.seen)}
    counts["looks"] = len(changes.looks)
    told = (texts(f"register.part.{key}", count=count) for key, count in counts.items() if count)
    return texts("import.saved" if is_saved else "import.changes", changed=texts("progress.comma").join(told))


def column(one: RegisterColumn, texts: Texts) -> str:
    """Say in one line what a column was taken for."""
    return f"  {one.letter}  {one.heading} → {texts(f'register.meaning.{one.meaning.value}')}"


def differences(changes: RegisterChanges, texts: Texts) -> list[str]:
    """List what would become something else, and which accounts the sheet does not have."""
    told = [_difference(each, texts) for each in changes.changed]
    if changes.absent:
        names = listed(list(changes.absent), texts, limit=MOST_NAMES)
        told.append(texts("register.absent", count=len(changes.absent), names=names))
    return told


def _difference(change: RegisterChange, texts: Texts) -> str:
    what = [texts(f"register.meaning.{meaning.value}") for meaning in _changed(change)]
    said = {"name": change.before.name, "what": texts("progress.comma").join(what)}
    return imports.at(change.address) + texts("register.differs", **said)


def _changed(change: RegisterChange) -> Iterator[RegisterMeaning]:
    before, after = change.before, change.after
    pairs = {
        RegisterMeaning.UNIT: (before.unit_id, after.unit_id),
        RegisterMeaning.LEVEL: (before.level, after.level),
        RegisterMeaning.RESPONSIBLE: (before.responsible, after.responsible),
        RegisterMeaning.OPENED: (before.opened_on, after.opened_on),
        RegisterMeaning.DEREGISTERED: (before.deregistered_on, after.deregistered_on),
    }
    return (meaning for meaning, (old, new) in pairs.items() if old != new)
