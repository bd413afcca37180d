"""People, what they are to a unit, and the chats they talk in."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.enums import Language, Role
from models.fields import UtcDatetimeField
from models.organisation import Organisation, Unit


class Member(Model):
    """A person known by their Telegram id. ``name`` is what the office reads in its list of members.

    Forgotten, a member keeps neither: the ledger and the audit go on naming the row. ``is_founder`` may found
    organisations without standing in the settings, and ``chosen_unit`` is the one of several that they last
    reported for. Before ``reminded_from_on`` they want no reminders.
    """

    id = fields.IntField(primary_key=True)
    telegram_id = fields.BigIntField(unique=True, null=True)
    name = fields.CharField(max_length=100, db_default="")
    is_founder = fields.BooleanField(db_default=False)
    chosen_unit: fields.ForeignKeyNullableRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="chosen_by", on_delete=fields.SET_NULL, null=True
    )
    forgotten_at = UtcDatetimeField(null=True)
    reminded_from_on = fields.DateField(null=True)
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


class Group(Model):
    """A place where the office talks to its units: a group, or (``topic`` above 0) one topic of it."""

    id = fields.IntField(primary_key=True)
    chat: fields.ForeignKeyRelation[Chat] = fields.ForeignKeyField(
        "models.Chat", related_name="groups", on_delete=fields.RESTRICT
    )
    topic = fields.BigIntField(db_default=0)
    name = fields.CharField(max_length=100)
    registered_at = UtcDatetimeField()

    class Meta:
        table = "office_group"
        unique_together = (("chat", "topic"),)


class Invitation(Model):
    """A way in for one person: to a unit's role, to the organisation's, or (neither) to found one.

    The code itself is nowhere: ``nonce`` makes it again with a secret outside the database, and ``code_hash``
    recognises it.
    """

    id = fields.IntField(primary_key=True)
    nonce = fields.CharField(max_length=64, unique=True)
    code_hash = fields.CharField(max_length=64, unique=True)
    organisation: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="invitations", on_delete=fields.RESTRICT, null=True
    )
    unit: fields.ForeignKeyNullableRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="invitations", on_delete=fields.RESTRICT, null=True
    )
    role = fields.CharEnumField(Role, max_length=20)
    invited_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="invitations", on_delete=fields.RESTRICT, null=True
    )
    successor_of: fields.ForeignKeyNullableRelation[Binding] = fields.ForeignKeyField(
        "models.Binding", related_name="successions", on_delete=fields.SET_NULL, null=True
    )
    created_at = UtcDatetimeField()
    expires_at = UtcDatetimeField()
    used_at = UtcDatetimeField(null=True)
    used_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="accepted", on_delete=fields.RESTRICT, null=True
    )

    class Meta:
        table = "invitation"


class WrongCode(Model):
    """A code that let nobody in: counted to slow down whoever tries them out, and soon deleted."""

    id = fields.BigIntField(primary_key=True)
    person = fields.BigIntField()
    tried_at = UtcDatetimeField()

    class Meta:
        table = "wrong_code"
        indexes = (Index(fields=("tried_at", "person"), name="wrong_code_when"),)
