"""`/bulletin`: a bulletin drafted, filled in, worded, looked at, issued and corrected."""

from handlers.bulletins.family import FAMILY

__all__ = ["FAMILY"]
