"""What an import did, in the log of changes, many rows at a time."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from ilonet_register import audit
from ilonet_register.imports import staging

CREATED, CHANGED = 0, 1
COLUMNS = (
    "event, action, actor_id, cid, remote_addr, content_type_id, object_id, object_pk, object_uuid, root, subjects"
)
VALUES = """%(event)s, %(action)s, %(actor)s, %(cid)s, %(address)s, %(type)s, found.id, found.id::text, found.uuid,
            found.root, found.subjects"""


def created(name: str, found: str, *, model: tuple[str, str], params: Mapping[str, Any] | None = None) -> None:
    """Record the rows of a query (id, uuid, root, subjects) as created; what they say stands in themselves."""
    staging.execute(
        f"INSERT INTO ilonet_register_logentry ({COLUMNS}) SELECT {VALUES}"
        f" FROM ({found}) found (id, uuid, root, subjects)",
        {**(params or {}), **_act(f"{name}.created", CREATED, model)},
    )


def noted(event: str, found: str, *, model: tuple[str, str], params: Mapping[str, Any] | None = None) -> None:
    """Record that something about the rows of a query (id, uuid, root, subjects) changed, and not to what."""
    staging.execute(
        f"INSERT INTO ilonet_register_logentry ({COLUMNS}) SELECT {VALUES}"
        f" FROM ({found}) found (id, uuid, root, subjects)",
        {**(params or {}), **_act(event, CHANGED, model)},
    )


def changed(name: str, found: str, *, model: tuple[str, str], params: Mapping[str, Any] | None = None) -> None:
    """Record the rows of a query (id, uuid, root, subjects, changes) as changed, with old and new values.

    Rows without any change (`{}`) are left out. The content lies apart, each under a salt of its own.
    """
    staging.create(
        "import_log",
        {"position": "bigint", "id": "bigint", "uuid": "uuid", "root": "uuid", "subjects": "uuid[]", "changes": "text"},
    )
    staging.execute(
        f"INSERT INTO import_log SELECT row_number() OVER (), found.*"
        f" FROM ({found}) found (id, uuid, root, subjects, changes) WHERE found.changes <> '{{}}'::jsonb",
        params,
    )
    staging.execute("ALTER TABLE import_log ADD salt bytea, ADD digest bytea, ADD entry bigint")
    for batch in staging.in_batches(_sealed()):
        _insert(batch, _act(f"{name}.changed", CHANGED, model))
    staging.execute("DROP TABLE import_log")


def _sealed() -> Iterator[tuple[int, bytes, bytes, str]]:
    """Yield the position, the salt, the digest and the content of each change, read in pieces."""
    last = 0
    while True:
        rows = staging.fetched(
            "SELECT position, changes FROM import_log WHERE position > %(last)s ORDER BY position LIMIT %(size)s",
            {"last": last, "size": staging.BATCH},
        )
        if not rows:
            return
        for position, changes in rows:
            content = {"changes": json.loads(changes)}
            salt = secrets.token_bytes(32)
            yield position, salt, audit.digest(salt, content), json.dumps(content)
        last = rows[-1][0]


def _insert(batch: list[tuple[int, bytes, bytes, str]], act: dict[str, Any]) -> None:
    staging.create("import_seal", {"position": "bigint", "salt": "bytea", "digest": "bytea", "content": "jsonb"})
    staging.copy("import_seal", ["position", "salt", "digest", "content"], batch)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH found AS (SELECT l.*, seal.salt AS s, seal.digest AS d, seal.content,
                                      nextval(pg_get_serial_sequence('ilonet_register_logentry', 'id')) AS entry_id
                               FROM import_log l JOIN import_seal seal USING (position)),
                     entries AS (INSERT INTO ilonet_register_logentry (id, digest, {COLUMNS})
                                 SELECT found.entry_id, found.d, {VALUES} FROM found)
                INSERT INTO ilonet_register_logcontent (entry_id, salt, content)
                SELECT entry_id, s, content FROM found""",
            act,
        )
    staging.execute("DROP TABLE import_seal")


def _act(event: str, action: int, model: tuple[str, str]) -> dict[str, Any]:
    act = audit.current()
    return {
        "event": event,
        "action": action,
        "actor": act.by.pk,
        "cid": act.cid,
        "address": act.remote_addr,
        "type": ContentType.objects.get_by_natural_key(*model).pk,
    }
