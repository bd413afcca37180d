"""Received files that nothing points to go after a while; evidence stays."""

import datetime as dtm
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.clearing import Clearing
from bot.file_store import FolderStore
from models.enums import EvidenceKind
from services import exhibits, members
from services.exhibits import NewExhibit
from services.ports import FileLost
from tests.builders import NOW

DAY = dtm.timedelta(days=1)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_what_nothing_points_to_goes_and_evidence_stays(database, tmp_path):
    now = dtm.datetime.now(dtm.UTC)
    clock = SimpleNamespace(now=lambda: now)
    store = FolderStore(tmp_path / "files", lambda: now)
    member_id = await members.remember(7001)
    kept, loose = await store.put(b"kept", "pdf"), await store.put(b"loose", "pdf")
    row = NewExhibit("m/1", "m/1", "m/1", EvidenceKind.DOCUMENT, "a.pdf", stored_name=kept)
    await exhibits.add(row, member_id, NOW)
    clearing = Clearing(store, cast("Any", clock))
    clock.now = lambda: now + 3 * DAY
    await clearing.look()
    assert await store.read(kept) == b"kept"
    with pytest.raises(FileLost):
        await store.read(loose)
