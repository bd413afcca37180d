"""People, what they are to a unit, and the chats they talk in."""

from tortoise import fields
from tortoise.models import Model

from models.enums import Language, Role
from models.fields import UtcDatetimeField
from models.organisation import Organisation, Unit


class Member(Model):
    """A person known by their Telegram id, and nothing else about them is needed."""

    id = fields.IntField(primary_key=True)
    telegram_id = fields.BigIntField(unique=True)
    language = fields.CharEnumField(Language, max_length=10, null=True)

    class Meta:
        table = "member"


class Binding(Model):
    """A member's role: for one unit, or for the whole organisation when ``unit`` is NULL.

    ``scope`` repeats the unit's id, or 0, because NULLs would escape the unique key.
    """

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="bindings", on_delete=fields.RESTRICT
    )
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="bindings", on_delete=fields.RESTRICT
    )
    unit: fields.ForeignKeyNullableRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="bindings", on_delete=fields.RESTRICT, null=True
    )
    scope = fields.IntField()
    role = fields.CharEnumField(Role, max_length=20)
    bound_at = UtcDatetimeField()

    class Meta:
        table = "binding"
        unique_together = (("member", "organisation", "scope", "role"),)


class Chat(Model):
    """A Telegram chat, which is a registered group or a person's private chat that could not be reached."""

    id = fields.IntField(primary_key=True)
    telegram_id = fields.BigIntField(unique=True)
    title = fields.CharField(max_length=255, default="")
    organisation: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="chats", on_delete=fields.RESTRICT, null=True
    )
    unreachable_at = UtcDatetimeField(null=True)
    unreachable_reason = fields.CharField(max_length=255, default="")

    class Meta:
        table = "chat"
