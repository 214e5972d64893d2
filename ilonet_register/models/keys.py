"""Which keys write. The keys themselves lie outside the database."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

HIGHEST_KEY_ID = 2**32 - 1


class EncryptionKey(models.Model):
    """The key of a ring that seals new values; every other key of the ring only reads.

    A row and no setting, so that all processes change over with one commit: writers read it `FOR SHARE`, and a
    rotation that updates it waits for them.
    """

    ring = models.CharField(_("key ring"), max_length=30, unique=True)
    key_id = models.BigIntegerField(_("key that writes"))
    chosen_at = models.DateTimeField(_("chosen"), auto_now=True, db_default=models.functions.Now())

    class Meta:
        verbose_name = _("encryption key")
        verbose_name_plural = _("encryption keys")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(key_id__gte=1, key_id__lte=HIGHEST_KEY_ID), name="encryption_key_id_is_32_bits"
            ),
        ]

    def __str__(self) -> str:
        return self.ring
