"""Where tests keep what they write: in memory where there is room, for every commit waits for a disk."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
"""Bytes; two clusters and what the tests of one run have at a time take a quarter of it."""


def folder() -> Path:
    """Return the folder to make temporary folders in."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        return MEMORY
    return Path(tempfile.gettempdir())
