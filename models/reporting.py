"""What units did: an append-only ledger and the tally projected from it."""

from tortoise import fields
from tortoise.models import Model

from models.fields import UtcDatetimeField
from models.organisation import Category, Unit
from models.people import Member


class Submission(Model):
    """One fact of the ledger: ``count`` is what it adds (a set value stores the difference).

    ``source`` names the fact for ever, ``bot/chat/message/line`` or ``sheet hash/cell``: the database
    refuses a second one, so nothing counts twice. ``account`` is 0 while no account is meant.
    """

    id = fields.BigIntField(primary_key=True)
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="submissions", on_delete=fields.RESTRICT
    )
    category: fields.ForeignKeyRelation[Category] = fields.ForeignKeyField(
        "models.Category", related_name="submissions", on_delete=fields.RESTRICT
    )
    account = fields.IntField(default=0)
    month_on = fields.DateField()
    count = fields.IntField()
    source = fields.CharField(max_length=200, unique=True)
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="submissions", on_delete=fields.RESTRICT, null=True
    )
    submitted_at = UtcDatetimeField()

    class Meta:
        table = "submission"


class Tally(Model):
    """The ledger's sum for a unit, category, account and month, kept in the same transaction."""

    id = fields.BigIntField(primary_key=True)
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="tallies", on_delete=fields.RESTRICT
    )
    category: fields.ForeignKeyRelation[Category] = fields.ForeignKeyField(
        "models.Category", related_name="tallies", on_delete=fields.RESTRICT
    )
    account = fields.IntField(default=0)
    month_on = fields.DateField()
    count = fields.IntField()

    class Meta:
        table = "tally"
        unique_together = (("unit", "category", "account", "month_on"),)
