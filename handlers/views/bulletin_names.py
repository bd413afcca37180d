"""How a bulletin is called, and what the buttons under it are told."""

from collections.abc import Sequence
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.markup import shorten
from handlers.views.quarters import any_period_name
from locales import Texts
from services.core.bulletin_requests import kind_of
from services.core.composing import IssueNumber
from services.core.quarter import AnyPeriod
from services.issuing.bulletins import Draft
from services.office.organisations import OrganisationRef

BUTTON_LENGTH = 30


def bulletin_name(period: AnyPeriod, texts: Texts) -> str:
    """Name the bulletin of a period: 2024年2月月报."""
    kind = kind_of(period)
    return texts(f"bulletin.name.{kind.value}", period=any_period_name(period, texts))


def number_of(number: IssueNumber, texts: Texts) -> str:
    """Write 第2期（总第136期）; "" for none."""
    if not number.number:
        return ""
    key = "bulletin.number_and_total" if number.total else "bulletin.number"
    return texts(key, number=number.number, total=number.total)


def told_of(draft: Draft, **more: Any) -> dict[str, Any]:
    """Give what a button about a draft is told."""
    return {"organisation_id": draft.organisation.id, "period": str(draft.period), **more}


def which_bulletin(managed: Sequence[OrganisationRef], period: AnyPeriod, texts: Texts) -> Answer:
    """Ask for the organisation whose bulletin of a period is meant."""
    buttons = tuple(
        (
            Button(
                shorten(each.name, BUTTON_LENGTH),
                "bulletin.open",
                {"organisation_id": each.id, "period": str(period)},
            ),
        )
        for each in managed
    )
    return Answer(texts("office_rules.which_organisation"), buttons=buttons)
