"""What a reviewer writes when less than all is accepted."""

import re
from dataclasses import dataclass

from services.core.errors import UserError
from services.core.text import as_prose, clean

_NUMBERS = re.compile(r"[0-9]+")
_ONLY = re.compile(r"[0-9\s,，、;；:：。.条件个处采用审发错情误和有]*")
REASON_LENGTH = 200


class PartUnclear(UserError):
    """How many are accepted, and how many mistakes were found, cannot be told from the words."""


class PartOutOfRange(UserError):
    """Fewer than one or more than ``most`` cannot be accepted."""


class ReturnReasonMissing(UserError):
    """Who returns a report says why, in ``length`` characters at most."""


@dataclass(frozen=True, slots=True)
class Part:
    """How many are accepted (审发), and the mistakes found (错情)."""

    accepted: int
    errors: int = 0


def read_part(text: str, most: int) -> Part:
    """Read "2", "2 1" or "采用2条，错情1处"; the first number is what is accepted.

    Raises:
        PartUnclear, PartOutOfRange: it is not that, or none or too many are accepted.
    """
    said = clean(text)
    numbers = [int(each) for each in _NUMBERS.findall(said) if len(each) < 10]
    if not _ONLY.fullmatch(said) or not 1 <= len(numbers) <= 2:
        raise PartUnclear
    if not 1 <= numbers[0] <= most:
        raise PartOutOfRange(most=most)
    return Part(*numbers)


def read_reason(text: str) -> str:
    """Give the reason for which a report is returned; ReturnReasonMissing for none, or one too long."""
    reason = as_prose(" ".join(clean(text).split()))
    if not 0 < len(reason) <= REASON_LENGTH:
        raise ReturnReasonMissing(length=REASON_LENGTH)
    return reason
