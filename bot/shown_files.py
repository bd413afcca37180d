"""Notes which message shows which file of the store, as soon as it has been sent."""

import logging
from typing import Any

from bot.calls import Call
from bot.clock import Clock
from services.core.pictures import GONE, ComparisonPicture, ShownPicture, StoredPicture
from services.evidence import showings

log = logging.getLogger(__name__)


async def note_shown(call: Call, result: Any, clock: Clock) -> None:
    """Note what a call has shown; ``result`` is the message, or those of an album.

    It is out whatever happens here, so that nothing is raised.
    """
    names = [_names(picture) for picture in call.pictures]
    names = names or [(document.stored_name,) for document in call.files.values() if document.stored_name]
    is_news = any(names) or (
        names and call.method == "editMessageMedia"
    )  # another picture may have been there
    messages = result if isinstance(result, list) else [result]
    if not is_news:
        return
    for message, shown in zip(messages, names, strict=False):
        if not isinstance(message, dict) or not isinstance(message.get("message_id"), int):
            continue
        try:
            await showings.note(call.chat, message["message_id"], shown, clock.now())
        except Exception:
            log.exception("it could not be noted which message shows evidence")


def _names(picture: ShownPicture) -> tuple[str, ...]:
    if isinstance(picture, ComparisonPicture):
        return picture.names
    return (picture.name,) if isinstance(picture, StoredPicture) and picture != GONE else ()
