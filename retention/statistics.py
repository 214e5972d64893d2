"""What the planner remembers of removed values: samples of columns, in PostgreSQL's own tables.

A new sample replaces the old one; of a table that is empty none is taken, and the old one has to be cleared.
"""

from __future__ import annotations

from django.db import connection

from ilonet_register.declarations import registry

CAN_CLEAR = 18_00_00
"""Since this version statistics are cleared by a function; before it, those of a table emptied to the last row stay."""
_OF_TABLE = """SELECT schemaname, tablename, attname, inherited FROM pg_stats
               WHERE schemaname = current_schema() AND tablename IN (
                   SELECT %(table)s UNION ALL
                   SELECT i.indexrelid::regclass::name::text FROM pg_index i WHERE i.indrelid = %(table)s::regclass)"""


def forget_statistics() -> None:
    """Take new samples of every table that holds personal data; at the end of a run that removed something."""
    for item in registry:
        table = item.model._meta.db_table
        with connection.cursor() as cursor:
            if item.model._default_manager.exists():
                cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
            elif connection.pg_version >= CAN_CLEAR:  # type: ignore[attr-defined]
                cursor.execute(_OF_TABLE, {"table": table})
                for schema, name, column, inherited in cursor.fetchall():
                    cursor.execute("SELECT pg_clear_attribute_stats(%s, %s, %s, %s)", [schema, name, column, inherited])
