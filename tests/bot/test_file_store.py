"""A folder of files named by their content: put once, kept whole, swept when nobody knows them."""

import asyncio
import datetime as dtm
import errno
import os
import random
import shutil
import stat
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import file_store
from bot.backups import archive, received
from bot.file_store import FolderStore
from services.ports import FileLost, StoreFull, StoreUnavailable

NOON = dtm.datetime(2024, 3, 1, 4, tzinfo=dtm.UTC)
DAY = dtm.timedelta(days=1)
CONTENT = b"a picture"
NAME = "4d2dd8ff2e1d38b9ef1d75c1b0bb9be0cba0a0ab4ea4ecb8d0bd8a4ed5f6d6ee.jpg"


class At:
    """A clock that is set by hand."""

    now = NOON

    def __call__(self) -> dtm.datetime:
        return self.now


@pytest.fixture
def at() -> At:
    return At()


@pytest.fixture
def store(tmp_path: Path, at: At) -> FolderStore:
    return FolderStore(tmp_path / "files", at)


def below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_what_is_put_is_read_by_its_name(store: FolderStore, tmp_path: Path) -> None:
    name = await store.put(CONTENT, "jpg")
    assert await store.read(name) == CONTENT
    assert below(tmp_path) == [tmp_path / "files" / name[:2] / name[2:4] / name]


async def test_the_same_content_is_kept_once(store: FolderStore, tmp_path: Path) -> None:
    names = await asyncio.gather(*(store.put(CONTENT, "jpg") for _ in range(8)))
    assert len({*names}) == len(below(tmp_path)) == 1


async def test_only_the_owner_may_look(store: FolderStore, tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        await store.put(CONTENT, "jpg")
    finally:
        os.umask(mask)
    for path in (tmp_path / "files").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o600 if path.is_file() else 0o700)
    assert stat.S_IMODE((tmp_path / "files").stat().st_mode) == 0o700


async def test_file_and_folders_are_on_the_disk_before_the_name_is_given(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[Path, list[str]]] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        synced.append((path, sorted(each.name for each in path.iterdir()) if path.is_dir() else []))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    name = await store.put(CONTENT, "jpg")
    folders = [path for path, _ in synced if path.is_dir()]
    folder = tmp_path / "files" / name[:2] / name[2:4]
    assert folders == [tmp_path, tmp_path / "files", folder.parent, folder]
    assert synced[3][0].name.startswith(file_store.UNFINISHED)  # whole before it has its name
    assert synced[-1] == (folder, [name])


@pytest.mark.parametrize("step", ["write", "fsync", "mkdir"])
@pytest.mark.parametrize("problem", [errno.ENOSPC, errno.EDQUOT])
async def test_on_a_full_disk_nothing_half_written_stays(
    step: str, problem: int, store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = await store.put(b"put before", "jpg")

    def full(*_: object, **__: object) -> None:
        raise OSError(problem, os.strerror(problem))

    with monkeypatch.context() as narrow:
        if step == "fsync":
            narrow.setattr(os, "fsync", full)
        elif step == "mkdir":
            narrow.setattr(Path, "mkdir", full)
        else:
            narrow.setattr(os, "fdopen", lambda descriptor, _: Full(descriptor, problem))
        with pytest.raises(StoreFull):
            await store.put(CONTENT, "jpg")
    assert [path.name for path in below(tmp_path)] == [kept]
    assert await store.read(await store.put(CONTENT, "jpg")) == CONTENT


class Full:
    """A file that takes half of what it is given, as the last room on a disk does."""

    def __init__(self, descriptor: int, problem: int) -> None:
        self.descriptor, self.problem = descriptor, problem

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)

    def write(self, content: bytes) -> None:
        os.write(self.descriptor, content[: len(content) // 2])
        raise OSError(self.problem, os.strerror(self.problem))


async def test_another_trouble_is_not_taken_for_a_full_disk(store: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"in the way")
    with pytest.raises(StoreUnavailable):
        await store.put(CONTENT, "jpg")
    (tmp_path / "files").unlink()
    assert await store.read(await store.put(CONTENT, "jpg")) == CONTENT


@pytest.mark.parametrize("problem", [errno.EROFS, errno.EACCES, errno.EIO])
async def test_a_folder_that_takes_nothing_is_said_to_and_taken_again_later(
    problem: int, store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a message used to be set aside, and its report did not count."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(problem, os.strerror(problem))

    with monkeypatch.context() as narrow:
        narrow.setattr(tempfile, "mkstemp", refuse)
        with pytest.raises(StoreUnavailable):
            await store.put(CONTENT, "jpg")
    assert below(tmp_path) == []
    assert await store.read(await store.put(CONTENT, "jpg")) == CONTENT


async def test_a_folder_that_vanished_is_made_again(store: FolderStore, tmp_path: Path) -> None:
    await store.put(b"before", "jpg")
    shutil.rmtree(tmp_path / "files")
    assert await store.read(await store.put(CONTENT, "jpg")) == CONTENT


async def test_one_that_is_gone_or_changed_is_lost(store: FolderStore, tmp_path: Path) -> None:
    name = await store.put(CONTENT, "jpg")
    (path,) = below(tmp_path)
    path.write_bytes(b"b picture")
    with pytest.raises(FileLost):
        await store.read(name)
    await store.delete(name)
    await store.delete(name)
    with pytest.raises(FileLost):
        await store.read(name)


async def test_one_that_was_cut_off_is_put_whole_again(store: FolderStore, tmp_path: Path) -> None:
    name = await store.put(CONTENT, "jpg")
    (path,) = below(tmp_path)
    path.write_bytes(CONTENT[:3])
    assert await store.put(CONTENT, "jpg") == name
    assert await store.read(name) == CONTENT


async def test_what_was_being_written_is_cleared_away_at_the_start(
    store: FolderStore, tmp_path: Path
) -> None:
    name = await store.put(CONTENT, "jpg")
    (tmp_path / "files" / f"{file_store.UNFINISHED}abc").write_bytes(b"half")
    await store.clear_unfinished()
    assert [path.name for path in below(tmp_path)] == [name]


async def test_what_is_old_and_unknown_is_swept(store: FolderStore, at: At) -> None:
    known, unknown = [await store.put(word, "jpg") for word in (b"known", b"unknown")]
    at.now = NOON + DAY
    new = await store.put(b"new", "jpg")
    asked: list[str] = []

    async def find_known(names: Collection[str]) -> frozenset[str]:
        asked.extend(names)
        return frozenset({known})

    assert await store.sweep(NOON + DAY, find_known) == 1
    assert sorted(asked) == sorted([known, unknown])
    assert [await store.read(name) for name in (known, new)] == [b"known", b"new"]
    with pytest.raises(FileLost):
        await store.read(unknown)


async def test_what_is_put_again_while_it_is_looked_up_stays(store: FolderStore, at: At) -> None:
    known, name = await store.put(b"known", "jpg"), await store.put(CONTENT, "jpg")

    async def find_known(_: Collection[str]) -> frozenset[str]:
        at.now = NOON + DAY
        await store.put(CONTENT, "jpg")
        return frozenset({known})

    assert await store.sweep(NOON + DAY, find_known) == 0
    assert await store.read(name) == CONTENT


async def test_files_of_another_database_are_not_swept(store: FolderStore) -> None:
    """A wrong DUBAN_DATABASE for a day would otherwise cost all evidence there is."""
    name = await store.put(CONTENT, "jpg")

    async def find_known(_: Collection[str]) -> frozenset[str]:
        return frozenset()

    assert await store.sweep(NOON + DAY, find_known) == 0
    assert await store.read(name) == CONTENT


async def test_what_is_not_ours_is_not_touched(store: FolderStore, at: At, tmp_path: Path) -> None:
    name = await store.put(CONTENT, "jpg")
    other = tmp_path / "files" / name[:2] / name[2:4] / "note.txt"
    moved = tmp_path / "files" / "zz" / "zz" / name
    moved.parent.mkdir(parents=True)
    for path in (other, moved):
        path.write_bytes(b"of the operator")
        os.utime(path, (0, 0))

    async def find_known(names: Collection[str]) -> frozenset[str]:
        assert list(names) == [name]
        return frozenset(names)

    assert await store.sweep(NOON + DAY, find_known) == 0
    assert other.exists()
    assert moved.exists()


def hostile_names() -> Iterator[str]:
    stems = (
        "..",
        ".",
        "",
        "/",
        "~",
        "C:",
        "con",
        "a" * 300,
        "\0",
        "%2e%2e",
        "．．",
        "照片",
        "-rf",
        "*",
        "$(id)",
        "\u202egpj.exe",
    )
    for stem in stems:
        for tail in ("", "/../../etc/passwd", "\\..\\x", ".jpg", "\n", "/" + NAME, NAME):
            yield f"{stem}{tail}"
    yield from (
        NAME.upper(),
        NAME + "\n",
        NAME[1:],
        f"../{NAME}",
        NAME[:64],
        f"{NAME[:64]}.",
        f"{NAME[:64]}.a/b",
    )


def put_together(chance: random.Random) -> str:
    pieces = [*hostile_names(), NAME, NAME[:64], "files", "data", "..", "/", "\\", ".", ".jpg"]
    return "".join(chance.choice(pieces) for _ in range(chance.randint(1, 4)))


ANY_NAME = st.text(max_size=90) | st.text("./\\~0af", max_size=80)


@pytest.fixture(scope="module")
def kept_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house")


def leads_out(store: FolderStore, folder: Path, name: str) -> bool:
    try:
        path = store._path(name)
    except ValueError:
        return False
    return path.resolve().parents[2] != folder.resolve()


def test_none_of_five_thousand_hostile_names_leads_out_of_the_store(kept_in: Path) -> None:
    """A sender's name is never asked for; what stands in the database might still be another's."""
    chance, store = random.Random(5), FolderStore(kept_in / "files", At())
    names = [*hostile_names(), *(put_together(chance) for _ in range(5_000))]
    assert [name for name in names if leads_out(store, kept_in / "files", name)] == []
    assert not leads_out(store, kept_in / "files", NAME)
    assert leads_out(store, kept_in / "elsewhere", NAME)


@given(name=ANY_NAME)
def test_no_name_leads_out_of_the_store(name: str, kept_in: Path) -> None:
    assert not leads_out(FolderStore(kept_in / "files", At()), kept_in / "files", name)


@given(suffix=ANY_NAME)
def test_no_suffix_leads_out_of_the_store(suffix: str, kept_in: Path) -> None:
    store = FolderStore(kept_in / "files", At())
    try:
        name = asyncio.run(store.put(CONTENT, suffix))
    except ValueError:
        assert not file_store.SUFFIX.fullmatch(suffix)
        return
    assert store._path(name).is_file()
    assert {path.name for path in kept_in.iterdir()} == {"files"}


async def test_a_backup_takes_what_is_kept_and_leaves_what_is_not_finished(
    store: FolderStore, tmp_path: Path
) -> None:
    name = await store.put(CONTENT, "jpg")
    (tmp_path / "files" / f"{file_store.UNFINISHED}abc").write_bytes(b"half")
    walked = received.walk(tmp_path / "files")
    assert list(walked) == [f"files/{name[:2]}/{name[2:4]}/{name}"]
    assert archive.hash_of(next(iter(walked.values()))).sha256 == name[:64]
