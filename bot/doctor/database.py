"""The database as it is: reachable, whole, current, writable, and whose it is."""

import datetime as dtm
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.backups.archive import Table, columns_of, fingerprint
from bot.doctor.findings import Finding, broken, good, warning
from services.tables import known_migrations, known_tables
from settings import Settings

DEPLOYMENT = "SELECT is_sandbox, sending_paused_at FROM deployment"
ADMINISTRATORS = (
    "SELECT count(*) FROM (SELECT member_id FROM binding WHERE role = 'administrator' "
    "UNION SELECT id FROM member WHERE is_founder) AS people"
)
HELD = "SELECT count(*) FROM outbox WHERE state = 'held'"


@dataclass(frozen=True, slots=True)
class Seen:
    """What both kinds of database tell of themselves; None where an older schema has no such thing."""

    tables: Mapping[str, Table]
    migrations: frozenset[str]
    is_sandbox: bool | None = None
    paused_at: dtm.datetime | None = None
    held: int = 0
    administrators: int = 0


def judge(seen: Seen, settings: Settings) -> Iterator[Finding]:
    """Say whether the schema is this Duban's, whose data it is, and whether sending waits."""
    yield from judge_administrators(seen.administrators, settings)
    if not seen.tables:
        yield warning("schema_empty")
        return
    yield _judge_schema(seen)
    if seen.is_sandbox is not None and seen.is_sandbox != settings.is_sandbox:
        yield broken("sandboxs_data" if seen.is_sandbox else "real_data")
    if seen.paused_at is not None:
        moment = seen.paused_at.astimezone(settings.zone)
        yield warning("sending_paused", moment=f"{moment:%Y-%m-%d %H:%M}", count=seen.held)


def judge_administrators(bound: int, settings: Settings) -> Iterator[Finding]:
    """Say who administers where the settings name nobody; ``bound`` are those of the database."""
    if settings.is_sandbox or settings.administrators:
        return
    yield good("administrators_bound", count=bound) if bound else warning("no_administrators")


def _judge_schema(seen: Seen) -> Finding:
    if unknown := seen.migrations - known_migrations():
        return broken("schema_newer", names=" ".join(sorted(unknown)))
    if known_migrations() - seen.migrations:
        return warning("schema_older")
    if fingerprint(columns_of(seen.tables)) != fingerprint(known_tables()):
        return broken("schema_other")
    return good("schema", name=max(seen.migrations))
