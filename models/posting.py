"""Rankings that groups are told: what is posted, and by which schedules."""

from tortoise import fields
from tortoise.models import Model

from models.enums import PostBasis, PostShape, PostState, PostTiming
from models.fields import UtcDatetimeField
from models.organisation import Organisation
from models.people import Group


class RankingSchedule(Model):
    """A ranking that is posted by itself. ``minute`` counts from midnight in the office's zone.

    What was due before ``since_at`` is not posted any more: it was made, changed or resumed then.
    """

    id = fields.IntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="ranking_schedules", on_delete=fields.RESTRICT
    )
    basis = fields.CharEnumField(PostBasis, max_length=20)
    timing = fields.CharEnumField(PostTiming, max_length=20)
    day = fields.IntField()
    minute = fields.IntField()
    overall = fields.BooleanField()
    shape = fields.CharEnumField(PostShape, max_length=20)
    since_at = UtcDatetimeField()
    paused_at = UtcDatetimeField(null=True)
    version = fields.IntField(db_default=1)

    class Meta:
        table = "ranking_schedule"


class RankingScheduleGroup(Model):
    """That a schedule posts to a registered group or topic."""

    id = fields.IntField(primary_key=True)
    schedule: fields.ForeignKeyRelation[RankingSchedule] = fields.ForeignKeyField(
        "models.RankingSchedule", related_name="places", on_delete=fields.CASCADE
    )
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="ranking_schedules", on_delete=fields.CASCADE
    )

    class Meta:
        table = "ranking_schedule_group"
        unique_together = (("schedule", "group"),)


class RankingPost(Model):
    """A ranking to be told to groups, once: ``key`` is ``schedule/<id>/<period>/<through>`` or the press's.

    ``is_asked`` tells that an administrator wants it at once. What became of it, its letters say.
    """

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=200, unique=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="ranking_posts", on_delete=fields.RESTRICT
    )
    schedule: fields.ForeignKeyNullableRelation[RankingSchedule] = fields.ForeignKeyField(
        "models.RankingSchedule", related_name="posts", on_delete=fields.SET_NULL, null=True
    )
    period = fields.CharField(max_length=10)
    through_on = fields.DateField()
    division = fields.CharField(max_length=50, null=True)
    overall = fields.BooleanField()
    shape = fields.CharEnumField(PostShape, max_length=20)
    is_asked = fields.BooleanField()
    state = fields.CharEnumField(PostState, max_length=20)
    due_at = UtcDatetimeField()
    planned_at = UtcDatetimeField()

    class Meta:
        table = "ranking_post"
