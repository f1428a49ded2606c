"""The one gate in front of every route, Gradio's own included: who has neither session nor token stays outside."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.access import ANYBODY, Access, Identity, visitor
from bot.web.errors import is_below, problem, wants_page
from bot.web.models import ErrorModel
from bot.web.sessions import COOKIE

#: Open to everybody: the login, what its page needs, and what watches over the process.
_OPEN = frozenset(
    {"/login", "/logout", "/healthz", "/readyz", "/site/site.css", "/site/login.css", "/site/icon.svg"}
)
#: Where a token opens; pages are for people.
_FOR_TOKENS = ("/api", "/v1", "/mcp", "/metrics", "/openapi.json")

#: For the ``responses`` of routes that :func:`require_admin` guards.
ADMIN_REPLIES: dict[int | str, dict[str, Any]] = {
    403: {"model": ErrorModel, "description": "只有管理员可以"},
    404: {"model": ErrorModel, "description": "没有设 ADMIN_PASSWORD"},
}


class Gate:
    """ASGI middleware that lets pass whom :class:`Access` knows, and tells others where to sign in."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        identity = self._identify(scope)
        if identity is None and not self._access.closed:
            identity = ANYBODY
        if identity is None and scope["path"] not in _OPEN:
            await _turned_away(scope)(scope, receive, send)
            return
        scope.setdefault("state", {})["identity"] = identity
        token = visitor.set(identity if identity and identity.by == "session" else None)
        try:
            await self.app(scope, receive, send)
        finally:
            visitor.reset(token)

    def _identify(self, scope: Scope) -> Identity | None:
        headers = Headers(scope=scope)
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and is_below(scope["path"], _FOR_TOKENS):
            return self._access.from_token(token.strip())
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE)
        return self._access.from_session(cookie) if cookie else None


def _turned_away(scope: Scope) -> Response:
    if wants_page(scope) and scope["method"] in ("GET", "HEAD"):
        return RedirectResponse(
            login_address(scope, admin=is_below(scope["path"], ("/admin",))), status_code=303
        )
    return problem(
        scope,
        401,
        "not_signed_in",
        "需要登录或 API 令牌。",
        "程序请带上请求头 Authorization: Bearer 令牌（由管理员用 python -m bot token add 发给）；"
        "用浏览器请先打开 /login 登录。",
        headers={"www-authenticate": "Bearer"},
    )


def login_address(scope: Scope, *, admin: bool = False) -> str:
    """The login page, which leads back to the page that was asked for."""
    query = scope.get("query_string", b"").decode("latin-1")
    back = scope["path"] + (f"?{query}" if query else "")
    role = "as=admin&" if admin else ""
    return f"/login?{role}next={quote(back)}" if back != "/" else f"/login{'?as=admin' if admin else ''}"


def require_admin(request: Request) -> Identity:
    """A FastAPI dependency for what only the administrator of the documents may do.

    On a whole router, or on one route that wants to know who it is::

        router = APIRouter(dependencies=[Depends(require_admin)], responses=ADMIN_REPLIES)

        @router.post("/manage/documents")
        def add(admin: Annotated[Identity, Depends(require_admin)]) -> Response: ...

    Without ``ADMIN_PASSWORD`` such a route answers 404 and says how to switch it on. Somebody who has not signed in
    as administrator is led to ``/login?as=admin`` and back, or as a program gets 403. Changes sent by pages of
    other sites never get as far as here, so a form needs no token of its own.

    :raises HTTPException: 404, 303 or 403, as said.
    """
    access: Access = request.app.state.access
    if not access.administered:
        raise HTTPException(
            404,
            {
                "error": "not_found",
                "message": "没有开放文件管理。",
                "remedy": "管理员请设置环境变量 ADMIN_PASSWORD（至少 8 个字符），再重新启动。",
            },
        )
    identity: Identity | None = request.scope.get("state", {}).get("identity")
    if identity is not None and identity.role == "admin":
        return identity
    if wants_page(request.scope) and request.method in ("GET", "HEAD"):
        raise HTTPException(303, headers={"location": login_address(request.scope, admin=True)})
    raise HTTPException(
        403,
        {
            "error": "not_admin",
            "message": "只有管理员可以管理文件。",
            "remedy": "请先在 /login?as=admin 用管理员口令登录。",
        },
    )
