"""The groups of an office: what is registered here, what is registered at all, and the questions about it."""

from collections.abc import Sequence

from handlers.kit.answers import Answer, Button
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import Page, in_rows, page_buttons
from locales import Texts
from services.office.groups import NAME_LENGTH, GroupRef, Place, Surroundings

STEP = "groups.name"
BUTTON_LENGTH = 30
ON_A_PAGE = 10

# What Telegram's refusals are about; anything else is only said to be one.
REASONS = {
    "kicked": "groups.reason.kicked",
    "not a member": "groups.reason.kicked",
    "left": "groups.reason.kicked",
    "deleted": "groups.reason.deleted",
    "not found": "groups.reason.deleted",
    "rights": "groups.reason.rights",
}


def greeting(texts: Texts) -> Answer:
    """Say, where the bot was just added, what an administrator can do."""
    return Answer(texts("groups.greeting"))


def here(seen: Surroundings, suggested: str, texts: Texts) -> Answer:
    """Show whether the place somebody writes in is registered, with what can be done about it."""
    if seen.owner is not None and seen.is_anothers:
        return Answer(texts("groups.anothers", organisation=escape(seen.owner.name)))
    if seen.here is not None:
        return card(seen.here, texts)
    is_topic = seen.place.topic != 0
    known = [texts("groups.also", name=escape(one.name)) for one in seen.elsewhere]
    offers = [("groups.button.register_topic", seen.place.topic, suggested)] if is_topic else []
    if all(one.topic for one in seen.elsewhere):
        offers.append(("groups.button.register", 0, seen.place.title if is_topic else suggested))
    buttons = [
        Button(
            _of_organisation(texts(key), each.name if len(seen.choices) > 1 else ""),
            "groups.register",
            {"organisation_id": each.id, "topic": topic, "name": name},
        )
        for each in seen.choices
        for key, topic, name in offers
    ]
    asked = texts("groups.topic_unknown" if is_topic else "groups.unknown")
    return Answer(lines([asked, *known]), buttons=in_rows(buttons, 1))


def suggest(place: Place, topic_name: str, texts: Texts) -> str:
    """Suggest a name for a place: the topic's, or the group's title."""
    if topic_name or not place.topic:
        return shorten(topic_name or place.title, NAME_LENGTH)
    title = shorten(place.title, NAME_LENGTH - 20)
    return texts("groups.topic_name", title=title, topic=place.topic)


def card(group: GroupRef, texts: Texts, *, replaces: bool = False, said: str = "") -> Answer:
    """Show a registered place with what can be done about it; ``said`` stands above it."""
    arguments = {"group_id": group.id}
    return Answer(
        lines([said], [_registered(group, texts), _state(group, texts)]),
        buttons=(
            (
                Button(texts("groups.button.rename"), "groups.rename", arguments),
                Button(texts("groups.button.release"), "groups.leave", arguments),
            ),
        ),
        replaces=replaces,
    )


def listing(groups: Sequence[GroupRef], number: int, texts: Texts, *, replaces: bool) -> Answer:
    """List every registered place with whether it can be written to; a button for each."""
    if not groups:
        return Answer(texts("groups.none"), replaces=replaces)
    page = Page.of(groups, number, ON_A_PAGE)
    several = len({one.organisation_id for one in groups}) > 1
    rows = [_listed(one, texts, several=several) for one in page.shown]
    buttons = [
        Button(shorten(one.name, BUTTON_LENGTH), "groups.show", {"group_id": one.id}) for one in page.shown
    ]
    return Answer(
        lines([bold(texts("groups.count", count=len(groups))), *rows], [texts("groups.add")]),
        buttons=(*in_rows(buttons, 2), *page_buttons(page, "groups.page", {}, texts)),
        replaces=replaces,
    )


def ask_name(group: GroupRef, texts: Texts, *, is_private: bool) -> Answer:
    """Ask for another name; in a group only a reply reaches the bot."""
    key = "groups.ask_name" if is_private else "groups.ask_name_in_group"
    words = texts(key, name=escape(group.name))
    return Answer(words, asks=STEP, asks_with={"group_id": group.id})


def renamed(group: GroupRef, texts: Texts) -> Answer:
    """Confirm a name."""
    return card(group, texts, said=texts("groups.renamed"))


def ask_release(group: GroupRef, texts: Texts, *, is_last: bool) -> Answer:
    """Ask whether to let a place go, and with the last of a chat, whether to leave the chat as well."""
    arguments = {"group_id": group.id}
    choices = [Button(texts("groups.button.stay"), "groups.release", {**arguments, "leaves": False})]
    if is_last and group.unreachable_at is None:
        choices.append(Button(texts("groups.button.go"), "groups.release", {**arguments, "leaves": True}))
    choices.append(Button(texts("groups.button.keep"), "groups.show", arguments))
    return Answer(
        texts("groups.ask_release", name=escape(group.name)), buttons=in_rows(choices, 1), replaces=True
    )


def released(group: GroupRef, texts: Texts, *, leaves: bool) -> Answer:
    """Confirm that a place was let go; with ``leaves`` the bot then leaves the chat."""
    key = "groups.released_and_left" if leaves else "groups.released"
    words = texts(key, name=escape(group.name))
    return Answer(words, replaces=True, then_leaves=group.chat if leaves else None)


def _of_organisation(words: str, organisation: str) -> str:
    return shorten(f"{words} · {organisation}" if organisation else words, BUTTON_LENGTH)


def _registered(group: GroupRef, texts: Texts) -> str:
    key = "groups.topic_registered" if group.topic else "groups.registered"
    return texts(
        key,
        organisation=escape(group.organisation),
        name=bold(escape(group.name)),
        title=escape(shorten(group.title, BUTTON_LENGTH)),
    )


def _listed(group: GroupRef, texts: Texts, *, several: bool) -> str:
    name = bold(escape(group.name))
    if several:
        name = f"{escape(group.organisation)} {name}"
    key = "groups.listed_topic" if group.topic else "groups.listed"
    title = escape(shorten(group.title, BUTTON_LENGTH))
    return texts(key, name=name, title=title, state=_state(group, texts))


def _state(group: GroupRef, texts: Texts) -> str:
    """Say whether the bot can write there, and if not, since when and why."""
    if group.unreachable_at is None:
        return texts("groups.reachable")
    key = next((key for words, key in REASONS.items() if words in group.unreachable_reason.casefold()), "")
    reason = texts(key) if key else texts("groups.reason.other")
    return texts("groups.unreachable", date=texts.date(group.unreachable_at.date()), reason=reason)
