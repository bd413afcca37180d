"""In which language somebody is answered: their own, their Telegram's, their office's; a group's."""

import dataclasses
import datetime as dtm

import pytest

from bot.clock import Clock
from bot.middleware import Middleware
from handlers.kit.incoming import Incoming, Nobody, Photo
from locales import Catalogue
from models.enums import EvidenceKind, Language, Role
from services import sql
from services.facts import exhibits
from services.facts.exhibits import NewExhibit
from services.membership import members
from services.office import groups
from services.office.groups import Place
from tests.builders import NOW, an_organisation
from tests.people import a_member

GROUP = -1007
PHOTO = Photo("file", 9)
MESSAGE = Incoming(
    chat_id=7001,
    is_private=True,
    chat_title="",
    message_id=41,
    thread_id=None,
    person_id=7001,
    person_name="王芳",
    language_code=None,
    nobody=None,
    text="进度",
    is_addressed=True,
)


async def spoken(**change) -> str:
    """The language of the answer to a message that differs from the usual one by this."""
    middleware = Middleware(Catalogue.load(), Clock(dtm.UTC), ())
    arrival = await middleware.meet(1, dataclasses.replace(MESSAGE, **change))
    assert arrival is not None
    return arrival.texts.language


@pytest.fixture
async def office(database):
    """An office that reads English, with somebody of it and its group."""
    organisation_id = await an_organisation()
    await sql.execute("UPDATE organisation SET language = $1", Language.ENGLISH.value)
    await groups.enter(Place(GROUP, 0, "群"), organisation_id, "群", NOW)
    return await a_member(organisation_id, Role.ADMINISTRATOR)


async def test_a_person_reads_what_they_chose_else_what_their_telegram_says_else_their_offices(office):
    assert await spoken() == "en"
    assert await spoken(language_code="zh-hans") == "zh_CN"
    await members.change_language(office, Language.CHINESE, source="s", now=NOW)
    assert await spoken() == "zh_CN"
    assert await spoken(language_code="en") == "zh_CN"


async def test_a_stranger_whose_telegram_says_nothing_reads_chinese(office):
    assert await spoken(chat_id=7009, person_id=7009) == "zh_CN"


async def test_in_its_group_an_office_is_read_by_everybody_in_its_language(office):
    await members.change_language(office, Language.CHINESE, source="s", now=NOW)
    assert await spoken(chat_id=GROUP, is_private=False, language_code="zh") == "en"
    assert await spoken(chat_id=-1008, is_private=False, language_code="zh") == "zh_CN"


@pytest.fixture
async def album(office):
    """Somebody's album of which the first piece named the bot, and is evidence."""
    name = exhibits.name_album(office.member_id, "9")
    await exhibits.add(NewExhibit("s", name, "s", EvidenceKind.PICTURE, "", "a.jpg"), office.member_id, NOW)


async def heard(**change) -> Incoming | None:
    """What is heard of a piece in the group that does not name the bot."""
    piece = {"chat_id": GROUP, "is_private": False, "is_addressed": False, "album_id": "9", "photo": PHOTO}
    middleware = Middleware(Catalogue.load(), Clock(dtm.UTC), ())
    arrival = await middleware.meet(1, dataclasses.replace(MESSAGE, **{"text": "", **piece, **change}))
    return None if arrival is None else arrival.incoming


async def test_in_a_group_the_other_pieces_of_an_album_that_is_evidence_are_heard(album):
    piece = await heard(text="动态 3")
    assert piece is not None
    assert piece.photo == PHOTO
    assert piece.text == ""


@pytest.mark.parametrize(
    "change",
    [{"album_id": "8"}, {"album_id": ""}, {"person_id": 7009}, {"nobody": Nobody.FORWARDED}],
    ids=["another album", "no album", "another person", "a forward"],
)
async def test_no_other_picture_in_a_group_is_heard_without_the_bots_name(album, change):
    assert await heard(**change) is None
