"""Reads a Telegram update once into the few things that handlers ask about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from telegram import Chat, Message, MessageEntity, Update, User

from services.core.materials import Material
from services.core.text import clean

MAX_TEXT = 4096


class Nobody(StrEnum):
    """Why an update has no actor although somebody sent it."""

    EDITED = "edited"
    FORWARDED = "forwarded"
    ANONYMOUS = "anonymous"
    VIA_BOT = "via_bot"
    BOT = "bot"
    NOT_A_MESSAGE = "not_a_message"


@dataclass(frozen=True, slots=True)
class Document:
    """A file that came with a message; ``size`` is in bytes, 0 where Telegram does not say."""

    file_id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that came with a message, the largest that Telegram made of it."""

    file_id: str
    size: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message or a press, as far as anything here depends on it.

    ``nobody`` says why nobody acts by it: an edit, a forward, an anonymous administrator or channel, another
    bot. ``text`` is cleaned and without the bot's own mention; ``is_addressed`` tells whether the bot is
    meant at all (in groups: a command, a mention, or a reply to it). The pictures of one album come as
    messages of their own that share ``album_id``. ``topic_name`` is known where the message says it.
    ``material`` is what a person forwards in private: nobody acts by it, and a press may do so.
    ``replied_to`` is the message that this one replies to in the chat, if the person or the bot wrote it;
    ``shows_picture`` tells whether the pressed button is under a picture.
    """

    chat_id: int
    is_private: bool
    chat_title: str
    message_id: int
    thread_id: int | None
    person_id: int
    person_name: str
    language_code: str | None
    nobody: Nobody | None
    text: str
    is_addressed: bool
    press_id: str = ""
    press_token: str = ""
    migrated_to: int | None = None
    has_attachment: bool = False
    document: Document | None = None
    album_id: str = ""
    topic_name: str = ""
    material: Material | None = None
    shows_picture: bool = False
    photo: Photo | None = None
    replied_to: int | None = None

    @property
    def has_figure(self) -> bool:
        """Tell whether its words may be meant to count something: they have a figure, or a link."""
        return "http" in self.text or any(sign.isnumeric() for sign in self.text)


def read(update: Update, *, bot_id: int, bot_username: str) -> Incoming | None:
    """Read an update; None when it is of no kind that anything here answers."""
    if update.callback_query is not None:
        return _read_press(update)
    message = update.message or update.edited_message
    if message is None:
        return None
    return _read_message(message, is_edit=update.message is None, bot_id=bot_id, username=bot_username)


def _read_press(update: Update) -> Incoming | None:
    press = update.callback_query
    if press is None or press.message is None:
        return None
    message = press.message
    return Incoming(
        chat_id=message.chat.id,
        is_private=message.chat.type == Chat.PRIVATE,
        chat_title=clean(message.chat.title or "", max_length=128),
        message_id=message.message_id,
        thread_id=_thread(message) if isinstance(message, Message) else None,
        person_id=press.from_user.id,
        person_name=clean(press.from_user.full_name, max_length=100),
        language_code=press.from_user.language_code,
        nobody=Nobody.BOT if press.from_user.is_bot else None,
        text="",
        is_addressed=True,
        press_id=press.id,
        press_token=press.data or "",
        shows_picture=isinstance(message, Message) and bool(message.photo),
    )


def _read_message(message: Message, *, is_edit: bool, bot_id: int, username: str) -> Incoming:
    person = message.from_user
    is_private = message.chat.type == Chat.PRIVATE
    text, is_named = _without_mention(message, username)
    nobody = _nobody(message, person, is_edit=is_edit)
    replied = message.reply_to_message
    is_reply = replied is not None and replied.from_user is not None and replied.from_user.id == bot_id
    return Incoming(
        chat_id=message.chat.id,
        is_private=is_private,
        chat_title=clean(message.chat.title or "", max_length=128),
        message_id=message.message_id,
        thread_id=_thread(message),
        person_id=person.id if person else 0,
        person_name=clean(person.full_name, max_length=100) if person else "",
        language_code=person.language_code if person else None,
        nobody=nobody,
        text=clean(text, max_length=MAX_TEXT),
        is_addressed=is_private or is_named or is_reply,
        migrated_to=message.migrate_to_chat_id,
        has_attachment=bool(message.effective_attachment),
        document=_document(message),
        photo=_photo(message),
        replied_to=_replied_to(message, bot_id),
        album_id=message.media_group_id or "",
        topic_name=_topic_name(replied),
        material=_material(message) if is_private and nobody is Nobody.FORWARDED else None,
    )


def _document(message: Message) -> Document | None:
    sent = message.document
    if sent is None:
        return None
    name = " ".join(clean(sent.file_name or "", max_length=200).split())
    return Document(sent.file_id, name, sent.file_size or 0)


def _photo(message: Message) -> Photo | None:
    if not message.photo:
        return None
    largest = max(message.photo, key=lambda size: size.width * size.height)
    return Photo(largest.file_id, largest.file_size or 0)


def _replied_to(message: Message, bot_id: int) -> int | None:
    replied, person = message.reply_to_message, message.from_user
    if replied is None or replied.from_user is None or person is None:
        return None
    return replied.message_id if replied.from_user.id in {bot_id, person.id} else None


def _thread(message: Message) -> int | None:
    return message.message_thread_id if message.is_topic_message else None


def _topic_name(replied: Message | None) -> str:
    """Read the name of a topic off the message that began it, to which every message in it replies."""
    if replied is None or replied.forum_topic_created is None:
        return ""
    return clean(replied.forum_topic_created.name, max_length=128)


def _material(message: Message) -> Material | None:
    """Read a forward: its words, the addresses behind them, the channel or chat it is from, when."""
    person, origin = message.from_user, message.forward_origin
    if person is None or person.is_bot or message.sender_chat is not None or message.via_bot is not None:
        return None
    if origin is None:
        return None
    chat = getattr(origin, "chat", None) or getattr(origin, "sender_chat", None)
    entities = (*message.entities, *message.caption_entities)
    addresses = [entity.url for entity in entities if entity.url]
    preview = message.link_preview_options.url if message.link_preview_options is not None else None
    if isinstance(preview, str) and preview:
        addresses.append(preview)
    return Material(
        clean(message.text or message.caption or "", max_length=MAX_TEXT),
        clean(chat.title or "", max_length=128) if chat is not None else "",
        origin.date,
        tuple(addresses),
    )


def _nobody(message: Message, person: User | None, *, is_edit: bool) -> Nobody | None:
    reasons: Iterable[tuple[bool, Nobody]] = (
        (is_edit, Nobody.EDITED),
        (message.forward_origin is not None or bool(message.is_automatic_forward), Nobody.FORWARDED),
        (message.sender_chat is not None or person is None, Nobody.ANONYMOUS),
        (message.via_bot is not None, Nobody.VIA_BOT),
        (person is not None and person.is_bot, Nobody.BOT),
        (not (message.text or message.caption or message.effective_attachment), Nobody.NOT_A_MESSAGE),
    )
    return next((why for holds, why in reasons if holds), None)


def _without_mention(message: Message, username: str) -> tuple[str, bool]:
    """Return the text without the bot's mention, and whether it named the bot.

    ``/progress@other_bot`` is meant for somebody else, so it keeps its mention and names nobody.
    """
    text = message.text or message.caption or ""
    if not text or ("/" not in text and "@" not in text):
        return text, False
    mention = f"@{username}".casefold()
    entities = message.parse_entities([MessageEntity.MENTION, MessageEntity.BOT_COMMAND]) | (
        message.parse_caption_entities([MessageEntity.MENTION, MessageEntity.BOT_COMMAND])
    )
    is_named = False
    for entity, words in sorted(entities.items(), key=lambda pair: -pair[0].offset):
        if entity.type == MessageEntity.BOT_COMMAND:
            _, at, name = words.partition("@")
            # A command in the middle of a sentence is only spoken of.
            is_meant = entity.offset == 0 and not at
            is_named = is_named or is_meant or f"@{name}".casefold() == mention
        elif words.casefold() == mention:
            is_named = True
            text = text.replace(words, " ", 1)
    return text, is_named
