"""An organisation's rules in plain words, the choices for each, and what became of a change."""

from handlers.kit.answers import Answer, Button
from handlers.views.figures import listed, period_name
from handlers.views.markup import bold, escape, lines
from handlers.views.paging import in_rows
from locales import Texts
from services.core.numbers import format_percent, percent
from services.core.rules import CHOICES, RANGES, Rule
from services.office.office_rules import OfficeRules, RuleChange

STEP = "settings.value"
IN_A_ROW = 2
EXAMPLE = (17, 80)  # 21.25 %, which each number of decimals writes differently
ONE_IN_A_ROW = {Rule.TIES, Rule.DECIMALS, Rule.COUNTING}
WORDED = {Rule.TIES, Rule.LANGUAGE, Rule.COUNTING, Rule.FOUR_EYES}


def shown(rules: OfficeRules, texts: Texts, *, replaces: bool, said: str = "") -> Answer:
    """Show every rule with its value, and a button for each; ``said`` stands above them."""
    buttons = [
        Button(
            texts(f"office_rules.rule.{rule.value}"),
            "settings.rule",
            {"organisation_id": rules.organisation_id, "rule": rule.value},
        )
        for rule in Rule
    ]
    asked = {"organisation_id": rules.organisation_id}
    buttons.append(Button(texts("days.button.show"), "days.show", asked))
    buttons.append(Button(texts("review.button.rules"), "review.rules", asked))
    title = texts("office_rules.title", organisation=escape(rules.name))
    stated = [_stated(rule, rules.value(rule), texts) for rule in Rule]
    return Answer(
        lines([said], [bold(title), *stated], [texts("office_rules.ask")]),
        buttons=in_rows(buttons, IN_A_ROW),
        replaces=replaces,
    )


def choices(rules: OfficeRules, rule: Rule, texts: Texts) -> Answer:
    """Explain one rule and offer what it can be; a number or a name may be typed instead."""
    agreed = {"organisation_id": rules.organisation_id, "rule": rule.value, "version": rules.version}
    buttons = [
        Button(_choice(rule, value, texts), "settings.set", {**agreed, "value": value})
        for value in CHOICES.get(rule, ())
        if value != rules.value(rule)
    ]
    back = Button(
        texts("office_rules.button.back"), "settings.show", {"organisation_id": rules.organisation_id}
    )
    is_typed = rule is Rule.NAME or rule in RANGES
    least, most = RANGES.get(rule, (0, 0))
    about = texts(f"office_rules.about.{rule.value}", least=least, most=most)
    return Answer(
        lines([bold(_stated(rule, rules.value(rule), texts))], [about]),
        buttons=(*in_rows(buttons, 1 if rule in ONE_IN_A_ROW else IN_A_ROW), (back,)),
        replaces=True,
        asks=STEP if is_typed else "",
        asks_with=agreed if is_typed else {},
    )


def changed(change: RuleChange, texts: Texts, *, replaces: bool) -> Answer:
    """Say what was changed, or that somebody else was quicker; the rules as they are now stand below."""
    now = change.rules.value(change.rule)
    if change.is_outdated:
        return shown(change.rules, texts, replaces=replaces, said=texts("office_rules.outdated"))
    said = [
        texts(
            "office_rules.changed",
            rule=texts(f"office_rules.rule.{change.rule.value}"),
            before=escape(value_words(change.rule, change.before, texts)),
            after=escape(value_words(change.rule, now, texts)),
        )
    ]
    for key, months in (
        ("office_rules.opened", change.moved.opened),
        ("office_rules.closed", change.moved.closed),
    ):
        if months:
            named = [period_name(month, texts) for month in months]
            said.append(texts(key, months=listed(named, texts, limit=len(named))))
    return shown(change.rules, texts, replaces=replaces, said="\n".join(said))


def value_words(rule: Rule, value: int | str, texts: Texts) -> str:
    """Write the value of a rule in words; plain text."""
    if rule in WORDED:
        return _choice(rule, value, texts)
    if rule is Rule.NAME or not isinstance(value, int):
        return str(value)
    return texts(f"office_rules.value.{rule.value}", count=value)


def _stated(rule: Rule, value: int | str, texts: Texts) -> str:
    return texts(
        "office_rules.stated",
        rule=texts(f"office_rules.rule.{rule.value}"),
        value=escape(value_words(rule, value, texts)),
    )


def _choice(rule: Rule, value: int | str, texts: Texts) -> str:
    """Write a choice as its button does, with an example where numbers alone say little."""
    if rule is Rule.LANGUAGE:
        return texts(f"language.{value}")
    if rule is Rule.FOUR_EYES:
        return texts("office_rules.four_eyes.on" if value else "office_rules.four_eyes.off")
    if rule in WORDED:
        return texts(f"office_rules.{rule.value}.{value}")
    words = texts(f"office_rules.value.{rule.value}", count=int(value))
    if rule is not Rule.DECIMALS:
        return words
    example = format_percent(percent(*EXAMPLE, digits=int(value)))
    return texts("office_rules.example", words=words, example=example)
