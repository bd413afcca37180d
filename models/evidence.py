"""What was sent to show that a report is true."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.enums import EvidenceKind, EvidenceState
from models.fields import UtcDatetimeField
from models.organisation import Category, Unit
from models.people import Member


class Evidence(Model):
    """One picture, document or link of somebody's, and the report that it belongs to (佐证材料).

    ``source`` is the message it came with, ``parcel`` what was sent together (an album, else the message),
    ``opening`` the report's. Unit and month are NULL until that report counts, ``category`` also while it has
    several. ``stored_name`` is that of the file store, ``digest`` the SHA-256 of what was sent,
    ``fingerprint`` 64 bits in hexadecimal that look-alikes share nearly all of ("" for a document). A link
    sent in reply to a report has an ``address`` and no file, and its digest is the ledger's ``address_key``.
    """

    id = fields.BigIntField(primary_key=True)
    source = fields.CharField(max_length=200, unique=True)
    parcel = fields.CharField(max_length=200)
    opening = fields.CharField(max_length=200)
    unit: fields.ForeignKeyNullableRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="evidence", on_delete=fields.RESTRICT, null=True
    )
    category: fields.ForeignKeyNullableRelation[Category] = fields.ForeignKeyField(
        "models.Category", related_name="evidence", on_delete=fields.RESTRICT, null=True
    )
    month_on = fields.DateField(null=True)
    kind = fields.CharEnumField(EvidenceKind, max_length=10)
    state = fields.CharEnumField(EvidenceState, max_length=10)
    stored_name = fields.CharField(max_length=100, db_default="")
    name = fields.CharField(max_length=200, db_default="")
    media_type = fields.CharField(max_length=100, db_default="")
    size = fields.IntField(db_default=0)
    address = fields.TextField(db_default="")
    digest = fields.CharField(max_length=64, db_default="")
    fingerprint = fields.CharField(max_length=16, db_default="")
    taken_on = fields.DateField(null=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="evidence", on_delete=fields.RESTRICT
    )
    received_at = UtcDatetimeField()

    class Meta:
        table = "evidence"
        indexes = (
            Index(fields=("opening",), name="evidence_opening"),
            Index(fields=("parcel",), name="evidence_parcel"),
            Index(fields=("stored_name",), name="evidence_stored"),
            Index(fields=("unit_id", "month_on"), name="evidence_unit"),
        )


class Showing(Model):
    """A message of the bot's in which a picture or document of the file store stands now.

    It goes when the file does, so that nobody is shown any more what was deleted. One that compares two
    pictures has a row for each.
    """

    id = fields.BigIntField(primary_key=True)
    stored_name = fields.CharField(max_length=100)
    chat = fields.BigIntField()
    message_id = fields.BigIntField()
    shown_at = UtcDatetimeField()

    class Meta:
        table = "showing"
        unique_together = (("chat", "message_id", "stored_name"),)
        indexes = (Index(fields=("stored_name",), name="showing_stored"),)
