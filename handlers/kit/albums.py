"""Remembers which albums have been answered, so that nine pictures get one answer."""

from collections import deque

KEPT = 256


class Albums:
    """The last albums that were met; after a restart one may be answered once more, which harms nobody."""

    def __init__(self) -> None:
        self._met: deque[tuple[int, str]] = deque(maxlen=KEPT)

    def is_first(self, chat_id: int, album_id: str) -> bool:
        """Tell whether no other message of this album has come; without an album ("") always True."""
        if not album_id:
            return True
        if (chat_id, album_id) in self._met:
            return False
        self._met.append((chat_id, album_id))
        return True
