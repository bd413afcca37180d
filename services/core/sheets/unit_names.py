"""What stands where a unit is named: one unit, known or new, or something that has to be asked about."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.core.sheets.grid import Cell
from services.core.sheets.heads import looks_like_unit
from services.core.sheets.notebook import Notebook
from services.core.sheets.understanding import FindUnit
from services.core.sheets.vocabulary import LIST_NUMBER, NAME_MARKS, SEVERAL_NAMES
from services.core.sheets.words import find_count, label, plain
from services.core.text import fold

_LONGEST_NAME = 100
_FORMULA_SIGNS = "=+-@"


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit's name as the office knows it, and as the sheet prints it."""

    name: str
    printed: str


class UnitNames:
    """Reads the names of one table; every unit is taken once."""

    def __init__(self, printed: Iterable[str], find: FindUnit, notebook: Notebook) -> None:
        """Take all names that are printed in the table, so that the exact one comes first."""
        self._printed = {fold(bare(text)) for text in printed}
        self._find = find
        self._notebook = notebook
        self._taken: dict[str, str] = {}

    def read(self, cell: Cell) -> UnitName | None:
        """Read one name; what is not clearly one unit is doubted and left out."""
        printed = bare(cell.text)
        is_name = fold(printed) and printed[0] not in _FORMULA_SIGNS and find_count(printed) is None
        if not is_name or len(printed) > _LONGEST_NAME:
            self._notebook.doubt(cell.address, "unit_unreadable", text=printed[:_LONGEST_NAME])
            return None
        name = self._known(cell, printed)
        if name is None:
            return None
        first = self._taken.setdefault(fold(name), cell.address)
        if first != cell.address:
            self._notebook.doubt(cell.address, "unit_repeated", name=printed, first=first)
            return None
        return UnitName(name, printed)

    def _known(self, cell: Cell, printed: str) -> str | None:
        match = self._find(printed)
        if match.retired:
            self._notebook.doubt(cell.address, "unit_retired", name=match.retired)
        elif match.several:
            self._notebook.doubt(cell.address, "unit_ambiguous", name=printed, names="、".join(match.several))
        elif match.known:
            if fold(match.known) == fold(printed) or fold(match.known) not in self._printed:
                return match.known
            self._notebook.doubt(cell.address, "unit_same", name=printed, known=match.known)
        elif _are_several(cell.text):
            self._notebook.doubt(cell.address, "unit_several", text=printed)
        else:
            if match.nearest:
                self._notebook.doubt(cell.address, "unit_new", name=printed, nearest=match.nearest)
            return printed
        return None


def bare(text: str) -> str:
    """Take a number in front of a name and marks behind it away: 1.公安局* → 公安局."""
    return label(NAME_MARKS.sub("", LIST_NUMBER.sub("", label(text))))


def _are_several(text: str) -> bool:
    for names in (SEVERAL_NAMES.split(plain(text)), text.splitlines()):
        if len(names) > 1 and all(map(looks_like_unit, names)):
            return True
    return False
