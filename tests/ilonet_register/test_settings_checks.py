"""Every check of the settings fires, with a hint that says what to set, and is silent where all is well."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from ilonet_register import checks

SHARED_CACHE = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://cache/0"}}


def the_one(found: list[CheckMessage], identifier: str) -> str:
    """Return the hint of the only finding, which must be this one and stop the start."""
    assert [message.id for message in found] == [identifier]
    assert found[0].is_serious()
    assert found[0].hint
    return found[0].hint


def test_the_settings_of_the_tests_raise_nothing() -> None:
    for check in (checks.check_production, checks.check_ledger_mirrors, checks.check_guards):
        assert check() == []


def test_the_checks_are_among_those_that_a_start_runs(settings: Settings) -> None:
    settings.LEDGER_DIRS = [settings.LEDGER_DIRS[0]] * 2
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "auditlog.middleware.AuditlogMiddleware"]
    assert {"register.E007", "register.E009"} <= {message.id for message in run_checks()}


@pytest.mark.django_db
def test_an_error_keeps_the_register_from_starting(settings: Settings) -> None:
    checks.refuse_to_start_on_errors()
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
    with pytest.raises(SystemCheckError, match=r"register\.E008") as refused:
        checks.refuse_to_start_on_errors()
    assert "SessionStorage" in str(refused.value), "the hint is told"


# --- production ------------------------------------------------------------------------------------------------------


@pytest.fixture
def production(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with which production may start; nothing here connects to the database."""
    settings.PRODUCTION, settings.DEBUG = True, False
    settings.SECRET_KEY = secrets.token_urlsafe(50)
    settings.ACCEPT_TEST_IDENTITY_CODES = False
    settings.ALLOWED_HOSTS = ["register.example.fi"]
    for database in settings.DATABASES.values():
        monkeypatch.delitem(database, "EMBEDDED_IN", raising=False)
    return settings


def test_good_settings_of_production_raise_nothing(production: Settings) -> None:
    assert checks.check_production() == []


@pytest.mark.parametrize(
    "weak", ["short-but-random-W3kz9", "abcabcabc" * 10, "django-insecure-" + "x7Qm2pLr9vTz" * 6], ids=range(3)
)
def test_a_weak_secret_stops_production(production: Settings, weak: str) -> None:
    production.SECRET_KEY = weak
    hint = the_one(checks.check_production(), "register.E001")
    assert "token_urlsafe" in hint
    assert weak not in str(checks.check_production())


def test_an_embedded_database_stops_production(production: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(production.DATABASES["default"], "EMBEDDED_IN", "/var/lib/register/postgres")
    assert "DATABASE_URL=postgres://" in the_one(checks.check_production(), "register.E002")


def test_debug_stops_production(production: Settings) -> None:
    production.DEBUG = True
    assert "ILONET_DEBUG" in the_one(checks.check_production(), "register.E003")


def test_codes_that_belong_to_nobody_stop_production(production: Settings) -> None:
    production.ACCEPT_TEST_IDENTITY_CODES = True
    assert "ILONET_TEST_IDENTITY_CODES" in the_one(checks.check_production(), "register.E004")


@pytest.mark.parametrize("hosts", [[], ["*"], ["localhost"]])
def test_host_names_that_nobody_set_stop_production(production: Settings, hosts: list[str]) -> None:
    production.ALLOWED_HOSTS = hosts
    assert "ILONET_ALLOWED_HOSTS" in the_one(checks.check_production(), "register.E005")


@pytest.mark.parametrize("hosts", [["*", "localhost"], ["register.example.fi", "*"]])
def test_a_host_name_of_any_beside_others_stops_production(production: Settings, hosts: list[str]) -> None:
    production.ALLOWED_HOSTS = hosts
    the_one(checks.check_production(), "register.E005")


def test_a_trial_may_have_what_production_may_not(settings: Settings) -> None:
    settings.PRODUCTION, settings.DEBUG, settings.SECRET_KEY = False, True, "weak"
    settings.ALLOWED_HOSTS, settings.ACCEPT_TEST_IDENTITY_CODES = ["*"], True
    assert checks.check_production() == []


# --- folders ---------------------------------------------------------------------------------------------------------

FOLDERS = ("keys", "secrets", "files", "first", "second")


@pytest.fixture
def folders(settings: Settings, tmp_path: Path) -> dict[str, Path]:
    """The private folders of this test, each 0700."""
    made = {name: tmp_path / name for name in FOLDERS}
    for folder in made.values():
        folder.mkdir(mode=0o700)
    settings.KEYS_DIR, settings.SECRETS_DIR, settings.FILES_DIR = made["keys"], made["secrets"], made["files"]
    settings.LEDGER_DIRS = [made["first"], made["second"]]
    return made


def test_private_folders_and_missing_ones_raise_nothing(folders: dict[str, Path]) -> None:
    assert checks.check_private_folders() == []
    folders["keys"].rmdir()
    assert checks.check_private_folders() == []


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o710, 0o701, 0o702])
@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_that_others_can_enter_stops_the_start(folders: dict[str, Path], name: str, mode: int) -> None:
    folders[name].chmod(mode)
    assert f"chmod 700 {folders[name]}" in the_one(checks.check_private_folders(), "register.E006")


@pytest.mark.parametrize("second", ["first", "first/inside", ".", "first/../first", "link"])
def test_mirrors_of_the_ledger_at_one_place_stop_the_start(
    settings: Settings, folders: dict[str, Path], second: str
) -> None:
    root = folders["first"].parent
    (root / "link").symlink_to(folders["first"])
    folders["first"].joinpath("inside").mkdir()
    settings.LEDGER_DIRS = [folders["first"], root / second]
    assert "ILONET_LEDGER_SECOND" in the_one(checks.check_ledger_mirrors(), "register.E007")


def test_mirrors_side_by_side_raise_nothing(folders: dict[str, Path]) -> None:
    assert checks.check_ledger_mirrors() == []


# --- guards ----------------------------------------------------------------------------------------------------------

# What Django or a library would put there by itself, and what of it the guard keeps from happening.
REPLACED: dict[str, Any] = {
    "SESSION_ENGINE": "django.contrib.sessions.backends.db",
    "MESSAGE_STORAGE": "django.contrib.messages.storage.fallback.FallbackStorage",  # fact 10
    "DEFAULT_EXCEPTION_REPORTER": "django.views.debug.ExceptionReporter",  # fact 9
    "DEFAULT_EXCEPTION_REPORTER_FILTER": "django.views.debug.SafeExceptionReporterFilter",  # fact 9
    "ACCOUNT_ADAPTER": "allauth.account.adapter.DefaultAccountAdapter",  # fact 3
    "AUDITLOG_LOGENTRY_MODEL": "auditlog.LogEntry",  # facts 1 and 2
    "AUDITLOG_DISABLE_REMOTE_ADDR": False,  # fact 3
    "SESSION_SAVE_EVERY_REQUEST": False,
}


def test_every_guard_is_replaced_here() -> None:
    assert set(REPLACED) == set(checks.GUARDS)


@pytest.mark.parametrize("name", REPLACED)
def test_a_guard_that_was_replaced_stops_the_start(settings: Settings, name: str) -> None:
    wanted = getattr(settings, name)
    setattr(settings, name, REPLACED[name])
    assert f"{name} = {wanted!r}" in the_one(checks.check_guards(), "register.E008")


@pytest.mark.parametrize("name", REPLACED)
def test_a_guard_that_is_missing_stops_the_start(settings: Settings, name: str) -> None:
    delattr(settings, name)
    assert name in the_one(checks.check_guards(), "register.E008")


def test_the_middleware_of_auditlog_stops_the_start(settings: Settings) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "auditlog.middleware.AuditlogMiddleware"]
    assert "MIDDLEWARE" in the_one(checks.check_guards(), "register.E009")


@pytest.mark.parametrize("alias", ["default", "log"])
def test_another_engine_stops_the_start(settings: Settings, monkeypatch: pytest.MonkeyPatch, alias: str) -> None:
    monkeypatch.setitem(settings.DATABASES[alias], "ENGINE", "django.db.backends.postgresql")
    assert 'ENGINE = "ilonet_register.database"' in the_one(checks.check_guards(), "register.E010")


def test_counts_that_each_process_keeps_for_itself_are_warned_of(settings: Settings) -> None:
    (warning,) = checks.check_shared_counts()
    assert warning.id == "register.W001"
    assert "CACHE_URL" in str(warning.hint)
    assert not warning.is_serious()
    settings.CACHES = SHARED_CACHE
    assert checks.check_shared_counts() == []


@pytest.mark.parametrize("proxy", ["10.0.0.1/8", "proxy.example.fi", "192.0.2.300"])
def test_a_proxy_that_is_no_address_stops_the_start(settings: Settings, proxy: str) -> None:
    settings.TRUSTED_PROXIES = ["192.0.2.10", proxy]
    found = [message for message in run_checks() if message.is_serious()]
    assert any("ILONET_TRUSTED_PROXIES" in str(message.hint) for message in found)
