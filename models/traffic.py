"""What comes in from Telegram and what goes out to it, and the state of half-finished talk."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.enums import InboxState, OutboxState
from models.fields import UtcDatetimeField
from models.organisation import Organisation
from models.people import Member


class Inbox(Model):
    """A raw update, stored before Telegram is told that it arrived."""

    id = fields.BigIntField(primary_key=True)
    fingerprint = fields.CharField(max_length=64, unique=True)
    lane = fields.BigIntField()
    body = fields.BinaryField()
    state = fields.CharEnumField(InboxState, max_length=10, default=InboxState.NEW)
    problem = fields.CharField(max_length=500, default="")
    received_at = UtcDatetimeField()
    finished_at = UtcDatetimeField(null=True)

    class Meta:
        table = "inbox"
        indexes = (Index(fields=("state", "finished_at"), name="inbox_state"),)


class Outbox(Model):
    """A call to the Bot API that must be made: written with its cause, sent after the commit."""

    id = fields.BigIntField(primary_key=True)
    dedupe_key = fields.CharField(max_length=200, unique=True)
    kind = fields.CharField(max_length=20)
    chat = fields.BigIntField()
    method = fields.CharField(max_length=50)
    parameters: fields.Field[dict[str, Any]] = fields.JSONField()
    state = fields.CharEnumField(OutboxState, max_length=10, default=OutboxState.PENDING)
    attempts = fields.IntField(default=0)
    not_before_at = UtcDatetimeField(null=True)
    message_id = fields.BigIntField(null=True)
    problem = fields.CharField(max_length=500, default="")
    created_at = UtcDatetimeField()
    finished_at = UtcDatetimeField(null=True)

    class Meta:
        table = "outbox"
        indexes = (Index(fields=("state", "chat", "id"), name="outbox_state"),)


class ButtonToken(Model):
    """What a button means: the button itself carries only this row's random token.

    ``person`` may press it in ``chat``, where it was shown. NULL is anybody, and anywhere.
    """

    token = fields.CharField(max_length=32, primary_key=True)
    action = fields.CharField(max_length=50)
    arguments: fields.Field[dict[str, Any]] = fields.JSONField()
    person = fields.BigIntField(null=True)
    chat = fields.BigIntField(null=True)
    created_at = UtcDatetimeField()
    expires_at = UtcDatetimeField()
    used_at = UtcDatetimeField(null=True)

    class Meta:
        table = "button_token"
        indexes = (Index(fields=("expires_at",), name="button_token_expiry"),)


class Wizard(Model):
    """A question that a person has not answered yet in a chat."""

    id = fields.BigIntField(primary_key=True)
    chat = fields.BigIntField()
    person = fields.BigIntField()
    step = fields.CharField(max_length=50)
    arguments: fields.Field[dict[str, Any]] = fields.JSONField()
    expires_at = UtcDatetimeField()

    class Meta:
        table = "wizard"
        unique_together = (("chat", "person"),)


class AuditEntry(Model):
    """Who did what when, from which message: rows are only ever added."""

    id = fields.BigIntField(primary_key=True)
    organisation: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="audit_entries", on_delete=fields.RESTRICT, null=True
    )
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="audit_entries", on_delete=fields.RESTRICT, null=True
    )
    action = fields.CharField(max_length=50)
    subject = fields.CharField(max_length=200)
    before: fields.Field[Any] = fields.JSONField(null=True)
    after: fields.Field[Any] = fields.JSONField(null=True)
    source = fields.CharField(max_length=200)
    happened_at = UtcDatetimeField()

    class Meta:
        table = "audit_entry"
        indexes = (Index(fields=("organisation_id", "id"), name="audit_entry_order"),)


class Deployment(Model):
    """Whether this database belongs to the sandbox or to real units: never both.

    ``sending_paused_at`` is when it was restored: what had not been sent by then waits for an administrator.
    """

    id = fields.IntField(primary_key=True)
    is_sandbox = fields.BooleanField()
    sending_paused_at = UtcDatetimeField(null=True)

    class Meta:
        table = "deployment"
