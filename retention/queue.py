"""The ids that a run is to remove: a table of this session alone, so that memory stays the same whatever is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import connection
from django.db.models import Model, QuerySet

from ilonet_register.database.lookups import array_of


class Queue:
    """What was due when the queue was made; it empties as rows go. One per session at a time."""

    def __init__(self, rows: QuerySet[Model]) -> None:
        sql, params = rows.values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS purge_queue")
            cursor.execute("CREATE TEMPORARY TABLE purge_queue (id bigint PRIMARY KEY)")
            cursor.execute(f"INSERT INTO purge_queue {sql}", params)
            self.total = cursor.rowcount
            cursor.execute("ANALYZE purge_queue")

    def size(self) -> int:
        """How many ids wait."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM purge_queue")
            return int(cursor.fetchone()[0])

    def batches(self, size: int) -> Iterator[list[int]]:
        """Yield what waits, in the order of the ids, each once."""
        last = 0
        while True:
            with connection.cursor() as cursor:
                cursor.execute("SELECT id FROM purge_queue WHERE id > %s ORDER BY id LIMIT %s", [last, size])
                ids = [row[0] for row in cursor.fetchall()]
            if not ids:
                return
            yield ids
            last = ids[-1]

    def done(self, ids: Iterable[int]) -> None:
        """Take these ids off: they went, or may stay after all."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM purge_queue WHERE id = ANY(%s::bigint[])", [array_of(ids)])
