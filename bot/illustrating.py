"""Calls get their pictures: drawn just before they go out; words go alone where that cannot be."""

import logging
from dataclasses import replace

from bot.calls import Call
from handlers.kit.answers import Document
from services.ports import Painter, PictureUndrawn

log = logging.getLogger(__name__)


async def illustrated(call: Call, painter: Painter) -> Call:
    """Return a call with its picture drawn and ready to go, or the plain one if it cannot be drawn."""
    if call.picture is None or call.document is not None:
        return call
    try:
        png = await painter.draw(call.picture)
    except PictureUndrawn as problem:
        log.warning("a picture could not be drawn, its text goes alone: %s", problem.params["reason"])
        return call.plainest
    return replace(call, document=Document.of("picture.png", "image/png", png))
