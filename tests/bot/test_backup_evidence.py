"""Evidence through backup and restore: a reviewer elsewhere sees it, and what was deleted stays deleted."""

import datetime as dtm
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot import backup_command, restore_command
from bot.__main__ import read_arguments
from bot.database import opened
from bot.file_store import FolderStore
from bot.gallery import Gallery
from bot.purge_journal import PurgeJournal
from bot.purging import Purging
from locales import Catalogue
from models.enums import Role
from services import sql
from services.core.access import Actor, Binding
from services.core.occasion import Occasion
from services.evidence import evidence_purging
from services.membership import members
from services.ports import PictureUndrawn
from settings import Settings
from tests.builders import NOW, an_actor, an_administrator, emeishan
from tests.databases import TEMPLATE, create_database
from tests.handlers.talk import PICTURE, Talk

NEVER = cast("Any", None)


@pytest.fixture(params=["sqlite", "postgres"])
async def houses(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path
) -> tuple[Settings, Settings]:
    """Two deployments of one kind: the first with a current schema, the second with nothing at all."""
    urls = [f"sqlite://{tmp_path / name / 'duban.db'}" for name in ("first", "second")]
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    if request.param == "sqlite":
        shutil.copy(sqlite_template, tmp_path / "first" / "duban.db")
    else:
        server = request.getfixturevalue("postgres_template")
        urls = [await create_database(server, template=TEMPLATE), await create_database(server)]
    first, second = (
        Settings(_env_file=None, database=url, files=tmp_path / name / "files")
        for url, name in zip(urls, ("first", "second"), strict=True)
    )
    return first, second


def store_of(settings: Settings) -> FolderStore:
    return FolderStore(settings.received, lambda: NOW)


def talk_of(actor: Actor, settings: Settings) -> Talk:
    return Talk(actor, store=cast("Any", store_of(settings)))


async def reported(settings: Settings) -> tuple[int, Actor]:
    """Have a report with a picture wait; give the organisation and its reviewer."""
    await members.remember(7001)
    organisation_id, units, _ = await emeishan()
    await sql.execute("UPDATE category SET review_rule = 'reviewed'")
    reporter = an_actor(Binding(organisation_id, units["市司法局"], Role.REPORTER))
    await talk_of(reporter, settings).show(caption="动态 3")
    reviewer = an_actor(Binding(organisation_id, None, Role.REVIEWER), telegram_id=7002)
    return organisation_id, replace(reviewer, member_id=2)


async def backed_up(settings: Settings, target: Path) -> Path:
    assert await backup_command.run(read_arguments(["backup", str(target)]), settings) == 0
    return target


async def restored(settings: Settings, backup: Path) -> None:
    assert await restore_command.run(read_arguments(["restore", str(backup), "--yes"]), settings) == 0


async def test_a_reviewer_elsewhere_sees_the_picture(
    houses: tuple[Settings, Settings], tmp_path: Path
) -> None:
    first, second = houses
    async with opened(first.database_url):
        _, reviewer = await reported(first)
        backup = await backed_up(first, tmp_path / "kept.zip")
    await restored(second, backup)
    async with opened(second.database_url):
        (card,) = await talk_of(reviewer, second).say("/review")
        assert "动态通知类 3 条" in card.text
        assert card.picture is not None
        assert await Gallery(NEVER, store_of(second)).draw(card.picture) == PICTURE


async def test_what_was_deleted_since_does_not_come_back(
    houses: tuple[Settings, Settings], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house, _ = houses
    async with opened(house.database_url):
        organisation_id, reviewer = await reported(house)
        backup = await backed_up(house, tmp_path / "kept.zip")
        (card,) = await talk_of(reviewer, house).say("/review")
        occasion = Occasion("message/m1/77", NOW, NOW.date())
        await evidence_purging.purge(
            an_administrator(organisation_id), 1, "含个人信息", occasion, with_same=False
        )
        clock = SimpleNamespace(now=lambda: NOW + dtm.timedelta(minutes=5))
        journal = PurgeJournal(house.received)
        await Purging(store_of(house), journal, cast("Any", clock), Catalogue.load()).look()
    await restored(house, backup)
    assert "备份后清除过的佐证 1 份已再次清除" in capsys.readouterr().out
    assert card.picture is not None
    with pytest.raises(PictureUndrawn):
        await Gallery(NEVER, store_of(house)).draw(card.picture)
    async with opened(house.database_url):
        (again,) = await talk_of(reviewer, house).say("/review")
        assert again.picture is None
        assert "没有佐证" in again.text
