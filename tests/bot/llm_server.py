"""A real HTTP server that speaks the chat protocol, well or badly, as each test wants it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler"], None]


@dataclass
class LlmServer:
    """Its address, what it was asked, and what it does with each request in turn; the last behaviour stays."""

    url: str
    behaviours: list[Behaviour]
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    state: LlmServer
    body: dict[str, Any]

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.state.requests.append(self.body)
        self.state.keys.append(self.headers.get("authorization", ""))
        turn = min(len(self.state.requests), len(self.state.behaviours)) - 1
        try:
            self.state.behaviours[turn](self)
        except (BrokenPipeError, ConnectionResetError):
            # The client stopped waiting, as it should.
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test's output quiet."""

    def begin_events(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()

    def event(self, text: str) -> None:
        delta = {"role": "assistant", "content": text}
        chunk = {
            "id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": None}],
        }  # fmt: skip
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()


def says(*pieces: str) -> Behaviour:
    """Streams the pieces and ends as it should."""

    def behave(handler: Handler) -> None:
        handler.begin_events()
        for piece in pieces:
            handler.event(piece)
        handler.wfile.write(b"data: [DONE]\n\n")

    return behave


def fails(status: int, body: str = "{}", **headers: str) -> Behaviour:
    """Answers with a status and a body."""

    def behave(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(body.encode())))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body.encode())

    return behave


def cut_after(*pieces: str) -> Behaviour:
    """Streams the pieces, then drops the connection."""

    def behave(handler: Handler) -> None:
        handler.begin_events()
        for piece in pieces:
            handler.event(piece)
        handler.wfile.write(b'data: {"choices": [')
        handler.wfile.flush()
        handler.connection.close()

    return behave


def drips(text: str, *, pause: float, most: int = 200) -> Behaviour:
    """Streams a character at a time with a pause after each, so that no single read ever times out."""

    def behave(handler: Handler) -> None:
        handler.begin_events()
        for character in text[:most]:
            handler.event(character)
            time.sleep(pause)

    return behave


def reply(sentences: Sequence[tuple[str, str, str]], *, answerable: bool = True) -> str:
    """A reply in the form that is asked for, from (text, handle, quote)."""
    rows = [
        {"text": text, "support": [{"clause": clause, "quote": quote}]} for text, clause, quote in sentences
    ]
    return json.dumps({"answerable": answerable, "sentences": rows}, ensure_ascii=False)


@contextmanager
def serving(*behaviours: Behaviour) -> Iterator[LlmServer]:
    """A server on a free port of this machine that behaves so, request by request."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = LlmServer(f"http://127.0.0.1:{server.server_port}/v1", list(behaviours))
    server.RequestHandlerClass = type("Bound", (Handler,), {"state": state})
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
