"""The connection to a model's server: no redirect, no byte after the time is over, no proxy on the way to this machine."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx2

_current = threading.local()


class Halt:
    """When the reply that is being read is to be dropped.

    :param deadline: on the monotonic clock, in seconds.
    """

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._now = threading.Event()

    @property
    def reached(self) -> bool:
        return self._now.is_set() or time.monotonic() >= self._deadline

    def now(self) -> None:
        """Drop it with the next byte."""
        self._now.set()


@contextmanager
def halted_by(halt: Halt) -> Iterator[None]:
    """Responses that this thread reads meanwhile are dropped when ``halt`` says so."""
    _current.halt = halt
    try:
        yield
    finally:
        _current.halt = None


class _Halting(httpx2.SyncByteStream):
    """A body that ends with an error once its time is over, though every single read comes in time."""

    def __init__(self, stream: httpx2.SyncByteStream, halt: Halt) -> None:
        self._stream = stream
        self._halt = halt

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            if self._halt.reached:
                raise httpx2.ReadTimeout("the time for a reply is over")
            yield piece

    def close(self) -> None:
        self._stream.close()


def http_client(base_url: str) -> httpx2.Client:
    """A client for the endpoint at an address; safe to use from several threads.

    Proxies of the environment lead out of the house and are not asked for a server on this machine. A redirect is
    not followed: it would take the key elsewhere.
    """

    def bound(response: httpx2.Response) -> None:
        halt = getattr(_current, "halt", None)
        if halt is not None and isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = _Halting(response.stream, halt)

    return httpx2.Client(
        trust_env=not _is_here(base_url),
        follow_redirects=False,
        event_hooks={"response": [bound]},
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=8),
    )


def _is_here(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
