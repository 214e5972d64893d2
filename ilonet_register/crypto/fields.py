"""The encrypted column."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.core import checks, exceptions
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _

from ilonet_register.crypto.errors import CannotDecrypt
from ilonet_register.crypto.rings import ring
from ilonet_register.crypto.sealed import Ciphertext, Sealed

if TYPE_CHECKING:
    _Binary = models.BinaryField[Ciphertext | Sealed | None, Sealed | None]
else:
    _Binary = models.BinaryField

HIDDEN = "****"


class SealedAttribute(DeferredAttribute):
    """Gives a `Sealed` bound to its row. The row itself keeps only ciphertext: so it pickles, copies and compares."""

    field: EncryptedField

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        """Return the sealed value or None; a deferred column is loaded first."""
        if instance is None:
            return self
        blob = self.field.blob_of(instance)
        return None if blob is None else Sealed(instance, self.field, blob)

    def __set__(self, instance: models.Model, value: Ciphertext | Sealed | None) -> None:
        """Take what was sealed for this very row. TypeError for plain text: `crypto.seal` is the way in."""
        if isinstance(value, Sealed):
            value = self._of_the_same_row(instance, value)
        if value is not None and not isinstance(value, Ciphertext):
            raise TypeError(f"{self.field.label} is encrypted: put a value into it with crypto.seal().")
        instance.__dict__[self.field.attname] = value

    def _of_the_same_row(self, instance: models.Model, value: Sealed) -> Ciphertext:
        row = value._row
        # By key first: refresh_from_db hands over a row whose other columns are not loaded.
        same_key = instance.pk is not None and instance.pk == row.pk and type(instance) is type(row)
        if value._field.label != self.field.label or not (
            same_key or self.field.uuid_of(instance) == self.field.uuid_of(row)
        ):
            raise TypeError(
                f"A sealed value of another row or column was put into {self.field.label}: it never opens there."
            )
        return value._blob


class EncryptedField(_Binary):
    """A text that the database never sees. Bound to its column by `label` and to its row by the row's `uuid`.

    The label is written into every value's associated data: it stays the same when model or field are renamed.
    `mask` makes from the secret what may be shown unasked; without it nothing is.
    """

    description = _("encrypted text")
    empty_strings_allowed = False
    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, label: str, mask: Callable[[str], str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label = label
        self._bound_to = f"{label}:".encode()
        self.mask: Callable[[str], str] = mask or (lambda secret: HIDDEN)

    # --- values of a row --------------------------------------------------------------------------------------

    def seal_for(self, row_uuid: UUID, plaintext: str, key_id: int) -> Ciphertext:
        """Encrypt for one row, with the key from `writing_key`; for bulk writers, others call `seal`."""
        if not plaintext:
            raise ValueError(f"An empty text is not sealed: {self.label} is None where there is no value.")
        return Ciphertext(ring("columns").encrypt(plaintext.encode(), self._bound_to + row_uuid.bytes, key_id))

    def open_without_log(self, row_uuid: UUID, blob: bytes) -> str:
        """Open a value of one row with no trace: for rotation and the comparison of imports alone.

        UnknownKey, CannotDecrypt.
        """
        return ring("columns").decrypt(blob, self._bound_to + row_uuid.bytes).decode()

    def blob_of(self, row: models.Model) -> Ciphertext | None:
        """Return what the row holds in this column, loaded if it was deferred."""
        if self.attname not in row.__dict__:
            row.refresh_from_db(fields=[self.attname])
        blob: Ciphertext | None = row.__dict__[self.attname]
        return blob

    @staticmethod
    def uuid_of(row: models.Model) -> UUID:
        """Return the UUID that binds the row's values."""
        row_uuid: UUID = row.uuid  # type: ignore[attr-defined]
        return row_uuid

    # --- what Django asks of a field --------------------------------------------------------------------------

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Keep the label in migrations, and a path that stays when this package is rearranged."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "ilonet_register.crypto.EncryptedField", list(args), {**kwargs, "label": self.label}

    def from_db_value(self, value: bytes | memoryview | None, *_: object) -> Ciphertext | None:
        """Mark what comes from the column as ciphertext."""
        return None if value is None else Ciphertext(value)

    def get_prep_value(self, value: Any) -> Any:
        """Let only ciphertext reach the database. TypeError for anything else, in filters too."""
        if isinstance(value, Sealed):
            value = value._blob
        if value is None or isinstance(value, Ciphertext):
            return None if value is None else bytes(value)
        raise TypeError(f"{self.label} is encrypted: it takes ciphertext only and is searched by its blind index.")

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow the comparison with NULL and with a known ciphertext, which rotation needs."""
        return super().get_lookup(lookup_name) if lookup_name in {"exact", "isnull"} else None

    def to_python(self, value: Any) -> Any:
        """Read what `value_to_string` wrote. ValidationError for anything else, above all plain text."""
        if value is None or isinstance(value, Ciphertext | Sealed):
            return value
        try:
            blob = Ciphertext(base64.b64decode(value, validate=True))
            blob.key_id  # noqa: B018 - raises for what has no header
        except (TypeError, ValueError, binascii.Error, CannotDecrypt):
            raise exceptions.ValidationError(_("This is no sealed value."), code="invalid") from None
        return blob

    def value_to_string(self, obj: models.Model) -> str:
        """Serialise the ciphertext; only the same row with the same UUID can open it again."""
        blob = self.blob_of(obj)
        return "" if blob is None else base64.b64encode(blob).decode("ascii")

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Refuse a column whose values could not be told from those of another."""
        return [*super().check(**kwargs), *self._check_label(), *self._check_uuid()]

    def _check_label(self) -> list[checks.CheckMessage]:
        others = [
            field
            for model in apps.get_models()
            for field in model._meta.local_fields
            if isinstance(field, EncryptedField) and field.label == self.label and field is not self
        ]
        if not others:
            return []
        hint = f"Give it a label of its own, such as {self.model._meta.label_lower}.{self.name}, and never change it."
        return [checks.Error("Two encrypted columns have the same label.", hint=hint, obj=self, id="crypto.E001")]

    def _check_uuid(self) -> list[checks.CheckMessage]:
        if any(field.name == "uuid" for field in self.model._meta.get_fields()):
            return []
        hint = "Derive the model from DeclaredRow: values are bound to the UUID of their row."
        return [checks.Error("An encrypted column is in a model without uuid.", hint=hint, obj=self, id="crypto.E002")]


def encrypted_field(model: type[models.Model], name: str) -> EncryptedField:
    """Return an encrypted column of a model. TypeError where the field is not encrypted."""
    field = model._meta.get_field(name)
    if not isinstance(field, EncryptedField):
        raise TypeError(f"{model._meta.label}.{name} is no encrypted column.")
    return field
