"""The description of the interfaces, with what every one of them may answer when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from bot.web.errors import PROGRAMS, is_below
from bot.web.models import ErrorModel
from bot.web.openai_models import OpenAIError

#: What any route may answer, then what one that takes a body may answer besides; the middleware gives all of these.
_ALWAYS = {
    401: "要登录，或者要令牌",
    421: "不用这个名字访问，见 ALLOWED_HOSTS",
    500: "系统内部出错",
}
_SENT = {
    403: "请求来自别的网站的页面",
    413: "请求体太大",
    429: "请求太密；响应头 Retry-After 是要等的秒数",
}
#: Open to whatever watches the process.
_OPEN = ("/healthz", "/readyz")
_REQUEST_ID = {
    "X-Request-ID": {"description": "请求编号，日志里也是它", "schema": {"type": "string"}},
}


def describe(app: FastAPI) -> None:
    """Complete what ``app.openapi()`` gives: errors of every route, in the shape they really have, and the token."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema:
            return app.openapi_schema
        schema = plain()
        parts = schema["components"]
        for error in (ErrorModel, OpenAIError):
            made = error.model_json_schema(ref_template="#/components/schemas/{model}")
            parts["schemas"] |= made.pop("$defs", {}) | {error.__name__: made}
        # Validation problems are told in our own shape.
        for name in ("HTTPValidationError", "ValidationError"):
            parts["schemas"].pop(name, None)
        parts["securitySchemes"] = {
            "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "只在设了访问控制时需要；由管理员用 python -m bot token add 发给",
            }
        }
        # FastAPI drops every null, also from examples, where it is a value.
        for model in _models(BaseModel):
            extra = model.model_config.get("json_schema_extra")
            if isinstance(extra, dict) and model.__name__ in parts["schemas"]:
                parts["schemas"][model.__name__] |= extra
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                _complete(path, method, operation)
        return schema

    app.openapi = openapi  # type: ignore[method-assign]


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        if model.__module__.startswith("bot.web."):
            yield model
        yield from _models(model)


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    replies = operation["responses"]
    body = OpenAIError if is_below(path, ("/v1",)) else ErrorModel
    possible: dict[int, str] = dict(_ALWAYS)
    if path in _OPEN:
        del possible[401]
    if method != "get":
        possible |= _SENT
    if "422" in replies:
        possible[422] = "请求不合要求"
    if body is OpenAIError and possible.pop(422, ""):
        # Their clients know it as 400.
        del replies["422"]
        possible[400] = "请求不合要求"
    for status, description in possible.items():
        said = replies.get(str(status), {}).get("description")
        ours = said if said and said != "Validation Error" else description
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{body.__name__}"}}}
        replies[str(status)] = {"description": ours, "content": content}
    for reply in replies.values():
        reply.setdefault("headers", {}).update(_REQUEST_ID)
    operation["responses"] = dict(sorted(replies.items()))
    if path not in _OPEN and is_below(path, PROGRAMS):
        operation["security"] = [{}, {"token": []}]
