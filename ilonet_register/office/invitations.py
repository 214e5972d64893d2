"""Invitations: a link by which a person sets the password of their own account. Nobody else ever knows it."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from ilonet_register import audit
from ilonet_register.models import User
from ilonet_register.office.requests import ClerksRequest

NO_MAIL = "django.core.mail.backends.console.EmailBackend"

logger = logging.getLogger(__name__)


def is_mail_configured() -> bool:
    """Tell whether e-mails reach anybody: without EMAIL_URL they only appear where the server was started."""
    return bool(settings.EMAIL_BACKEND != NO_MAIL)


def password_link(request: ClerksRequest, user: User) -> str:
    """Return a link that lets this person set the password of the account, once; on record before it leaves: whoever
    holds it can sign in as that person."""
    audit.record_read("user.password_link_made", by=request.user, obj=user)
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return request.build_absolute_uri(reverse("account_reset_password_from_key", kwargs=key))


def send_password_link(request: ClerksRequest, user: User) -> bool:
    """Send the link to the e-mail of the account, in its language; return whether the mail server took it."""
    with override(user.language):
        subject = _("Your account in the customer register")
        text = render_to_string("email/invitation.txt", {"user": user, "link": password_link(request, user)})
    try:
        send_mail(subject, text, None, [user.email])
    except (OSError, SMTPException):
        logger.exception("An invitation could not be sent.")
        return False
    return True
