"""The rules of an office's reminders in plain words, with a button for each."""

from collections.abc import Mapping

from handlers.kit.answers import Answer, Button
from handlers.views.markup import bold, lines
from handlers.views.paging import in_rows
from locales import Texts
from services.core.reminding import Rules

SWITCHES = ("at_half", "at_last_day", "when_overdue", "in_groups")
CHOICES: Mapping[str, tuple[int, ...]] = {"days_before": (1, 3, 5, 7, 10), "yearly_from": (1, 4, 7, 10)}
ORDER = ("at_half", "days_before", "at_last_day", "when_overdue", "in_groups", "yearly_from")


def rule_of(name: str) -> str:
    """Give the name back if it is a rule's; ValueError for any other."""
    if name not in ORDER:
        raise ValueError(name)
    return name


def shown(rules: Rules, organisation_id: int, texts: Texts, *, said: str = "") -> Answer:
    """Show every rule; a press turns a switch, or offers the numbers to choose from."""
    asked = {"organisation_id": organisation_id}
    stated = [
        texts(f"remind.rules.{name}", value=_value(rules, name, texts), count=getattr(rules, name))
        for name in ORDER
    ]
    buttons = [
        Button(
            texts("remind.rules.button.off" if getattr(rules, name) else "remind.rules.button.on", rule=word),
            "remind.set",
            {**asked, "rule": name, "value": not getattr(rules, name), "version": rules.version},
        )
        if name in SWITCHES
        else Button(texts("remind.rules.button.change", rule=word), "remind.rule", {**asked, "rule": name})
        for name in ORDER
        for word in (texts(f"remind.rules.name.{name}"),)
    ]
    back = Button(texts("remind.button.back"), "remind.show", asked)
    return Answer(
        lines([said], [bold(texts("remind.rules.title"))], stated, [texts("remind.rules.about")]),
        buttons=(*in_rows(buttons, 2), (back,)),
        replaces=True,
    )


def choices(rules: Rules, organisation_id: int, name: str, texts: Texts) -> Answer:
    """Offer the numbers a rule can be."""
    asked = {"organisation_id": organisation_id}
    buttons = [
        Button(
            texts(f"remind.rules.value.{name}", count=value),
            "remind.set",
            {**asked, "rule": name, "value": value, "version": rules.version},
        )
        for value in CHOICES[rule_of(name)]
        if value != getattr(rules, name)
    ]
    back = Button(texts("remind.button.back"), "remind.rules", asked)
    words = texts(f"remind.rules.{name}", value="", count=getattr(rules, name))
    return Answer(
        lines([bold(words)], [texts(f"remind.rules.ask.{name}")]),
        buttons=(*in_rows(buttons, 2), (back,)),
        replaces=True,
    )


def _value(rules: Rules, name: str, texts: Texts) -> str:
    return texts("history.on" if getattr(rules, name) else "history.off") if name in SWITCHES else ""
