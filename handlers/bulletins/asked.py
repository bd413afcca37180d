"""Which bulletin a button or a question is about."""

from dataclasses import dataclass

from handlers.kit.context import Context
from handlers.views.bulletin_cards import Seen
from models.enums import BulletinKind
from services.core.bulletin_requests import kind_of
from services.core.quarter import AnyPeriod, read_any_period
from services.issuing import bulletins
from services.issuing.bulletins import Draft


@dataclass(frozen=True, slots=True)
class Asked:
    """An organisation and a period; the kind of bulletin follows from the period."""

    organisation_id: int
    period: AnyPeriod

    @property
    def kind(self) -> BulletinKind:
        """Give the kind of bulletin."""
        return kind_of(self.period)


def read_asked(context: Context) -> Asked:
    """Read what the pressed button or the asked question is about."""
    return Asked(context.arguments["organisation_id"], read_any_period(context.arguments["period"]))


async def read_draft(context: Context, asked: Asked) -> Draft:
    """Make the draft as it is now."""
    return await bulletins.draft(
        context.actor, asked.organisation_id, asked.kind, asked.period, context.today
    )


def seen(context: Context) -> Seen:
    """Tell when somebody looks at an issued bulletin."""
    return Seen(context.today, context.arrival.zone)
