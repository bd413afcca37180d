"""Messages of every chat: kept whole, counted by revision, shown to the bot and to the page."""

import asyncio
from typing import Any

import orjson

from sandbox.clock import Clock, iso
from sandbox.rich_shown import shown as shown_rich
from sandbox.store import Store
from sandbox.world import SUPERGROUP_IDS_BELOW, World

PAGE_LIMIT = 1000


class Messages:
    """The messages; a supergroup numbers its own, every other chat shares the account's numbers."""

    def __init__(self, store: Store, world: World, clock: Clock) -> None:
        self._store = store
        self._world = world
        self._clock = clock
        self._revision = store.highest("SELECT MAX(revision) FROM message")
        self._last_ids: dict[int, int] = {}
        self._waiting: list[asyncio.Future[None]] = []

    def new_id(self, chat_id: int) -> int:
        """Return the chat's next message id; none comes twice, restarts included."""
        group = self._world.groups.get(chat_id)
        key = chat_id if group is not None and group.type == "supergroup" else 0
        last = self._last_ids.get(key)
        if last is None:
            last = self._last_in(key)
        self._last_ids[key] = last + 1
        return last + 1

    def _last_in(self, key: int) -> int:
        if key:
            return self._store.highest("SELECT MAX(message_id) FROM message WHERE chat_id = ?", key)
        return self._store.highest(
            "SELECT MAX(message_id) FROM message WHERE chat_id > ?", SUPERGROUP_IDS_BELOW
        )

    def add(
        self, chat_id: int, author: int, content: dict[str, Any], reply_to: int | None = None
    ) -> dict[str, Any]:
        """Keep a new message of a person or the bot and return it as the bot sees it."""
        body = {
            "message_id": self.new_id(chat_id),
            "from": self._world.user(author),
            "chat": self._world.chat(chat_id),
            "date": self._clock.unix(),
            **content,
        }
        self._revision += 1
        self._store.write(
            "INSERT INTO message (revision, chat_id, message_id, author, reply_to, body)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            self._revision, chat_id, body["message_id"], author, reply_to, orjson.dumps(body),
        )  # fmt: skip
        return self._with_reply(chat_id, body, reply_to)

    def _with_reply(self, chat_id: int, body: dict[str, Any], reply_to: int | None) -> dict[str, Any]:
        seen = _seen_by_bot(body)
        if reply_to is None and "forum_topic_created" not in body:
            # To the Bot API, what is written in a topic replies to the topic's beginning.
            reply_to = body.get("message_thread_id")
        if reply_to is None:
            return seen
        found = self.stored(chat_id, reply_to)
        return seen if found is None else seen | {"reply_to_message": _seen_by_bot(found)}

    def stored(self, chat_id: int, message_id: int) -> dict[str, Any] | None:
        """Return a message as it is kept unless deleted: any reply markup, without what it replies to."""
        row = self._store.row(
            "SELECT body FROM message WHERE chat_id = ? AND message_id = ? AND NOT deleted",
            chat_id,
            message_id,
        )
        return orjson.loads(row[0]) if row else None

    def find(self, chat_id: int, message_id: int) -> dict[str, Any] | None:
        """Return a message that was not deleted, as the bot sees it."""
        row = self._store.row(
            "SELECT body, reply_to FROM message WHERE chat_id = ? AND message_id = ? AND NOT deleted",
            chat_id, message_id,
        )  # fmt: skip
        return self._with_reply(chat_id, orjson.loads(row[0]), row[1]) if row else None

    def author(self, chat_id: int, message_id: int) -> int:
        """Return who wrote a message, 0 if there is none."""
        return self._store.highest(
            "SELECT author FROM message WHERE chat_id = ? AND message_id = ?", chat_id, message_id
        )

    def change(self, chat_id: int, message_id: int, body: dict[str, Any]) -> dict[str, Any]:
        """Replace a message's content, raise its revision and return it as the bot sees it."""
        self._revision += 1
        self._store.write(
            "UPDATE message SET revision = ?, body = ? WHERE chat_id = ? AND message_id = ?",
            self._revision, orjson.dumps(body), chat_id, message_id,
        )  # fmt: skip
        return self.find(chat_id, message_id) or body

    def delete(self, chat_id: int, message_id: int) -> None:
        """Mark a message as deleted and raise its revision."""
        self._revision += 1
        self._store.write(
            "UPDATE message SET revision = ?, deleted = 1 WHERE chat_id = ? AND message_id = ?",
            self._revision, chat_id, message_id,
        )  # fmt: skip

    def react(self, chat_id: int, message_id: int, person_id: int, emoji: list[str]) -> list[str]:
        """Replace a person's reactions on a message and return the former ones."""
        where = "chat_id = ? AND message_id = ?"
        row = self._store.row(f"SELECT reactions FROM message WHERE {where}", chat_id, message_id)
        reactions: dict[str, list[str]] = orjson.loads(row[0]) if row else {}
        former = reactions.pop(str(person_id), [])
        if emoji:
            reactions[str(person_id)] = emoji
        self._revision += 1
        self._store.write(
            f"UPDATE message SET revision = ?, reactions = ? WHERE {where}",
            self._revision, orjson.dumps(reactions), chat_id, message_id,
        )  # fmt: skip
        return former

    def since(self, chat_id: int, revision: int) -> list[dict[str, Any]]:
        """Return up to 1000 messages of a chat with a higher revision, in order of revision."""
        gone = "" if revision else " AND NOT deleted"
        rows = self._store.rows(
            "SELECT revision, deleted, reply_to, body, reactions FROM message"
            f" WHERE chat_id = ? AND revision > ?{gone} ORDER BY revision LIMIT {PAGE_LIMIT}",
            chat_id, revision,
        )  # fmt: skip
        return [self._shown(row) for row in rows]

    def _shown(self, row: tuple[Any, ...]) -> dict[str, Any]:
        revision, deleted, reply_to = row[:3]
        body, reactions = orjson.loads(row[3]), orjson.loads(row[4])
        sender = body["from"]
        shown: dict[str, Any] = {
            "revision": revision,
            "id": body["message_id"],
            "date": iso(body["date"]),
            "from": sender["username"] if sender["id"] == self._world.bot_id else sender["id"],
        }
        if deleted:
            return shown | {"deleted": True}
        if reply_to is not None:
            shown["reply_to"] = reply_to
        if "edit_date" in body:
            shown["edited"] = iso(body["edit_date"])
        if reactions:
            shown["reactions"] = reactions
        return shown | _content(body)

    def wake(self) -> None:
        """Let everyone waiting for messages look again."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def wait(self, seconds: float) -> None:
        """Return when some chat changed or the time (real seconds) is over."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            await asyncio.wait_for(waiter, seconds)
        except TimeoutError:
            pass
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)


def _seen_by_bot(body: dict[str, Any]) -> dict[str, Any]:
    """A Message carries inline keyboards only; other markup is the page's business."""
    if "inline_keyboard" in body.get("reply_markup", {"inline_keyboard": ()}):
        return body
    return {key: value for key, value in body.items() if key != "reply_markup"}


SHOWN_AS_IS = ("text", "entities", "caption", "media_group_id", "forward_origin", "sender_chat")
SERVICE = (
    "new_chat_members", "left_chat_member", "group_chat_created", "migrate_to_chat_id",
    "migrate_from_chat_id", "new_chat_title", "pinned_message", "forum_topic_created",
)  # fmt: skip


def _content(body: dict[str, Any]) -> dict[str, Any]:
    shown = {key: body[key] for key in SHOWN_AS_IS if key in body}
    if "caption_entities" in body:
        shown["entities"] = body["caption_entities"]
    if "rich_message" in body:
        shown["table"] = shown_rich(body["rich_message"])
    if "photo" in body:
        shown["photo"] = f"/sandbox/files/{body['photo'][-1]['file_id']}"
    if "document" in body:
        shown["document"] = f"/sandbox/files/{body['document']['file_id']}"
        shown["name"] = body["document"].get("file_name", "")
        shown["size"] = body["document"]["file_size"]
    if body.get("is_topic_message"):
        shown["topic"] = body["message_thread_id"]
    service = {key: body[key] for key in SERVICE if key in body}
    if service:
        shown["service"] = service
    return shown | _markup(body.get("reply_markup", {}))


def _markup(markup: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"buttons": []}
    for row in markup.get("inline_keyboard", ()):
        shown["buttons"].append([_button(button) for button in row])
    if "keyboard" in markup:
        shown["keyboard"] = [
            [one if isinstance(one, str) else one["text"] for one in row] for row in markup["keyboard"]
        ]
    for key in ("force_reply", "remove_keyboard", "input_field_placeholder"):
        if key in markup:
            shown[key] = markup[key]
    return shown


def _button(button: dict[str, Any]) -> dict[str, Any]:
    shown = {"text": button["text"]}
    if "callback_data" in button:
        shown["data"] = button["callback_data"]
    for key in ("url", "style"):
        if key in button:
            shown[key] = button[key]
    if "copy_text" in button:
        shown["copy"] = button["copy_text"]["text"]
    return shown
