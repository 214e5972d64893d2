"""The log of changes and of use: who did what to whom, when (N9.3).

`acting` says in whose name the code runs; nothing declared can be written without it. Changes are recorded in the
transaction that makes them; reads of secrets over a second, autocommitting connection before the secret opens.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import uuid as uuid_module
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditlog.registry import auditlog
from auditlog.signals import pre_log
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from ilonet_register.declarations import About, Declaration, Shared, registry

if TYPE_CHECKING:
    from uuid import UUID

    from ilonet_register.models import LogEntry, User

LOG_CONNECTION = "log"
MASKED = "*"


@dataclass(frozen=True)
class Act:
    """In whose name, from where and for which work the code runs."""

    by: User
    cid: UUID
    remote_addr: str | None = None
    purpose: str = ""


_act: ContextVar[Act | None] = ContextVar("act", default=None)


class NobodyActs(RuntimeError):
    """A declared row was to be written while nobody was named: wrap the call in `acting(by)`."""


@contextmanager
def acting(by: User, *, remote_addr: str | None = None, purpose: str = "") -> Iterator[Act]:
    """Run in the name of `by`. Nests: the inner person acts inside, the outer one again after it."""
    outer = _act.get()
    act = Act(
        by=by,
        cid=outer.cid if outer else uuid_module.uuid4(),
        remote_addr=remote_addr or (outer.remote_addr if outer else None),
        purpose=purpose or (outer.purpose if outer else ""),
    )
    token = _act.set(act)
    try:
        yield act
    finally:
        _act.reset(token)


def current() -> Act:
    """Return who acts now; raises NobodyActs."""
    act = _act.get()
    if act is None:
        raise NobodyActs("nobody is named for this change: call it inside audit.acting(by)")
    return act


def follow_declared_models() -> None:
    """Have auditlog compare every declared model of ours: the fields that are declared and may be shown."""
    for item in registry:
        its_own = item.model._meta.label in {"ilonet_register.LogEntry", "ilonet_register.LogContent"}
        if item.third_party or its_own or not item.fields:
            continue
        auditlog.register(
            item.model,
            include_fields=diffed_fields(item),
            mask_fields=[name for name, personal in item.fields.items() if personal.masked],
            mask_callable="ilonet_register.audit.nothing_of",
        )
    pre_log.connect(_refuse_deletion, dispatch_uid="declared rows are deleted by retention only")


def diffed_fields(item: Declaration) -> list[str]:
    """Return the fields that are compared: not sealed, not technical, not kept by Django itself. Of masked ones the log
    holds that they changed, and nothing of the values."""
    from ilonet_register.crypto import EncryptedField

    names = [name for name, personal in item.fields.items() if not personal.unlogged]
    keys = [f.name for f in item.model._meta.fields if f.is_relation and f.name not in item.technical]
    return [n for n in (*names, *keys) if not isinstance(item.model._meta.get_field(n), EncryptedField)]


def nothing_of(value: str) -> str:
    """Return what the log holds in place of a masked value: nothing of it, not even its length."""
    return "" if value in ("", "None") else MASKED


def _refuse_deletion(sender: type[models.Model], instance: models.Model, action: int, **kwargs: Any) -> None:
    """Auditlog would copy the whole row into the log at a deletion; and only retention deletes."""
    from ilonet_register.models import LogEntry

    if action == LogEntry.Action.DELETE:
        raise ImproperlyConfigured(f"rows of {sender._meta.label} are deleted by retention only")


def record_change(instance: models.Model, *, action: int, changes: dict[str, Any]) -> LogEntry:
    """Record that a declared row was created or changed, in the transaction of the change."""
    verb = {0: "created", 1: "changed"}[action]
    return record(f"{instance._meta.model_name}.{verb}", obj=instance, action=action, content={"changes": changes})


def record(
    event: str,
    *,
    obj: models.Model | None = None,
    subjects: Iterable[UUID] | None = None,
    root: UUID | None = None,
    action: int = 3,
    content: dict[str, Any] | None = None,
    purpose: str = "",
    using: str = "default",
) -> LogEntry:
    """Insert one entry in the name of who acts now; what it says (`content`) lies apart, under a salt of its own.

    `subjects` and `root` follow from the declaration of `obj` unless given. Raises NobodyActs.
    """
    from ilonet_register.models import LogContent, LogEntry

    act = current()
    salt = secrets.token_bytes(32)
    entry = LogEntry(
        event=event,
        action=action,
        actor_id=act.by.pk,
        cid=act.cid,
        remote_addr=act.remote_addr,
        purpose=purpose or act.purpose,
        subjects=list(subjects if subjects is not None else (subjects_of(obj) if obj else ())),
        root=root or (root_of(obj) if obj else None),
        digest=digest(salt, content) if content is not None else None,
    )
    if obj is not None:
        entry.content_type_id = ContentType.objects.get_for_model(obj).pk
        entry.object_id = obj.pk
        entry.object_pk = str(obj.pk)
        entry.object_uuid = getattr(obj, "uuid", None)
    entry.save(using=using, force_insert=True)
    if content is not None:
        LogContent(entry=entry, salt=salt, content=content).save(using=using, force_insert=True)
    return entry


def record_read(
    event: str, *, by: User, obj: models.Model | None = None, subjects: Iterable[UUID] | None = None, why: str = ""
) -> LogEntry:
    """Record a look at something secret, committed at once over the log's own connection: no log, no secret."""
    with acting(by):
        return record(event, obj=obj, subjects=subjects, purpose=why, using=LOG_CONNECTION)


def canonical(content: dict[str, Any]) -> bytes:
    """Return the bytes over which a digest is computed: sorted keys, no blanks, UTF-8."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder)
    return text.encode()


def digest(salt: bytes, content: dict[str, Any]) -> bytes:
    """Return HMAC-SHA256(salt, content): it tells nothing once the random salt is gone with the content."""
    return hmac.digest(salt, canonical(content), hashlib.sha256)


def subjects_of(obj: models.Model) -> list[UUID]:
    """Return the UUIDs of the people that a declared row is about."""
    item = registry.declarations.get(type(obj))
    if item is None:
        return []
    if item.people:
        return [u for subject in item.people for u in _people_at(obj, subject)]
    return subjects_of(_follow(obj, item.part_of)) if item.part_of else []


def _people_at(obj: models.Model, subject: About | Shared) -> list[UUID]:
    if subject.path == "self":
        return [obj.uuid]  # type: ignore[attr-defined]
    rows = type(obj)._default_manager.filter(pk=obj.pk)
    found = rows.order_by().values_list(f"{subject.path}__uuid", flat=True).distinct()
    return [u for u in found if u is not None]


def root_of(obj: models.Model) -> UUID | None:
    """Return the UUID under which everything about this row is found in the log: its own, or of what takes it along."""
    item = registry.declarations.get(type(obj))
    if item is not None and item.goes_by:
        return root_of(_follow(obj, item.goes_by))
    return getattr(obj, "uuid", None)


def _follow(obj: models.Model, path: str) -> models.Model:
    for step in path.split("__"):
        obj = getattr(obj, step)
    return obj
