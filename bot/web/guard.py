"""What stands before every route: body size, security headers, and errors that say what to do."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.contract import QUESTION_LIMIT

log = logging.getLogger(__name__)

#: Longest body of a REST request, in bytes: a question with eight earlier answers fits many times over.
BODY_LIMIT = 256 * 1024

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
#: Pages of our own, with what lies below them; they live under the stricter policy.
_PAGES = ("/doc", "/docs", "/owners", "/targets", "/alignment", "/refs")
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"x-frame-options": b"SAMEORIGIN",
}

_BODY_REMEDY = '请求体应当是 JSON，例如 {"question": "公办园占比要到多少？"}；完整说明见 /docs。'
_QUERY_REMEDY = "请改正或去掉地址里的这个参数；可用的参数见 /docs。"


class Guard:
    """ASGI middleware: refuses large REST bodies unread, and adds security headers to every reply."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        own = any(path == page or path.startswith(f"{page}/") for page in _PAGES)
        policy = _PAGE_POLICY if own else _CHAT_POLICY

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                headers.extend(_HEADERS.items())
                headers.append((b"content-security-policy", policy.encode()))
                message = {**message, "headers": headers}
            await send(message)

        if path.startswith("/api/") and scope["method"] == "POST":
            body = await _read_body(receive)
            if body is None:
                await _too_large()(scope, receive, send_guarded)
                return
            await self.app(scope, _replay(body, receive), send_guarded)
            return
        await self.app(scope, receive, send_guarded)


async def _read_body(receive: Receive) -> bytes | None:
    """The whole body, or None as soon as it grows past the limit; its stated length is not trusted."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > BODY_LIMIT:
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


def _error(status: int, error: str, message: str, remedy: str, **more: Any) -> JSONResponse:
    return JSONResponse({"error": error, "message": message, "remedy": remedy, **more}, status_code=status)


def _too_large() -> JSONResponse:
    return _error(
        413,
        "too_large",
        f"请求体超过了{BODY_LIMIT // 1024}KB。",
        f"问题不超过{QUESTION_LIMIT}个字；历史只带最近几轮。",
    )


def add_error_answers(app: FastAPI) -> None:
    """Register handlers that answer every failure with what to do, and nothing of the host."""

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        problems = [
            {"where": ".".join(str(step) for step in item["loc"][1:]) or "body", "problem": item["type"]}
            for item in error.errors()
        ]
        sentences = [_sentence(item) for item in error.errors()]
        in_query = any(item["loc"][0] == "query" for item in error.errors())
        return _error(
            422,
            "invalid_request",
            "".join(dict.fromkeys(sentences)),
            _QUERY_REMEDY if in_query else _BODY_REMEDY,
            details=problems,
        )

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        detail: Any = error.detail
        if isinstance(detail, dict):
            return JSONResponse(detail, status_code=error.status_code)
        if "text/html" in request.headers.get("accept", "") and error.status_code == 404:
            return HTMLResponse(
                '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>没有找到</title>'
                '<p>没有找到这一页。<a href="/">回到提问</a>，或者打开<a href="/doc">文件目录</a>。</p>',
                status_code=404,
            )
        return _error(
            error.status_code, "not_found", "没有这个地址，或者不能这样访问。", "可用的地址和方法见 /docs。"
        )

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> JSONResponse:
        log.exception("unexpected error on %s", request.url.path, exc_info=error)
        return _error(
            500,
            "failed",
            "系统内部出错，这个问题没有答成。",
            "请稍后再试；管理员可以在服务的日志里看到原因。",
        )


def _sentence(item: Any) -> str:
    name = ".".join(str(step) for step in item["loc"][1:]) or "请求体"
    kind = item["type"]
    if kind == "missing":
        return f"缺少 {name}。"
    if kind == "string_too_long":
        return f"{name} 太长，最多{item['ctx']['max_length']}个字。"
    if kind == "too_long":
        return f"{name} 太多，最多{item['ctx']['max_length']}项。"
    if kind == "extra_forbidden":
        return f"不认识 {name}。"
    if kind == "json_invalid":
        return "请求体不是有效的 JSON。"
    if kind == "literal_error":
        allowed = str(item["ctx"]["expected"]).replace("'", "").replace(" or ", "、").replace(", ", "、")
        return (
            f"{name} 的值不合要求。可以是{allowed}。"
            if item["loc"][0] == "query"
            else f"{name} 的值不合要求。"
        )
    if kind in ("int_parsing", "bool_parsing"):
        return f"{name} 应当是{'整数' if kind == 'int_parsing' else ' true 或 false'}，收到的是“{item['input']}”。"
    if kind in ("greater_than_equal", "less_than_equal"):
        limit = item["ctx"].get("ge", item["ctx"].get("le"))
        return f"{name} 不能{'小' if kind == 'greater_than_equal' else '大'}于{limit}。"
    return f"{name} 的值不合要求。"
