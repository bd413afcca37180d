"""No secret is ever written: not at DEBUG, not in a traceback, not when a proxy or the server misbehaves."""

import asyncio
from pathlib import Path

from tests.databases import current_file
from tests.ports import free_port
from tests.prove.town import PATIENCE, SECRET, Town, founded

PASSWORD = "canary-proxy-password"
DATABASE_PASSWORD = "canary-database-password"
WRONG_TOKEN = "987654321:canary-token-which-nobody-knows-0123"
FAULTS = {
    700000001: "502",
    700000002: "truncated",
    700000003: "drop_before",
    700000004: "drop_after",
    700000005: "500",
}


def secrets_of(town: Town) -> tuple[str, ...]:
    return (town.token, town.token.partition(":")[2], SECRET, PASSWORD, DATABASE_PASSWORD, WRONG_TOKEN)


async def test_a_session_full_of_trouble_writes_no_secret(tmp_path: Path) -> None:
    async with founded(tmp_path, current_file(tmp_path / "duban.db")) as town:
        await town.post("faults", fault="502", method="getMe")
        for person, fault in FAULTS.items():
            await town.post("faults", fault=fault, method="sendMessage", chat=person)
            await town.say(person, "/lang en")
        await town.start(webhook=True, more={"DUBAN_LOG": "DEBUG"})
        for person in FAULTS:
            await town.until_sent(person, 1)
        await town.post("updates", raw='{"update_id": 1, "message": {"text": "' + town.token + '"}}')

        async def buried() -> bool:
            return "incident" in town.log()

        await town.until(buried)
        assert await town.stop() == 0
        assert " debug " in town.log()
        assert town.log().count("a message waits") >= len(FAULTS)
        for secret in secrets_of(town):
            assert secret not in town.log()


async def test_nothing_that_keeps_the_bot_from_starting_writes_a_secret(tmp_path: Path) -> None:
    """Dead proxies of each kind, a token nobody knows, a database that is not there: side by side."""
    nowhere = free_port()
    ways = {
        "socks": {"DUBAN_PROXY": f"socks5://duban:{PASSWORD}@127.0.0.1:{nowhere}"},
        "names": {"DUBAN_PROXY": f"socks5h://duban:{PASSWORD}@127.0.0.1:{nowhere}"},
        "http": {"DUBAN_PROXY": f"http://duban:{PASSWORD}@127.0.0.1:{nowhere}"},
        "token": {"DUBAN_TOKEN": WRONG_TOKEN},
        "database": {
            "DUBAN_DATABASE": f"postgres://duban:{DATABASE_PASSWORD}@127.0.0.1:{nowhere}/duban?sslmode=disable"
        },
    }
    async with founded(tmp_path, f"sqlite://{tmp_path / 'unused.db'}") as town:
        town.port = 0
        bots = {}
        for name, more in ways.items():
            own = {"DUBAN_DATABASE": current_file(tmp_path / f"{name}.db"), "DUBAN_LOG": "DEBUG"}
            bots[name] = await town.start(webhook=True, more=own | more)

        async def every_proxy_fails() -> bool:
            return town.log().count("Telegram cannot be reached yet") >= 6

        await town.until(every_proxy_fails)
        async with asyncio.timeout(PATIENCE):
            assert await bots["token"].wait() == 2
            assert await bots["database"].wait() > 0
        for name in ("socks", "names", "http"):
            assert bots[name].returncode is None, name
            bots[name].terminate()
            assert await bots[name].wait() == 0, name
        for secret in secrets_of(town):
            assert secret not in town.log()
