"""When reports of each category are accepted and which evidence they need, each on a screen of its own."""

from handlers.kit.answers import Answer, Button
from handlers.views.figures import short_name
from handlers.views.lacking import kinds_words, lack_words
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import Page, in_rows, page_buttons
from locales import Texts
from models.enums import EvidenceKind, ReviewRule
from services.core.requirements import Requirement
from services.reviewing.review_rules import CategoryRule, ReviewRules

SHOWN = 12
BUTTON_LENGTH = 40


def shown(rules: ReviewRules, page: int, texts: Texts) -> Answer:
    """Show a page of categories with their rules, each a button to its own screen."""
    part = Page.of(rules.categories, page, SHOWN)
    reach = {"organisation_id": rules.organisation_id}
    buttons = tuple(
        (
            Button(
                shorten(_words(each, texts), BUTTON_LENGTH),
                "review.category",
                {**reach, "page": part.number, "category_id": each.category_id},
            ),
        )
        for each in part.shown
    )
    back = Button(texts("office_rules.button.back"), "settings.show", reach)
    return Answer(
        texts("review.rules"),
        buttons=(*buttons, *page_buttons(part, "review.rules", reach, texts), (back,)),
        replaces=True,
    )


def one(rules: ReviewRules, category_id: int, page: int, texts: Texts) -> Answer:
    """Show a category: the other rules it could have, and each kind of evidence, required or not."""
    category = rules.get(category_id)
    requirement = category.requirement
    reach = {"organisation_id": rules.organisation_id, "page": page}
    told = {**reach, "version": rules.version, "category_id": category_id}
    others = [
        Button(texts(f"review.rule.{rule.value}"), "review.set_rule", {**told, "rule": rule.value})
        for rule in ReviewRule
        if rule is not requirement.rule
    ]
    kinds = tuple(
        Button(
            texts(
                "review.button.required" if kind in requirement.kinds else "review.button.not_required",
                kind=kinds_words([kind], texts),
            ),
            "review.require",
            {**told, "kinds": [each.value for each in EvidenceKind if _is_required(each, kind, requirement)]},
        )
        for kind in EvidenceKind
    )
    back = Button(texts("review.button.categories"), "review.rules", reach)
    rule = texts(f"review.rule.{requirement.rule.value}")
    return Answer(
        lines(
            [texts("review.rules_outdated") if rules.is_outdated else ""],
            [
                bold(escape(category.name)),
                texts("review.category_rule", rule=rule),
                texts("review.category_evidence", kinds=_required(requirement, texts)),
            ],
            [texts(f"review.about.{requirement.rule.value}"), texts("review.about_evidence")],
        ),
        buttons=(*in_rows(others), kinds, (back,)),
        replaces=True,
    )


def _is_required(each: EvidenceKind, pressed: EvidenceKind, now: Requirement) -> bool:
    """Tell whether a kind is required after another was pressed."""
    return (each in now.kinds) is not (each is pressed)


def _words(each: CategoryRule, texts: Texts) -> str:
    requirement = each.requirement
    rule = texts(f"review.rule.{requirement.rule.value}")
    key = "review.rule_and_evidence" if requirement.kinds else "review.rule_of"
    return texts(key, category=short_name(each.name), rule=rule, kinds=kinds_words(requirement.kinds, texts))


def _required(requirement: Requirement, texts: Texts) -> str:
    lack = requirement.lack(())
    return lack_words(lack, texts) if lack else texts("review.no_evidence_required")
