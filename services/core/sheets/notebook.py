"""What comes up while a sheet is read, in the order it comes up."""

from services.core.sheets.understanding import Doubt, Remark


class Notebook:
    """Collects doubts and remarks; the same doubt about the same cell is written down once."""

    def __init__(self) -> None:
        self._doubts: dict[tuple[str, str, tuple[object, ...]], Doubt] = {}
        self._remarks: list[Remark] = []

    def doubt(self, address: str, reason: str, **params: str | int) -> None:
        """Write down why a cell cannot be taken as it stands; `reason` is the key after `import.doubt.`."""
        doubt = Doubt(address, f"import.doubt.{reason}", params)
        self._doubts.setdefault((address, reason, tuple(params.values())), doubt)

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
