"""Errors that say what to do and nothing of the host: one body for programs, one page for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Scope

from bot.web.templating import render

#: Addresses that programs use; everything else is looked at by people.
PROGRAMS = ("/api", "/v1", "/mcp", "/metrics", "/openapi.json", "/healthz", "/readyz")

_BODY_REMEDY = '请求体应当是 JSON，例如 {"question": "公办园占比要到多少？"}；完整说明见 /docs。'
_QUERY_REMEDY = "请改正或去掉地址里的这个参数；可用的参数见 /docs。"
FAILED = (
    "failed",
    "系统内部出错，这个问题没有答成。",
    "请稍后再试；管理员可以在服务的日志里看到原因。",
)


def is_below(path: str, prefixes: tuple[str, ...]) -> bool:
    """Whether a path is one of the prefixes or lies below one."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in prefixes)


def wants_page(scope: Scope) -> bool:
    """Whether a person waits for the reply in a browser, not a program."""
    if is_below(scope["path"], PROGRAMS):
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def problem(
    scope: Scope,
    status: int,
    error: str,
    message: str,
    remedy: str,
    *,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """A reply for what went wrong: a page for people, else a body; below ``/v1`` in the shape of OpenAI.

    :param error: one of the words of ``ErrorModel.error``.
    """
    kept = dict(headers) if headers else None
    request_id = scope.get("state", {}).get("request_id", "")
    if wants_page(scope):
        page = render("problem.html", message=message, remedy=remedy, request_id=request_id)
        return HTMLResponse(page, status_code=status, headers=kept)
    body: dict[str, Any] = {"error": error, "message": message, "remedy": remedy, **more}
    if is_below(scope["path"], ("/v1",)):
        # Their clients know 400 as the error of a request, and show the one message.
        status = 400 if status == 422 else status
        said = {"message": f"{message}{remedy}", "type": openai_type(status), "param": None, "code": error}
        body = {"error": said}
    return JSONResponse({**body, "request_id": request_id}, status_code=status, headers=kept)


def openai_type(status: int) -> str:
    """The word that OpenAI's clients expect for a status."""
    if status >= 500:
        return "server_error"
    return {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}.get(
        status, "invalid_request_error"
    )


def add_error_answers(app: FastAPI) -> None:
    """Register handlers for what a request got wrong; what goes wrong inside ends in ``bot.web.observe``."""

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        problems = [
            {"where": ".".join(str(step) for step in item["loc"][1:]) or "body", "problem": item["type"]}
            for item in error.errors()
        ]
        sentences = [_sentence(item) for item in error.errors()]
        in_query = any(item["loc"][0] == "query" for item in error.errors())
        return problem(
            request.scope,
            422,
            "invalid_request",
            "".join(dict.fromkeys(sentences)),
            _QUERY_REMEDY if in_query else _BODY_REMEDY,
            details=problems,
        )

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        headers = error.headers or {}
        if location := headers.get("location"):
            return RedirectResponse(location, status_code=error.status_code)
        detail: Any = error.detail
        if isinstance(detail, dict):
            return problem(request.scope, error.status_code, headers=headers, **detail)
        return _unknown(request.scope, error.status_code, headers)


def add_unknown_answer(app: FastAPI) -> None:
    """Register what the last application says of an address that none of them knows."""

    @app.exception_handler(404)
    async def unknown(request: Request, error: HTTPException) -> Response:
        return _unknown(request.scope, 404, error.headers)


def _unknown(scope: Scope, status: int, headers: Mapping[str, str] | None) -> Response:
    if wants_page(scope) and status == 404:
        return problem(scope, 404, "not_found", "没有找到这一页。", "请从上面的菜单重新打开。")
    return problem(
        scope,
        status,
        "not_found",
        "没有这个地址，或者不能这样访问。",
        "可用的地址和方法见 /docs。",
        headers=headers,
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
