"""What a unit owes in a category, and how often it starts again."""

from dataclasses import dataclass

from models.enums import Cadence


@dataclass(frozen=True, slots=True)
class Quota:
    """A target of one category: ``target`` items per month or year.

    ``target`` None is exempt ("–"): neither counted nor ranked. Zero is a target, and reached; only its
    percentage is "–".
    """

    category_id: int
    cadence: Cadence
    target: int | None
    per_account: bool = False

    def __post_init__(self) -> None:
        """Refuse a target below zero (ValueError)."""
        if self.target is not None and self.target < 0:
            raise ValueError(self.target)

    @property
    def is_exempt(self) -> bool:
        """Tell whether nothing is owed."""
        return self.target is None

    def target_for(self, accounts: int) -> int | None:
        """Give the number owed by a unit with so many registered accounts; None when exempt.

        A target per account (每个账号) counts one account while none is registered.
        """
        if self.target is None or not self.per_account:
            return self.target
        return self.target * max(accounts, 1)
