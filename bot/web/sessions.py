"""Sessions as signed cookies: the browser keeps them, the server only knows the key."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

COOKIE = "policy_session"
#: Longest cookie that is looked at, in characters.
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Session:
    """What a session says; its signature has been checked.

    :ivar fingerprint: of the secret that it was opened with.
    """

    name: str
    role: str
    fingerprint: str


class Sessions:
    """Signs and reads sessions (HMAC-SHA-256 over name, role, fingerprint and end)."""

    def __init__(self, key: bytes, *, hours: int) -> None:
        self.key = key
        self.seconds = hours * 3600

    def sign(self, name: str, role: str, fingerprint: str) -> str:
        end = int(time.time()) + self.seconds
        said = _text(json.dumps([name, role, fingerprint, end], ensure_ascii=False).encode())
        return f"{said}.{self._signature(said)}"

    def read(self, cookie: str) -> Session | None:
        """The session, or None when the cookie was not signed with this key or its time is over."""
        said, _, signature = cookie[:_LONGEST].partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(said).encode()):
            return None
        try:
            name, role, fingerprint, end = json.loads(base64.urlsafe_b64decode(said))
        except (ValueError, binascii.Error):
            return None
        return Session(name, role, fingerprint) if end > time.time() else None

    def _signature(self, said: str) -> str:
        return _text(hmac.new(self.key, said.encode(), hashlib.sha256).digest())


def session_key(secret: str, file: Path) -> bytes:
    """The key that signs sessions: from the setting, else from the file, which is made at first need.

    Where the file cannot be written the key lasts as long as the process, and logins with it.
    """
    if secret:
        return hashlib.sha256(secret.encode()).digest()
    try:
        kept = file.read_bytes()
        if len(kept) >= 32:
            return kept
    except OSError:
        pass
    key = secrets.token_bytes(32)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(key)
    except OSError:
        pass
    return key


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()
