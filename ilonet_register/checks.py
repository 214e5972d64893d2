"""System checks on the settings: each says what is wrong, and its hint what to set.

`manage.py` runs them before a command, `wsgi.py` before it serves. Checks that ask the database run with `migrate`,
with `check --database default` and before serving.
"""

from __future__ import annotations

import ipaddress
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Critical, Error, Tags, Warning, register, run_checks
from django.core.management.base import SystemCheckError
from django.db import connections

WEAK_SECRET_LENGTH = 50
WEAK_SECRET_VARIETY = 10


def refuse_to_start_on_errors() -> None:
    """Run every check; raise `SystemCheckError` if one finds an error, so that nothing is served."""
    found = run_checks(include_deployment_checks=settings.PRODUCTION, databases=["default"])
    errors = [message for message in found if message.is_serious() and not message.is_silenced()]
    if errors:
        raise SystemCheckError("The register does not start:\n" + "\n".join(str(message) for message in errors))


def _error(number: int, message: str, hint: str) -> Error:
    return Error(message, hint=hint, id=f"register.E{number:03}")


@register(Tags.security)
def check_production(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check what production may not have and a trial may."""
    return list(_faults_of_production()) if settings.PRODUCTION else []


def _faults_of_production() -> Iterator[CheckMessage]:
    if _is_weak(settings.SECRET_KEY):
        yield _error(
            1,
            "SECRET_KEY is weak.",
            f"Set SECRET_KEY to at least {WEAK_SECRET_LENGTH} random characters, for example by: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
        )
    if "EMBEDDED_IN" in settings.DATABASES["default"]:
        yield _error(
            2,
            "Production has no DATABASE_URL: the embedded database has no standby.",
            "Set DATABASE_URL=postgres://user:password@host/name to a PostgreSQL cluster of version 15 or later.",
        )
    if settings.DEBUG:
        yield _error(3, "ILONET_DEBUG is on in production.", "Unset ILONET_DEBUG.")
    if settings.ACCEPT_TEST_IDENTITY_CODES:
        yield _error(
            4,
            "Production accepts the identity codes 900-999, which belong to nobody.",
            "Unset ILONET_TEST_IDENTITY_CODES.",
        )
    if settings.ALLOWED_HOSTS in (["localhost"], []) or "*" in settings.ALLOWED_HOSTS:
        yield _error(
            5,
            "The host names production answers to are not set.",
            "Set ILONET_ALLOWED_HOSTS to the name in the address bar, for example register.example.fi.",
        )


def _is_weak(secret: str) -> bool:
    return (
        len(secret) < WEAK_SECRET_LENGTH
        or len(set(secret)) < WEAK_SECRET_VARIETY
        or secret.startswith("django-insecure-")
    )


@register(Tags.security)
def check_private_folders(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that keys, secrets, files and ledger are open to the register's own account only."""
    private = [settings.KEYS_DIR, settings.SECRETS_DIR, settings.FILES_DIR, *settings.LEDGER_DIRS]
    return [
        _error(
            6,
            f"{folder} can be entered by other accounts.",
            f"Close it with: chmod 700 {folder} - and consider what lies in it as seen.",
        )
        for folder in private
        if _is_open_to_others(folder)
    ]


def _is_open_to_others(folder: Path) -> bool:
    return folder.exists() and bool(folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


@register(Tags.security)
def check_ledger_mirrors(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that the ledger has two places: what one disk loses the other still knows."""
    first, second = (Path(folder).resolve() for folder in settings.LEDGER_DIRS)
    if first != second and first not in second.parents and second not in first.parents:
        return []
    return [
        _error(
            7,
            "The two mirrors of the ledger are one place.",
            "Set ILONET_LEDGER_FIRST and ILONET_LEDGER_SECOND to different folders, best on different machines.",
        )
    ]


@register(Tags.security)
def check_proxies(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that each trusted proxy is an address or a network: else the first request would fail on it."""
    return [
        _error(
            11,
            f"{proxy!r} in ILONET_TRUSTED_PROXIES is no address and no network.",
            "Set ILONET_TRUSTED_PROXIES to addresses or networks, for example 10.0.0.1,192.0.2.0/24.",
        )
        for proxy in settings.TRUSTED_PROXIES
        if not _is_network(proxy)
    ]


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


# What keeps personal data out of logs, cookies and mails is a setting each: replaced, it would fail silently.
GUARDS = {
    "SESSION_ENGINE": "ilonet_register.sessions",
    "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
    "DEFAULT_EXCEPTION_REPORTER": "ilonet_register.faults.FaultReporter",
    "DEFAULT_EXCEPTION_REPORTER_FILTER": "ilonet_register.faults.NothingPersonalFilter",
    "ACCOUNT_ADAPTER": "ilonet_register.sign_in.AccountAdapter",
    "AUDITLOG_LOGENTRY_MODEL": "ilonet_register.LogEntry",
    "AUDITLOG_DISABLE_REMOTE_ADDR": True,
    "SESSION_SAVE_EVERY_REQUEST": True,
}
UNWANTED_MIDDLEWARE = "auditlog.middleware.AuditlogMiddleware"


@register(Tags.security)
def check_guards(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that no guard against leaking personal data was replaced."""
    found: list[CheckMessage] = [
        _error(8, f"{name} was replaced.", f"Set {name} = {wanted!r}, as settings.py does.")
        for name, wanted in GUARDS.items()
        if getattr(settings, name, None) != wanted
    ]
    if UNWANTED_MIDDLEWARE in settings.MIDDLEWARE:
        found.append(
            _error(
                9,
                "The middleware of django-auditlog believes any X-Forwarded-For and loses the actor when nested.",
                "Remove it from MIDDLEWARE: audit.acting() is its only caller.",
            )
        )
    if any(database["ENGINE"] != "ilonet_register.database" for database in settings.DATABASES.values()):
        found.append(
            _error(
                10,
                "A database has another engine than ours: its foreign keys are checked at commit only.",
                'Set ENGINE = "ilonet_register.database".',
            )
        )
    return found


@register(Tags.security, deploy=True)
def check_shared_counts(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn where each process counts failed sign-ins for itself."""
    if "locmem" not in settings.CACHES["default"]["BACKEND"]:
        return []
    return [
        Warning(
            "Failed sign-ins are counted by each process for itself.",
            hint="With more than one web process set CACHE_URL, for example to redis://host:6379/0.",
            id="register.W001",
        )
    ]


@register(Tags.database)
def check_folding(app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that each database asked about folds å, ä and ö: else a search for määttä misses MÄÄTTÄ."""
    return [
        Critical(
            f"The database {alias!r} does not fold å, ä and ö.",
            hint="Create it anew with: CREATE DATABASE ... TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8' "
            "(or fi_FI.UTF-8).",
            id="register.C001",
        )
        for alias in databases or []
        if not _folds(alias)
    ]


def _folds(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        # lower() and patterns ask the locale provider; trigrams ask the character type of the C library.
        cursor.execute(
            "SELECT lower('ÅÄÖ') = 'åäö' AND 'MÄÄTTÄ' ILIKE 'määttä' AND 'ä' ~ '^[[:alpha:]]$'"
            " AND datctype NOT IN ('C', 'POSIX') FROM pg_database WHERE datname = current_database()"
        )
        (folds,) = cursor.fetchone()
    return bool(folds)
