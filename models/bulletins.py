"""What offices issue: bulletins as they were issued, and the words and figures they are made of."""

from tortoise import fields
from tortoise.models import Model

from models.enums import BulletinKind
from models.fields import UtcDatetimeField
from models.organisation import Organisation
from models.people import Member


class IssuedBulletin(Model):
    """A bulletin as it was issued: ``snapshot`` is canonical JSON, ``digest`` its SHA-256, never changed.

    ``number`` counts in the ``year`` of its period, ``total_number`` from the first ever, NULL is without.
    ``reason`` is why it was issued although something did not fit.
    """

    id = fields.IntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="bulletins", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(BulletinKind, max_length=20)
    period = fields.CharField(max_length=10)
    year = fields.IntField()
    number = fields.IntField(null=True)
    total_number = fields.IntField(null=True)
    snapshot = fields.TextField()
    digest = fields.CharField(max_length=64)
    reason = fields.CharField(max_length=300, db_default="")
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="bulletins", on_delete=fields.RESTRICT, null=True
    )
    issued_at = UtcDatetimeField()

    class Meta:
        table = "issued_bulletin"
        unique_together = (
            ("organisation", "kind", "period"),
            ("organisation", "kind", "year", "number"),
            ("organisation", "kind", "total_number"),
        )


class BulletinCorrection(Model):
    """What an issued bulletin should have said (更正): old and new in ``snapshot``, never changed."""

    id = fields.IntField(primary_key=True)
    bulletin: fields.ForeignKeyRelation[IssuedBulletin] = fields.ForeignKeyField(
        "models.IssuedBulletin", related_name="corrections", on_delete=fields.RESTRICT
    )
    number = fields.IntField()
    snapshot = fields.TextField()
    digest = fields.CharField(max_length=64)
    reason = fields.CharField(max_length=300, db_default="")
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="bulletin_corrections", on_delete=fields.RESTRICT, null=True
    )
    issued_at = UtcDatetimeField()

    class Meta:
        table = "bulletin_correction"
        unique_together = (("bulletin", "number"),)


class IssuedFile(Model):
    """An issued bulletin as a file, made when it was issued: ``ending`` is docx or xlsx, never changed."""

    id = fields.IntField(primary_key=True)
    bulletin: fields.ForeignKeyRelation[IssuedBulletin] = fields.ForeignKeyField(
        "models.IssuedBulletin", related_name="files", on_delete=fields.RESTRICT
    )
    ending = fields.CharField(max_length=10)
    content = fields.BinaryField()
    digest = fields.CharField(max_length=64)

    class Meta:
        table = "issued_file"
        unique_together = (("bulletin", "ending"),)


class WordTemplate(Model):
    """An organisation's own template (.docx) for a kind of bulletin, as it was tried, with its SHA-256."""

    id = fields.IntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="word_templates", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(BulletinKind, max_length=20)
    name = fields.CharField(max_length=200)
    content = fields.BinaryField()
    digest = fields.CharField(max_length=64)
    replaced_at = UtcDatetimeField()

    class Meta:
        table = "word_template"
        unique_together = (("organisation", "kind"),)


class StatedFigure(Model):
    """A figure that the office states for a period: ``value`` NULL is a list of ``names``, a line each.

    ``signed_on`` and ``printed_on`` are the days that the period's bulletin bears.
    """

    id = fields.IntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="stated_figures", on_delete=fields.RESTRICT
    )
    period = fields.CharField(max_length=10)
    name = fields.CharField(max_length=40)
    value = fields.BigIntField(null=True)
    names = fields.TextField()

    class Meta:
        table = "stated_figure"
        unique_together = (("organisation", "period", "name"),)


class Phrase(Model):
    """An organisation's own words for a place of its bulletins, NULL is what everybody has.

    The row stays when the default comes back, so that ``version`` only ever goes up.
    """

    id = fields.IntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="phrases", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(BulletinKind, max_length=20)
    place = fields.CharField(max_length=60)
    text = fields.TextField(null=True)
    version = fields.IntField(db_default=1)

    class Meta:
        table = "phrase"
        unique_together = (("organisation", "kind", "place"),)


class BulletinNumbering(Model):
    """How a kind of bulletin was numbered before the first one here.

    ``number_before`` were issued in ``year`` elsewhere, ``total_before`` in all, NULL is without a total.
    """

    id = fields.IntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="bulletin_numberings", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(BulletinKind, max_length=20)
    is_numbered = fields.BooleanField()
    year = fields.IntField()
    number_before = fields.IntField()
    total_before = fields.IntField(null=True)

    class Meta:
        table = "bulletin_numbering"
        unique_together = (("organisation", "kind"),)
