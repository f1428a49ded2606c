"""How often one client may ask: a bucket of tokens for each, in memory."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.access import Identity
from bot.web.errors import is_below, problem

#: What costs an answer; reading pages and files is not counted, nor are the small steps of the chat around it.
_COUNTED = ("/api", "/v1", "/mcp", "/gradio_api/queue/join", "/gradio_api/call")
#: Clients that are kept in mind; the one that was silent longest goes first, and its bucket is full by then.
_KEPT = 10_000


class Buckets:
    """Token buckets: ``burst`` requests at once, then ``per_minute`` of them, evenly.

    :param clock: seconds that only grow.
    """

    def __init__(self, *, per_minute: int, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> float:
        """Take a token. Gives 0 where there was one, else the seconds until there will be."""
        now = self._clock()
        left, at = self._left.get(client, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        wait = 0.0 if left >= 1 else (1 - left) / self._rate
        self._left[client] = (left - 1 if wait == 0 else left, now)
        self._left.move_to_end(client)
        if len(self._left) > _KEPT:
            self._left.popitem(last=False)
        return wait


class RateLimit:
    """ASGI middleware inside the gate: one bucket for each token and each signed-in user, else for each address.

    Those who share one password or one address share a bucket, so its size is that of an office, not of a person.
    """

    def __init__(self, app: ASGIApp, buckets: Buckets) -> None:
        self.app = app
        self._buckets = buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        counted = scope["type"] == "http" and scope["method"] == "POST" and is_below(scope["path"], _COUNTED)
        wait = self._buckets.take(_client(scope)) if counted else 0.0
        if wait > 0:
            seconds = math.ceil(wait)
            reply = problem(
                scope,
                429,
                "too_many_requests",
                "请求太密了。",
                f"请等{seconds}秒再试；确实需要更快，请管理员调大 RATE_PER_MINUTE。",
                headers={"retry-after": str(seconds)},
            )
            await reply(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _client(scope: Scope) -> str:
    identity: Identity | None = scope.get("state", {}).get("identity")
    address = scope["client"][0] if scope.get("client") else ""
    if identity is None or identity.by == "open":
        return address
    return f"{identity.by} {identity.name} {address if identity.by == 'session' else ''}"
