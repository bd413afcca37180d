"""What units did: an append-only ledger and the tally projected from it."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import UtcDatetimeField
from models.organisation import Category, Unit
from models.people import Member


class Submission(Model):
    """One fact of the ledger: ``count`` is what it adds (a set value stores the difference).

    ``source`` names the fact for ever, ``bot/chat/message/line`` or ``sheet hash/cell``: the database
    refuses a second one, so nothing counts twice. ``account`` is 0 while no account is meant.

    ``opening`` is the message that opened the matter: a correction or a withdrawal has its own source and the
    same opening, so what a message still counts for is the sum over it ("" for a sheet). ``address_key`` is
    the SHA-256 of a link's normalised address.

    ``accepted`` is what it adds to what the office took (审发), ``errors`` to the mistakes it found (错情).
    Where nobody reviews, all that is submitted is accepted.
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
    accepted = fields.IntField(db_default=0)
    errors = fields.IntField(db_default=0)
    source = fields.CharField(max_length=200, unique=True)
    opening = fields.CharField(max_length=200, db_default="")
    is_late = fields.BooleanField(db_default=False)
    address = fields.TextField(db_default="")
    address_key = fields.CharField(max_length=64, db_default="")
    title = fields.CharField(max_length=300, db_default="")
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="submissions", on_delete=fields.RESTRICT, null=True
    )
    submitted_at = UtcDatetimeField()

    class Meta:
        table = "submission"
        indexes = (
            Index(fields=("opening",), name="submission_opening"),
            Index(fields=("address_key",), name="submission_address"),
            Index(fields=("unit_id", "month_on"), name="submission_unit"),
        )


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
    accepted = fields.IntField(db_default=0)
    errors = fields.IntField(db_default=0)

    class Meta:
        table = "tally"
        unique_together = (("unit", "category", "account", "month_on"),)
        indexes = (Index(fields=("unit_id", "month_on"), name="tally_month"),)


class Reopening(Model):
    """A closed month opened again for one unit, through a day, for a reason (开账)."""

    id = fields.IntField(primary_key=True)
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="reopenings", on_delete=fields.RESTRICT
    )
    month_on = fields.DateField()
    until_on = fields.DateField()
    reason = fields.CharField(max_length=300)
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="reopenings", on_delete=fields.RESTRICT, null=True
    )
    opened_at = UtcDatetimeField()

    class Meta:
        table = "reopening"
        indexes = (Index(fields=("unit_id", "month_on"), name="reopening_month"),)
