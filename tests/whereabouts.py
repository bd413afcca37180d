"""`python -m tests.whereabouts`: print, as JSON, what a process finds around it, and end with the code 3.

With the word `wait` it ends only when it is killed.
"""

import gc
import json
import locale
import os
import resource
import signal
import sys
import threading
from pathlib import Path


def main() -> None:
    """Look around."""
    spec = sys.modules["__main__"].__spec__
    found = {
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
        "words": sys.argv[1:],
        "name": spec and spec.name,
        "path": sys.path,
        "signals": {one.name: str(signal.getsignal(one)) for one in signal.Signals},
        "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
        "collector": [gc.isenabled(), gc.get_threshold()],
        "threads": [threading.active_count(), len(list(Path("/proc/self/task").iterdir()))],
        "files": [fd for fd in range(64) if _is_open(fd)],
        "input": str(Path("/proc/self/fd/0").readlink()),
        "streams": [[one.encoding, one.errors, one.line_buffering] for one in (sys.stdout, sys.stderr)],
        "locale": [locale.getlocale(), sys.flags.utf8_mode],
        "umask": os.umask(0o077),
        "limits": {
            name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if "RLIMIT_" in name
        },
        "priority": os.nice(0),
        "group": os.getpgrp() == os.getpgid(int(os.environ["DUBAN_STARTER"])),
    }
    print(json.dumps(found), flush=True)  # noqa: T201 - the answer
    if "wait" in sys.argv:
        signal.pause()
    sys.stderr.write("错")
    raise SystemExit(3)


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
