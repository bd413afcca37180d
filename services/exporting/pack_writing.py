"""An evidence pack written to disk: its files part by part, then in each part the index and the sums."""

import asyncio
import datetime as dtm
import errno
import logging
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

from services.core.errors import UserError
from services.core.exporting import pack_words as words
from services.core.exporting import packs
from services.core.exporting.packs import Outcome, PackCount, PackedReport, Piece
from services.documents.limits import MEGABYTE
from services.documents.pack_part import ROOM_BESIDE, PackPart
from services.exporting.workbook_files import WorkbookSpool
from services.ports import FileLost, FileStore
from services.spooled import SpooledFile
from services.unhurried import AT_ONCE

log = logging.getLogger(__name__)

MOST_BYTES = 980 * MEGABYTE
"""Of all the files of a pack: some twenty parts, which is as many as anybody sends on."""
LEFT_FREE = 512 * MEGABYTE
"""Of the disk on which packs are made, which may be the database's."""
INDEX_ROW = 300
"""Bytes that a row of the index takes at most when it is packed, without what people wrote."""
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class PackTooLarge(UserError):
    """Its files have more than ``limit`` MB; a shorter time has fewer."""


class PackWithoutRoom(UserError):
    """There is no room on the disk for a pack of so many ``megabytes``."""


@dataclass(frozen=True, slots=True)
class PackFile:
    """One packed file to send; ``digest`` is its SHA-256."""

    name: str
    content: SpooledFile
    digest: str


@dataclass(frozen=True, slots=True)
class Titles:
    """What a pack is called by, when it was made (local time), and the notes under its index."""

    office: str
    subject: str
    period: str
    made_at: dtm.datetime
    notes: tuple[str, ...]

    @property
    def moment(self) -> str:
        """Write the moment as people read it."""
        return f"{self.made_at:%Y-%m-%d %H:%M}"


async def write_pack(
    reports: Sequence[PackedReport], titles: Titles, store: FileStore, most: int
) -> tuple[tuple[PackFile, ...], PackCount]:
    """Write a pack as files of at most so many bytes each, each to be verified alone; say what is in it.

    The index, the same in every part, names all files and the part in which each stands. A file that the
    store has lost is counted and told of there.

    Raises:
        PackTooLarge, PackWithoutRoom: nothing is left of it.
    """
    size, index_size = await asyncio.to_thread(_sizes, reports)
    if size > MOST_BYTES:
        raise PackTooLarge(limit=MOST_BYTES // MEGABYTE)
    try:
        await asyncio.to_thread(_require_room, size)
        parts, outcome = await _write_files(reports, titles, store, most - index_size)
        index = await _write_index(reports, titles, outcome)
        files = [
            await asyncio.to_thread(_finish, part, number, index, titles, outcome)
            for number, part in enumerate(parts, start=1)
        ]
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise PackWithoutRoom(megabytes=_megabytes(size)) from error
        raise
    if any(file.content.size > most for file in files):
        raise PackTooLarge(limit=MOST_BYTES // MEGABYTE)
    return tuple(files), await asyncio.to_thread(packs.count, reports, outcome)


async def _write_files(
    reports: Sequence[PackedReport], titles: Titles, store: FileStore, room: int
) -> tuple[list[PackPart], Outcome]:
    parts, part_of = [PackPart(titles.made_at)], {}
    for piece in (piece for report in reports for piece in report.pieces if piece.path):
        content = await _content(piece, store)
        if content is None:
            continue
        if parts[-1].taken and parts[-1].taken + len(content) + ROOM_BESIDE > room:
            parts.append(PackPart(titles.made_at))
        await asyncio.to_thread(parts[-1].add, piece.path, [content])
        part_of[piece.path] = len(parts)
    return parts, Outcome(len(parts), part_of)


async def _content(piece: Piece, store: FileStore) -> bytes | None:
    """Read a file; None where it is lost, damaged, or on a part of the disk that cannot be read."""
    try:
        return await store.read(piece.exhibit.stored_name)
    except (FileLost, OSError) as error:
        log.error("an evidence pack lacks %s: %s", piece.exhibit.stored_name, error)  # noqa: TRY400 - as told
        return None


async def _write_index(reports: Sequence[PackedReport], titles: Titles, outcome: Outcome) -> SpooledFile:
    title = words.title(titles.office, titles.subject, titles.period)
    table = packs.index_table(title, words.made_note(titles.moment), titles.notes, outcome)
    async with WorkbookSpool() as book:
        await book.begin(table)
        rows: list[packs.Row] = []
        for report in reports:
            rows += packs.index_rows(report, outcome)
            if len(rows) >= AT_ONCE:
                await book.add(rows, table.name)
                rows = []
        await book.add(rows, table.name)
    return book.content


def _finish(part: PackPart, number: int, index: SpooledFile, titles: Titles, outcome: Outcome) -> PackFile:
    """Put what belongs to every part into one, and close it."""
    here = (path for path, its in outcome.part_of.items() if its == number)
    heading = f"{titles.office} {titles.subject} {titles.period}"
    page = words.page(heading, titles.moment, next(here, words.INDEX_FILE), number, outcome.parts)
    part.add(words.INDEX_FILE, index.read_chunks())
    part.add(words.PAGE_FILE, [page.encode()])
    part.close(words.SUMS_FILE)
    name = words.file_name(titles.subject, titles.period, number, outcome.parts)
    return PackFile(name, part.content, part.content.digest())


def _sizes(reports: Sequence[PackedReport]) -> tuple[int, int]:
    """Give how large all files are, and how large the index becomes at most, with a little to spare."""
    size = sum(piece.exhibit.size for report in reports for piece in report.pieces if piece.path)
    addresses = [address for report in reports for each in report.links.values() for address in each]
    addresses += [
        piece.exhibit.shown_address for report in reports for piece in report.pieces for _ in report.lines
    ]
    shown = sum(max(1, len(report.pieces)) * len(report.lines) for report in reports) + len(addresses)
    return size, 64 * 1024 + INDEX_ROW * shown + sum(len(address.encode()) for address in addresses)


def _require_room(size: int) -> None:
    if shutil.disk_usage(tempfile.gettempdir()).free < size + LEFT_FREE:
        raise PackWithoutRoom(megabytes=_megabytes(size))


def _megabytes(size: int) -> int:
    return -(-size // MEGABYTE)
