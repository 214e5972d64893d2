"""Secrets at rest: key rings, encrypted columns and the blind index (the design's "Encryption").

The only door to Tink. A **ring** is a folder of single-key keysets outside the database; every value names in its
first five bytes the key that made it, so all keys of a ring read and one writes. Which one writes is a row,
`EncryptionKey`, so that all processes change over at once when keys are rotated.

An encrypted column gives a `Sealed` value. It opens by `reveal` and `reveal_many` only, which write the log of reads
first: no log, no secret. `open_without_log` is for rotation and for the comparison of imports, and a test holds that
nothing else calls it.
"""

from ilonet_register.crypto.errors import (
    CannotDecrypt,
    CryptoError,
    KeyRingDamaged,
    NotInTransaction,
    UnknownKey,
    WritingKeyNotChosen,
)
from ilonet_register.crypto.fields import EncryptedField, encrypted_field
from ilonet_register.crypto.rings import AeadRing, PrfRing, add_key, key_id_of, ring
from ilonet_register.crypto.sealed import Ciphertext, Sealed, reveal_many, seal
from ilonet_register.crypto.writing import blind_digests, prepare_rings, unreadable_keys, writing_key

__all__ = [
    "AeadRing",
    "CannotDecrypt",
    "Ciphertext",
    "CryptoError",
    "EncryptedField",
    "KeyRingDamaged",
    "NotInTransaction",
    "PrfRing",
    "Sealed",
    "UnknownKey",
    "WritingKeyNotChosen",
    "add_key",
    "blind_digests",
    "encrypted_field",
    "key_id_of",
    "prepare_rings",
    "reveal_many",
    "ring",
    "seal",
    "unreadable_keys",
    "writing_key",
]
