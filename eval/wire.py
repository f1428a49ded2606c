"""A light HTTP/1.1 client for measuring: what it computes itself takes from the server on the same machine.

One kept connection, one request at a time; enough for servers that answer with a length or in chunks. Everything
else of the evaluation asks over httpx.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

#: What goes wrong on the way, beside the time that runs out.
BROKEN = (OSError, EOFError, asyncio.LimitOverrunError, TimeoutError)
#: Longest line of a reply, in bytes; an event of the chat is one line.
_LINE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that was read to its end."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON.

        :raises ValueError: when the status is not 2xx, with the status and the body's beginning, or when it is no JSON.
        """
        if not 200 <= self.status < 300:
            raise ValueError(f"{self.status} {self.body[:120].decode('utf-8', 'replace')}")
        return json.loads(self.body)


class Connection:
    """A connection to one server; opened by the first request and again when the server has closed it.

    :param url: ``http://host:port`` or ``https://…``.
    :param headers: sent with every request.
    :param patience: seconds that a request may take.
    """

    def __init__(self, url: str, *, headers: Mapping[str, str] | None = None, patience: float = 30.0) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._secure = parts.scheme == "https"
        self._port = parts.port or (443 if self._secure else 80)
        self._path = parts.path.rstrip("/")
        named = {"host": parts.netloc.rpartition("@")[2], "accept": "*/*", **(headers or {})}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        self._patience = patience
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> Reply:
        """The reply to a GET; ``BROKEN`` where there is none."""
        async with asyncio.timeout(self._patience):
            return await self._whole("GET", path, b"")

    async def post(self, path: str, body: Any) -> Reply:
        """The reply to a POST of a JSON body; ``BROKEN`` where there is none."""
        async with asyncio.timeout(self._patience):
            return await self._whole("POST", path, json.dumps(body, ensure_ascii=False).encode())

    async def events(self, path: str) -> AsyncIterator[Any]:
        """The data of each server-sent event, as JSON, until the server ends the stream.

        :raises ValueError: when the server refuses.
        """
        async with asyncio.timeout(self._patience):
            status, pieces = await self._begin("GET", path, b"")
            if status != 200:
                raise ValueError(f"{status} {b''.join([piece async for piece in pieces])[:120]!r}")
            waiting = b""
            async for piece in pieces:
                *lines, waiting = (waiting + piece).split(b"\n")
                for line in lines:
                    if line.startswith(b"data:"):
                        yield json.loads(line[5:])

    def close(self) -> None:
        """Close the connection; a later request opens another."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def _whole(self, method: str, path: str, body: bytes) -> Reply:
        status, pieces = await self._begin(method, path, body)
        return Reply(status, b"".join([piece async for piece in pieces]))

    async def _begin(self, method: str, path: str, body: bytes) -> tuple[int, AsyncIterator[bytes]]:
        """Send a request; gives the status, and the body as it comes."""
        if self._writer is None or self._writer.is_closing() or (self._reader and self._reader.at_eof()):
            context = ssl.create_default_context() if self._secure else None
            self._reader, self._writer = await asyncio.open_connection(
                self._host, self._port, ssl=context, limit=_LINE
            )
        assert self._reader is not None
        kind = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n" if body else ""
        self._writer.write(f"{method} {self._path}{path} HTTP/1.1\r\n{self._head}{kind}\r\n".encode() + body)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
        return int(head[0].split(" ", 2)[1]), self._pieces(self._reader, headers)

    async def _pieces(self, reader: asyncio.StreamReader, headers: Mapping[str, str]) -> AsyncIterator[bytes]:
        if "chunked" in headers.get("transfer-encoding", ""):
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                yield (await reader.readexactly(size + 2))[:-2]
            await reader.readuntil(b"\r\n")
        else:
            yield await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            self.close()
