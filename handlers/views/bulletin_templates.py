"""Which Word template a kind of bulletin is written by, and what came of another."""

from collections.abc import Mapping
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import in_rows
from locales import Texts
from models.enums import BulletinKind
from services.core.bulletin_requests import kind_of
from services.core.quarter import AnyPeriod
from services.documents.word_writing import Template
from services.issuing.bulletin_files import KnownTemplate

STEP = "bulletin.template_said"
FIELDS_LENGTH = 500


def template(
    organisation_id: int,
    period: AnyPeriod,
    known: KnownTemplate,
    texts: Texts,
    *,
    replaces: bool,
    said: str = "",
) -> Answer:
    """Show which template is used, and ask for another."""
    told = {"organisation_id": organisation_id, "period": str(period)}
    buttons = [Button(texts("bulletin.button.template_file"), "bulletin.template_file", told)]
    if known.name:
        buttons.append(Button(texts("bulletin.button.template_reset"), "bulletin.template_reset", told))
    name = escape(known.name) if known.name else texts("bulletin.template_ours")
    kind = texts(f"bulletin.kind.{kind_of(period).value}")
    return Answer(
        lines([said], [bold(texts("bulletin.template", kind=kind)), name], [texts("bulletin.ask_template")]),
        buttons=(*in_rows(buttons), (_back(told, texts),)),
        replaces=replaces,
        asks=STEP,
        asks_with=told,
    )


def _back(told: Mapping[str, Any], texts: Texts) -> Button:
    return Button(texts("bulletin.button.back"), "bulletin.open", dict(told))


def refused(told: Mapping[str, Any], problem: str, texts: Texts) -> Answer:
    """Say why a template cannot be used, and ask again; ``problem`` is HTML."""
    asked = {name: told[name] for name in ("organisation_id", "period")}
    return Answer(
        lines([problem], [texts("bulletin.ask_template")]),
        buttons=((_back(asked, texts),),),
        asks=STEP,
        asks_with=asked,
    )


def tried(told: Mapping[str, Any], made: Template, texts: Texts) -> Answer:
    """Say what a template uses, and offer to use it; its specimen stands before."""
    asked = {name: told[name] for name in ("organisation_id", "period", "file_id", "name")}
    fields = escape(shorten(texts("progress.comma").join(made.fields), FIELDS_LENGTH))
    use = Button(texts("bulletin.button.template_use"), "bulletin.template_use", asked)
    return Answer(
        texts("bulletin.template_tried", fields=fields),
        buttons=((use,), (_back({name: told[name] for name in ("organisation_id", "period")}, texts),)),
    )


def default_name(kind: BulletinKind, texts: Texts) -> str:
    """Name our own template as a file."""
    return texts("bulletin.template_name", kind=texts(f"bulletin.kind.{kind.value}"))


def is_called_template(name: str, texts: Texts) -> bool:
    """Tell whether a file's name says that it is a template for Word."""
    said = name.casefold()
    return said.endswith(".docx") and texts("bulletin.template_word") in said


def kind_called(name: str, texts: Texts) -> BulletinKind | None:
    """Give the kind of bulletin that a file's name speaks of; None for none or several."""
    found = [kind for kind in BulletinKind if texts(f"bulletin.kind.{kind.value}") in name]
    return found[0] if len(found) == 1 else None


def specimen_name(texts: Texts) -> str:
    """Name the specimen as a file."""
    return f"{texts('bulletin.specimen')}.docx"
