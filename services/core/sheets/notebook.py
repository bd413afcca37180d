"""What comes up while a sheet is read, in the order it comes up."""

from services.core.sheets.understanding import Doubt, Remark


class Notebook:
    """Collects doubts and remarks; one cell is doubted once for one reason."""

    def __init__(self) -> None:
        self._doubts: dict[tuple[str, str], Doubt] = {}
        self._remarks: list[Remark] = []

    def doubt(self, address: str, reason: str, **params: str | int) -> None:
        """Write down why a cell cannot be taken as it stands; `reason` is the key after `import.doubt.`."""
        self._doubts.setdefault((address, reason), Doubt(address, f"import.doubt.{reason}", params))

    def remark(self, address: str, reason: str, **params: str | int) -> None:
        """Write down what changes nothing; `reason` is the key after `import.remark.`."""
        self._remarks.append(Remark(address, f"import.remark.{reason}", params))

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """All doubts so far."""
        return tuple(self._doubts.values())

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """All remarks so far."""
        return tuple(self._remarks)
