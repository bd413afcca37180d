"""A hostile file, and what must be in nothing that is kept of it."""

from dataclasses import dataclass

CANARY = b"DUBAN-CANARY-0451"
TAKEN, UNREADABLE, TOO_LARGE = "taken", "unreadable", "too large"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file; ``expected`` must become of it, or whatever keeps the rules where it is None."""

    name: str
    content: bytes
    expected: str | None = None
