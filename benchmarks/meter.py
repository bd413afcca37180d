"""What a process has cost so far, from /proc: processor time to the nanosecond, memory."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
PROCESSORS = tuple(sorted(os.sched_getaffinity(0)))
"""Those that we may use, as it was before anything was pinned."""


def processor_seconds(pid: int) -> float:
    """Return the processor time of a process with all its threads and children."""
    return sum(_nanoseconds(each) for each in _family(pid)) / 1e9


def resident_megabytes(pid: int) -> float:
    """Return the memory that a process and its children hold (RSS)."""
    pages = 0
    for each in _family(pid):
        with contextlib.suppress(OSError):
            pages += int((PROC / str(each) / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def own_megabytes() -> float:
    """Return the memory that this process holds, without its children's (RSS)."""
    pages = int((PROC / "self" / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def highest_megabytes(pid: int) -> float:
    """Return the most memory that a process has held so far (its highest RSS)."""
    lines = (PROC / str(pid) / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def pin(pid: int, place: int) -> None:
    """Keep a process (0: this one) on one processor; with a single one there is no choice."""
    os.sched_setaffinity(pid, {PROCESSORS[place % len(PROCESSORS)]})


def machine() -> str:
    """Name the processor, how many there are, and the memory."""
    lines = (PROC / "cpuinfo").read_text().splitlines()
    name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = os.uname()
    return f"{os.cpu_count()} × {name}, {memory:.0f} GiB, {system.sysname} {system.release}"


def _family(pid: int) -> Iterator[int]:
    yield pid
    for thread in _threads(pid):
        with contextlib.suppress(OSError):
            for child in (thread / "children").read_text().split():
                yield from _family(int(child))


def _threads(pid: int) -> list[Path]:
    with contextlib.suppress(OSError):
        return list((PROC / str(pid) / "task").iterdir())
    return []


def _nanoseconds(pid: int) -> int:
    total = 0
    for thread in _threads(pid):
        with contextlib.suppress(OSError):
            total += int((thread / "schedstat").read_text().split()[0])
    return total
