"""Organisations, their units, and what each unit owes."""

from tortoise import fields
from tortoise.models import Model

from models.enums import Cadence, Counting, DutyKind, Language, ReviewRule, Ties
from models.fields import UtcDatetimeField


class Organisation(Model):
    """A county's office, to which everything else belongs, and how it wants things done.

    ``closing_days`` are working days after a month's end, ``decimals`` those of a percentage. An account is
    stale on the day after ``stale_days`` days without a post, a zombie after ``zombie_days``. ``counting`` is
    what counts as done. With ``four_eyes`` nobody accepts a report of their own.
    """

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=100, unique=True)
    year = fields.IntField()
    closing_days = fields.IntField(default=5)
    decimals = fields.IntField(db_default=1)
    ties = fields.CharEnumField(Ties, max_length=20, db_default=Ties.COMPETITION)
    stale_days = fields.IntField(db_default=14)
    zombie_days = fields.IntField(db_default=180)
    language = fields.CharEnumField(Language, max_length=10, db_default=Language.CHINESE)
    counting = fields.CharEnumField(Counting, max_length=10, db_default=Counting.SUBMITTED)
    four_eyes = fields.BooleanField(db_default=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "organisation"


class Unit(Model):
    """A government body that reports.

    ``position`` is the office's own order (机构序), and moves on when a unit is put in before. What is never
    renumbered is ``printed_number`` (序号). One that no longer reports keeps its history, and where it was
    merged, ``merged_into`` is the unit that took it over.
    """

    id = fields.IntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="units", on_delete=fields.RESTRICT
    )
    name = fields.CharField(max_length=100)
    division = fields.CharField(max_length=50, default="")
    position = fields.IntField()
    printed_number = fields.CharField(max_length=10, default="")
    search_key = fields.CharField(max_length=400, default="")
    is_active = fields.BooleanField(default=True)
    retired_at = UtcDatetimeField(null=True)
    merged_into: fields.ForeignKeyNullableRelation["Unit"] = fields.ForeignKeyField(
        "models.Unit", related_name="predecessors", on_delete=fields.RESTRICT, null=True
    )

    class Meta:
        table = "unit"
        unique_together = (("organisation", "name"),)


class UnitAlias(Model):
    """Another name that a unit goes by."""

    id = fields.IntField(primary_key=True)
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="aliases", on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=100)

    class Meta:
        table = "unit_alias"
        unique_together = (("unit", "name"),)


class Category(Model):
    """A reporting category (栏目).

    ``division`` is the head it stands under, such as 五公开. ``required_evidence`` are the kinds of evidence
    that each of its reports needs, with spaces between.
    """

    id = fields.IntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="categories", on_delete=fields.RESTRICT
    )
    name = fields.CharField(max_length=100)
    division = fields.CharField(max_length=100, default="")
    position = fields.IntField()
    review_rule = fields.CharEnumField(ReviewRule, max_length=20, db_default=ReviewRule.AUTO)
    required_evidence = fields.CharField(max_length=40, db_default="")

    class Meta:
        table = "category"
        unique_together = (("organisation", "name"),)


class Quota(Model):
    """How much of a category a unit owes per month or year, from a day on.

    ``target`` is NULL for an exempt unit ("–"), which is neither zero nor a missing row.
    """

    id = fields.IntField(primary_key=True)
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="quotas", on_delete=fields.RESTRICT
    )
    category: fields.ForeignKeyRelation[Category] = fields.ForeignKeyField(
        "models.Category", related_name="quotas", on_delete=fields.RESTRICT
    )
    cadence = fields.CharEnumField(Cadence, max_length=20)
    target = fields.IntField(null=True)
    is_per_account = fields.BooleanField(default=False)
    effective_on = fields.DateField()
    ends_on = fields.DateField(null=True)

    class Meta:
        table = "quota"
        unique_together = (("unit", "category", "cadence", "effective_on"),)


class Duty(Model):
    """A rule without a number that a unit is held to, or that earns it a bonus."""

    id = fields.IntField(primary_key=True)
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="duties", on_delete=fields.CASCADE
    )
    heading = fields.CharField(max_length=100)
    text = fields.TextField()
    kind = fields.CharEnumField(DutyKind, max_length=20)
    position = fields.IntField()

    class Meta:
        table = "duty"
        unique_together = (("unit", "heading"),)
