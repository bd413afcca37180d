"""`python -m bot`: serve until a signal, or one of the commands import, backup, restore and doctor."""

import argparse
import asyncio
import contextlib
import gc
import importlib
import logging
import os
import re
import signal
import sys
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import uvloop

import settings
from bot import logs
from bot.refusal import Refusal
from services.core.text import clean

log = logging.getLogger(__name__)

WRONG_SETTINGS = 2
REFUSED = 2
FAILED = 1
EXAMPLES: Mapping[str, str] = {
    "./run import": "./run import 任务分配表.xlsx --organisation 峨眉山市 --year 2024",
    "./run backup": "./run backup 督办备份.zip",
    "./run restore": "./run restore 督办备份.zip",
}
"""By the parser's own name for the command."""
GARBAGE = 20_000
"""So many new objects until one looks for cycles among them; an update makes thousands, hardly a cycle."""
LONGEST_NAME = 100
"""An organisation's name has so much room in the database."""


def _name(word: str) -> str:
    name = clean(word)
    if not 1 <= len(name) <= LONGEST_NAME or "\n" in name:
        raise argparse.ArgumentTypeError(
            f"要 1–{LONGEST_NAME} 个字，例如 峨眉山市 (1–{LONGEST_NAME} characters)"
        )
    return name


def _year(word: str) -> int:
    if not re.fullmatch("(19|20|21)[0-9]{2}", word):
        raise argparse.ArgumentTypeError("要四位数的年份，例如 2024 (a year of four digits)")
    return int(word)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        example = EXAMPLES.get(self.prog, "./run help")
        self.exit(REFUSED, f"参数还不完整或有误 ({message})。\n例如：{example}\n")


def read_arguments(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = _Parser(prog="./run", description="督办 Duban")
    commands = parser.add_subparsers(dest="command")
    sheet = commands.add_parser("import", help="导入单位报送任务表 (read an office's sheet)")
    sheet.add_argument("file", type=Path, metavar="FILE")
    sheet.add_argument("--organisation", required=True, type=_name, metavar="NAME", help="例如 峨眉山市")
    sheet.add_argument("--year", required=True, type=_year, metavar="Y", help="例如 2024")
    sheet.add_argument("--month", type=int, choices=range(1, 13), metavar="M", help="季度合计记入哪个月")
    sheet.add_argument("--yes", action="store_true", help="不再询问，直接保存 (save without asking)")
    kept = commands.add_parser("backup", help="备份数据库和收到的文件 (back up database and files)")
    kept.add_argument("file", type=Path, metavar="FILE")
    back = commands.add_parser("restore", help="恢复备份 (put a backup back)")
    back.add_argument("file", type=Path, metavar="FILE")
    back.add_argument("--yes", action="store_true", help="不再询问，直接恢复 (restore without asking)")
    commands.add_parser("doctor", help="检查部署，不作改动 (look the deployment over, change nothing)")
    return parser.parse_args(words)


def begin(arguments: argparse.Namespace, chosen: settings.Settings) -> Coroutine[Any, Any, int]:
    """Make the work of a command; nothing but its own modules is loaded, because a start is to be quick."""
    gc.disable()  # it would look again and again at thousands of new functions and classes, all of which stay
    work: Coroutine[Any, Any, int]
    if arguments.command is None:
        work = importlib.import_module("bot.serving").serve(chosen)
    else:
        work = importlib.import_module(f"bot.{arguments.command}_command").run(arguments, chosen)
    gc.freeze()
    gc.enable()
    gc.set_threshold(GARBAGE)
    return work


async def _until_signal(work: Coroutine[Any, Any, int]) -> int:
    """Run ``work`` until it ends by itself or a signal asks it to; then cancel it and wait."""
    running = asyncio.ensure_future(work)  # noqa: TID251 - the one task that owns all others
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        return await running
    log.info("stopped")
    return 0


def main(words: Sequence[str]) -> int:
    """Run one command and return the exit code: 2 for what the operator can mend."""
    arguments = read_arguments(words)
    try:
        chosen = settings.load()
    except settings.SettingsWrong as problem:
        sys.stderr.write(f"{problem}\n")
        return WRONG_SETTINGS
    logs.configure(chosen.log, chosen.secrets)
    os.umask(0o077)  # the database holds people's messages and ids: nobody else's to read
    work = begin(arguments, chosen)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_until_signal(work))
    except Refusal as problem:
        sys.stderr.write(f"{logs.redact(str(problem))}\n")
        return REFUSED
    except Exception:
        log.exception("cannot go on")  # Python itself would print it with every secret in it
        return FAILED


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
