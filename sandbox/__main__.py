"""`python -m sandbox`: serve until a signal; one JSON line on stdout says where."""

import argparse
import asyncio
import os
import signal
import sys
import threading
from pathlib import Path

import orjson
import uvloop
from aiohttp import web

from sandbox.errors import Refused
from sandbox.server import build
from sandbox.state import open_sandbox

EXAMPLE_PEOPLE = Path(__file__).parent.parent / "examples" / "people.json"


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="A local Bot API server with a chat page."
    )
    parser.add_argument("--port", type=int, default=8080, help="0: any free port")
    parser.add_argument("--host", default="127.0.0.1", help="another address only inside a container")
    parser.add_argument("--folder", type=Path, required=True, help="where the state is kept")
    parser.add_argument("--people", type=Path, default=None, help="people and groups, a JSON file")
    parser.add_argument("--bot-control", default="", help="the bot's clock endpoint")
    parser.add_argument("--with-parent", action="store_true", help="stop when stdin closes")
    return parser.parse_args(arguments)


async def serve(given: argparse.Namespace) -> None:
    """Run until SIGTERM, SIGINT or, with `--with-parent`, the end of stdin."""
    people = given.people or (EXAMPLE_PEOPLE if EXAMPLE_PEOPLE.exists() else None)
    sandbox = open_sandbox(given.folder, people)
    runner = web.AppRunner(build(sandbox, given.bot_control), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, given.host, given.port)
    await site.start()
    port = runner.addresses[0][1]
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stopped.set)
    # Last, because whoever reads the line may send a signal at once.
    sys.stdout.write(orjson.dumps({"port": port, "token": sandbox.world.token}).decode() + "\n")
    sys.stdout.flush()
    if given.with_parent:
        threading.Thread(target=_follow_stdin, args=(loop, stopped), daemon=True).start()
    await stopped.wait()
    await runner.cleanup()


def _follow_stdin(loop: asyncio.AbstractEventLoop, stopped: asyncio.Event) -> None:
    # Not through sys.stdin: its buffer's lock, held here, would abort the interpreter's own end.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    loop.call_soon_threadsafe(stopped.set)


def main() -> int:
    """Run the sandbox; 2 when it cannot start."""
    try:
        uvloop.run(serve(read_arguments(sys.argv[1:])))
    except (Refused, OSError) as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
