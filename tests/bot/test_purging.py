"""Evidence that was deleted: its file goes, the messages that show it, and it does not come back."""

import datetime as dtm
import io
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PIL import Image

from bot.calls import Call
from bot.file_store import FolderStore
from bot.gallery import Gallery
from bot.illustrating import illustrated
from bot.purge_journal import PurgeJournal
from bot.purging import Purging, purge_again
from bot.shown_files import note_shown
from handlers.kit.answers import Document
from locales import Catalogue
from models.enums import EvidenceKind
from services import outbox, sql
from services.core.occasion import Occasion
from services.core.pictures import GONE, ComparisonPicture, Side, StoredPicture
from services.evidence import evidence_purging, showings
from services.facts import exhibits
from services.facts.exhibits import NewExhibit
from services.membership import members
from services.ports import FileLost
from tests.builders import NOW, an_administrator, emeishan

MINUTE = dtm.timedelta(minutes=1)


class House:
    """One office's store and journal, and a clock to be moved."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        clock = cast("Any", SimpleNamespace(now=lambda: self.now))
        self.clock = clock
        self.store = FolderStore(folder / "files", clock.now)
        self.journal = PurgeJournal(folder / "files")
        self.purging = Purging(self.store, self.journal, clock, Catalogue.load())

    async def evidence(self, number: int, content: bytes, unit_id: int) -> str:
        """Keep a picture for a report of its own."""
        name = await self.store.put(content, "jpg")
        source = f"message/m1/{number}"
        row = NewExhibit(source, source, source, EvidenceKind.PICTURE, "a.jpg", name, "image/jpeg", 9)
        await exhibits.add(row, 1, self.now)
        await exhibits.belong(source, unit_id, dtm.date(2024, 3, 1), None)
        return name

    async def is_there(self, name: str) -> bool:
        """Tell whether a file is in the store."""
        try:
            await self.store.read(name)
        except FileLost:
            return False
        return True

    async def shows(self, chat: int, message_id: int, *pictures: Any, method: str = "sendPhoto") -> None:
        """Have a message shown."""
        call = Call(chat, method, {}, pictures=pictures)
        await note_shown(call, {"message_id": message_id}, self.clock)


@pytest.fixture
async def house(database: str, tmp_path: Path) -> House:
    await members.remember(7001)
    return House(tmp_path)


async def purge(organisation_id: int, exhibit_id: int, *, with_same: bool = False) -> None:
    occasion = Occasion(f"message/m1/{90 + exhibit_id}", NOW, NOW.date())
    await evidence_purging.purge(
        an_administrator(organisation_id), exhibit_id, "含个人信息", occasion, with_same=with_same
    )


async def withdrawn() -> list[tuple[int, int]]:
    rows = await sql.fetch("SELECT chat, parameters FROM outbox WHERE kind = 'withdrawal' ORDER BY id")
    found = [(row["chat"], outbox._json(row["parameters"])["call"]["message_id"]) for row in rows]
    return sorted(found)


async def test_the_file_goes_and_every_message_that_shows_it(house: House) -> None:
    organisation_id, units, _ = await emeishan()
    unit_id = units["市司法局"]
    bad, good = await house.evidence(1, b"bad", unit_id), await house.evidence(2, b"good", unit_id)
    await house.shows(7002, 11, StoredPicture(bad))
    sides = Side(good, "", ()), Side(bad, "", ())
    await house.shows(7003, 12, ComparisonPicture("", *sides))
    await house.shows(7003, 13, StoredPicture(bad))
    await house.shows(7003, 13, StoredPicture(good), method="editMessageMedia")  # turned to the next one
    file = Document.of("a.jpg", "image/jpeg", b"bad", bad)
    await note_shown(
        Call(7004, "sendDocument", {}, files={"document": file}), {"message_id": 14}, house.clock
    )
    await purge(organisation_id, 1)
    house.now += 2 * MINUTE
    await house.purging.look()
    assert not await house.is_there(bad)
    assert await house.is_there(good)
    assert await withdrawn() == [(7002, 11), (7003, 12), (7004, 14)]
    assert await house.journal.read() == ((1, bad),)
    (first, *_) = await outbox.list_waiting(7002, house.now)
    call = Call.from_stored(7002, first.method, dict(first.parameters))
    assert (call.method, call.pictures, call.plainest.method) == (
        "editMessageMedia",
        (GONE,),
        "deleteMessage",
    )
    assert call.plainest.parameters == {"chat_id": 7002, "message_id": 11}
    assert await evidence_purging.list_condemned() == ()
    await house.purging.look()
    assert len(await withdrawn()) == 3


async def test_a_file_that_other_evidence_needs_stays_until_that_goes_too(house: House) -> None:
    organisation_id, units, _ = await emeishan()
    name = await house.evidence(1, b"same", units["市司法局"])
    await house.evidence(2, b"same", units["市公安局"])
    await house.shows(7002, 11, StoredPicture(name))
    await purge(organisation_id, 1)
    house.now += 2 * MINUTE
    await house.purging.look()
    assert await house.is_there(name)
    assert await withdrawn() == []
    await purge(organisation_id, 2)
    await house.purging.look()
    assert not await house.is_there(name)
    assert await withdrawn() == [(7002, 11)]


async def test_what_is_just_being_sent_again_is_not_taken_away_under_its_message(house: House) -> None:
    organisation_id, units, _ = await emeishan()
    name = await house.evidence(1, b"bad", units["市司法局"])
    house.now += 5 * MINUTE
    await purge(organisation_id, 1)
    assert await house.store.put(b"bad", "jpg") == name  # its row is not there yet
    await house.purging.look()
    assert await house.is_there(name)
    await house.evidence(2, b"bad", units["市司法局"])
    house.now += 5 * MINUTE
    await house.purging.look()
    assert await house.is_there(name)
    assert await evidence_purging.list_condemned() == ()


async def test_an_older_database_has_it_deleted_once_more_and_says_so(house: House) -> None:
    organisation_id, units, _ = await emeishan()
    name = await house.evidence(1, b"bad", units["市司法局"])
    await sql.execute("CREATE TABLE before_it AS SELECT * FROM evidence")
    await purge(organisation_id, 1)
    house.now += 2 * MINUTE
    await house.purging.look()
    await sql.execute("DELETE FROM evidence")
    await sql.execute("INSERT INTO evidence SELECT * FROM before_it")
    await sql.execute("DROP TABLE before_it")
    await house.store.put(b"bad", "jpg")  # the backup brings both back
    assert await purge_again(house.store, house.journal, house.now) == 1
    assert not await house.is_there(name)
    rows = await sql.fetch("SELECT state, name FROM evidence")
    assert [tuple(row.values()) for row in rows] == [("purged", "")]
    (entry,) = await sql.fetch(
        "SELECT organisation_id, subject FROM audit_entry WHERE source = 'restore/purged'"
    )
    assert tuple(entry.values()) == (organisation_id, "evidence/1")
    assert await purge_again(house.store, house.journal, house.now) == 0


async def test_an_older_database_has_a_link_deleted_once_more_too(house: House) -> None:
    organisation_id, units, _ = await emeishan()
    page = "a" * 64
    for number in (1, 2):
        link = NewExhibit(f"m/{number}", f"m/{number}", "m/0", EvidenceKind.LINK, "", digest=page)
        await exhibits.add(replace(link, address="https://a.cn/1"), 1, house.now)
    await exhibits.belong("m/0", units["市司法局"], dtm.date(2024, 3, 1), None)
    await sql.execute("CREATE TABLE before_it AS SELECT * FROM evidence")
    await purge(organisation_id, 1)
    await house.purging.look()
    assert await house.journal.read() == ((1, f"{page}.link"),)
    assert await evidence_purging.list_condemned() == ()
    await sql.execute("DELETE FROM evidence")
    await sql.execute("INSERT INTO evidence SELECT * FROM before_it")
    await sql.execute("DROP TABLE before_it")
    assert await purge_again(house.store, house.journal, house.now) == 1
    rows = await sql.fetch("SELECT state, address FROM evidence ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [("purged", ""), ("kept", "https://a.cn/1")]
    await house.purging.look()
    assert await purge_again(house.store, house.journal, house.now) == 0
    assert [row["stored_name"] for row in await sql.fetch("SELECT stored_name FROM evidence")] == ["", ""]


async def test_other_content_under_an_old_number_is_left_alone(house: House) -> None:
    _, units, _ = await emeishan()
    await house.journal.add([(1, f"{'0' * 64}.jpg")])
    name = await house.evidence(1, b"good", units["市司法局"])
    assert await purge_again(house.store, house.journal, house.now) == 0
    assert await house.is_there(name)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_journal_that_a_death_cut_off_is_read_as_far_as_it_goes(house: House) -> None:
    whole = (7, f"{'a' * 64}.jpg")
    await house.journal.add([whole])
    with house.journal.path.open("a") as file:
        file.write(f"8 {'b' * 30}")
    later = (9, f"{'c' * 64}.pdf")
    await house.journal.add([whole, later])
    assert await house.journal.read() == (whole, later)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_queued_card_whose_picture_is_gone_goes_as_words_alone(house: House) -> None:
    gallery = Gallery(cast("Any", None), house.store)
    kept = Call(
        7002,
        "sendPhoto",
        {"caption": "a"},
        "sendMessage",
        {"text": "a"},
        pictures=(StoredPicture(f"{'0' * 64}.jpg"),),
    ).stored()
    call = await illustrated(Call.from_stored(7002, "sendPhoto", kept), gallery)
    assert (call.method, call.parameters, call.files) == ("sendMessage", {"text": "a"}, {})
    with Image.open(io.BytesIO(await gallery.draw(GONE))) as blank:
        assert blank.getcolors() == [(320 * 180, 0xDD)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_what_nothing_points_to_is_no_longer_known_as_shown(house: House) -> None:
    await house.shows(7002, 11, StoredPicture(f"{'0' * 64}.jpg"))
    assert await showings.clear() == 1
