"""Calls get their pictures: drawn just before they go out; words go alone where that cannot be."""

import logging
from dataclasses import replace

from bot.calls import Call, file_fields
from handlers.kit.answers import Document
from services.core.pictures import GONE, ComparisonPicture, ShownPicture, StoredPicture
from services.ports import Painter, PictureUndrawn

log = logging.getLogger(__name__)


async def illustrated(call: Call, painter: Painter) -> Call:
    """Return a call with its pictures drawn and ready to go, or the plain one if one cannot be drawn."""
    if not call.pictures or call.files:
        return call
    try:
        drawn = [await painter.draw(each) for each in call.pictures]
    except PictureUndrawn as problem:
        log.warning("a picture could not be drawn, its text goes alone: %s", problem.params["reason"])
        return call.plainest
    named = zip(file_fields(call.pictures), call.pictures, drawn, strict=True)
    return replace(call, files={name: _file(name, picture, content) for name, picture, content in named})


def _file(name: str, picture: ShownPicture, content: bytes) -> Document:
    if isinstance(picture, StoredPicture | ComparisonPicture) and picture != GONE:
        return Document.of(f"{name}.jpg", "image/jpeg", content)
    return Document.of(f"{name}.png", "image/png", content)
