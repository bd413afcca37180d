"""The real bot with one fault: it never notes an update as done. The control of the kill proof's oracle."""

import datetime as dtm
import sys
from collections.abc import Sequence

from bot.__main__ import main
from services import inbox


async def finish(row_ids: Sequence[int], now: dtm.datetime) -> int:
    """Say that it is noted."""
    return len(row_ids)


if __name__ == "__main__":
    inbox.finish = finish
    raise SystemExit(main(sys.argv[1:]))
