"""The bot comes into a group, or is put out of a chat: what Telegram says of its own standing."""

from dataclasses import dataclass

from telegram import Chat, ChatMember, Update

from bot.calls import Call
from bot.clock import Clock
from bot.delivery import Delivery
from handlers import groups
from locales import Catalogue, language_of
from services import chats, inbox, outbox
from services.transaction import transact

_INSIDE = {ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER}
_GROUPS = {Chat.GROUP, Chat.SUPERGROUP}


@dataclass(frozen=True, slots=True)
class Moved:
    """The bot's standing in a chat has changed; ``now`` is its new word for it, such as ``kicked``."""

    chat: int
    is_group: bool
    language_code: str | None
    was_inside: bool
    is_inside: bool
    now: str


def read(update: Update) -> Moved | None:
    """Read what an update says of the bot's own standing, None when it says nothing of it."""
    change = update.my_chat_member
    if change is None:
        return None
    return Moved(
        chat=change.chat.id,
        is_group=change.chat.type in _GROUPS,
        language_code=change.from_user.language_code,
        was_inside=_is_inside(change.old_chat_member),
        is_inside=_is_inside(change.new_chat_member),
        now=change.new_chat_member.status,
    )


class Memberships:
    """Greets where the bot was added, and remembers where it may no longer write."""

    def __init__(self, catalogue: Catalogue, delivery: Delivery, clock: Clock) -> None:
        self._catalogue = catalogue
        self._delivery = delivery
        self._clock = clock

    async def take(self, row_id: int, moved: Moved) -> None:
        """Handle one change to its end, the inbox row included; a change of mere rights is nothing."""
        if moved.was_inside and not moved.is_inside:
            await self._delivery.shut_out(moved.chat, f"the bot is out: {moved.now}")
        elif moved.is_inside and not moved.was_inside:
            await self._delivery.heard_from(moved.chat)
        is_new = moved.is_group and moved.is_inside and not moved.was_inside
        greets = is_new and await chats.find_organisation(moved.chat) is None

        async def work() -> None:
            now = self._clock.now()
            if await inbox.finish([row_id], now) and greets:
                call = self._greeting(moved)
                await outbox.enqueue(
                    [outbox.NewCall(f"greeting/{row_id}", "receipt", call.chat, call.method, call.stored())],
                    now,
                )

        await transact(work)
        if greets:
            await self._delivery.drain(moved.chat)

    def _greeting(self, moved: Moved) -> Call:
        texts = self._catalogue.texts(language_of(moved.language_code))
        said = {"text": groups.greet(texts).text, "parse_mode": "HTML"}
        return Call(moved.chat, "sendMessage", {"chat_id": moved.chat, **said})


def _is_inside(member: ChatMember) -> bool:
    return member.status in _INSIDE or bool(getattr(member, "is_member", False))
