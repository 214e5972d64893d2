"""A sealed value: what an encrypted column gives in place of the secret."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NoReturn, TypeVar

from django.db import models

from ilonet_register.crypto.errors import UnknownKey
from ilonet_register.crypto.rings import key_id_of, ring
from ilonet_register.crypto.writing import writing_key

if TYPE_CHECKING:
    from ilonet_register.crypto.fields import EncryptedField
    from ilonet_register.models import User

REVEALED = "sealed.revealed"
M = TypeVar("M", bound=models.Model)


class Ciphertext(bytes):
    """The bytes in the column: a header that names the key, then what only its row and column can open."""

    __slots__ = ()

    @property
    def key_id(self) -> int:
        """The id of the key that made it."""
        return key_id_of(self)

    def __repr__(self) -> str:
        return "<Ciphertext>"

    __str__ = __repr__


class Sealed:
    """A secret bound to its row: it shows its mask and opens only by `reveal`.

    It stands for the value at the time it was read; it is made anew at each access and never stored or pickled.
    """

    __slots__ = ("_blob", "_field", "_row")

    def __init__(self, row: models.Model, field: EncryptedField, blob: Ciphertext) -> None:
        self._row = row
        self._field = field
        self._blob = blob

    @property
    def masked(self) -> str:
        """What may be shown unasked, such as `131052-****`. UnknownKey, CannotDecrypt."""
        return self._field.mask(self._open())

    def reveal(self, *, by: User, why: str) -> str:
        """Write the log of reads, then return the secret (Act 1050/2018 §29).

        The log goes over a connection of its own and is committed before the secret is opened. Whatever stops it
        is raised, and nothing is shown. UnknownKey, CannotDecrypt.
        """
        _record(by=by, why=why, row=self._row)
        return self._open()

    def _open(self) -> str:
        return self._field.open_without_log(self._field.uuid_of(self._row), self._blob)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sealed):
            return NotImplemented
        return self._field.label == other._field.label and self._blob == other._blob

    def __hash__(self) -> int:
        return hash((self._field.label, self._blob))

    def __str__(self) -> str:
        return "****"

    def __repr__(self) -> str:
        return f"<Sealed {self._field.label}>"

    def __copy__(self) -> Sealed:
        return self

    def __deepcopy__(self, memo: object) -> Sealed:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("A sealed value is not pickled: pickle its row, or reveal it.")


def seal(row: models.Model, field_name: str, plaintext: str | None, *, using: str = "default") -> None:
    """Put a secret into an encrypted column of a row, or None; the caller saves the row in the same transaction.

    UnknownKey where this process lacks the key that writes, or the key of the value that would be overwritten.
    """
    from ilonet_register.crypto.fields import encrypted_field

    field = encrypted_field(type(row), field_name)
    former = field.blob_of(row)
    if former is not None and not ring("columns").knows(former.key_id):
        raise UnknownKey("columns", former.key_id, ring("columns").folder)
    if plaintext is None:
        setattr(row, field_name, None)
        return
    key_id = writing_key("columns", using=using)
    setattr(row, field_name, field.seal_for(field.uuid_of(row), plaintext, key_id))


def reveal_many(rows: Iterable[M], field_name: str, *, by: User, why: str) -> Iterator[tuple[M, str | None]]:
    """Write one entry to the log of reads that names all rows' people, then return (row, secret) one by one.

    The entry is written at the call and not at the first step. Rows without a value give None and are not named.
    """
    from ilonet_register.crypto.fields import encrypted_field

    known = list(rows)
    holders = [row for row in known if getattr(row, field_name) is not None]
    if holders:
        _record_many(by=by, why=why, rows=holders)

    def opened() -> Iterator[tuple[M, str | None]]:
        for row in known:
            field = encrypted_field(type(row), field_name)
            blob = field.blob_of(row)
            yield row, None if blob is None else field.open_without_log(field.uuid_of(row), blob)

    return opened()


def _record(*, by: User, why: str, row: models.Model) -> None:
    from ilonet_register import audit  # not above: audit imports the models, and they import this package

    audit.record_read(REVEALED, by=by, obj=row, why=why)


def _record_many(*, by: User, why: str, rows: list[M]) -> None:
    from ilonet_register import audit

    subjects = dict.fromkeys(subject for row in rows for subject in audit.subjects_of(row))
    audit.record_read(REVEALED, by=by, subjects=list(subjects), why=why)
