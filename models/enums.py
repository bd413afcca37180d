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
    NEEDLESS = "needless"


class Language(StrEnum):
    """A language the catalogue is complete in."""

    CHINESE = "zh_CN"
    ENGLISH = "en"


class Platform(StrEnum):
    """Where an official media account is."""

    WECHAT = "wechat"  # 微信
    WEIBO = "weibo"  # 微博
    DOUYIN = "douyin"  # 抖音
    KUAISHOU = "kuaishou"  # 快手
    TOUTIAO = "toutiao"  # 头条
    WEBSITE = "website"  # 网站
    APP = "app"  # 客户端
    OTHER = "other"  # 其他


class CheckOutcome(StrEnum):
    """What came of looking at an account."""

    SEEN = "seen"
    COULD_NOT_CHECK = "could_not_check"  # 未能核查


class FindingKind(StrEnum):
    """What is wrong with an account."""

    STALE = "stale"  # 超过两周未更新
    ZOMBIE = "zombie"  # 僵尸
    DUPLICATE = "duplicate"  # 同一平台开设多个账号


class Rectification(StrEnum):
    """How far a finding's rectification (整改) is."""

    OWED = "owed"  # 待整改
    SUBMITTED = "submitted"  # 已报整改，待确认
    CONFIRMED = "confirmed"  # 已整改
    REJECTED = "rejected"  # 未通过，需重新整改


class ReminderRule(StrEnum):
    """What a reminder is about."""

    MONTHLY = "monthly"
    YEARLY = "yearly"
    MEDIA = "media"
    CALENDAR = "calendar"  # next year's days off are not published yet
    REVIEW = "review"  # reports wait for a reviewer, or one was accepted


class ReminderStep(StrEnum):
    """When in the course of things a reminder comes, the gentlest first."""

    HALF = "half"  # half of the working days have gone by
    BEFORE = "before"  # some working days before the end
    LAST_DAY = "last_day"  # the last working day
    OVERDUE = "overdue"  # the first working day after
    LISTED = "listed"  # the list in the group
    EARLY = "early"  # an account's day 10
    SOON = "soon"  # its day 13
    STALE = "stale"  # its day 15
    ZOMBIE = "zombie"
    ASKED = "asked"  # the office is asked for next year's days off
    NUDGED = "nudged"  # an administrator wants it now
    PENDING = "pending"  # reviewers are told what waits
    ACCEPTED = "accepted"  # who reported it hears that a reviewer accepted it


class DueState(StrEnum):
    """What became of something due."""

    OPEN = "open"
    SENT = "sent"
    NEEDLESS = "needless"  # done or exempt when it would have gone out
    SUPERSEDED = "superseded"  # a later step of the same unit and period says it all
    UNKNOWN = "unknown"  # whether it arrived cannot be told


class LetterKind(StrEnum):
    """What a letter is."""

    DIGEST = "digest"  # a person's, one a day
    NUDGE = "nudge"  # what an administrator wants said after the digest
    LIST = "list"  # a group's
    RANKING = "ranking"  # a group's, by schedule or because an administrator posts it
    BULLETIN = "bulletin"  # a group's, because an administrator posts it: its text
    BULLETIN_PICTURE = "bulletin_picture"  # after the text
    BULLETIN_FILE = "bulletin_file"  # the Word document, after the picture


class LetterPart(StrEnum):
    """Why something stands in a letter."""

    OWN = "own"  # to the unit's reporter, or who stands in
    LEADER = "leader"  # to the unit's leader
    OFFICE = "office"  # to the office
    GROUP = "group"
    REPORTER = "reporter"  # to who reported it, or who stands in


class LetterState(StrEnum):
    """What became of a letter."""

    WAITING = "waiting"
    SENT = "sent"
    NEEDLESS = "needless"
    DEAD = "dead"  # the person or group cannot be written to
    UNKNOWN = "unknown"


class BulletinKind(StrEnum):
    """What a bulletin is about."""

    MONTHLY = "monthly"  # 月报
    QUARTERLY = "quarterly"  # 季度监测通报
    YEARLY = "yearly"  # 年度通报


class PostBasis(StrEnum):
    """Which kind of period a posted ranking is of."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class PostTiming(StrEnum):
    """On which day a scheduled ranking is posted."""

    FIRST_WORKING_DAY = "first"
    LAST_WORKING_DAY = "last"
    DAY_OF_MONTH = "day"


class PostShape(StrEnum):
    """How much of a ranking a group is told."""

    FIRST = "first"  # 前三位
    ENDS = "ends"  # 前三位和后三位
    WHOLE = "whole"  # 完整榜单


class PostState(StrEnum):
    """What became of a ranking that was to be posted."""

    WRITTEN = "written"  # as letters, each with a state of its own
    MISSED = "missed"  # the next one had become due as well
    NOWHERE = "nowhere"  # no group could be written to


class EvidenceKind(StrEnum):
    """What shows that a report is true, in the order in which it is told."""

    PICTURE = "picture"
    DOCUMENT = "document"
    LINK = "link"  # in the report itself, never a row of its own


class EvidenceState(StrEnum):
    """Whether there is something to show."""

    KEPT = "kept"
    OWED = "owed"  # 待补: announced, and its file could not be kept
    WITHDRAWN = "withdrawn"  # with the report that it belongs to
    PURGED = "purged"  # its file is kept no more


class ReviewRule(StrEnum):
    """When a report of a category is accepted."""

    AUTO = "auto"  # at once
    ON_EVIDENCE = "on_evidence"  # as soon as there is evidence
    REVIEWED = "reviewed"  # by a reviewer


class ReviewState(StrEnum):
    """How a report stands that is not accepted at once."""

    AWAITING = "awaiting"  # 待佐证
    PENDING = "pending"  # 待审核
    ACCEPTED = "accepted"  # 已采用
    RETURNED = "returned"  # 已退回
    WITHDRAWN = "withdrawn"


class Counting(StrEnum):
    """What counts as done."""

    SUBMITTED = "submitted"  # 报送
    ACCEPTED = "accepted"  # 审发
