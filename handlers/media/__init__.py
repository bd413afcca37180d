"""`/media` (新媒体): official accounts, their posts and what is found wrong with them."""

from handlers.media.family import FAMILY

__all__ = ["FAMILY"]
