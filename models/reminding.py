"""What units and offices are reminded of: what has become due, and the letters that tell of it."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.bulletins import IssuedBulletin
from models.enums import DueState, LetterKind, LetterPart, LetterState, ReminderRule, ReminderStep
from models.fields import UtcDatetimeField
from models.media import MediaAccount
from models.organisation import Organisation, Unit
from models.people import Group, Member
from models.posting import RankingPost
from models.reviews import ReviewStep


class ReminderRules(Model):
    """How an organisation wants to be reminded, where it does not want what everybody has.

    ``days_before`` are working days before a month's end, ``yearly_from`` the month from which yearly quotas
    are reminded of. Paused, nothing of the organisation goes out by itself.
    """

    id = fields.IntField(primary_key=True)
    organisation: fields.OneToOneRelation[Organisation] = fields.OneToOneField(
        "models.Organisation", related_name="reminder_rules", on_delete=fields.RESTRICT
    )
    at_half = fields.BooleanField(db_default=True)
    days_before = fields.IntField(db_default=5)
    at_last_day = fields.BooleanField(db_default=True)
    when_overdue = fields.BooleanField(db_default=True)
    in_groups = fields.BooleanField(db_default=True)
    yearly_from = fields.IntField(db_default=7)
    paused_at = UtcDatetimeField(null=True)
    version = fields.IntField(db_default=1)

    class Meta:
        table = "reminder_rules"


class CalendarDay(Model):
    """A day that an organisation works or has off, whatever the published calendar says."""

    id = fields.IntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="calendar_days", on_delete=fields.RESTRICT
    )
    day_on = fields.DateField()
    is_working = fields.BooleanField()

    class Meta:
        table = "calendar_day"
        unique_together = (("organisation", "day_on"),)


class PlannedStep(Model):
    """A step that was planned for all of an organisation's units: ``rule/organisation/period/step``."""

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=200, unique=True)
    planned_at = UtcDatetimeField()

    class Meta:
        table = "planned_step"


class Due(Model):
    """What a unit is to be reminded of, once: ``key`` is ``rule/subject/period/step``.

    The subject is the unit, the media account, or (calendar, reports that wait for a reviewer) the
    organisation, where ``unit`` is NULL. ``period_on`` is the first day of the month it is judged in, for an
    account the day of its last post, for what waits the day it is told of. An acceptance (``decision``) is
    told to nobody but the ``member`` who reported.
    """

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=200, unique=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="dues", on_delete=fields.RESTRICT
    )
    unit: fields.ForeignKeyNullableRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="dues", on_delete=fields.RESTRICT, null=True
    )
    account: fields.ForeignKeyNullableRelation[MediaAccount] = fields.ForeignKeyField(
        "models.MediaAccount", related_name="dues", on_delete=fields.RESTRICT, null=True
    )
    decision: fields.ForeignKeyNullableRelation[ReviewStep] = fields.ForeignKeyField(
        "models.ReviewStep", related_name="dues", on_delete=fields.RESTRICT, null=True
    )
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="dues", on_delete=fields.RESTRICT, null=True
    )
    rule = fields.CharEnumField(ReminderRule, max_length=20)
    step = fields.CharEnumField(ReminderStep, max_length=20)
    period_on = fields.DateField()
    due_at = UtcDatetimeField()
    state = fields.CharEnumField(DueState, max_length=20, default=DueState.OPEN)
    planned_at = UtcDatetimeField()
    settled_at = UtcDatetimeField(null=True)

    class Meta:
        table = "due"
        indexes = (
            Index(fields=("state", "organisation_id"), name="due_state"),
            Index(fields=("unit_id", "period_on"), name="due_unit"),
        )


class Letter(Model):
    """One message that tells of what is due: a person's digest of a day, a group's list, ranking or bulletin.

    ``key`` keeps it one: ``digest/<member>/<day>``, ``nudge/<member>/<day>``,
    ``list/<group>/<rule>/<period>``, ``ranking/<group>/<post>``,
    ``bulletin/<group>/<bulletin>/<press>``, so too ``bulletin_picture`` and ``bulletin_file``.
    """

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=200, unique=True)
    kind = fields.CharEnumField(LetterKind, max_length=20)
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="letters", on_delete=fields.RESTRICT, null=True
    )
    group: fields.ForeignKeyNullableRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="letters", on_delete=fields.SET_NULL, null=True
    )
    post: fields.ForeignKeyNullableRelation[RankingPost] = fields.ForeignKeyField(
        "models.RankingPost", related_name="letters", on_delete=fields.RESTRICT, null=True
    )
    bulletin: fields.ForeignKeyNullableRelation[IssuedBulletin] = fields.ForeignKeyField(
        "models.IssuedBulletin", related_name="letters", on_delete=fields.RESTRICT, null=True
    )
    day_on = fields.DateField()
    state = fields.CharEnumField(LetterState, max_length=20, default=LetterState.WAITING)
    written_at = UtcDatetimeField()
    settled_at = UtcDatetimeField(null=True)

    class Meta:
        table = "letter"
        indexes = (
            Index(fields=("state",), name="letter_state"),
            Index(fields=("post_id",), name="letter_post"),
        )


class LetterLine(Model):
    """That a letter tells of something due, and in which of its parts."""

    id = fields.BigIntField(primary_key=True)
    letter: fields.ForeignKeyRelation[Letter] = fields.ForeignKeyField(
        "models.Letter", related_name="lines", on_delete=fields.CASCADE
    )
    due: fields.ForeignKeyRelation[Due] = fields.ForeignKeyField(
        "models.Due", related_name="lines", on_delete=fields.CASCADE
    )
    part = fields.CharEnumField(LetterPart, max_length=20)

    class Meta:
        table = "letter_line"
        unique_together = (("letter", "due", "part"),)
        indexes = (Index(fields=("due_id",), name="letter_line_due"),)


class Absence(Model):
    """Days on which a member is away. ``stand_in`` is reminded in their place, NULL is nobody named."""

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="absences", on_delete=fields.CASCADE
    )
    first_on = fields.DateField()
    last_on = fields.DateField()
    stand_in: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="stands_in_for", on_delete=fields.SET_NULL, null=True
    )
    created_at = UtcDatetimeField()

    class Meta:
        table = "absence"
        indexes = (Index(fields=("member_id", "last_on"), name="absence_member"),)
