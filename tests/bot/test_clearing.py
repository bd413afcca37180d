"""Received files that nothing points to go after a while; evidence stays."""

import datetime as dtm
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.clearing import Clearing
from bot.file_store import FolderStore
from models.enums import EvidenceKind
from services import sql
from services.facts import exhibits
from services.facts.exhibits import NewExhibit
from services.membership import members
from services.ports import FileLost

DAY = dtm.timedelta(days=1)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_what_nothing_points_to_goes_and_evidence_stays(database, tmp_path):
    now = dtm.datetime.now(dtm.UTC)
    clock = SimpleNamespace(now=lambda: now)
    store = FolderStore(tmp_path / "files", lambda: now)
    member_id = await members.remember(7001)
    kept, loose = await store.put(b"kept", "pdf"), await store.put(b"loose", "pdf")
    left = await store.put(b"left", "pdf")
    for number, (name, received_at) in enumerate([(kept, now), (left, now - 31 * DAY)]):
        source = f"m/{number}"
        row = NewExhibit(source, source, source, EvidenceKind.DOCUMENT, "a.pdf", stored_name=name)
        await exhibits.add(row, member_id, received_at)
    clearing = Clearing(store, cast("Any", clock))
    clock.now = lambda: now + 3 * DAY
    await clearing.look()
    assert await store.read(kept) == b"kept"
    for gone in (loose, left):
        with pytest.raises(FileLost):
            await store.read(gone)
    states = await sql.fetch("SELECT state FROM evidence ORDER BY id")
    assert [row["state"] for row in states] == ["kept", "purged"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_bot_that_is_restarted_every_night_clears_too(database, tmp_path):
    now = dtm.datetime.now(dtm.UTC)
    clock = SimpleNamespace(now=lambda: now)
    store = FolderStore(tmp_path / "files", lambda: now)
    loose = await store.put(b"loose", "pdf")
    kept = await store.put(b"kept", "pdf")
    row = NewExhibit("m/1", "m/1", "m/1", EvidenceKind.DOCUMENT, "a.pdf", stored_name=kept)
    await exhibits.add(row, await members.remember(7001), now)
    clock.now = lambda: now + 2 * DAY
    clearing = Clearing(store, cast("Any", clock))
    await clearing.look()
    assert await store.read(loose) == b"loose", "not while it starts"
    clock.now = lambda: now + 2 * DAY + dtm.timedelta(hours=1)
    await clearing.look()
    with pytest.raises(FileLost):
        await store.read(loose)
