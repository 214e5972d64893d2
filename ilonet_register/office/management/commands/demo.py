"""`manage.py demo`: an empty register is filled with people who do not exist."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from contracts.demo import Size, write_files
from customers.models import Customer
from ilonet_register import crypto
from ilonet_register.periods import today


class Command(BaseCommand):
    """Fills an empty register for a look around; they come in as any customer file does."""

    help = "Fill an empty register with made-up customers and contracts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, default=600, metavar="N", help="how many (600)")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed makes the same people")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["customers"] < 1:
            raise CommandError(_("At least one customer is needed."))
        if Customer.objects.exists():
            raise CommandError(_("The register holds customers already. A demonstration needs an empty one."))
        crypto.prepare_rings()
        with tempfile.TemporaryDirectory(prefix="ilonet-demo-") as folder:  # 0700
            files = write_files(Path(folder), Size(options["customers"], options["seed"]), on=today())
            call_command("import_register", *map(str, files), stdout=self.stdout, stderr=self.stderr)
