"""Invitations: a link by which a person sets the password of their own account. Nobody else ever knows it."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from allauth.account.forms import ResetPasswordForm
from django.http import HttpRequest

from ilonet_register.models import User

logger = logging.getLogger(__name__)


def send_password_link(request: HttpRequest, user: User) -> bool:
    """Send the link to the e-mail of the account; return whether the mail server took it."""
    form = ResetPasswordForm({"email": user.email})
    if not form.is_valid():
        return False
    try:
        form.save(request)
    except (OSError, SMTPException):
        logger.exception("An invitation could not be sent.")
        return False
    return True
