"""How the rectification (整改) of a finding goes on: owed, submitted, then confirmed or rejected."""

from models.enums import Rectification
from services.core.errors import PastMending


class RectificationConfirmed(PastMending):
    """The finding was confirmed as rectified already, so nothing more is to be done."""


class NothingSubmitted(PastMending):
    """The unit has submitted nothing yet that could be confirmed or rejected."""


def submitted(state: Rectification) -> Rectification:
    """Give the state after the unit has said what it did; saying it again replaces what it said.

    RectificationConfirmed: that is over.
    """
    if state is Rectification.CONFIRMED:
        raise RectificationConfirmed
    return Rectification.SUBMITTED


def confirmed(state: Rectification, *, is_mended: bool) -> Rectification:
    """Give the state after the office agreed.

    What is seen to be mended (``is_mended``: a newer post, one account left) needs nothing submitted.

    Raises:
        RectificationConfirmed, NothingSubmitted: it cannot be confirmed, or was.
    """
    if state is Rectification.CONFIRMED:
        raise RectificationConfirmed
    if state is not Rectification.SUBMITTED and not is_mended:
        raise NothingSubmitted
    return Rectification.CONFIRMED


def rejected(state: Rectification) -> Rectification:
    """Give the state after the office sent it back.

    Raises:
        RectificationConfirmed, NothingSubmitted: there is nothing to send back.
    """
    if state is Rectification.CONFIRMED:
        raise RectificationConfirmed
    if state is not Rectification.SUBMITTED:
        raise NothingSubmitted
    return Rectification.REJECTED
