"""A PostgreSQL server of our own for the time of a benchmark, durable as in earnest."""

import contextlib
import sys
from collections.abc import Iterator

from tests.databases import NoPostgres, postgres_cluster


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Run a server and give its address with ``{name}`` in it; "", said aloud, where there is none."""
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_cluster(is_durable=True))
        except NoPostgres as reason:
            sys.stderr.write(f"PostgreSQL 未安装，略去 (left out): {reason}\n")
            server = ""
        yield server
