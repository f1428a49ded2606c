"""The outermost layer: every request gets an id, one line in the log and its place in the metrics."""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.access import Identity
from bot.web.errors import FAILED, problem
from bot.web.guard import with_security_headers
from bot.web.metrics import Metrics

log = logging.getLogger(__name__)
#: One JSON object a request, on a logger of its own so that it can go to a file of its own.
access_log = logging.getLogger("bot.web.access_log")

_SANE_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
#: Asked every few seconds by whatever watches the process; counted, but not worth a line each time.
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})


class Observe:
    """ASGI middleware; an exception that nothing inside has answered ends here, as a sentence.

    The id of a request is its ``X-Request-ID`` where that is sane, else a new one. It stands in the reply's header of
    the same name, in error bodies and in the log. Neither questions nor queries are logged.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        path, started, status = scope["path"], time.perf_counter(), 0

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(raw=list(message.get("headers", [])))
                headers["x-request-id"] = request_id
                message = {**message, "headers": headers.raw}
            await send(message)

        self._metrics.in_flight.inc()
        try:
            await self.app(scope, receive, send_observed)
        except Exception:
            log.exception("unexpected error on %s, request %s", path, request_id)
            if status:
                # The reply has begun; all that is left is to break it off.
                raise
            sending = with_security_headers(scope, send_observed)
            await problem({**scope, "path": path}, 500, *FAILED)(scope, receive, sending)
        finally:
            self._metrics.in_flight.dec()
            seconds = time.perf_counter() - started
            route = route_of(scope, path)
            self._metrics.requests.labels(scope["method"], route, str(status)).inc()
            self._metrics.request_seconds.labels(route).observe(seconds)
            if path not in _QUIET:
                _write_line(scope, path, status, seconds, request_id)


def route_of(scope: Scope, path: str) -> str:
    """The route of a request as a few words, so that addresses of single clauses are counted together."""
    template = getattr(scope.get("route"), "path_format", None) or getattr(scope.get("route"), "path", None)
    if template and not path.startswith("/gradio_api"):
        return str(template)
    first = path.strip("/").partition("/")[0]
    # Whatever is not one of our routes belongs to the chat or to nothing; names that come from outside are not kept.
    return f"/{first}" if first in ("gradio_api", "assets", "site", "mcp") else "other"


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _SANE_ID.fullmatch(given) else secrets.token_hex(8)


def _write_line(scope: Scope, path: str, status: int, seconds: float, request_id: str) -> None:
    if not access_log.isEnabledFor(logging.INFO):
        return
    identity: Identity | None = scope.get("state", {}).get("identity")
    client = scope.get("client")
    line: dict[str, Any] = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "request_id": request_id,
        "method": scope["method"],
        "path": path,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "client": client[0] if client else "",
        "who": identity.name if identity else "",
    }
    access_log.info(json.dumps(line, ensure_ascii=False))
