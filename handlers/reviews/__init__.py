"""`/review` (审核): what waits for a reviewer, one report at a time or many at once, with its evidence."""

from handlers.reviews.family import FAMILY

__all__ = ["FAMILY"]
