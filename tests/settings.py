"""The settings of the register with a data directory of its own, made for one run of the tests and removed after it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "ILONET_TESTS_DATA_DIR" not in os.environ:
    # The first process makes the folder; the workers of xdist and other children inherit its name.
    _data_dir = tempfile.mkdtemp(prefix="ilonet-tests-")
    os.environ["ILONET_TESTS_DATA_DIR"] = _data_dir
    atexit.register(shutil.rmtree, _data_dir, ignore_errors=True)

os.environ["ILONET_DATA_DIR"] = os.environ["ILONET_TESTS_DATA_DIR"]
# A worker of autovacuum belongs to the server itself and keeps a database from being dropped.
os.environ["ILONET_POSTGRES_OPTIONS"] = "fsync=off,synchronous_commit=off,full_page_writes=off,autovacuum=off"
for _name in (
    "DATABASE_URL",
    "ILONET_PRODUCTION",
    "ILONET_PROCESS",
    "SECRET_KEY",
    "ILONET_TRUSTED_PROXIES",
    "CACHE_URL",
):
    os.environ.pop(_name, None)

from ilonet_register import embedded_postgres  # noqa: E402
from ilonet_register.settings import *  # noqa: E402, F403
from ilonet_register.settings import STORAGES  # noqa: E402

# atexit runs the latest first: this process lets go of the server before the folder is removed.
atexit.register(embedded_postgres.leave, Path(os.environ["ILONET_DATA_DIR"]) / "postgres")

# Static files from where they are written: a fresh clone has collected none.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
