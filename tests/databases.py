"""Databases for tests: SQLite in a file, and a PostgreSQL cluster of our own on a private socket."""

import asyncio
import contextlib
import functools
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
from tortoise import connections

from bot.database import opened, postgres_credentials
from tests import places

SERVER_OWNER = "postgres"


class NoPostgres(Exception):
    """PostgreSQL cannot be started here; the text is a plain reason."""


def find_binaries() -> Path:
    """Return the folder of ``initdb`` and ``pg_ctl``: on the PATH, or Debian's newest."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoPostgres("PostgreSQL's initdb is not installed")


def _as_owner() -> list[str]:
    """Return the words that run a command as an ordinary user: PostgreSQL refuses to be root's."""
    if os.geteuid() != 0:
        return []
    has_owner = subprocess.run(["id", SERVER_OWNER], check=False, capture_output=True).returncode == 0
    if shutil.which("setpriv") is None or not has_owner:
        raise NoPostgres(f"running as root without setpriv or a user {SERVER_OWNER}")
    return ["setpriv", "--reuid", SERVER_OWNER, "--regid", SERVER_OWNER, "--clear-groups"]


@contextlib.contextmanager
def postgres_cluster(*, is_durable: bool = False) -> Iterator[str]:
    """Run a cluster for the time of the block; yield the URL of its server, with ``{name}`` to fill in.

    Tests are quicker without durability; what is measured has to have it.
    """
    binaries, prefix = find_binaries(), _as_owner()
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-", dir=None if is_durable else places.folder()))
    folder.chmod(0o755)
    data = folder / "data"
    data.mkdir()
    if prefix:
        shutil.chown(data, SERVER_OWNER, SERVER_OWNER)
        shutil.chown(folder, SERVER_OWNER, SERVER_OWNER)

    def run(*words: str) -> None:
        done = subprocess.run(
            [*prefix, *words],
            check=False,
            capture_output=True,
            text=True,
            cwd=folder,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            raise NoPostgres(f"{words[0]} ended with {done.returncode}: {done.stderr.strip()[-300:]}")

    fsync = "on" if is_durable else "off"
    options = (
        f"-k {folder} -c listen_addresses='' -c fsync={fsync} -c max_connections=200 -c max_wal_size=128MB"
    )
    try:
        run(f"{binaries}/initdb", "-D", str(data), "-U", "duban", "-A", "trust", "-E", "UTF8", "--locale=C")
        run(f"{binaries}/pg_ctl", "-D", str(data), "-w", "-l", f"{folder}/log", "-o", options, "start")
        stop = [*prefix, f"{binaries}/pg_ctl", "-D", str(data), "-m", "immediate", "stop"]
        with _ended_with_us(folder, stop):
            yield f"postgres://duban@/{{name}}?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _ended_with_us(folder: Path, stop: list[str]) -> Iterator[None]:
    """Run ``stop`` and remove the folder at the end of the block, or when this process is killed in it."""
    script = 'cat >/dev/null; folder=$1; shift; "$@"; rm -rf "$folder"'
    with subprocess.Popen(
        ["sh", "-c", script, "sh", str(folder), *stop],
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ):
        yield


def run_aside(work: Coroutine[None, None, None]) -> None:
    """Run to the end in a thread of its own: whoever asks is inside a running loop."""
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, work).result()


def current_file(path: Path) -> str:
    """Write a SQLite file with the current schema and nothing in it, and return its address."""
    path.write_bytes(_current())
    return f"sqlite://{path}"


@functools.cache
def _current() -> bytes:
    """Return such a file, made once: migrating takes longer than most tests."""
    with tempfile.TemporaryDirectory(dir=places.folder()) as folder:
        path = Path(folder) / "duban.db"
        run_aside(_open_once(f"sqlite://{path}"))
        return path.read_bytes()


async def _open_once(url: str) -> None:
    async with opened(url):
        pass


TEMPLATE = "duban_template"


async def create_database(server: str, *, template: str = "template0") -> str:
    """Create a database on the cluster, empty or a copy of ``template``, and return its URL."""
    name = f"t_{secrets.token_hex(6)}"
    await _create(server, name, template)
    return server.format(name=name)


@contextlib.asynccontextmanager
async def database_of_its_own(server: str, *, template: str = "template0") -> AsyncIterator[str]:
    """Have a database on the cluster for the time of the block; yield its URL."""
    url = await create_database(server, template=template)
    yield url
    name = postgres_credentials(url)["database"]
    await _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


async def create_template(server: str) -> None:
    """Create the database with the current schema that others are copied from."""
    await _create(server, TEMPLATE, "template0")
    await _open_once(server.format(name=TEMPLATE))


SHARED = "duban_shared"


async def create_shared(server: str) -> None:
    """Create a copy of the template that one test after another uses: a copy for each takes longer."""
    await _create(server, SHARED, TEMPLATE)


EMPTYING = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$
DECLARE
  name text;
BEGIN
  SET LOCAL session_replication_role = replica;  -- no foreign keys, and nothing is append-only
  FOR name IN
    SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations'
  LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
  PERFORM setval(seqrelid, seqstart, false) FROM pg_sequence;
END
$$
"""


async def empty() -> None:
    """Leave nothing of what an earlier test has written to the open database, and nobody else in it."""
    await connections.get("default").execute_script(EMPTYING)


async def _create(server: str, name: str, template: str) -> None:
    connection = await asyncpg.connect(**postgres_credentials(server.format(name="postgres")))
    try:
        # Copying files is what it did before 15, and without fsync thrice as fast as writing them to the log.
        strategy = "STRATEGY file_copy" if connection.get_server_version().major >= 15 else ""
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} {strategy}")
    finally:
        await connection.close()


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(**postgres_credentials(server.format(name="postgres")))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
