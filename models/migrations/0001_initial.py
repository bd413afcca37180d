from tortoise import migrations
from tortoise.migrations import operations as ops
from models.enums import Cadence, DutyKind, InboxState, Language, OutboxState, Role
from models.append_only import protect
from models.fields import UtcDatetimeField
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name='ButtonToken',
            fields=[
                ('token', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ('action', fields.CharField(max_length=50)),
                ('arguments', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('person', fields.BigIntField(null=True)),
                ('created_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ('expires_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'button_token', 'app': 'models', 'indexes': [Index(fields=['expires_at'], name='button_token_expiry')], 'pk_attr': 'token', 'table_description': "What a button means: the button itself carries only this row's random token."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Deployment',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('is_sandbox', fields.BooleanField()),
            ],
            options={'table': 'deployment', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Whether this database belongs to the sandbox or to real units: never both.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Inbox',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('fingerprint', fields.CharField(unique=True, max_length=64)),
                ('lane', fields.BigIntField()),
                ('body', fields.BinaryField()),
                ('state', fields.CharEnumField(default=InboxState.NEW, description='NEW: new\nDONE: done\nDEAD: dead', enum_type=InboxState, max_length=10)),
                ('problem', fields.CharField(default='', max_length=500)),
                ('received_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ('finished_at', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'inbox', 'app': 'models', 'indexes': [Index(fields=['state', 'finished_at'], name='inbox_state')], 'pk_attr': 'id', 'table_description': 'A raw update, stored before Telegram is told that it arrived.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Member',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('telegram_id', fields.BigIntField(unique=True)),
                ('language', fields.CharEnumField(null=True, description='CHINESE: zh_CN\nENGLISH: en', enum_type=Language, max_length=10)),
            ],
            options={'table': 'member', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A person known by their Telegram id, and nothing else about them is needed.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Organisation',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('name', fields.CharField(unique=True, max_length=100)),
                ('year', fields.IntField()),
                ('closing_days', fields.IntField(default=5)),
                ('version', fields.IntField(default=1)),
            ],
            options={'table': 'organisation', 'app': 'models', 'pk_attr': 'id', 'table_description': "A county's office, to which everything else belongs."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', null=True, db_constraint=True, to_field='id', related_name='audit_entries', on_delete=OnDelete.RESTRICT)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', null=True, db_constraint=True, to_field='id', related_name='audit_entries', on_delete=OnDelete.RESTRICT)),
                ('action', fields.CharField(max_length=50)),
                ('subject', fields.CharField(max_length=200)),
                ('before', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('after', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('source', fields.CharField(max_length=200)),
                ('happened_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'audit_entry', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Who did what when, from which message: rows are only ever added.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Category',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='categories', on_delete=OnDelete.RESTRICT)),
                ('name', fields.CharField(max_length=100)),
                ('division', fields.CharField(default='', max_length=100)),
                ('position', fields.IntField()),
            ],
            options={'table': 'category', 'app': 'models', 'unique_together': (('organisation', 'name'),), 'pk_attr': 'id', 'table_description': 'A reporting category (栏目).'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Chat',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('telegram_id', fields.BigIntField(unique=True)),
                ('title', fields.CharField(default='', max_length=255)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', null=True, db_constraint=True, to_field='id', related_name='chats', on_delete=OnDelete.RESTRICT)),
                ('unreachable_at', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('unreachable_reason', fields.CharField(default='', max_length=255)),
            ],
            options={'table': 'chat', 'app': 'models', 'pk_attr': 'id', 'table_description': "A Telegram chat, which is a registered group or a person's private chat that could not be reached."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Outbox',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('dedupe_key', fields.CharField(unique=True, max_length=200)),
                ('kind', fields.CharField(max_length=20)),
                ('chat', fields.BigIntField()),
                ('method', fields.CharField(max_length=50)),
                ('parameters', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('state', fields.CharEnumField(default=OutboxState.PENDING, description='PENDING: pending\nWIRE: wire\nSENT: sent\nDEAD: dead\nUNKNOWN: unknown', enum_type=OutboxState, max_length=10)),
                ('attempts', fields.IntField(default=0)),
                ('not_before_at', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('message_id', fields.BigIntField(null=True)),
                ('problem', fields.CharField(default='', max_length=500)),
                ('created_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ('finished_at', UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'outbox', 'app': 'models', 'indexes': [Index(fields=['state', 'chat', 'id'], name='outbox_state')], 'pk_attr': 'id', 'table_description': 'A call to the Bot API that must be made: written with its cause, sent after the commit.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Unit',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='units', on_delete=OnDelete.RESTRICT)),
                ('name', fields.CharField(max_length=100)),
                ('division', fields.CharField(default='', max_length=50)),
                ('position', fields.IntField()),
                ('printed_number', fields.CharField(default='', max_length=10)),
                ('search_key', fields.CharField(default='', max_length=400)),
                ('is_active', fields.BooleanField(default=True)),
            ],
            options={'table': 'unit', 'app': 'models', 'unique_together': (('organisation', 'name'),), 'pk_attr': 'id', 'table_description': 'A government body that reports.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Binding',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='bindings', on_delete=OnDelete.RESTRICT)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='bindings', on_delete=OnDelete.RESTRICT)),
                ('unit', fields.ForeignKeyField('models.Unit', source_field='unit_id', null=True, db_constraint=True, to_field='id', related_name='bindings', on_delete=OnDelete.RESTRICT)),
                ('scope', fields.IntField()),
                ('role', fields.CharEnumField(description='REPORTER: reporter\nREVIEWER: reviewer\nLEADER: leader\nADMINISTRATOR: administrator', enum_type=Role, max_length=20)),
                ('bound_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'binding', 'app': 'models', 'unique_together': (('member', 'organisation', 'scope', 'role'),), 'pk_attr': 'id', 'table_description': "A member's role: for one unit, or for the whole organisation when ``unit`` is NULL."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Duty',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('unit', fields.ForeignKeyField('models.Unit', source_field='unit_id', db_constraint=True, to_field='id', related_name='duties', on_delete=OnDelete.CASCADE)),
                ('heading', fields.CharField(max_length=100)),
                ('text', fields.TextField(unique=False)),
                ('kind', fields.CharEnumField(description='DUTY: duty\nBONUS: bonus', enum_type=DutyKind, max_length=20)),
                ('position', fields.IntField()),
            ],
            options={'table': 'duty', 'app': 'models', 'unique_together': (('unit', 'heading'),), 'pk_attr': 'id', 'table_description': 'A rule without a number that a unit is held to, or that earns it a bonus.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Quota',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('unit', fields.ForeignKeyField('models.Unit', source_field='unit_id', db_constraint=True, to_field='id', related_name='quotas', on_delete=OnDelete.RESTRICT)),
                ('category', fields.ForeignKeyField('models.Category', source_field='category_id', db_constraint=True, to_field='id', related_name='quotas', on_delete=OnDelete.RESTRICT)),
                ('cadence', fields.CharEnumField(description='MONTHLY: monthly\nYEARLY: yearly', enum_type=Cadence, max_length=20)),
                ('target', fields.IntField(null=True)),
                ('is_per_account', fields.BooleanField(default=False)),
                ('effective_on', fields.DateField()),
                ('ends_on', fields.DateField(null=True)),
            ],
            options={'table': 'quota', 'app': 'models', 'unique_together': (('unit', 'category', 'cadence', 'effective_on'),), 'pk_attr': 'id', 'table_description': 'How much of a category a unit owes per month or year, from a day on.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Submission',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('unit', fields.ForeignKeyField('models.Unit', source_field='unit_id', db_constraint=True, to_field='id', related_name='submissions', on_delete=OnDelete.RESTRICT)),
                ('category', fields.ForeignKeyField('models.Category', source_field='category_id', db_constraint=True, to_field='id', related_name='submissions', on_delete=OnDelete.RESTRICT)),
                ('account', fields.IntField(default=0)),
                ('month_on', fields.DateField()),
                ('count', fields.IntField()),
                ('source', fields.CharField(unique=True, max_length=200)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', null=True, db_constraint=True, to_field='id', related_name='submissions', on_delete=OnDelete.RESTRICT)),
                ('submitted_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'submission', 'app': 'models', 'pk_attr': 'id', 'table_description': 'One fact of the ledger: ``count`` is what it adds (a set value stores the difference).'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Tally',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('unit', fields.ForeignKeyField('models.Unit', source_field='unit_id', db_constraint=True, to_field='id', related_name='tallies', on_delete=OnDelete.RESTRICT)),
                ('category', fields.ForeignKeyField('models.Category', source_field='category_id', db_constraint=True, to_field='id', related_name='tallies', on_delete=OnDelete.RESTRICT)),
                ('account', fields.IntField(default=0)),
                ('month_on', fields.DateField()),
                ('count', fields.IntField()),
            ],
            options={'table': 'tally', 'app': 'models', 'unique_together': (('unit', 'category', 'account', 'month_on'),), 'pk_attr': 'id', 'table_description': "The ledger's sum for a unit, category, account and month, kept in the same transaction."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='UnitAlias',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('unit', fields.ForeignKeyField('models.Unit', source_field='unit_id', db_constraint=True, to_field='id', related_name='aliases', on_delete=OnDelete.CASCADE)),
                ('name', fields.CharField(max_length=100)),
            ],
            options={'table': 'unit_alias', 'app': 'models', 'unique_together': (('unit', 'name'),), 'pk_attr': 'id', 'table_description': 'Another name that a unit goes by.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Wizard',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('chat', fields.BigIntField()),
                ('person', fields.BigIntField()),
                ('step', fields.CharField(max_length=50)),
                ('arguments', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('expires_at', UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'wizard', 'app': 'models', 'unique_together': (('chat', 'person'),), 'pk_attr': 'id', 'table_description': 'A question that a person has not answered yet in a chat.'},
            bases=['Model'],
        ),
        ops.RunPython(protect),
    ]
