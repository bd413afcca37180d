"""Names of folders and files that every system can keep: made by us, never by whoever sent them."""

import re

from services.core.text import as_name

FOLDER_LENGTH = 40
STEM_LENGTH = 45
"""In UTF-16 units, as Windows counts; with a month and a number a path stays below 120."""

_REFUSED = re.compile(r'[<>:"/\\|?*\n]+')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def safe_name(text: str, length: int, otherwise: str = "_") -> str:
    """Make a folder's or file's name of a text: nothing that Windows, Linux or a packed file refuses.

    ``length`` is the most it may have in UTF-16 units; ``otherwise`` stands for one of which nothing is left.
    """
    plain = _REFUSED.sub("_", as_name(text)).strip(" .")
    cut = plain.encode("utf-16-le", "ignore")[: 2 * length].decode("utf-16-le", "ignore").strip(" .")
    return f"_{cut[: length - 1]}" if _DEVICE.fullmatch(cut) else cut or otherwise


class FreeNames:
    """Gives every name once: case and width do not tell two folders apart on Windows."""

    def __init__(self) -> None:
        self._given: dict[object, str] = {}
        self._taken: set[str] = set()

    def of(self, owner: object, wanted: str, length: int = FOLDER_LENGTH) -> str:
        """Give the name of whatever ``owner`` stands for: always the same, and nobody else's."""
        if owner not in self._given:
            name, number = safe_name(wanted, length), 1
            while name.casefold() in self._taken:
                number += 1
                ending = f"({number})"
                name = safe_name(wanted, length - len(ending)) + ending
            self._taken.add(name.casefold())
            self._given[owner] = name
        return self._given[owner]
