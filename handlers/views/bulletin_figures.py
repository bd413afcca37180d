"""The figures that an office states for a bulletin, each with where it comes from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.bulletin_names import bulletin_name, number_of, told_of
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import in_rows
from handlers.views.quarters import any_period_name
from locales import Texts
from services.core.quarter import read_any_period
from services.core.stated import STATABLE, Figure, Origin, Statable, Stated, statable
from services.issuing.bulletin_figures import StatedChange
from services.issuing.bulletins import Draft

STEP = "bulletin.figure_said"
NUMBER_STEP = "bulletin.number_said"
NAMES_LENGTH = 300


def figures(made: Draft, texts: Texts, *, replaces: bool, changes: Sequence[StatedChange] = ()) -> Answer:
    """Show each figure, and ask for the first that is missing; several may be sent at once."""
    wanted = list(statable(made.kind))
    lacking = next((one for one in wanted if _lacks(_figure(made, one))), None)
    told = told_of(made)
    buttons = [Button(one.label, "bulletin.figure", {**told, "name": one.name}) for one in wanted]
    drops = [
        Button(texts("bulletin.button.drop", name=one.label), "bulletin.drop", {**told, "name": one.name})
        for one in wanted
        if one.is_counted and _figure(made, one).origin is Origin.STATED
    ]
    back = Button(texts("bulletin.button.back"), "bulletin.open", told)
    asked = texts("bulletin.ask_figure", name=lacking.label) if lacking else texts("bulletin.ask_any_figure")
    return Answer(
        lines(
            [_changed(each, texts) for each in changes],
            [bold(bulletin_name(made.period, texts)), *(_stands(made, one, texts) for one in wanted)],
            [asked, texts("bulletin.several_figures")],
        ),
        buttons=(*in_rows(buttons), *in_rows(drops, 1), (back,)),
        replaces=replaces,
        asks=STEP,
        asks_with={**told, "name": lacking.name} if lacking else told,
    )


def read_from_sheet(found: Mapping[str, Stated], told: Mapping[str, Any], texts: Texts) -> Answer:
    """Show what a sheet says, and offer to take it."""
    asked = {name: told[name] for name in ("organisation_id", "period")}
    rows = [
        texts("bulletin.figure.stated", name=STATABLE[name].label, value=_value(each, texts))
        for name, each in found.items()
    ]
    figures = {name: [each.value, list(each.names)] for name, each in found.items()}
    take = Button(texts("bulletin.button.take"), "bulletin.take", {**asked, "figures": figures})
    back = Button(texts("bulletin.button.back"), "bulletin.figures", asked)
    return Answer(lines([texts("bulletin.sheet_says"), *rows]), buttons=((take, back),))


def ask(made: Draft, name: str, texts: Texts) -> Answer:
    """Ask for one figure."""
    one = STATABLE[name]
    key = "bulletin.ask_names" if one.is_names else "bulletin.ask_figure"
    back = Button(texts("bulletin.button.back"), "bulletin.figures", told_of(made))
    return Answer(
        lines([_stands(made, one, texts)], [texts(key, name=one.label)]),
        buttons=((back,),),
        replaces=True,
        asks=STEP,
        asks_with=told_of(made, name=name),
    )


def ask_number(made: Draft, texts: Texts) -> Answer:
    """Ask which number the bulletin bears."""
    back = Button(texts("bulletin.button.back"), "bulletin.open", told_of(made))
    number = number_of(made.number, texts) or texts("bulletin.unnumbered")
    return Answer(
        lines([bold(bulletin_name(made.period, texts)), number], [texts("bulletin.ask_number")]),
        buttons=((back,),),
        replaces=True,
        asks=NUMBER_STEP,
        asks_with=told_of(made),
    )


def _figure(made: Draft, one: Statable) -> Figure:
    return made.facts.figures.get(one.name, Figure())


def _lacks(figure: Figure) -> bool:
    return figure.origin is Origin.MISSING


def _stands(made: Draft, one: Statable, texts: Texts) -> str:
    """Say what a figure is and where it comes from."""
    figure = _figure(made, one)
    value = _names(figure.names, texts) if one.is_names else str(figure.value)
    key = f"bulletin.figure.{figure.origin.value}"
    if figure.origin is Origin.STATED and figure.counted not in {None, figure.value}:
        key = "bulletin.figure.stated_and_counted"
    since = any_period_name(read_any_period(figure.since), texts) if figure.since else ""
    return texts(
        key,
        name=one.label,
        value=value,
        counted=figure.counted if figure.counted is not None else "",
        base=figure.base,
        added=(figure.value or 0) - figure.base,
        since=since,
    )


def _changed(change: StatedChange, texts: Texts) -> str:
    now = "" if change.after is None else _value(change.after, texts)
    name = STATABLE[change.name].label
    if change.after is None:
        return texts("bulletin.dropped", name=name)
    if change.before is None or change.before == change.after:
        return texts("bulletin.stated", name=name, value=now)
    return texts("bulletin.restated", name=name, value=now, before=_value(change.before, texts))


def _value(stated: Stated, texts: Texts) -> str:
    return _names(stated.names, texts) if stated.value is None else str(stated.value)


def _names(names: Iterable[str], texts: Texts) -> str:
    listed = texts("progress.comma").join(names)
    return escape(shorten(listed, NAMES_LENGTH)) or texts("bulletin.no_names")
