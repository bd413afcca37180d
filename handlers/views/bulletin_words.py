"""The words of a bulletin, place by place, with the fields that may stand in them."""

from handlers.kit.answers import Answer, Button
from handlers.views.bulletin_names import bulletin_name, told_of
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import in_rows
from locales import Texts
from services.core.composing import read_fields
from services.core.phrases import fields_of, fill, find_place
from services.core.wordings import LEFT_OUT, WORDINGS
from services.issuing.bulletin_phrases import OwnPhrase
from services.issuing.bulletins import Draft

STEP = "bulletin.words_said"
SHOWN = 1000
"""So much of a place's words is shown, before and after they are filled in."""


def places(made: Draft, texts: Texts) -> Answer:
    """Offer every place; those with words of the office's own are marked."""
    buttons = [
        Button(
            texts("bulletin.own_place", name=each.label) if _own(made, each.name).text else each.label,
            "bulletin.place",
            told_of(made, place=each.name),
        )
        for each in WORDINGS[made.kind].places
    ]
    back = Button(texts("bulletin.button.back"), "bulletin.open", told_of(made))
    return Answer(
        lines([bold(bulletin_name(made.period, texts))], [texts("bulletin.ask_place")]),
        buttons=(*in_rows(buttons), (back,)),
        replaces=True,
    )


def place(made: Draft, name: str, texts: Texts, *, said: str = "", replaces: bool = True) -> Answer:
    """Show a place as it is worded and as it reads, and ask for other words."""
    own, default = _own(made, name), find_place(made.kind, name)
    words = default.text if own.text is None else own.text
    reads = "\n".join(fill(words, read_fields(made.facts)).paragraphs)
    told = told_of(made, place=name, version=own.version)
    changes = []
    if own.text is not None:
        changes.append(Button(texts("bulletin.button.reset"), "bulletin.reset", told))
    if words != LEFT_OUT:
        changes.append(Button(texts("bulletin.button.leave_out"), "bulletin.leave_out", told))
    back = Button(texts("bulletin.button.all_places"), "bulletin.places", told_of(made))
    is_left_out = words == LEFT_OUT
    return Answer(
        lines(
            [said],
            [bold(escape(default.label))],
            [texts("bulletin.left_out")]
            if is_left_out
            else [texts("bulletin.worded"), escape(shorten(words, SHOWN))],
            [texts("bulletin.reads"), escape(shorten(reads, SHOWN))] if reads else [],
            [texts("bulletin.fields", fields=texts("progress.comma").join(_fields(made)))],
            [texts("bulletin.ask_words")],
        ),
        buttons=(*in_rows(changes), (back,)),
        replaces=replaces,
        asks=STEP,
        asks_with=told,
    )


def reworded(made: Draft, name: str, texts: Texts, *, replaces: bool) -> Answer:
    """Confirm new words and show how they read."""
    return place(made, name, texts, said=texts("bulletin.reworded"), replaces=replaces)


def _own(made: Draft, name: str) -> OwnPhrase:
    return made.phrases.get(name, OwnPhrase())


def _fields(made: Draft) -> list[str]:
    return [f"{{{each}}}" for each in fields_of(made.kind)]
