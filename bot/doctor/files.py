"""The folder of received files: whether it can be written to, and every file whole."""

import os
from pathlib import Path

from bot.doctor.findings import Finding, broken, good
from bot.file_store import is_whole, kept_in


def look_at_files(folder: Path) -> Finding:
    """Read every file that is kept; say how many there are, or what is wrong."""
    if not folder.exists():
        return good("files_none", folder=str(folder))
    if not (folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK)):
        return broken("files_unusable", folder=str(folder))
    count, octets, damaged = 0, 0, []
    for path in kept_in(folder):
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # its sender has just had it deleted
            continue
        except OSError:
            content = b""
        count, octets = count + 1, octets + len(content)
        if not is_whole(path.name, content):
            damaged.append(path.name)
    if damaged:
        return broken("files_damaged", folder=str(folder), number=len(damaged), name=damaged[0])
    return good("files", folder=str(folder), number=count, megabytes=-(-octets // 10**6))
