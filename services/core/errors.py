"""Errors as keys and parameters; the prose is in the catalogue under ``error.<key>``."""

import re
from typing import ClassVar


class DomainError(Exception):
    """An error that a person can be told about; carries parameters, never prose."""

    key: ClassVar[str] = ""

    def __init__(self, **params: object) -> None:
        super().__init__(self.key, params)
        self.params = params

    def __init_subclass__(cls) -> None:
        """Derive the catalogue key from the class name: ``PeriodLocked`` → ``error.period_locked``."""
        super().__init_subclass__()
        cls.key = "error." + re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class UserError(DomainError):
    """What a person can mend: shown to them as it is, logged without a trace."""


class PastMending(UserError):
    """What other words would not mend: the thing is gone, changed or not theirs, and the question is over."""


class Fault(DomainError):
    """What only we can mend: shown with an incident number, logged with its trace."""
