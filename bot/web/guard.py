"""What stands before every route: whose pages may send what, security headers, and the size of bodies."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.contract import QUESTION_LIMIT
from bot.web.errors import PROGRAMS, is_below, problem
from bot.web.sessions import COOKIE

#: Longest body of a REST request, in bytes: a question with eight earlier answers fits many times over.
BODY_LIMIT = 256 * 1024
#: The same for the chat, whose requests carry the whole conversation as it is shown.
CHAT_LIMIT = 4 * 1024 * 1024
#: Where files come in, with all that lies below; these routes hold a limit of their own.
UPLOADS = ("/owners/sheet", "/admin/stage")

#: The chat needs inline script, inline style and run-time templates of Gradio's own; the pages need none.
_CHAT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "SAMEORIGIN",
}
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Names:
    """Under which names the service may be addressed.

    :ivar local: whether it listens on loopback. A page elsewhere could point a name of its own there (DNS
        rebinding), so then only local names and the further ones are taken.
    :ivar further: more names, as a reverse proxy passes them on.
    """

    local: bool = False
    further: frozenset[str] = frozenset()

    @classmethod
    def of(cls, setting: str, *, local: bool) -> Names:
        """From the names of the setting, with commas between."""
        return cls(local, frozenset(name.strip().lower() for name in setting.split(",") if name.strip()))

    def allow(self, host: str) -> bool:
        """Whether a ``Host`` header may be answered."""
        if not self.local and not self.further:
            return True
        name = _name(host)
        return name in self.further or name in _LOCAL_NAMES or _is_loopback(name)


class Guard:
    """ASGI middleware in front of everything.

    Refuses names that are not its own, preflights of other sites, and changes that another site's page sends;
    refuses large bodies unread; adds security headers to every reply and lets no other site read one.
    """

    def __init__(self, app: ASGIApp, names: Names | None = None) -> None:
        self.app = app
        self._names = names or Names()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            # Nothing here speaks it, so nothing can slip past through it.
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        guarded = with_security_headers(scope, send)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await problem(scope, *refusal)(scope, receive, guarded)
            return
        path: str = scope["path"]
        if scope["method"] in _CHANGING and not is_below(path, UPLOADS):
            limit = BODY_LIMIT if is_below(path, (*PROGRAMS, "/login")) else CHAT_LIMIT
            body = await _read_body(receive, limit)
            if body is None:
                await problem(scope, *_too_large(limit))(scope, receive, guarded)
                return
            receive = _replay(body, receive)
        await self.app(scope, receive, guarded)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str, str, str] | None:
        if not self._names.allow(headers.get("host", "")):
            return _WRONG_NAME
        if "access-control-request-method" in headers:
            return _OTHER_SITE
        if scope["method"] in _CHANGING and not self._same_site(scope, headers):
            return _OTHER_SITE
        return None

    def _same_site(self, scope: Scope, headers: Headers) -> bool:
        """Whether a change comes from a page of this service, or from a program and not from a page at all."""
        if (site := headers.get("sec-fetch-site")) is not None:
            return site in ("same-origin", "none")
        source = headers.get("origin") or headers.get("referer")
        if source is not None:
            parts = urlsplit(source)
            return parts.netloc.lower() == headers.get("host", "").lower() or (
                parts.hostname is not None and parts.hostname in self._names.further
            )
        # Every browser says where a change comes from; what carries a session and does not is no browser of ours.
        return COOKIE not in cookie_parser(headers.get("cookie", ""))


def with_security_headers(scope: Scope, send: Send) -> Send:
    """A ``send`` that adds the security headers to the reply and takes from it what would let other sites read it."""

    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message.get("headers", [])))
            for name in [name for name in headers if name.startswith("access-control-")]:
                del headers[name]
            headers.update(_HEADERS)
            page = headers.get("content-type", "").startswith("text/html") and scope["path"] != "/"
            headers["content-security-policy"] = _PAGE_POLICY if page else _CHAT_POLICY
            message = {**message, "headers": headers.raw}
        await send(message)

    return send_guarded


async def _read_body(receive: Receive, limit: int) -> bytes | None:
    """The whole body, or None as soon as it grows past the limit; its stated length is not trusted."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _too_large(limit: int) -> tuple[int, str, str, str]:
    remedy = f"问题不超过{QUESTION_LIMIT}个字；历史只带最近几轮。"
    return 413, "too_large", f"请求体超过了{limit // 1024}KB。", remedy


def _name(host: str) -> str:
    """The name in a ``Host`` header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


_WRONG_NAME = (
    421,
    "wrong_host",
    "这个服务不用这个名字访问。",
    "请用 127.0.0.1 或 localhost 打开；经反向代理访问时，请管理员把对外的域名写进 ALLOWED_HOSTS。",
)
_OTHER_SITE = (
    403,
    "other_site",
    "这个请求来自别的网站，没有接受。",
    "请在本站的页面上操作；程序请用 API 令牌（Authorization: Bearer …），不要带浏览器的 Cookie。",
)
