"""Slows down whoever guesses passwords: after a few failures, a wait that doubles."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

#: Failures that cost nothing: for one name from one address, and for an address, which an office may share.
_FREE_NAME, _FREE_ADDRESS = 5, 30
#: The first wait and the longest, in seconds.
_FIRST, _LONGEST = 10.0, 900.0
#: Failures are forgotten after this time without another, in seconds.
_FORGET = 3600.0
#: Names and addresses that are kept in mind; the oldest go first.
_KEPT = 10_000


@dataclass(slots=True)
class _Record:
    failures: int = 0
    last: float = 0.0


class Attempts:
    """Counts failed logins by name and address.

    :param clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._records: OrderedDict[tuple[str, str], _Record] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, address: str, name: str) -> float:
        """How many seconds there is to wait before the next attempt counts; 0 when none."""
        with self._lock:
            return max(
                self._wait((address, name), _FREE_NAME), self._wait((address, "\n"), _FREE_ADDRESS), 0.0
            )

    def failed(self, address: str, name: str) -> None:
        """Keep in mind that an attempt failed."""
        with self._lock:
            for key in ((address, name), (address, "\n")):
                record = self._records.setdefault(key, _Record())
                now = self._clock()
                record.failures = record.failures + 1 if now - record.last < _FORGET else 1
                record.last = now
                self._records.move_to_end(key)
            while len(self._records) > _KEPT:
                self._records.popitem(last=False)

    def succeeded(self, address: str, name: str) -> None:
        """Forget the failures of this name; those of the address stay, or one good name would cover a guesser."""
        with self._lock:
            self._records.pop((address, name), None)

    def _wait(self, key: tuple[str, str], free: int) -> float:
        record = self._records.get(key)
        if record is None or record.failures < free:
            return 0.0
        pause: float = min(_FIRST * 2 ** min(record.failures - free, 10), _LONGEST)
        return record.last + pause - self._clock()
