"""All settings of the register, each from the environment and with a default that is safe.

`ILONET_PRODUCTION=true` makes what is merely convenient an error: see `checks.py`.
"""

from __future__ import annotations

import secrets
from email.utils import getaddresses
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from ilonet_register.private_files import read_or_create

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
PRODUCTION: bool = env.bool("ILONET_PRODUCTION", default=False)
# "web" for a web server (set by wsgi.py); commands have no time-outs and their own name in the database.
PROCESS: str = env.str("ILONET_PROCESS", default="command")
PORT: int = env.int("PORT", default=8000)

# --- local state: keys, ledger, secrets, files, and the database when it is embedded
DATA_DIR = Path(env.str("ILONET_DATA_DIR", default=str(BASE_DIR / "var"))).expanduser().absolute()
KEYS_DIR = DATA_DIR / "keys"
SECRETS_DIR = DATA_DIR / "secrets"
FILES_DIR = DATA_DIR / "files"
# Two mirrors; in production on two machines or volumes.
LEDGER_DIRS = [
    Path(env.str("ILONET_LEDGER_FIRST", default=str(DATA_DIR / "ledger" / "first"))).absolute(),
    Path(env.str("ILONET_LEDGER_SECOND", default=str(DATA_DIR / "ledger" / "second"))).absolute(),
]


def _secret_key() -> str:
    given: str = env.str("SECRET_KEY", default="")
    if given:
        return given
    if PRODUCTION:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. In production give the register a secret of at least 50 random characters, for "
            "example by: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    return read_or_create(SECRETS_DIR / "django", lambda: secrets.token_urlsafe(50))


SECRET_KEY = _secret_key()
DEBUG: bool = env.bool("ILONET_DEBUG", default=False)
ALLOWED_HOSTS: list[str] = env.list("ILONET_ALLOWED_HOSTS", default=["localhost"])
ROOT_URLCONF = "ilonet_register.urls"
WSGI_APPLICATION = "ilonet_register.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Identity codes with the individual numbers 900-999 belong to nobody and are used in tests and demonstrations.
ACCEPT_TEST_IDENTITY_CODES: bool = env.bool("ILONET_TEST_IDENTITY_CODES", default=not PRODUCTION)

INSTALLED_APPS = [
    "ilonet_register.apps.RegisterConfig",
    "customers",
    "contracts",
    "retention",
    "ilonet_register.office",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "ilonet_register.apps.StaffSiteConfig",
    "django.forms",
    "auditlog",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "pgtrigger",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "ilonet_register.office.middleware.BodyLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ilonet_register.office.middleware.ActingClerk",
    "ilonet_register.office.middleware.OwnLanguage",
    "ilonet_register.office.middleware.NothingKept",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "ilonet_register.office.forms.OfficeRenderer"

# --- the database: the one behind DATABASE_URL, else a server of our own in the data directory


def _database() -> dict[str, Any]:
    if "DATABASE_URL" in env.ENVIRON:
        found = dict(env.db_url("DATABASE_URL"))
        if not found.get("ENGINE", "").startswith("django.db.backends.postgresql"):
            raise ImproperlyConfigured(
                "DATABASE_URL must name a PostgreSQL database: postgres://user:password@host/name"
            )
    else:
        found = {"NAME": "ilonet_register", "USER": "ilonet_register", "EMBEDDED_IN": str(DATA_DIR / "postgres")}
    limits = {
        "statement_timeout": env.int("ILONET_STATEMENT_SECONDS", default=30),
        "lock_timeout": env.int("ILONET_LOCK_SECONDS", default=10),
        "idle_in_transaction_session_timeout": env.int("ILONET_IDLE_SECONDS", default=60),
    }
    options = {"application_name": f"ilonet-{PROCESS}", **found.get("OPTIONS", {})}
    if PROCESS == "web":
        options["options"] = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items())
    return {
        **found,
        "ENGINE": "ilonet_register.database",
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


# `log` is a second connection to the same database, always in autocommit: what was read is logged before it is shown,
# whatever becomes of the transaction that shows it.
DATABASES = {"default": _database(), "log": {**_database(), "TEST": {"MIRROR": "default"}}}

CACHES = {
    "default": {
        **env.cache_url("CACHE_URL", default="locmemcache://"),
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # counts of failed sign-ins: a flood of them must not push others out
    }
}

# --- signing in
AUTH_USER_MODEL = "ilonet_register.User"
AUTHENTICATION_BACKENDS = ["ilonet_register.sign_in.SignInBackend"]
ACCOUNT_ADAPTER = "ilonet_register.sign_in.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "ilonet_register.office.account_forms.SignInForm",
    "change_password": "ilonet_register.office.account_forms.NewPasswordForm",
    "reset_password": "ilonet_register.office.account_forms.ForgottenForm",
    "reset_password_from_key": "ilonet_register.office.account_forms.FirstPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by the main user, never by whoever owns an address
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to whoever never had an account
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/15m/key,60/15m/ip",
    "change_password": "5/m/user",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "ilonet_register.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# The e-mail is unique whatever its case, by a constraint on lower(email), which that check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]

# --- sessions and cookies
SESSION_ENGINE = "ilonet_register.sessions"
SESSION_COOKIE_AGE = 60 * env.int("ILONET_IDLE_MINUTES", default=30)
SESSION_SAVE_EVERY_REQUEST = True  # the time-out counts from the last request
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "ilonet_register.office.errors.lost_token"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # not the cookie: messages name customers

# --- what the browser may do
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION

# Addresses or networks of the proxies in front of the register, whose X-Forwarded-For and -Proto are believed.
TRUSTED_PROXIES: list[str] = env.list("ILONET_TRUSTED_PROXIES", default=[])
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- what may be sent to the register
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- the change log
AUDITLOG_LOGENTRY_MODEL = "ilonet_register.LogEntry"
AUDITLOG_DISABLE_REMOTE_ADDR = True  # its own reading of X-Forwarded-For believes anybody

# --- language, time, static files
LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["ilonet_register.formats"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Europe/Helsinki"
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(FILES_DIR)}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- faults are told without what they were about
ADMINS = getaddresses([env.str("ILONET_ADMINS", default="")]) if env.str("ILONET_ADMINS", default="") else []
SERVER_EMAIL: str = env.str("ILONET_SERVER_EMAIL", default="register@localhost")
DEFAULT_FROM_EMAIL = SERVER_EMAIL
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_EXCEPTION_REPORTER = "ilonet_register.faults.FaultReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "ilonet_register.faults.NothingPersonalFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"nothing_personal": {"()": "ilonet_register.faults.NothingPersonalLogFilter"}},
    "formatters": {"plain": {"()": "ilonet_register.faults.ValuelessFormatter"}},
    "handlers": {
        "stderr": {
            "class": "ilonet_register.faults.ValuelessHandler",
            "formatter": "plain",
            "filters": ["nothing_personal"],
        },
        "mail": {
            "class": "django.utils.log.AdminEmailHandler",
            "level": "ERROR",
            "formatter": "plain",
            "filters": ["nothing_personal"],
        },
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr", "mail"], "level": "WARNING", "propagate": False},
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
