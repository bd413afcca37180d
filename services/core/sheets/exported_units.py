"""The units of an exported workbook: which of them are here already, by their own or another name."""

import datetime as dtm
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from services.core.sheets.grid import Cell
from services.core.sheets.notebook import Notebook
from services.core.sheets.understanding import FindUnit, UnitAlias, UnitEnding, UnitRow

_LONGEST_NAME = 100
_LONGEST_DIVISION, _LONGEST_NUMBER = 50, 10

Line = tuple[str, Sequence[Cell]]
"""What addresses begin with, and the cells: number, name, division, other names, since when ended, into."""


class ExportedUnits:
    """Reads the list of units; what is not clearly one of them, or new, is doubted and left out."""

    def __init__(self, notebook: Notebook, find: FindUnit, stored: Collection[str]) -> None:
        """Take what knows the units here, and the names of all there are, also of those that ended."""
        self._notebook = notebook
        self._find = find
        self._stored = stored
        self._aliases: list[UnitAlias] = []
        self._endings: list[UnitEnding] = []
        self.positions: dict[str, int] = {}
        self.names: dict[str, str] = {}  # what a unit is called here, by the name that is printed

    @property
    def aliases(self) -> tuple[UnitAlias, ...]:
        """The other names of the units that were read."""
        return tuple(self._aliases)

    @property
    def endings(self) -> tuple[UnitEnding, ...]:
        """Which of them report no more."""
        return tuple(replace(one, into=self.names.get(one.into, "")) for one in self._endings)

    def read(self, lines: Sequence[Line]) -> Iterator[UnitRow]:
        """Read the units, in order."""
        printed = {cells[1].text for _, cells in lines}
        for at, cells in lines:
            number, name, division, others, ended, into = (cell.text for cell in cells)
            known = self._known(name, printed, at + cells[1].address, is_ended=bool(ended))
            if known is None:
                continue
            self.positions[name] = len(self.positions) + 1
            self.names[name] = known
            self._add_aliases(known, others, at + cells[3].address)
            if ended:
                self._end(UnitEnding(known, ended, into), at + cells[4].address)
            yield UnitRow(
                position=self.positions[name],
                printed_number=number[:_LONGEST_NUMBER],
                name=known,
                address=at + cells[1].address,
                division=division[:_LONGEST_DIVISION],
                as_printed=name if known != name else "",
            )

    def _known(self, name: str, printed: Collection[str], address: str, *, is_ended: bool) -> str | None:
        """Give what a printed unit is called here; None, doubted, where that is not clear."""
        if not name or name in self.names or len(name) > _LONGEST_NAME:
            self._notebook.doubt(address, "export_cell_unclear", text=name[:50])
            return None
        if name in self._stored and is_ended:
            return name
        match = self._find(name)
        if match.retired:
            self._notebook.doubt(address, "unit_retired", name=match.retired)
        elif match.several:
            self._notebook.doubt(address, "unit_ambiguous", name=name, names="、".join(match.several))
        elif not match.known or (match.known in printed and name not in self._stored):
            return name
        elif match.known == name or (match.known not in printed and match.known not in self.names.values()):
            return match.known
        else:
            self._notebook.doubt(address, "unit_same", name=name, known=match.known)
        return None

    def _add_aliases(self, known: str, others: str, address: str) -> None:
        """Keep other names, unless one means another unit here."""
        for alias in filter(None, others.split("\n")):
            match = self._find(alias)
            taken = match.known or next(iter(match.several), "")
            if taken and taken != known:
                self._notebook.doubt(address, "export_alias_taken", name=alias[:_LONGEST_NAME], known=taken)
            else:
                self._aliases.append(UnitAlias(known, alias[:_LONGEST_NAME]))

    def _end(self, ending: UnitEnding, address: str) -> None:
        try:
            is_moment = dtm.datetime.fromisoformat(ending.ended_at).tzinfo is not None
        except ValueError:
            is_moment = False
        if is_moment:
            self._endings.append(ending)
        else:
            self._notebook.doubt(address, "export_cell_unclear", text=ending.ended_at[:50])
