"""Which organisation is meant, for those who administer several."""

from collections.abc import Sequence

from handlers.kit.answers import Answer, Button
from handlers.views.markup import shorten
from locales import Texts
from services.office.organisations import OrganisationRef

BUTTON_LENGTH = 30


def which_organisation(managed: Sequence[OrganisationRef], action: str, texts: Texts) -> Answer:
    """Ask which organisation to look at; ``action`` is told its ``organisation_id``."""
    buttons = tuple(
        (Button(shorten(each.name, BUTTON_LENGTH), action, {"organisation_id": each.id}),) for each in managed
    )
    return Answer(texts("office_rules.which_organisation"), buttons=buttons)
