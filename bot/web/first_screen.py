"""What the chat shows before a question, made anew when the documents have changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.contract import AskService
from ingest.schema import ClauseTree

log = logging.getLogger(__name__)


class FirstScreen:
    """ASGI middleware: before the chat page is given out, its welcome, examples and shelf fit the documents.

    :param draw: draws them from the documents as they are now.
    """

    def __init__(self, app: ASGIApp, service: AskService, draw: Callable[[], None]) -> None:
        self.app = app
        self._service = service
        self._draw = draw
        self._lock = threading.Lock()
        self._drawn = self._documents()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/" and self._stale():
            await run_in_threadpool(self._refresh)
        await self.app(scope, receive, send)

    def _documents(self) -> tuple[ClauseTree, ...]:
        return tuple(self._service.trees.values())

    def _stale(self) -> bool:
        # The same objects, not equal ones: comparing whole trees would take longer than the page.
        now = self._documents()
        return len(now) != len(self._drawn) or any(a is not b for a, b in zip(now, self._drawn, strict=True))

    def _refresh(self) -> None:
        with self._lock:
            if not self._stale():
                return
            now = self._documents()
            try:
                self._draw()
            except Exception:
                # An old welcome is better than no page; the next visitor tries again.
                log.exception("the first screen could not be drawn")
                return
            self._drawn = now
