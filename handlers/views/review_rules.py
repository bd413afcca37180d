"""When reports of each category are accepted, each with a button that turns to the next rule."""

from handlers.kit.answers import Answer, Button
from handlers.views.figures import short_name
from handlers.views.markup import lines, shorten
from handlers.views.paging import Page, page_buttons
from locales import Texts
from models.enums import ReviewRule
from services.review_rules import CategoryRule, ReviewRules

SHOWN = 12
BUTTON_LENGTH = 40


def shown(rules: ReviewRules, page: int, texts: Texts) -> Answer:
    """Show a page of categories with their rules."""
    part = Page.of(rules.categories, page, SHOWN)
    told = {"organisation_id": rules.organisation_id, "version": rules.version, "page": part.number}
    buttons = tuple(
        (
            Button(
                shorten(_words(each, texts), BUTTON_LENGTH),
                "review.set_rule",
                {**told, "category_id": each.category_id, "rule": _next(each.rule).value},
            ),
        )
        for each in part.shown
    )
    reach = {"organisation_id": rules.organisation_id}
    back = Button(texts("office_rules.button.back"), "settings.show", reach)
    outdated = texts("review.rules_outdated") if rules.is_outdated else ""
    return Answer(
        lines([outdated], [texts("review.rules")]),
        buttons=(*buttons, *page_buttons(part, "review.rules", reach, texts), (back,)),
        replaces=True,
    )


def _words(each: CategoryRule, texts: Texts) -> str:
    rule = texts(f"review.rule.{each.rule.value}")
    return texts("review.rule_of", category=short_name(each.name), rule=rule)


def _next(rule: ReviewRule) -> ReviewRule:
    order = list(ReviewRule)
    return order[(order.index(rule) + 1) % len(order)]
