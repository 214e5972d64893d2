"""`manage.py serve`: migrate, make the first user, and serve pages; what `bin/run` calls."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ilonet_register import crypto
from ilonet_register.models import User


class Command(BaseCommand):
    """Serves the register on http://localhost:PORT until it is stopped."""

    help = "Migrate, make the main user at the first start, and serve."
    requires_system_checks: list[str] = []  # noqa: RUF012 - the server runs them, with the database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workers", type=int, default=1, help="how many processes serve")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["workers"] > 1 and "locmem" in settings.CACHES["default"]["BACKEND"]:
            raise CommandError(
                _("Each of several workers would count guesses at passwords for itself. Set CACHE_URL, or --workers 1.")
            )
        call_command("migrate", verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", verbosity=0, interactive=False)
        crypto.prepare_rings()
        if not User.objects.people().exists():
            call_command("first_user", stdout=self.stdout)
        self.stdout.write(_("The register is served on http://localhost:%d (stop with Ctrl+C).") % settings.PORT)
        self.stdout.flush()
        # This process keeps the embedded database running as long as the server serves.
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(settings.PORT), "--workers", str(options["workers"]), "--blocking-threads", "8"]
        command += ["--log-level", "warning", "ilonet_register.wsgi:application"]
        served = subprocess.Popen(command, env={**os.environ, "ILONET_PROCESS": "web"})
        try:
            code = served.wait()
        except KeyboardInterrupt:
            served.terminate()
            served.wait()
            code = 0
        sys.exit(code)
