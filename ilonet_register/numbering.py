"""Numbers that are given once: sequences of the database, which never go back, also when the highest row is removed.

A number given twice would let an old file or a restored backup speak of somebody else.
"""

from __future__ import annotations

from django.db import connection


def draw(sequence: str, *, above: int) -> int:
    """Return the next number of a sequence, at least one above a number that came in from outside."""
    number = _drawn(sequence)
    if number <= above:
        raise_to(sequence, above)
        number = _drawn(sequence)
    return number


def raise_to(sequence: str, highest: int) -> None:
    """Let the sequence go on above a number: an import calls it, so that what is removed later is not given again."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(%s::regclass, greatest(last_value, %s)) FROM {connection.ops.quote_name(sequence)}",
            [sequence, highest],
        )


def _drawn(sequence: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [sequence])
        return int(cursor.fetchone()[0])
