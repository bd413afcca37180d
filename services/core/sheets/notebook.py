"""What comes up while a sheet is read, in the order it comes up."""

from dataclasses import replace

from services.core.sheets.understanding import Doubt, Remark


class Notebook:
    """Collects doubts and remarks; the same doubt about the same cell is written down once."""

    def __init__(self) -> None:
        self._doubts: dict[tuple[str, str, tuple[object, ...]], Doubt] = {}
        self._remarks: list[Remark] = []

    def doubt(self, address: str, reason: str, **params: str | int) -> None:
        """Write down why a cell cannot be taken as it stands; `reason` is the key after `import.doubt.`."""
        doubt = Doubt(address, f"import.doubt.{reason}", params)
        self._doubts.setdefault((address, doubt.key, tuple(params.values())), doubt)

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

    def add(self, other: "Notebook", prefix: str) -> None:
        """Take over what another one has, its addresses behind a prefix."""
        for doubt in other.doubts:
            moved = replace(
                doubt, address=_behind(prefix, doubt.address), params=_moved(doubt.params, prefix)
            )
            self._doubts.setdefault((moved.address, moved.key, tuple(moved.params.values())), moved)
        for remark in other.remarks:
            self._remarks.append(replace(remark, address=_behind(prefix, remark.address)))


def _behind(prefix: str, address: str) -> str:
    return prefix + address if address else prefix.removesuffix("!")


def _moved(params: dict[str, str | int], prefix: str) -> dict[str, str | int]:
    return {key: f"{prefix}{value}" if key == "first" else value for key, value in params.items()}
