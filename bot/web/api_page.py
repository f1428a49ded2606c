"""``/docs``: REST as a page of our own, since the usual ones load their scripts from outside."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.responses import HTMLResponse

from bot.web.templating import render


def api_page_routes(app: FastAPI) -> APIRouter:
    """The page that describes ``app``, and the answer to every address under ``/api`` that does not exist."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    def docs() -> HTMLResponse:
        return HTMLResponse(render("api.html", operations=_operations(app.openapi())))

    @router.api_route("/api/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def unknown(path: str) -> None:
        message, remedy = f"没有 /api/{path} 这个地址，或者不能这样访问。", "可用的地址和方法见 /docs。"
        raise HTTPException(404, {"error": "not_found", "message": message, "remedy": remedy})

    return router


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry per method and path, with example bodies as text."""
    models = schema.get("components", {}).get("schemas", {})
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary", ""),
            "description": operation.get("description", ""),
            "parameters": [
                (each["name"], each.get("description", ""))
                for each in operation.get("parameters", [])
                if each["in"] == "query"
            ],
            "lists": _schema(operation["responses"].get("200", {})).get("type") == "array",
            "requests": _examples(operation.get("requestBody", {}), models),
            "replies": _examples(operation["responses"].get("200", {}), models),
        }
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def _schema(part: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = part.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _examples(part: dict[str, Any], models: dict[str, Any]) -> list[str]:
    schema = _schema(part)
    name = (schema.get("$ref") or schema.get("items", {}).get("$ref", "")).rsplit("/", 1)[-1]
    examples = models.get(name, {}).get("examples", [])
    return [json.dumps(example, ensure_ascii=False, indent=2) for example in examples]
