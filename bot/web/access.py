"""Who may come in: the settings of access, and the one object that knows passwords, users, tokens and sessions."""

from __future__ import annotations

import hashlib
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.web.credentials import (
    PASSWORD_MINIMUM,
    CredentialError,
    CredentialFile,
    hash_token,
    is_hash,
    nobody,
    password_matches,
    same_words,
)
from bot.web.sessions import Sessions, session_key
from ingest.settings import PROJECT_ROOT

Role = Literal["user", "admin"]
#: The name of whoever comes in by the shared password, and of whoever administers.
SHARED, ADMINISTRATOR = "共用口令", "管理员"


class AccessSettings(BaseSettings):
    """Who may come in, from the environment; with nothing set, everybody who can reach the address."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    #: One password that the whole office shares.
    access_password: SecretStr = SecretStr("")
    #: File of users with salted hashes, written by ``python -m bot user add NAME``.
    access_users: Path | None = None
    #: File of API tokens as hashes, written by ``python -m bot token add NAME``; or hashes, with commas between.
    access_tokens: str = ""
    #: Switches on the administration of documents.
    admin_password: SecretStr = SecretStr("")
    #: Listen beyond loopback though everybody may come in.
    allow_open: bool = False
    #: How long a login lasts, in hours.
    session_hours: int = Field(default=12, ge=1, le=24 * 30)
    #: Signs sessions; without one, a random key is made once and kept in ``.cache/session.key``.
    session_secret: SecretStr = SecretStr("")
    #: Further names under which the service may be addressed, with commas between, as behind a reverse proxy.
    allowed_hosts: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who may come in.

    :ivar by: how they showed who they are; ``open`` where nobody has to.
    """

    name: str
    role: Role
    by: Literal["session", "token", "open"]


ANYBODY = Identity("", "user", "open")
#: Who has signed in and asks, for pages that show the way out; None where nobody has to sign in.
visitor: ContextVar[Identity | None] = ContextVar("visitor", default=None)


class Access:
    """Passwords, users, tokens and sessions.

    :raises CredentialError: when the settings cannot be used; the message says why.
    """

    def __init__(self, settings: AccessSettings | None = None, *, key_file: Path | None = None) -> None:
        # Without settings nobody has to sign in; the environment counts only where it was asked for.
        settings = settings or AccessSettings.model_construct()
        self._shared = settings.access_password.get_secret_value()
        self._admin = settings.admin_password.get_secret_value()
        self._users = CredentialFile(settings.access_users, "scrypt") if settings.access_users else None
        self._tokens, self._token_file = _tokens(settings.access_tokens)
        self.allow_open = settings.allow_open
        self._check(settings)
        key = b"unused"
        if self.signs_in or self.administered:
            secret = settings.session_secret.get_secret_value()
            key = session_key(secret, key_file or PROJECT_ROOT / ".cache" / "session.key")
        self.sessions = Sessions(key, hours=settings.session_hours)

    def _check(self, settings: AccessSettings) -> None:
        for name, word in (("ACCESS_PASSWORD", self._shared), ("ADMIN_PASSWORD", self._admin)):
            if word and len(word) < PASSWORD_MINIMUM:
                raise CredentialError(f"{name} 太短，至少要 {PASSWORD_MINIMUM} 个字符。")
        if self._users is not None and not self._users.rows() and not (self._shared or self._admin):
            raise CredentialError(
                f"ACCESS_USERS 指的文件 {self._users.path.name} 里还没有用户。"
                "请先运行 python -m bot user add 名字。"
            )
        if self._token_file is not None and not self._token_file.rows():
            raise CredentialError(
                f"ACCESS_TOKENS 指的文件 {self._token_file.path.name} 里还没有令牌。"
                "请先运行 python -m bot token add 名字。"
            )

    @property
    def has_users(self) -> bool:
        """Whether people have names of their own."""
        return self._users is not None

    @property
    def has_shared(self) -> bool:
        """Whether there is one password for all."""
        return bool(self._shared)

    @property
    def signs_in(self) -> bool:
        """Whether a person can sign in at all."""
        return self.has_users or self.has_shared

    @property
    def closed(self) -> bool:
        """Whether somebody without a session or token is turned away."""
        return self.signs_in or bool(self._tokens) or self._token_file is not None

    @property
    def administered(self) -> bool:
        """Whether documents can be administered."""
        return bool(self._admin)

    def sign_in(self, name: str, password: str) -> Identity | None:
        """The person with this name and password; an empty name stands for the shared password.

        Takes about 50 ms, whether anybody has the name or not.
        """
        stored = self._users.rows().get(name) if self._users and name else None
        known = password_matches(password, stored or nobody()) and stored is not None
        if known:
            return Identity(name, "user", "session")
        if self._shared and not name and same_words(password, self._shared):
            return Identity(SHARED, "user", "session")
        return None

    def sign_in_admin(self, password: str) -> Identity | None:
        """The administrator, if this is their password."""
        if self._admin and same_words(password, self._admin):
            return Identity(ADMINISTRATOR, "admin", "session")
        return None

    def open_session(self, identity: Identity) -> str:
        """The value of a cookie that stands for this person until it expires."""
        return self.sessions.sign(identity.name, identity.role, self._print(identity.name, identity.role))

    def from_session(self, cookie: str) -> Identity | None:
        """Whose session a cookie is; None when forged, expired, or when the password has changed since."""
        session = self.sessions.read(cookie)
        if session is None:
            return None
        expected = self._print(session.name, session.role)
        if not expected or not same_words(session.fingerprint, expected):
            return None
        return Identity(session.name, "admin" if session.role == "admin" else "user", "session")

    def from_token(self, token: str) -> Identity | None:
        """Whose API token this is, or None."""
        given = hash_token(token)
        rows = self._token_file.rows() if self._token_file else self._tokens
        found: Identity | None = None
        for name, stored in rows.items():
            # Looks at every row, so that the time does not tell which one it was.
            if same_words(given, stored):
                found = Identity(name, "user", "token")
        return found

    def _print(self, name: str, role: str) -> str:
        """A fingerprint of the secret behind a session; a session ends when its secret changes or goes."""
        if role == "admin":
            secret = self._admin
        elif name == SHARED:
            secret = self._shared
        else:
            secret = self._users.rows().get(name, "") if self._users else ""
        if not secret:
            return ""
        return hashlib.blake2b(
            f"{role}:{name}:{secret}".encode(), key=self.sessions.key[:64], digest_size=12
        ).hexdigest()


def _tokens(setting: str) -> tuple[dict[str, str], CredentialFile | None]:
    parts = [part.strip() for part in setting.split(",") if part.strip()]
    if not parts:
        return {}, None
    if not parts[0].startswith("sha256$"):
        return {}, CredentialFile(Path(setting.strip()), "sha256")
    if not all(is_hash(part, "sha256") for part in parts):
        raise CredentialError(
            "ACCESS_TOKENS 应当是一个文件，或者用逗号隔开的散列（sha256$…）；"
            "python -m bot token add 名字 会写好文件，加 --print-hash 则只印出散列。"
        )
    return {f"token{number}": part for number, part in enumerate(parts, start=1)}, None
