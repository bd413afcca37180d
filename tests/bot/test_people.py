"""People come, are handed over and go, over real HTTP, from the printed code on; no secret is left."""

import asyncio
import contextlib
import re
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.databases import current_file
from tests.driver import ROOT, Office
from tests.prove.town import SECRET, STARTING_SECONDS, Town, founded

PRINTED = re.compile(rb"https://t\.me/\w+\?start=([\w-]{22})\n")
OFFICE, REPORTER, SUCCESSOR, GUESSER = "周敏", "王芳", "李娜", "赵六"


async def printed_code(town: Town, more: Mapping[str, str] | None = None) -> str:
    """Start a bot that logs everything, and read the code that it prints, apart from its log."""
    environment = town.environment(webhook=True, failpoint="") | {"DUBAN_LOG": "DEBUG"} | dict(more or {})
    with (town.folder / "bot.log").open("ab") as log:
        town.bot = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot"),
            cwd=ROOT,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    town.bots.append(town.bot)
    assert town.bot.stdout is not None
    said = b""
    async with asyncio.timeout(STARTING_SECONDS):
        while not (found := PRINTED.search(said)):
            line = await town.bot.stdout.readline()
            assert line, town.log()
            said += line

    async def ready() -> bool:
        return await town.status("/readyz") == 200

    await town.until(ready, STARTING_SECONDS, "the bot is ready")
    return found[1].decode()


def everything_in(database: Path) -> str:
    """Every value of every table as text, and the raw bytes of the files: what is on the disk."""
    with contextlib.closing(sqlite3.connect(database)) as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        values: list[Any] = []
        for table in tables:
            values += [value for row in file.execute(f"SELECT * FROM {table}") for value in row]
    shown = [v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in values]
    raw = [path.read_bytes().decode("latin-1") for path in database.parent.glob(f"{database.name}*")]
    return "\n".join(shown + raw)


async def found_an_organisation(office: Office, code: str) -> str:
    shown = await office.say(OFFICE, f"/start {code}")
    assert "还没有您管理的政务公开办" in shown.text
    await office.press(OFFICE, shown, "建立政务公开办")
    shown = await office.say(OFFICE, "石泉县")
    shown = await office.press(OFFICE, shown, "年")
    shown = await office.press(OFFICE, shown, "确认建立")
    assert "您是管理员" in shown.text
    sheet = (ROOT / "tests" / "samples" / "emeishan-2024-quotas.docx").read_bytes()
    shown = await office.send_document(OFFICE, "任务表.docx", sheet, caption="导入 2024")
    return (await office.press(OFFICE, shown, "确认保存")).text


async def invited(office: Office, words: str) -> str:
    """Invite somebody and return the link, once the advice that follows it has come too."""
    before = await office.latest(office.person(OFFICE))
    await office.write(OFFICE, text=words)
    return (await office.answers(office.person(OFFICE), before, 2))[0].start_link()


async def join(office: Office, name: str, link: str) -> None:
    """Open a link that makes somebody 市司法局's reporter; the inviter is told."""
    before = await office.latest(office.person(OFFICE))
    assert "您现在是石泉县 市司法局 信息员" in (await office.open_link(name, link)).text
    told = await office.answer(office.person(OFFICE), before)
    assert told.text == f"{name}已加入：石泉县 市司法局 信息员。"


async def test_people_come_are_handed_over_and_go(tmp_path: Path) -> None:
    database = tmp_path / "duban.db"
    async with founded(tmp_path, current_file(database)) as town:
        first = await printed_code(town)
        assert town.bot is not None
        office = Office(town.http, town.url, town.bot, town.port)
        for name in (OFFICE, REPORTER, SUCCESSOR, GUESSER):
            await office.new_person(name)
        await found_an_organisation(office, first)

        assert "现在不能用" in (await office.say(GUESSER, f"/start {first}")).text
        link = await invited(office, "邀请 市司法局")
        await join(office, REPORTER, link)
        assert "市司法局" in (await office.say(REPORTER, "进度")).text
        assert "现在不能用" in (await office.open_link(GUESSER, link)).text

        pending = await invited(office, "邀请 市公安局")
        shown = await office.say(OFFICE, "人员 市司法局")
        assert "王芳：市司法局 信息员" in shown.text
        card = await office.press(OFFICE, shown, "王芳")
        before = await office.latest(office.person(OFFICE))
        await office.press(OFFICE, card, "交接")
        handed = (await office.answers(office.person(OFFICE), before, 2))[0].start_link()
        before = await office.latest(office.person(REPORTER))
        await join(office, SUCCESSOR, handed)
        assert "您不再担任" in (await office.answer(office.person(REPORTER), before)).text
        assert "还没有加入任何单位" in (await office.say(REPORTER, "进度")).text

        shown = await office.say(OFFICE, "/forgetme")
        assert "只有这一位管理员" in shown.text
        assert "李娜" in (await office.say(SUCCESSOR, "/mydata")).text
        shown = await office.say(SUCCESSOR, "/forgetme")
        assert "已注销" in (await office.press(SUCCESSOR, shown, "确认注销")).text

        # Nobody acts by an edit or a forward, nor in a group by an anonymous administrator.
        before = await office.latest(office.person(GUESSER))
        written = await office.write(GUESSER, text="在吗")
        await office.answer(office.person(GUESSER), before)
        await office.change(GUESSER, written, f"/start {pending.rpartition('=')[2]}")
        hint = await office.forward(GUESSER, written, source=office.person(GUESSER))
        assert "转发的消息不当作您本人的指令" in hint.text
        assert "没有保存您的任何资料" in (await office.say(GUESSER, "/mydata")).text

        group = await office.new_group("石泉县政务公开工作群", OFFICE, REPORTER)
        before = await office.latest(group)
        await office.as_group(OFFICE, "/members", chat=group)
        assert "匿名发言" in (await office.answer(group, before)).text
        exposed = await invited(office, "邀请 市教育局")
        code = exposed.rpartition("=")[2]
        assert "已经作废" in (await office.say(REPORTER, f"/start@duban_bot {code}", chat=group)).text
        assert "现在不能用" in (await office.open_link(REPORTER, exposed)).text
        # The link as it stands in the office's chat comes back in whole when a button under it is pressed.
        shown = await office.say(OFFICE, "人员")
        shown = await office.press(OFFICE, shown, "未使用的链接")
        assert pending in shown.text
        await office.press(OFFICE, shown, "作废 1")

        assert await town.stop() == 0
        codes = {link.rpartition("=")[2] for link in (link, pending, handed, exposed)} | {first}
        assert len(codes) == 5
        kept, log = everything_in(database), town.log()
        assert " debug " in log
        for secret in (*codes, town.token, town.token.partition(":")[2], SECRET):
            assert secret not in kept
            assert secret not in log
        gone = str(office.person(SUCCESSOR))
        assert gone not in log
        assert [
            table for table in ("member", "inbox") if gone in str(await town.query(f"SELECT * FROM {table}"))
        ] == []
        assert all("李娜" not in str(row) for row in await town.query("SELECT * FROM member"))
