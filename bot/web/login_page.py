"""``/login`` and ``/logout``: plain forms that need no script."""

from __future__ import annotations

import math
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.web.access import Access, Identity
from bot.web.attempts import Attempts
from bot.web.sessions import COOKIE
from bot.web.templating import render

Short = Annotated[str, Form(max_length=200)]


def login_routes(access: Access, attempts: Attempts | None = None) -> APIRouter:
    """The login for people and for the administrator, and the way out."""
    router = APIRouter(include_in_schema=False)
    attempts = attempts or Attempts()

    def page(request: Request, *, role: str, back: str, trouble: str = "", status: int = 200) -> HTMLResponse:
        identity: Identity | None = request.scope.get("state", {}).get("identity")
        signed_in = identity if identity and identity.by == "session" else None
        body = render("login.html", access=access, signed_in=signed_in, role=role, back=back, trouble=trouble)
        return HTMLResponse(body, status_code=status, headers={"cache-control": "no-store"})

    @router.get("/login")
    def form(
        request: Request, next: str = "/", role: Annotated[str, Query(alias="as")] = "user"
    ) -> HTMLResponse:
        return page(request, role=role, back=local_path(next))

    @router.post("/login")
    async def sign_in(
        request: Request, password: Short = "", name: Short = "", role: Short = "user", next: Short = "/"
    ) -> Response:
        back, name = local_path(next), name.strip()
        address = request.client.host if request.client else ""
        who = "\tadmin" if role == "admin" else name
        if (seconds := attempts.wait(address, who)) > 0:
            trouble = f"登录失败的次数太多，请等{_duration(seconds)}再试。"
            reply = page(request, role=role, back=back, trouble=trouble, status=429)
            reply.headers["retry-after"] = str(math.ceil(seconds))
            return reply
        identity = await run_in_threadpool(_identity, access, role, name, password)
        if identity is None:
            attempts.failed(address, who)
            trouble = (
                "口令不对，请再试一次。" if role == "admin" or not name else "姓名或口令不对，请再试一次。"
            )
            return page(request, role=role, back=back, trouble=trouble, status=401)
        attempts.succeeded(address, who)
        reply_back = RedirectResponse(back, status_code=303)
        reply_back.set_cookie(
            COOKIE,
            access.open_session(identity),
            max_age=access.sessions.seconds,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return reply_back

    @router.post("/logout")
    def sign_out() -> Response:
        reply = RedirectResponse("/login" if access.closed else "/", status_code=303)
        reply.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return reply

    return router


def _identity(access: Access, role: str, name: str, password: str) -> Identity | None:
    return access.sign_in_admin(password) if role == "admin" else access.sign_in(name, password)


def local_path(path: str) -> str:
    """The path if it is one of this site, else the first page.

    >>> local_path("/doc/fuling-2025-6?q=x"), local_path("//evil.example"), local_path("https://evil.example/")
    ('/doc/fuling-2025-6?q=x', '/', '/')
    """
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or not path.startswith("/") or path.startswith(("//", "/\\")):
        return "/"
    # Browsers drop tabs and line ends, and read a backslash as a slash.
    return (
        "/"
        if any(letter in path for letter in "\\\t\r\n") or path.startswith(("/login", "/logout"))
        else path
    )


def _duration(seconds: float) -> str:
    return f"{math.ceil(seconds)}秒" if seconds < 60 else f"{math.ceil(seconds / 60)}分钟"
