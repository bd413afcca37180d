"""People writing, correcting themselves, reacting and pressing buttons."""

import base64
import binascii
import hashlib
import secrets
from typing import Any

from sandbox.entities import CAPTION_LIMIT, TEXT_LIMIT, find_entities, units
from sandbox.errors import ApiError, Refused
from sandbox.people.membership import require_group, require_people
from sandbox.people.origins import content_of, in_another_name, origin
from sandbox.people.receipt import tell_message, tell_press, tell_reaction
from sandbox.people.topics import in_topic, topic_of
from sandbox.state import Sandbox
from sandbox.validation import Upload


def _speaker(sandbox: Sandbox, asked: dict[str, Any]) -> tuple[int, int]:
    """Return chat and person once the person may write there."""
    chat_id, person_id = asked.get("chat"), asked.get("from")
    if not isinstance(person_id, int) or not isinstance(chat_id, int):
        raise Refused("chat and from must be ids (numbers)")
    require_people(sandbox, [person_id])
    person = sandbox.world.people[person_id]
    if person.deactivated:
        raise Refused(f"{person.name} ({person_id}) is deactivated")
    if chat_id in sandbox.world.people:
        if chat_id != person_id:
            raise Refused("a private chat's id is the person's own: chat and from must be the same")
        if person.blocked:
            raise Refused(f"{person.name} ({person_id}) has blocked the bot; unblock it first")
        return chat_id, person_id
    require_group(sandbox, chat_id)
    if not sandbox.world.is_inside(chat_id, person_id):
        raise Refused(f"{person.name} ({person_id}) is not a member of {chat_id}")
    return chat_id, person_id


def write(sandbox: Sandbox, asked: dict[str, Any]) -> int:
    """Let a person send a message and return its id."""
    chat_id, person_id = _speaker(sandbox, asked)
    content = _forwarded(sandbox, asked) or _content(sandbox, asked)
    if asked.get("as") is not None:
        content |= in_another_name(sandbox, chat_id, person_id, asked["as"])
    if asked.get("album") is not None:
        digest = hashlib.sha256(f"{chat_id}:{asked['album']}".encode()).digest()
        content["media_group_id"] = str(10**16 + int.from_bytes(digest[:6], "big"))
    reply_to = asked.get("reply_to")
    if reply_to is not None and sandbox.messages.stored(chat_id, reply_to) is None:
        raise Refused(f"there is no message {reply_to} in chat {chat_id}")
    try:
        content |= in_topic(sandbox, chat_id, asked.get("topic", topic_of(sandbox, chat_id, reply_to)))
    except LookupError as error:
        raise Refused(str(error)) from error
    person = sandbox.world.people[person_id]
    if chat_id == person_id and not person.started:
        person.started = True
        sandbox.world.save_person(person)
    message = sandbox.messages.add(chat_id, person_id, content, reply_to)
    tell_message(sandbox, message)
    return int(message["message_id"])


def _forwarded(sandbox: Sandbox, asked: dict[str, Any]) -> dict[str, Any] | None:
    """Return a forward's content: the source's own, or what is given with a source that is not here."""
    if not asked.get("forward"):
        return None
    source = {"forward_origin": origin(sandbox, asked["forward"])}
    is_said = any(asked.get(key) is not None for key in ("text", "caption", "photo", "document"))
    said = None if is_said else content_of(sandbox, asked["forward"])
    return (said or _content(sandbox, asked)) | source


def _content(sandbox: Sandbox, asked: dict[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind in ("photo", "document") if asked.get(kind) is not None]
    if len(kinds) > 1:
        raise Refused("a message has a photo or a document, not both")
    if not kinds:
        return _words(asked.get("text"), "text", TEXT_LIMIT)
    words = asked.get("caption", asked.get("text"))
    caption = _words(words, "caption", CAPTION_LIMIT) if words else {}
    upload = _upload(asked, kinds[0])
    try:
        if kinds[0] == "photo":
            return {"photo": sandbox.files.add_photo(upload)} | caption
        return {"document": sandbox.files.add_document(upload)} | caption
    except ApiError as error:
        raise Refused(
            f"the {kinds[0]} cannot be sent: {error.description.removeprefix('Bad Request: ')}"
        ) from error


def _words(text: Any, field: str, limit: int) -> dict[str, Any]:
    if not isinstance(text, str) or not text.strip():
        raise Refused("a message needs text, a photo or a document")
    text = text.strip()
    if units(text) > limit:
        raise Refused(f"{field} is longer than {limit} UTF-16 units")
    entities = find_entities(text)
    name = "entities" if field == "text" else "caption_entities"
    return {field: text, name: entities} if entities else {field: text}


def _upload(asked: dict[str, Any], kind: str) -> Upload:
    given = asked[kind]
    if isinstance(given, dict):
        asked = asked | {key: given[key] for key in ("name", "mime") if key in given}
        given = given.get("base64")
    if not isinstance(given, str):
        raise Refused(f"{kind} must be base64 text")
    try:
        content = base64.b64decode(given.rpartition("base64,")[2], validate=True)
    except binascii.Error as error:
        raise Refused(f"{kind} is not base64: {error}") from error
    name = asked.get("name") or ("photo.jpg" if kind == "photo" else "file.bin")
    return Upload(str(name), str(asked.get("mime", "")), content)


def _known(sandbox: Sandbox, chat_id: int, message_id: Any) -> dict[str, Any]:
    body = sandbox.messages.stored(chat_id, message_id) if isinstance(message_id, int) else None
    if body is None:
        raise Refused(f"there is no message {message_id} in chat {chat_id}")
    return body


def edit(sandbox: Sandbox, asked: dict[str, Any]) -> None:
    """Let a person change the text or caption of their own message."""
    chat_id, person_id = _speaker(sandbox, asked)
    body = _known(sandbox, chat_id, asked.get("message_id"))
    if sandbox.messages.author(chat_id, body["message_id"]) != person_id:
        raise Refused("people can edit their own messages only")
    field = "text" if "text" in body else "caption"
    names = (field, "entities" if field == "text" else "caption_entities")
    limit = TEXT_LIMIT if field == "text" else CAPTION_LIMIT
    words = _words(asked.get(field, asked.get("text")), field, limit)
    changed = {key: value for key, value in body.items() if key not in names} | words
    changed["edit_date"] = sandbox.clock.unix()
    message = sandbox.messages.change(chat_id, body["message_id"], changed)
    tell_message(sandbox, message, "edited_message")


def react(sandbox: Sandbox, asked: dict[str, Any]) -> None:
    """Let a person put (or with an empty `emoji` take back) a reaction; `as_edit` adds the unchanged edit."""
    chat_id, person_id = _speaker(sandbox, asked)
    body = _known(sandbox, chat_id, asked.get("message_id"))
    emoji = asked.get("emoji", asked.get("reaction", "👍"))
    chosen = [emoji] if isinstance(emoji, str) and emoji else list(emoji or ())
    former = sandbox.messages.react(chat_id, body["message_id"], person_id, chosen)
    change = {
        "chat": sandbox.world.chat(chat_id),
        "message_id": body["message_id"],
        "user": sandbox.world.user(person_id),
        "date": sandbox.clock.unix(),
        "old_reaction": [{"type": "emoji", "emoji": one} for one in former],
        "new_reaction": [{"type": "emoji", "emoji": one} for one in chosen],
    }
    tell_reaction(sandbox, change)
    if asked.get("as_edit"):
        message = sandbox.messages.find(chat_id, body["message_id"]) or body
        tell_message(sandbox, message | {"edit_date": sandbox.clock.unix()}, "edited_message")


def press(sandbox: Sandbox, asked: dict[str, Any]) -> str:
    """Let a person press a button and return the query's id; any `data` goes, as from a forged client."""
    chat_id, person_id = _speaker(sandbox, asked)
    body = _known(sandbox, chat_id, asked.get("message_id"))
    if body["from"]["id"] != sandbox.world.bot_id:
        raise Refused("only the bot's messages have buttons")
    data = asked.get("data")
    if not isinstance(data, str):
        raise Refused("data must be text")
    query_id = str(secrets.randbits(62) | 1 << 62)
    sandbox.store.write(
        "INSERT INTO callback (id, person_id, pressed_at) VALUES (?, ?, ?)",
        query_id,
        person_id,
        sandbox.clock.unix(),
    )
    query = {
        "id": query_id,
        "from": sandbox.world.user(person_id),
        "message": sandbox.messages.find(chat_id, body["message_id"]),
        "chat_instance": str(int.from_bytes(hashlib.sha256(str(chat_id).encode()).digest()[:8], "big")),
        "data": data,
    }
    tell_press(sandbox, query)
    return query_id
