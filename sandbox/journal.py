"""Every accepted call in order: the ground truth of proofs."""

from typing import Any

import orjson

from sandbox.clock import iso
from sandbox.store import Store

LIMIT = 1000


class Journal:
    """Numbered calls with their parameters and results."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last = store.highest("SELECT MAX(n) FROM journal")

    def add(self, method: str, parameters: dict[str, Any], result: Any, at: int) -> None:
        """Keep an accepted call."""
        self._last += 1
        self._store.write(
            "INSERT INTO journal VALUES (?, ?, ?, ?, ?)",
            self._last, method, orjson.dumps(parameters), orjson.dumps(result), at,
        )  # fmt: skip

    def since(self, n: int) -> list[dict[str, Any]]:
        """Return up to 1000 calls after number `n`."""
        rows = self._store.rows(
            f"SELECT n, method, parameters, result, at FROM journal WHERE n > ? ORDER BY n LIMIT {LIMIT}",
            n,
        )
        return [
            {
                "n": row[0],
                "method": row[1],
                "parameters": orjson.loads(row[2]),
                "result": orjson.loads(row[3]),
                "at": iso(row[4]),
            }
            for row in rows
        ]
