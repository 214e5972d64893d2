"""What the foundation holds about staff, and what the tables of other makers hold about anybody (N9.2, N9.3)."""

from __future__ import annotations

from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.admin.models import LogEntry as AdminLogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import F

from ilonet_register.declarations import (
    About,
    Expires,
    InSegments,
    Keep,
    Mentions,
    Personal,
    Source,
    With,
    declare,
    nothing_personal,
)
from ilonet_register.models import EncryptionKey, Grant, LogContent, LogEntry, Organisation, User
from ilonet_register.purposes import ACCOUNTS, SIGN_IN, USAGE_LOG

nothing_personal(ContentType, because="names of models")
nothing_personal(Permission, because="never used: what an account may do stands in roles.py")
nothing_personal(Group, because="never used: what an account may do stands in roles.py")
nothing_personal(Group.permissions.through, because="never used: what an account may do stands in roles.py")
nothing_personal(EncryptionKey, because="names of keys; the keys lie outside the database")
nothing_personal(Organisation, because="the controller and its officers as the published notice names them")

declare(
    User,
    subjects=[About("self")],
    kept=[Keep(ACCOUNTS, clock=F("closed_on"))],
    source=F("source"),
    fields={
        "email": Personal("account"),
        "name": Personal("account"),
        "language": Personal("account"),
        "single_keys": Personal("account"),
        "is_active": Personal("account"),
        "valid_until": Personal("account"),
        "closed_on": Personal("account"),
        "date_joined": Personal("account"),
        "last_login": Personal("account", masked=True, unlogged=True),  # each sign-in is an event of its own
        "password": Personal("account", masked=True, unlogged=True),  # as is each change of it
    },
    technical={"id", "uuid", "version", "source", "builtin", "sessions_ended"},
)
declare(
    Grant,
    subjects=[About("user"), Mentions("granted_by"), Mentions("withdrawn_by")],
    kept=[With("user")],
    source=F("source"),
    fields={
        "right": Personal("account"),
        "granted_at": Personal("account"),
        "withdrawn_at": Personal("account"),
    },
    technical={"id", "uuid", "source"},
)
declare(
    LogEntry,
    subjects=[Mentions("actor")],
    kept=[InSegments(USAGE_LOG, clock=F("timestamp"))],
    source=Source.OBSERVED,
    fields={
        "timestamp": Personal("usage log"),
        "event": Personal("usage log"),
        "purpose": Personal("usage log"),
        "remote_addr": Personal("usage log"),
        "subjects": Personal("usage log"),
    },
    technical={
        "id",
        "uuid",
        "content_type",
        "object_pk",
        "object_id",
        "action",
        "cid",
        "root",
        "object_uuid",
        "digest",
    },
)
declare(
    LogContent,
    subjects=[],
    kept=[With("entry")],
    source=None,
    fields={"content": Personal("usage log")},
    technical={"salt"},
    third_party=True,  # known by its entry: it has no UUID of its own
)
declare(
    EmailAddress,
    subjects=[About("user")],
    kept=[With("user")],
    source=Source.CONTROLLER,
    fields={"email": Personal("account"), "verified": Personal("account"), "primary": Personal("account")},
    technical={"id"},
    third_party=True,
)
declare(
    EmailConfirmation,
    subjects=[About("email_address__user")],
    kept=[With("email_address")],
    source=Source.CONTROLLER,
    fields={"created": Personal("account"), "sent": Personal("account"), "key": Personal("account", masked=True)},
    technical={"id"},
    third_party=True,
)
declare(
    Session,
    subjects=[],
    kept=[Expires(SIGN_IN, clock=F("expire_date"))],
    source=Source.OBSERVED,
    # Sealed: whose session it is stands inside, so that no path leads to the person.
    fields={"session_data": Personal("sign-in", masked=True), "expire_date": Personal("sign-in")},
    technical={"session_key"},
    third_party=True,
)
declare(
    AdminLogEntry,
    subjects=[About("user")],
    kept=[With("user")],
    source=Source.OBSERVED,
    fields={
        "action_time": Personal("usage log"),
        "object_repr": Personal("usage log"),
        "change_message": Personal("usage log"),
    },
    technical={"id", "content_type", "object_id", "action_flag"},
    third_party=True,
)
