"""Passwords and API tokens as they are kept: hashes in a file of ``name:hash`` lines, never the words themselves."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

#: scrypt as OWASP's Password Storage Cheat Sheet gives it for 16 MiB a guess: about 50 ms of one core.
_N, _R, _P = 2**14, 8, 5
#: Shortest password that is taken, in characters.
PASSWORD_MINIMUM = 8
_NAME = re.compile(r"[\w.@-]{1,64}")


class CredentialError(Exception):
    """A file of users or tokens cannot be used; the message says why and what to do."""


def hash_password(password: str) -> str:
    """A salted scrypt hash, with its parameters: ``scrypt$n$r$p$salt$key``."""
    salt = secrets.token_bytes(16)
    key = _scrypt(password, salt, _N, _R, _P)
    return f"scrypt${_N}${_R}${_P}${_text(salt)}${_text(key)}"


def password_matches(password: str, stored: str) -> bool:
    """Whether a password has this hash; takes as long for a wrong one as for the right one."""
    _, n, r, p, salt, key = stored.split("$")
    return hmac.compare_digest(_scrypt(password, _bytes(salt), int(n), int(r), int(p)), _bytes(key))


def new_token() -> str:
    """An API token with 256 random bits."""
    return f"zc_{secrets.token_urlsafe(32)}"


def hash_token(token: str) -> str:
    """A token is random through and through, so one round of SHA-256 keeps it: ``sha256$digest``."""
    return f"sha256${hashlib.sha256(token.encode()).hexdigest()}"


def same_words(given: str, expected: str) -> bool:
    """Whether two secrets are equal, in a time that tells neither their words nor their lengths."""
    return hmac.compare_digest(
        hashlib.sha256(given.encode()).digest(), hashlib.sha256(expected.encode()).digest()
    )


@lru_cache(maxsize=1)
def nobody() -> str:
    """What a password is compared with when nobody has the name, so that the answer takes as long."""
    return hash_password(secrets.token_urlsafe(16))


def check_name(name: str) -> str:
    """The name, if it can stand in the file.

    :raises CredentialError: when it cannot.
    """
    if not _NAME.fullmatch(name):
        raise CredentialError(
            f"“{name}”不能作为名字：只用汉字、字母、数字和 . @ _ -，1 到 64 个字，不含空格和冒号。"
        )
    return name


@dataclass(frozen=True, slots=True)
class _Seen:
    """The file as it was when it was last read."""

    stamp: tuple[int, int]
    rows: dict[str, str]


class CredentialFile:
    """A file of ``name:hash`` lines; what another process changes in it is seen with the next look.

    :param path: need not exist; then it holds nobody.
    :param kind: the scheme that each hash must have, ``scrypt`` or ``sha256``.
    """

    def __init__(self, path: Path, kind: str) -> None:
        self.path = path
        self._kind = kind
        self._seen: _Seen | None = None
        self._lock = threading.Lock()

    def rows(self) -> dict[str, str]:
        """Name to hash.

        :raises CredentialError: when the file cannot be read or a line is none.
        """
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise CredentialError(f"{self.path.name} 读不到（{error.strerror}）。") from error
        stamp = (status.st_mtime_ns, status.st_size)
        with self._lock:
            if self._seen is None or self._seen.stamp != stamp:
                self._seen = _Seen(stamp, self._read())
            return self._seen.rows

    def put(self, name: str, stored: str) -> bool:
        """Write a name's hash; gives whether the name was there before."""
        rows = dict(self.rows())
        known = name in rows
        rows[check_name(name)] = stored
        self._write(rows)
        return known

    def remove(self, name: str) -> bool:
        """Take a name out; gives whether it was there."""
        rows = dict(self.rows())
        known = rows.pop(name, None) is not None
        if known:
            self._write(rows)
        return known

    def _read(self) -> dict[str, str]:
        try:
            text = self.path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CredentialError(f"{self.path.name} 读不到，应当是 UTF-8 文本。") from error
        rows: dict[str, str] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip() or line.startswith("#"):
                continue
            name, _, stored = line.strip().partition(":")
            if not is_hash(stored, self._kind):
                raise CredentialError(
                    f"{self.path.name} 第 {number} 行不是“名字:散列”；请用 python -m bot user add 或 "
                    "python -m bot token add 写这个文件，不要手写。"
                )
            rows[name] = stored
        return rows

    def _write(self, rows: dict[str, str]) -> None:
        text = "".join(f"{name}:{stored}\n" for name, stored in sorted(rows.items()))
        part = self.path.with_name(self.path.name + ".part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Nobody else on the machine has business with it.
            with os.fdopen(
                os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            ) as out:
                out.write(text)
            part.replace(self.path)
        except OSError as error:
            raise CredentialError(f"{self.path} 写不了（{error.strerror}）。") from error


def is_hash(stored: str, kind: str) -> bool:
    """Whether a text is a hash of that kind, as written by this module."""
    patterns = {
        "scrypt": r"scrypt\$\d{1,8}\$\d{1,3}\$\d{1,3}\$[\w=-]{8,}\$[\w=-]{16,}",
        "sha256": r"sha256\$[0-9a-f]{64}",
    }
    return re.fullmatch(patterns[kind], stored) is not None


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=32)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text)
