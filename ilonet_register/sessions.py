"""Sessions in the database whose content is encrypted: `SESSION_ENGINE = "ilonet_register.sessions"`.

A session holds search words and what a clerk was typing. In clear it would keep them in backups and past an erasure.
"""

from __future__ import annotations

import base64
import logging
import re
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from ilonet_register import crypto

logger = logging.getLogger(__name__)


_KEY = re.compile(r"[a-z0-9]{8,40}")


class SessionStore(db.SessionStore):
    """A database session, its content sealed under the key ring `sessions` and bound to its own session key."""

    def __init__(self, session_key: str | None = None) -> None:
        """Take a key only in the form that keys have: cookies hold what anybody writes into them."""
        super().__init__(session_key if session_key and _KEY.fullmatch(session_key) else None)

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return the sealed content. Raises if no key can be used: there is no fall-back to plain text."""
        content = self.serializer().dumps(session_dict)
        sealed = crypto.ring("sessions").encrypt(content, self._bound_to())
        return base64.b64encode(sealed).decode("ascii")

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Open the content. What cannot be opened counts as no session: its user signs in again."""
        try:
            content = crypto.ring("sessions").decrypt(base64.b64decode(session_data), self._bound_to())
            opened: dict[str, Any] = self.serializer().loads(content)
        except (ValueError, crypto.CryptoError):
            logger.warning("A session could not be opened and counts as ended.")
            return {}
        return opened

    def _bound_to(self) -> bytes:
        # A key is made here if there is none yet, so that the content of a new session is bound to it as well.
        key: str = self._get_or_create_session_key()  # type: ignore[attr-defined]  # the stubs forget it
        return f"session:{key}".encode()


def keep(name: str, content: dict[str, Any], *, seconds: int) -> None:
    """Keep something beside the sessions, sealed as they are, under a name of at most 40 characters."""
    expires = timezone.now() + timedelta(seconds=seconds)
    sealed = {"session_data": SessionStore(name).encode(content), "expire_date": expires}
    Session.objects.update_or_create(session_key=name, defaults=sealed)


def kept(name: str) -> dict[str, Any]:
    """Return what was kept under a name, or nothing when its time is over."""
    row = Session.objects.filter(session_key=name, expire_date__gt=timezone.now()).first()
    return SessionStore(name).decode(row.session_data) if row else {}
