"""What became of reports that are not accepted at once."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.enums import ReviewState
from models.fields import UtcDatetimeField
from models.organisation import Category, Unit
from models.people import Member


class Review(Model):
    """How one report stands in one place of the tally (审核).

    ``count`` is what the report counts for there, ``accepted`` (审发) and ``errors`` (错情) what was decided.
    ``member`` reported it. ``asked_at`` is when it last came up for review. Each change moves ``version`` on.
    """

    id = fields.BigIntField(primary_key=True)
    opening = fields.CharField(max_length=200)
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="reviews", on_delete=fields.RESTRICT
    )
    category: fields.ForeignKeyRelation[Category] = fields.ForeignKeyField(
        "models.Category", related_name="reviews", on_delete=fields.RESTRICT
    )
    account = fields.IntField(db_default=0)
    month_on = fields.DateField()
    state = fields.CharEnumField(ReviewState, max_length=10)
    count = fields.IntField()
    accepted = fields.IntField(db_default=0)
    errors = fields.IntField(db_default=0)
    reason = fields.CharField(max_length=300, db_default="")
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="reviews", on_delete=fields.RESTRICT, null=True
    )
    decided_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="decisions", on_delete=fields.RESTRICT, null=True
    )
    asked_at = UtcDatetimeField()
    changed_at = UtcDatetimeField()
    version = fields.IntField(db_default=1)

    class Meta:
        table = "review"
        unique_together = (("opening", "unit", "category", "account", "month_on"),)
        indexes = (
            Index(
                fields=("state", "month_on", "asked_at", "id", "unit_id", "category_id", "changed_at"),
                name="review_queue",
            ),
            Index(fields=("unit_id", "month_on"), name="review_unit"),
        )


class ReviewStep(Model):
    """One change of a review: rows are only ever added. ``member`` NULL is nobody (the rule itself)."""

    id = fields.BigIntField(primary_key=True)
    review: fields.ForeignKeyRelation[Review] = fields.ForeignKeyField(
        "models.Review", related_name="steps", on_delete=fields.RESTRICT
    )
    version = fields.IntField()
    state = fields.CharEnumField(ReviewState, max_length=10)
    count = fields.IntField()
    accepted = fields.IntField(db_default=0)
    errors = fields.IntField(db_default=0)
    reason = fields.CharField(max_length=300, db_default="")
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="review_steps", on_delete=fields.RESTRICT, null=True
    )
    source = fields.CharField(max_length=200)
    happened_at = UtcDatetimeField()

    class Meta:
        table = "review_step"
        unique_together = (("review", "version"),)
