"""`manage.py first_user`: the main user of a new register."""

from __future__ import annotations

import getpass
import secrets
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from ilonet_register import services
from ilonet_register.models import User
from ilonet_register.roles import CUSTOMER_SERVICE, MAIN_USER

EMAIL = "main.user@localhost.invalid"


class Command(BaseCommand):
    """Makes the account from which all others are made: main user, and customer service, since one person starts."""

    help = "Make the first account; asks on a terminal, else prints a generated password once."

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.people().exists():
            raise CommandError(_("There is an account already. The main user makes the others in the browser."))
        if sys.stdin.isatty():
            email, name, password = self._ask()
        else:
            email, name, password = EMAIL, "Pääkäyttäjä", secrets.token_urlsafe(16)
        make_first_user(email=email, name=name, password=password)
        if not sys.stdin.isatty():
            text = _("Sign in as %(email)s with the password %(password)s")
            self.stdout.write(text % {"email": email, "password": password})
            self.stdout.write(_("It is shown this once. Change it after signing in."))

    def _ask(self) -> tuple[str, str, str]:
        self.stdout.write(_("The first account: it makes the others, and begins with customer service beside."))
        email, name = input(_("E-mail: ")).strip(), input(_("Name: ")).strip()
        while True:
            password = getpass.getpass(_("Password (at least 12 characters): "))
            try:
                validate_password(password, User(email=email, name=name))
            except ValidationError as error:
                self.stdout.write(" ".join(error.messages))
                continue
            if password == getpass.getpass(_("Once more: ")):
                return email, name, password
            self.stdout.write(_("The two differ."))


@transaction.atomic
def make_first_user(*, email: str, name: str, password: str) -> User:
    """Make the main user of an empty register."""
    console = User.objects.console()
    user = services.create_user(email=email, name=name, password=password, by=console)
    return services.set_grants(user, [MAIN_USER, CUSTOMER_SERVICE], by=console)
