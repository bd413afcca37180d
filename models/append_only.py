"""Tables whose rows the database itself refuses to change or delete."""

from typing import Any

TABLES = ("submission", "audit_entry", "issued_bulletin", "bulletin_correction", "issued_file", "review_step")

POSTGRES_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME;
END
$$
"""


async def protect(_apps: Any, editor: Any) -> None:
    """Add the triggers; a migration operation for both databases."""
    client = editor.client
    if client.capabilities.dialect == "postgres":
        await client.execute_query(POSTGRES_FUNCTION)
        for table in TABLES:
            await client.execute_query(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        return
    for table in TABLES:
        for change in ("UPDATE", "DELETE"):
            await client.execute_query(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
            )
