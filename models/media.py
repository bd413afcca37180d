"""Official media accounts, what was seen on them, and what was found wrong."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.enums import CheckOutcome, FindingKind, Platform, Rectification
from models.fields import UtcDatetimeField
from models.organisation import Organisation, Unit
from models.people import Member


class MediaAccount(Model):
    """An official account on a platform, and the unit that runs it (政务新媒体账号).

    ``last_post_on`` is the latest day of any post or check, kept in the same transaction: NULL while nobody
    has said when it last posted. ``registered_on`` is when the office began to watch it here, ``opened_on``
    when the account itself came to be. One that was deregistered is watched no longer and keeps its history.
    """

    id = fields.IntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="media_accounts", on_delete=fields.RESTRICT
    )
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="media_accounts", on_delete=fields.RESTRICT
    )
    platform = fields.CharEnumField(Platform, max_length=20)
    name = fields.CharField(max_length=100)
    level = fields.CharField(max_length=50, db_default="")
    responsible = fields.CharField(max_length=100, db_default="")
    registered_on = fields.DateField()
    opened_on = fields.DateField(null=True)
    deregistered_on = fields.DateField(null=True)
    last_post_on = fields.DateField(null=True)
    version = fields.IntField(db_default=1)

    class Meta:
        table = "media_account"
        unique_together = (("organisation", "platform", "name"),)
        indexes = (Index(fields=("unit_id",), name="media_account_unit"),)


class MediaPost(Model):
    """A post that somebody showed the bot: forwarded, by its link or by its day.

    ``source`` names the message it was recorded from, ``submission_source`` the fact of the ledger that it
    counts as ("" for none). One taken back keeps its row.
    """

    id = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[MediaAccount] = fields.ForeignKeyField(
        "models.MediaAccount", related_name="posts", on_delete=fields.RESTRICT
    )
    posted_on = fields.DateField()
    title = fields.CharField(max_length=300, db_default="")
    address = fields.TextField(db_default="")
    address_key = fields.CharField(max_length=64, db_default="")
    source = fields.CharField(max_length=200, unique=True)
    submission_source = fields.CharField(max_length=200, db_default="")
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="media_posts", on_delete=fields.RESTRICT, null=True
    )
    recorded_at = UtcDatetimeField()
    withdrawn_at = UtcDatetimeField(null=True)

    class Meta:
        table = "media_post"
        indexes = (
            Index(fields=("account_id", "posted_on"), name="media_post_account"),
            Index(fields=("address_key",), name="media_post_address"),
        )


class MediaCheck(Model):
    """A look that somebody took at an account: when it last posted, or that it could not be seen.

    What could not be looked at says nothing about the account, least of all that it is stale.
    """

    id = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[MediaAccount] = fields.ForeignKeyField(
        "models.MediaAccount", related_name="checks", on_delete=fields.RESTRICT
    )
    checked_on = fields.DateField()
    outcome = fields.CharEnumField(CheckOutcome, max_length=20)
    last_post_on = fields.DateField(null=True)
    remark = fields.CharField(max_length=300, db_default="")
    source = fields.CharField(max_length=200, unique=True)
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="media_checks", on_delete=fields.RESTRICT, null=True
    )
    recorded_at = UtcDatetimeField()

    class Meta:
        table = "media_check"
        indexes = (Index(fields=("account_id", "checked_on"), name="media_check_account"),)


class MediaFinding(Model):
    """Something found wrong on a day, and what became of it: a fact, several of an account are possible.

    ``key`` keeps it one: ``stale/<account>/<last post>``, ``zombie/<account>/<last post>``,
    ``duplicate/<unit>/<platform>/<found on>``. ``account`` is NULL for a duplicate, which is about the
    unit's accounts on ``platform``.
    """

    id = fields.IntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="media_findings", on_delete=fields.RESTRICT
    )
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="media_findings", on_delete=fields.RESTRICT
    )
    account: fields.ForeignKeyNullableRelation[MediaAccount] = fields.ForeignKeyField(
        "models.MediaAccount", related_name="findings", on_delete=fields.RESTRICT, null=True
    )
    platform = fields.CharEnumField(Platform, max_length=20)
    kind = fields.CharEnumField(FindingKind, max_length=20)
    key = fields.CharField(max_length=200, unique=True)
    found_on = fields.DateField()
    last_post_on = fields.DateField(null=True)
    gap_days = fields.IntField(null=True)
    due_on = fields.DateField()
    rectification = fields.CharEnumField(Rectification, max_length=20)
    rectified_on = fields.DateField(null=True)
    proof = fields.CharField(max_length=500, db_default="")
    reason = fields.CharField(max_length=300, db_default="")
    version = fields.IntField(db_default=1)

    class Meta:
        table = "media_finding"
        indexes = (
            Index(fields=("organisation_id", "found_on"), name="media_finding_when"),
            Index(fields=("account_id",), name="media_finding_account"),
        )
