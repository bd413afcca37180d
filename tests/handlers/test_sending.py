"""What an administrator is asked after a restore, and what the two buttons do."""

import datetime as dtm
from collections.abc import Sequence

import pytest

from bot.clock import Clock
from bot.resumption import announce, reminding
from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import Spec
from handlers.registry import commands
from locales import Catalogue
from models.enums import Role
from services import outbox, sql
from services.arranging import sending
from services.core.access import Actor, NotPermitted
from services.core.errors import UserError
from services.membership import members
from tests.builders import NOW, a_reporter, an_actor, an_administrator, an_organisation
from tests.handlers.talk import Talk, labels, words

pytestmark = pytest.mark.usefixtures("database")


async def restored(held: int = 3) -> None:
    """Leave what a restore leaves: that many calls held, and sending paused."""
    await members.remember(an_actor().telegram_id)
    await sql.execute("INSERT INTO deployment (id, is_sandbox) VALUES (1, $1)", False)
    calls = [
        outbox.NewCall(f"answer/{number}/0", "receipt", 7009, "sendMessage", {}) for number in range(held)
    ]
    await outbox.enqueue(calls, NOW)
    for statement, values in sending.pausing(NOW):
        await sql.execute(statement, *values)


async def states() -> list[str]:
    return [row["state"] for row in await sql.fetch("SELECT state FROM outbox ORDER BY id")]


async def asked(actor: Actor, text: str = "/help", *, in_group: bool = False) -> Sequence[Answer]:
    """Give a command as the bot runs it, with what is added to its answers."""
    answers: list[Answer] = []

    async def run(declared: Spec, context: Context) -> None:
        answers.extend(await declared.handle(context))

    spec = next(spec for spec in commands() if spec.name == text.removeprefix("/"))
    await reminding(run)(spec, Talk(actor, in_group=in_group).context())
    return answers


async def test_an_administrator_is_asked_below_whatever_they_asked_for() -> None:
    administrator = an_administrator(await an_organisation())
    before = await asked(administrator)
    await restored()
    *same, question = await asked(administrator)
    assert [words(answer) for answer in same] == [words(answer) for answer in before]
    assert "还有 3 条旧消息没有发出" in words(question)[1]
    assert labels(question) == [["发出 3 条旧消息"], ["作废旧消息"]]


async def test_nobody_else_is_asked_and_no_group() -> None:
    organisation = await an_organisation()
    await restored()
    assert len(await asked(a_reporter(organisation, 1))) == 1
    assert len(await asked(an_administrator(organisation), in_group=True)) == 1


async def test_old_messages_go_out_when_an_administrator_says_so() -> None:
    administrator = an_administrator(await an_organisation())
    await restored()
    (answer,) = await Talk(administrator).press("sending.release", {})
    assert words(answer) == ["已恢复发送，3 条旧消息将依次发出。"]
    assert await states() == ["pending"] * 3
    assert await outbox.list_chats_waiting(NOW) == (7009,)
    assert len(await asked(administrator)) == 1


async def test_old_messages_never_go_out_when_an_administrator_says_so() -> None:
    administrator = an_administrator(await an_organisation())
    await restored()
    (answer,) = await Talk(administrator).press("sending.discard", {})
    assert words(answer) == ["已作废 3 条旧消息，并恢复发送。"]
    assert await states() == ["dead"] * 3
    assert await outbox.purge(NOW + dtm.timedelta(days=3650)) == 3
    rows = await sql.fetch("SELECT action, subject FROM audit_entry")
    assert rows == [{"action": "sending.discard", "subject": "sending"}]


async def test_with_nothing_held_one_button_goes_on() -> None:
    administrator = an_administrator(await an_organisation())
    await restored(held=0)
    *_, question = await asked(administrator)
    assert labels(question) == [["继续发送"]]
    (answer,) = await Talk(administrator).press("sending.release", {})
    assert words(answer) == ["已恢复发送。"]


@pytest.mark.parametrize("action", ["sending.release", "sending.discard"])
async def test_the_second_who_decides_changes_nothing(action: str) -> None:
    administrator = an_administrator(await an_organisation())
    await restored()
    await Talk(administrator).press("sending.release", {})
    with pytest.raises(sending.SendingGoesOn):
        await Talk(administrator).press(action, {})
    assert await states() == ["pending"] * 3


async def test_who_administers_one_of_two_organisations_does_not_decide_for_both() -> None:
    one, two = await an_organisation(), await an_organisation("定南县")
    await restored()
    for person in (an_administrator(one), a_reporter(one, 1), an_actor()):
        with pytest.raises(UserError):
            await Talk(person).press("sending.release", {})
    with pytest.raises(NotPermitted):
        await Talk(an_administrator(two)).press("sending.discard", {})
    assert len(await asked(an_administrator(one))) == 1
    assert len(await asked(an_administrator(one, two))) == 2
    assert await states() == ["held"] * 3


async def test_at_the_start_every_administrator_is_told_once() -> None:
    organisation = await an_organisation()
    await members.bind(7001, organisation, None, Role.ADMINISTRATOR, NOW)
    await members.bind(7002, organisation, None, Role.LEADER, NOW)
    await restored()
    for _ in range(2):
        await announce(Catalogue.load(), Clock(dtm.UTC), {7003})
    rows = await sql.fetch("SELECT chat, dedupe_key FROM outbox WHERE kind = 'notice' ORDER BY chat")
    assert [row["chat"] for row in rows] == [7001, 7003]
    assert not any("700" in row["dedupe_key"] for row in rows)
    (waiting,) = await outbox.list_waiting(7001, NOW + dtm.timedelta(days=3650))
    keyboard = waiting.parameters["call"]["reply_markup"]["inline_keyboard"]
    assert [button["text"] for row in keyboard for button in row] == ["发出 3 条旧消息", "作废旧消息"]


async def test_without_a_restore_nobody_is_told() -> None:
    organisation = await an_organisation()
    await members.bind(7001, organisation, None, Role.ADMINISTRATOR, NOW)
    await announce(Catalogue.load(), Clock(dtm.UTC), {7003})
    assert await states() == []
