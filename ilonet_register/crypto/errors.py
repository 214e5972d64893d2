"""What can go wrong with keys and sealed values. No message holds a value or a key, only names and numbers of keys."""


class CryptoError(Exception):
    """A secret could not be written or read; nothing was written."""


class CannotDecrypt(CryptoError):
    """A value was altered, cut short, or moved here from another row or column; or its key is unknown."""


class UnknownKey(CannotDecrypt):
    """A key is needed that is not in the ring's folder."""

    def __init__(self, ring: str, key_id: int, folder: object) -> None:
        super().__init__(
            f"Key {key_id} of the ring “{ring}” is not in {folder}, but something was written with it. "
            "Put back the keys folder that belongs to this register, from its backup or from another node. "
            "Do not create a new key: what was written with this one would stay unreadable."
        )
        self.ring = ring
        self.key_id = key_id


class KeyRingDamaged(CryptoError):
    """A file in the folder of a ring is not the single key that its name says."""


class WritingKeyNotChosen(CryptoError):
    """A ring has no key, or several and no row says which of them writes."""


class NotInTransaction(CryptoError):
    """The writing key was asked for outside a transaction, where the lock on it would end at once."""
