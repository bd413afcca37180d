"""Who seems to speak and where: anonymous administrators, channels, forwards of what is here, topics."""

from typing import Any

import pytest

from sandbox.facts import validate_object
from tests.sandbox.client import GROUP, LI, SUPERGROUP, ZHANG, Client, encoded, png

COMMAND = "/progress"


async def only(client: Client) -> dict[str, Any]:
    """Return the one update there is, once the facts accept it."""
    (update,) = await client.updates()
    validate_object(update, "Update", "update")
    return update


async def test_an_anonymous_administrator_speaks_as_the_group(client: Client) -> None:
    message_id = await client.say(COMMAND, chat=SUPERGROUP, sender=ZHANG, **{"as": "group"})
    message = (await only(client))["message"]
    assert message["from"]["username"] == "GroupAnonymousBot"
    assert message["sender_chat"] == message["chat"]
    await client.post("edits", chat=SUPERGROUP, message_id=message_id, text="/help", **{"from": ZHANG})
    *_, update = await client.updates()
    assert update["edited_message"]["sender_chat"]["id"] == SUPERGROUP
    (shown,) = await client.get(f"chats/{SUPERGROUP}/messages")
    assert shown["sender_chat"]["title"] == "工作群"


async def test_a_channel_may_speak_in_a_group(client: Client) -> None:
    await client.say(COMMAND, chat=SUPERGROUP, sender=LI, **{"as": {"channel": "峨眉发布"}})
    message = (await only(client))["message"]
    assert message["from"]["username"] == "Channel_Bot"
    assert (message["sender_chat"]["type"], message["sender_chat"]["title"]) == ("channel", "峨眉发布")


@pytest.mark.parametrize(
    ("chat", "person", "name", "why"),
    [
        (SUPERGROUP, LI, "group", "only an administrator of a supergroup"),
        (GROUP, ZHANG, "group", "only an administrator of a supergroup"),
        (SUPERGROUP, ZHANG, "channel", 'as is "group" or {channel}'),
        (ZHANG, ZHANG, "group", "there is no group"),
    ],
)
async def test_nobody_else_is_anonymous(client: Client, chat: int, person: int, name: str, why: str) -> None:
    asked = {"chat": chat, "from": person, "text": "x", "as": name}
    code, answer = await client.try_post("messages", asked)
    assert (code, why in answer["error"]) == (400, True), answer


async def test_a_forward_of_what_is_here_takes_its_content_along(client: Client) -> None:
    picture = {"photo": encoded(png()), "caption": "佐证 @duban_bot"}
    sent = await client.post("messages", chat=GROUP, **{"from": LI}, **picture)
    source = {"chat": GROUP, "message_id": sent["message_id"]}
    await client.post("messages", chat=ZHANG, forward=source, **{"from": ZHANG})
    original, forwarded = (one["message"] for one in await client.updates())
    assert forwarded["photo"] == original["photo"]
    assert forwarded["caption"] == original["caption"]
    assert forwarded["caption_entities"] == original["caption_entities"]
    assert forwarded["forward_origin"]["sender_user"]["id"] == LI
    again = {"chat": ZHANG, "message_id": forwarded["message_id"]}
    await client.post("messages", chat=LI, forward=again, **{"from": LI})
    *_, last = await client.updates()
    assert last["message"]["forward_origin"] == forwarded["forward_origin"]


async def test_a_forward_of_an_anonymous_message_names_the_group(client: Client) -> None:
    message_id = await client.say("通知", chat=SUPERGROUP, sender=ZHANG, **{"as": "group"})
    await client.post(
        "messages", chat=LI, forward={"chat": SUPERGROUP, "message_id": message_id}, **{"from": LI}
    )
    origin = (await only(client))["message"]["forward_origin"]
    assert (origin["type"], origin["sender_chat"]["id"]) == ("chat", SUPERGROUP)


async def topic(client: Client, name: str = "二月") -> int:
    made = await client.post("topics", chat=SUPERGROUP, name=name, **{"from": ZHANG})
    return int(made["id"])


async def test_what_is_written_in_a_topic_names_it_and_replies_to_its_beginning(client: Client) -> None:
    thread = await topic(client)
    await client.say(COMMAND, chat=SUPERGROUP, sender=LI, topic=thread)
    begun, written = await client.updates()
    for update in (begun, written):
        validate_object(update, "Update", "update")
        assert update["message"]["message_thread_id"] == thread
        assert update["message"]["is_topic_message"] is True
        assert update["message"]["chat"]["is_forum"] is True
    assert begun["message"]["forum_topic_created"]["name"] == "二月"
    assert "reply_to_message" not in begun["message"]
    assert written["message"]["reply_to_message"]["message_id"] == thread
    *_, shown = await client.get(f"chats/{SUPERGROUP}/messages")
    assert (shown["topic"], "reply_to" in shown) == (thread, False)


async def test_the_bot_answers_in_the_topic_it_names_or_replies_in(client: Client) -> None:
    thread = await topic(client)
    asked = await client.say(COMMAND, chat=SUPERGROUP, sender=LI, topic=thread)
    for how in ({"message_thread_id": thread}, {"reply_parameters": {"message_id": asked}}):
        sent = await client.done("sendMessage", chat_id=SUPERGROUP, text="好", **how)
        validate_object(sent, "Message", "message")
        assert (sent["message_thread_id"], sent["is_topic_message"]) == (thread, True)
    plain = await client.done("sendMessage", chat_id=SUPERGROUP, text="好")
    assert "message_thread_id" not in plain
    for nowhere in (plain["message_id"], 999):
        refusal = await client.refused(
            "sendMessage", chat_id=SUPERGROUP, text="好", message_thread_id=nowhere
        )
        assert refusal == (400, "Bad Request: message thread not found")


async def test_only_a_supergroup_has_topics(client: Client) -> None:
    for asked, why in (
        ({"chat": GROUP, "from": ZHANG, "name": "x"}, "only a supergroup has topics"),
        ({"chat": SUPERGROUP, "from": ZHANG}, "a topic needs a name"),
        ({"chat": SUPERGROUP, "from": 5, "name": "x"}, "there is no person 5"),
    ):
        code, answer = await client.try_post("topics", asked)
        assert (code, answer["error"]) == (400, why)
    code, answer = await client.try_post(
        "messages", {"chat": SUPERGROUP, "from": ZHANG, "text": "x", "topic": 9}
    )
    assert (code, answer["error"]) == (400, f"there is no topic 9 in chat {SUPERGROUP}")
