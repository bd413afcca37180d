"""The vocabulary shared by tables and the pure core: standard library only."""

from enum import StrEnum


class Cadence(StrEnum):
    """How often a quota starts again (月 / 年)."""

    MONTHLY = "monthly"
    YEARLY = "yearly"


class Role(StrEnum):
    """What a member is to an organisation or one of its units."""

    REPORTER = "reporter"
    REVIEWER = "reviewer"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"


class Lamp(StrEnum):
    """How a quota stands on a day; always shown with its word, never by colour alone."""

    DONE = "done"  # 已完成
    ON_TRACK = "on_track"  # 正常
    BEHIND = "behind"  # 偏慢
    URGENT = "urgent"  # 告急
    MISSED = "missed"  # 未完成


class Ties(StrEnum):
    """How equal standings are numbered."""

    COMPETITION = "competition"  # 1, 1, 3
    DENSE = "dense"  # 1, 1, 2
    RUNNING = "running"  # 1, 2, 3: in official order inside a tie


class DutyKind(StrEnum):
    """A rule without a number: something owed, or something that earns a bonus."""

    DUTY = "duty"
    BONUS = "bonus"


class InboxState(StrEnum):
    """Where a stored raw update stands."""

    NEW = "new"
    DONE = "done"
    DEAD = "dead"


class OutboxState(StrEnum):
    """Where an answer or an unasked message stands."""

    PENDING = "pending"
    WIRE = "wire"
    SENT = "sent"
    DEAD = "dead"
    UNKNOWN = "unknown"
    HELD = "held"


class Language(StrEnum):
    """A language the catalogue is complete in."""

    CHINESE = "zh_CN"
    ENGLISH = "en"
