"""Accounts of staff, and the levels and rights granted to them (N9.2, N9.3)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ilonet_register import roles
from ilonet_register.periods import helsinki_date


class UserManager(BaseUserManager["User"]):
    """Finds accounts by e-mail whatever its case; the two built-in users by their own names."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def night(self) -> User:
        """Return the built-in user in whose name the nightly work acts; it cannot sign in."""
        return self.get(builtin=User.Builtin.NIGHT)

    def console(self) -> User:
        """Return the built-in user in whose name commands at the console act; it cannot sign in."""
        return self.get(builtin=User.Builtin.CONSOLE)

    def people(self) -> models.QuerySet[User]:
        """Return the accounts of people, without the built-in users."""
        return self.filter(builtin="")


class User(AbstractBaseUser):
    """A personal account of someone who works with the register, or one of two built-in actors."""

    class Builtin(models.TextChoices):
        NIGHT = "night", _("The night")
        CONSOLE = "console", _("The console")

    uuid = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    version = models.PositiveIntegerField(default=0)
    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=2, default="fi")
    single_keys = models.BooleanField(_("single-key shortcuts"), default=True)
    source = models.CharField(max_length=20, default="controller", editable=False)
    is_active = models.BooleanField(_("open"), default=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    date_joined = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    sessions_ended = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    builtin = models.CharField(max_length=10, choices=Builtin.choices, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    is_superuser = False

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_case"),
            models.UniqueConstraint(F("builtin"), condition=~Q(builtin=""), name="user_builtin_unique"),
            models.CheckConstraint(condition=~Q(email=""), name="user_has_email"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(is_active=False), name="user_closed_is_not_active"
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"

    def get_full_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Bind sessions to the password and to the last time that all of them were ended."""
        of_password = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return f"{of_password}{self.sessions_ended}"

    @cached_property
    def rights(self) -> frozenset[str]:
        """The names of the levels and single rights in force: one query per request."""
        if self._state.adding:
            return frozenset()
        return frozenset(self.grants.in_force().values_list("right", flat=True))

    @cached_property
    def permissions(self) -> frozenset[roles.May]:
        """What this account may do; nothing when it is closed or no longer valid."""
        if not self.is_usable(on=helsinki_date(timezone.now())):
            return frozenset()
        return roles.permissions_of(self.rights)

    def is_usable(self, *, on: dt.date) -> bool:
        """Tell whether the account is open and valid on that day."""
        return self.is_active and not self.builtin and (self.valid_until is None or on <= self.valid_until)

    @property
    def called(self) -> str:
        """The name as pages show it; the built-in users are called in the language of who reads."""
        return str(self.get_builtin_display()) or self.name

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Tell whether the account may do what is named in `roles.May`; everything else is denied."""
        return perm in self.permissions

    def has_perms(self, perm_list: Any, obj: object = None) -> bool:
        return all(self.has_perm(perm) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    @property
    def is_staff(self) -> bool:
        """Whether the registers of the admin are open to this account."""
        return bool(self.permissions & {roles.May.KEEP_REGISTERS, roles.May.SEE_RETENTION})

    def refresh_rights(self) -> None:
        """Forget what was read of the rights, after they were changed."""
        self.__dict__.pop("rights", None)
        self.__dict__.pop("permissions", None)


class GrantQuerySet(models.QuerySet["Grant"]):
    """Grants of levels and rights, as they are chained in rules."""

    def in_force(self) -> GrantQuerySet:
        return self.filter(withdrawn_at__isnull=True)

    def main_users(self) -> GrantQuerySet:
        """Grants in force of the level main user to accounts that can sign in."""
        return self.in_force().filter(right=roles.MAIN_USER, user__is_active=True)


class Grant(models.Model):
    """A level or single right held by an account from one moment to another; never overwritten."""

    uuid = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    right = models.CharField(max_length=30, choices=[(name, right.label) for name, right in roles.RIGHTS.items()])
    source = models.CharField(max_length=20, default="controller", editable=False)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("granted right")
        verbose_name_plural = _("granted rights")
        ordering = ["granted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "right"], condition=Q(withdrawn_at__isnull=True), name="grant_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(user=F("granted_by")), name="grant_never_to_oneself"),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"
