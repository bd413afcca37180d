"""The office's units: the list, a unit's card, and the questions about its names, its place and its end."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.figures import listed
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import Page, in_rows, page_buttons
from locales import Texts
from services.arranging.units import NAME_LENGTH, ListedUnit, UnitCard
from services.office.organisations import NoUnit, OrganisationRef, SeveralUnits

FIND, RENAME, ALIAS, ADD, DIVISION, PLACE, MERGE = (
    f"units.{step}" for step in ("find", "rename", "alias", "add", "division", "place", "merge")
)
ON_A_PAGE = 16
IN_A_ROW = 2
BUTTON_LENGTH = 24
ALIASES_SHOWN = 20
DIVISIONS_SHOWN = 12
PERIOD_NOW = ""


def listing(
    organisation: OrganisationRef,
    everything: Sequence[ListedUnit],
    number: int,
    texts: Texts,
    *,
    replaces: bool,
) -> Answer:
    """Offer the units in official order, a page at a time; a name may be typed instead of pressed."""
    page = Page.of(everything, number, ON_A_PAGE)
    active = sum(one.is_active for one in everything)
    unstaffed = sum(one.is_active and not one.reporters for one in everything)
    title = texts("units.title", organisation=escape(organisation.name), count=active)
    retired = len(everything) - active
    arguments = {"organisation_id": organisation.id}
    add = Button(texts("units.button.add"), "units.add", arguments)
    return Answer(
        lines(
            [
                bold(title),
                _divisions(everything, texts),
                texts("units.unstaffed", count=unstaffed) if unstaffed else "",
                texts("units.retired_count", count=retired) if retired else "",
            ],
            [texts("units.ask")],
        ),
        buttons=(
            *in_rows([_listed_button(one, texts) for one in page.shown], IN_A_ROW),
            *page_buttons(page, "units.page", arguments, texts),
            (add,),
        ),
        replaces=replaces,
        asks=FIND,
        asks_with=arguments,
    )


def card(shown: UnitCard, texts: Texts, *, replaces: bool, said: str = "") -> Answer:
    """Show a unit with what can be done about it; ``said`` stands above it."""
    unit = shown.unit
    aliases = listed([escape(each.name) for each in shown.aliases], texts, limit=ALIASES_SHOWN)
    facts = [
        texts("units.division", division=escape(unit.division)) if unit.division else "",
        texts("units.aliases", names=aliases) if aliases else texts("units.no_aliases"),
        texts("units.reporters", count=shown.reporters),
        texts("units.accounts", count=shown.accounts, name=escape(unit.name)) if shown.accounts else "",
        state_words(shown, texts),
    ]
    actions = ("rename", "alias", "merge", "retire") if shown.is_active else ("restore",)
    buttons = [
        Button(texts(f"units.button.{name}"), f"units.{name}", {"unit_id": unit.id}) for name in actions
    ]
    seen = Button(texts("units.button.progress"), "progress.show", {"unit_id": unit.id, "period": PERIOD_NOW})
    back = Button(
        texts("units.button.list"), "units.page", {"organisation_id": unit.organisation_id, "page": 0}
    )
    return Answer(
        lines([said], [bold(escape(unit.name)), *facts]),
        buttons=(*in_rows(buttons, IN_A_ROW), (seen, back)),
        replaces=replaces,
    )


def state_words(shown: UnitCard, texts: Texts) -> str:
    """Say whether a unit reports, and if not, since when and what became of it."""
    if shown.is_active or shown.retired_at is None:
        return texts("units.active")
    since = texts.date(shown.retired_at.date())
    if shown.successor:
        return texts("units.merged", date=since, successor=escape(shown.successor))
    return texts("units.retired", date=since)


@dataclass(frozen=True, slots=True)
class Choice:
    """What choosing a unit means: an action told its id as ``key`` besides ``told``; ``step`` asks on."""

    action: str
    key: str
    told: Mapping[str, Any]
    step: str


def which(unclear: SeveralUnits | NoUnit, choice: Choice, texts: Texts) -> Answer:
    """Ask which of several units is meant, or say that none is and offer the nearest."""
    match unclear:
        case SeveralUnits(offered):
            words = texts("units.which", count=len(offered))
        case NoUnit(text, offered):
            words = texts("units.unknown", text=escape(shorten(text, BUTTON_LENGTH)))
    buttons = [
        Button(shorten(unit.name, BUTTON_LENGTH), choice.action, {**choice.told, choice.key: unit.id})
        for unit in offered[:ON_A_PAGE]
    ]
    return Answer(words, buttons=in_rows(buttons, IN_A_ROW), asks=choice.step, asks_with=choice.told)


def ask_name(shown: UnitCard, texts: Texts) -> Answer:
    """Ask for a unit's new name."""
    words = texts("units.ask_name", name=escape(shown.unit.name), length=NAME_LENGTH)
    return Answer(words, asks=RENAME, asks_with={"unit_id": shown.unit.id})


def ask_keeping(shown: UnitCard, name: str, texts: Texts) -> Answer:
    """Ask whether the old name goes on meaning the unit."""
    arguments = {"unit_id": shown.unit.id, "name": name}
    buttons = (
        Button(texts("units.button.rename_keeping"), "units.rename_to", {**arguments, "keeps_old": True}),
        Button(texts("units.button.rename_only"), "units.rename_to", {**arguments, "keeps_old": False}),
        _cancel(shown.unit.id, texts),
    )
    words = texts("units.ask_keeping", before=escape(shown.unit.name), after=escape(name))
    return Answer(words, buttons=in_rows(buttons, 1))


def aliases(shown: UnitCard, texts: Texts, *, replaces: bool, said: str = "") -> Answer:
    """Show a unit's other names, each with a button that takes it away; another may be typed."""
    unit = shown.unit
    buttons = [
        Button(
            texts("units.button.remove_alias", name=shorten(each.name, BUTTON_LENGTH)),
            "units.remove_alias",
            {"unit_id": unit.id, "alias_id": each.id},
        )
        for each in shown.aliases[:ALIASES_SHOWN]
    ]
    return Answer(
        lines([said], [texts("units.ask_alias", name=escape(unit.name))]),
        buttons=(*in_rows(buttons, IN_A_ROW), (_cancel(unit.id, texts, key="units.button.card"),)),
        replaces=replaces,
        asks=ALIAS,
        asks_with={"unit_id": unit.id},
    )


def ask_new_name(organisation_id: int, texts: Texts) -> Answer:
    """Ask what a new unit is called."""
    words = texts("units.ask_new_name", length=NAME_LENGTH)
    return Answer(words, asks=ADD, asks_with={"organisation_id": organisation_id})


def ask_division(organisation_id: int, name: str, everything: Sequence[ListedUnit], texts: Texts) -> Answer:
    """Ask what a new unit stands under: one of the divisions there are, none, or one that is typed."""
    told = {"organisation_id": organisation_id, "name": name}
    known = dict.fromkeys(one.unit.division for one in everything if one.unit.division)
    buttons = [
        Button(shorten(division, BUTTON_LENGTH), "units.division", {**told, "division": division})
        for division in list(known)[:DIVISIONS_SHOWN]
    ]
    none = Button(texts("units.button.no_division"), "units.division", {**told, "division": ""})
    return Answer(
        texts("units.ask_division", name=escape(name)),
        buttons=(*in_rows(buttons, IN_A_ROW), (none,)),
        asks=DIVISION,
        asks_with=told,
    )


def ask_place(
    organisation_id: int, name: str, division: str, everything: Sequence[ListedUnit], texts: Texts
) -> Answer:
    """Ask where a new unit stands: at the end, after the last of its division, or after one that is typed."""
    told = {"organisation_id": organisation_id, "name": name, "division": division}
    alike = [one.unit for one in everything if one.unit.division == division]
    buttons = [Button(texts("units.button.at_end"), "units.place", {**told, "after_id": None})]
    if alike and alike[-1] != everything[-1].unit:
        words = texts("units.button.after", name=shorten(alike[-1].name, BUTTON_LENGTH))
        buttons.insert(0, Button(words, "units.place", {**told, "after_id": alike[-1].id}))
    words = texts("units.ask_place", name=escape(name))
    return Answer(words, buttons=in_rows(buttons, 1), asks=PLACE, asks_with=told)


def ask_retirement(shown: UnitCard, texts: Texts) -> Answer:
    """Ask whether a unit is really to report no more."""
    return _confirm(shown, "units.ask_retirement", "units.button.retire_now", "units.retire_now", texts)


def ask_restoring(shown: UnitCard, texts: Texts) -> Answer:
    """Ask whether a unit is really to report again."""
    return _confirm(shown, "units.ask_restoring", "units.button.restore_now", "units.restore_now", texts)


def ask_successor(shown: UnitCard, everything: Sequence[ListedUnit], number: int, texts: Texts) -> Answer:
    """Ask which unit another is merged into: by button, or by its name."""
    unit = shown.unit
    others = [one.unit for one in everything if one.is_active and one.unit.id != unit.id]
    page = Page.of(others, number, ON_A_PAGE)
    arguments = {"unit_id": unit.id}
    buttons = [
        Button(shorten(each.name, BUTTON_LENGTH), "units.merge_into", {**arguments, "into_id": each.id})
        for each in page.shown
    ]
    return Answer(
        texts("units.ask_successor", name=escape(unit.name)),
        buttons=(
            *in_rows(buttons, IN_A_ROW),
            *page_buttons(page, "units.merge", arguments, texts),
            (_cancel(unit.id, texts),),
        ),
        replaces=True,
        asks=MERGE,
        asks_with=arguments,
    )


def ask_merger(shown: UnitCard, into: UnitCard, texts: Texts, *, replaces: bool) -> Answer:
    """Say what a merger does, and ask for it."""
    words = texts(
        "units.ask_merger",
        name=escape(shown.unit.name),
        into=escape(into.unit.name),
        people=texts("units.people", count=shown.reporters, into=escape(into.unit.name))
        if shown.reporters
        else "",
    )
    merge = Button(
        texts("units.button.merge_now"),
        "units.merge_now",
        {"unit_id": shown.unit.id, "into_id": into.unit.id},
    )
    return Answer(words, buttons=((merge,), (_cancel(shown.unit.id, texts),)), replaces=replaces)


def _confirm(shown: UnitCard, key: str, button: str, action: str, texts: Texts) -> Answer:
    unit = shown.unit
    yes = Button(texts(button), action, {"unit_id": unit.id})
    return Answer(
        texts(key, name=escape(unit.name)), buttons=((yes, _cancel(unit.id, texts)),), replaces=True
    )


def _cancel(unit_id: int, texts: Texts, key: str = "units.button.cancel") -> Button:
    return Button(texts(key), "units.show", {"unit_id": unit_id})


def _listed_button(one: ListedUnit, texts: Texts) -> Button:
    name = shorten(one.unit.name, BUTTON_LENGTH)
    words = name if one.is_active else texts("units.button.retired", name=name)
    return Button(words, "units.show", {"unit_id": one.unit.id})


def _divisions(everything: Iterable[ListedUnit], texts: Texts) -> str:
    """Say how many units each division has; "" where there are no divisions."""
    active = Counter(one.unit.division for one in everything if one.is_active)
    words = [
        texts("units.of_division", division=escape(division), count=count)
        for division, count in active.items()
        if division
    ]
    return listed(words, texts, limit=DIVISIONS_SHOWN)
