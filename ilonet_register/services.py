"""The one door to accounts and their rights (N9.2): every write names who does it, and denies by default."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ilonet_register import audit
from ilonet_register.locks import locked
from ilonet_register.models import Grant, Organisation, User
from ilonet_register.periods import ONE_DAY, helsinki_date
from ilonet_register.roles import MAIN_USER, RIGHTS, May


class NotAllowed(PermissionDenied):
    """The acting person may not do this; the message says why and who can."""


class LastMainUser(ValidationError):
    """Without this account nobody could grant levels any more."""


def require(by: User, permission: May) -> None:
    """Raise NotAllowed unless `by` may do this. The console stands for whoever holds the keys of the machine."""
    if by.builtin == User.Builtin.CONSOLE:
        return
    if not by.has_perm(permission):
        raise NotAllowed(_("Your levels do not allow this."))


@transaction.atomic
def create_user(
    *,
    email: str,
    name: str,
    by: User,
    password: str | None = None,
    language: str = "fi",
    valid_until: dt.date | None = None,
) -> User:
    """Create a personal account without any level. Raises ValidationError when the e-mail is taken or empty."""
    require(by, May.GRANT)
    email = User.objects.normalize_email(email.strip())
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": _("There is already an account with this e-mail.")})
    user = User(email=email, name=name.strip(), language=language, valid_until=valid_until)
    user.set_password(password)
    user.full_clean(exclude=["password"])
    with audit.acting(by):
        user.save()
    return user


@transaction.atomic
def set_grants(user: User, rights: Iterable[str], *, by: User) -> User:
    """Let `user` hold exactly these levels and single rights. Old grants are ended, never overwritten.

    Raises NotAllowed when `by` may not grant, changes the own levels, or touches a main user without being one;
    LastMainUser when nobody would be left to grant.
    """
    require(by, May.GRANT)
    wanted = set(rights)
    if unknown := wanted - set(RIGHTS):
        raise ValidationError(_("Unknown levels: %s") % ", ".join(sorted(unknown)))
    if by.pk == user.pk:
        raise NotAllowed(_("You cannot change your own levels. Another main user can."))
    user = _locked_with_main_users(user, by=by)
    held = {grant.right: grant for grant in Grant.objects.in_force().filter(user=user)}
    if MAIN_USER in held and MAIN_USER not in wanted:
        _require_another_main_user(user)
    now = timezone.now()
    with audit.acting(by):
        for right in sorted(set(held) - wanted):
            held[right].withdrawn_by, held[right].withdrawn_at = by, now
            held[right].save()
        for right in sorted(wanted - set(held)):
            Grant(user=user, right=right, granted_by=by, granted_at=now).save()
    user.refresh_rights()
    return user


@transaction.atomic
def close_account(user: User, *, by: User) -> User:
    """Close an account at once; its sessions end with the next click. Raises LastMainUser, NotAllowed."""
    require(by, May.GRANT)
    if by.pk == user.pk:
        raise NotAllowed(_("You cannot close your own account. Another main user can."))
    user = _locked_with_main_users(user, by=by)
    if user.grants.in_force().filter(right=MAIN_USER).exists():
        _require_another_main_user(user)
    user.is_active, user.closed_on = False, helsinki_date(timezone.now())
    user.sessions_ended += 1
    return _saved(user, by)


@transaction.atomic
def open_account(user: User, *, by: User) -> User:
    """Open a closed account again, with the levels it had."""
    require(by, May.GRANT)
    if user.builtin:
        raise NotAllowed(_("This account belongs to the program and cannot sign in."))
    user = _locked_with_main_users(user, by=by)
    user.is_active, user.closed_on = True, None
    return _saved(user, by)


@transaction.atomic
def change_account(user: User, *, name: str, language: str, valid_until: dt.date | None, by: User) -> User:
    """Change the name, language and validity of another account. Raises LastMainUser, NotAllowed."""
    require(by, May.GRANT)
    user = _locked_with_main_users(user, by=by)
    if valid_until is not None and user.grants.in_force().filter(right=MAIN_USER).exists():
        _require_another_main_user(user, on=max(valid_until + ONE_DAY, helsinki_date(timezone.now())))
    if by.pk == user.pk:
        raise NotAllowed(_("You cannot change your own account. Another main user can."))
    user.name, user.language, user.valid_until = name.strip(), language, valid_until
    user.full_clean(exclude=["password"])
    return _saved(user, by)


@transaction.atomic
def change_own_settings(user: User, *, language: str, single_keys: bool) -> User:
    """Change what everybody may choose for themselves: language, and whether single keys are shortcuts."""
    user = locked(User, [user.pk])[user.pk]
    user.language, user.single_keys = language, single_keys
    return _saved(user, user)


@transaction.atomic
def change_organisation(*, values: dict[str, str], by: User) -> Organisation:
    """Change what letters and the notice say about the controller (N1-N3)."""
    require(by, May.KEEP_REGISTERS)
    organisation = Organisation.objects.select_for_update().get(pk=1)
    for name, value in values.items():
        setattr(organisation, name, value)
    organisation.full_clean()
    organisation.save()
    with audit.acting(by):
        audit.record("organisation.changed", obj=organisation, action=1, content={"fields": sorted(values)})
    return organisation


def _saved(user: User, by: User) -> User:
    user.version += 1
    with audit.acting(by):
        user.save()
    return user


def _locked_with_main_users(user: User, *, by: User) -> User:
    """Lock the account together with all main users, so that two cannot take the level from each other at once.

    Who waited for the lock may have lost the right to grant meanwhile: it is asked once more. Raises NotAllowed.
    """
    ids = set(Grant.objects.main_users().values_list("user_id", flat=True)) | {user.pk, by.pk}
    accounts = locked(User, ids)
    require(accounts[by.pk], May.GRANT)
    return accounts[user.pk]


def _require_another_main_user(user: User, *, on: dt.date | None = None) -> None:
    today = on or helsinki_date(timezone.now())
    others = Grant.objects.main_users().exclude(user=user).select_related("user")
    if not any(grant.user.is_usable(on=today) for grant in others):
        raise LastMainUser(_("The last main user cannot be removed: nobody could grant levels any more."))
