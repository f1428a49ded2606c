"""A service that follows the index: when another build becomes the current one, it answers from that, without a restart."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from bot.fact_check import Checked
from bot.schema import Answer, Turn
from bot.service import Service
from ingest.errors import IngestError
from ingest.index import current_build
from ingest.schema import ClauseTree, DocumentMeta
from ingest.settings import IngestSettings, get_settings

log = logging.getLogger(__name__)

#: How often the name of the current build is looked at, in seconds, and how long a build that could not be opened
#: is left alone.
_LOOK_EVERY, _TRY_AGAIN = 2.0, 60.0


class _Held:
    """An open service, and how many are answering from it."""

    def __init__(self, service: Service, build: str) -> None:
        self.service = service
        self.build = build
        self.users = 0
        self.replaced = False


class LiveService:
    """A :class:`Service` that is exchanged for another as a whole; safe to use from several threads.

    A question is answered by the documents as they were when it came in, old or new and never a mixture. The next
    service is opened beside the old one and warmed before it takes its place; the old one is closed when the last
    question to it has been answered. A build that cannot be opened is logged and changes nothing.

    :param open_service: opens the current build.
    :param look_every: how often a rebuilt index is looked for, in seconds.
    """

    def __init__(
        self,
        open_service: Callable[[], Service] = Service.open,
        settings: IngestSettings | None = None,
        *,
        look_every: float = _LOOK_EVERY,
    ) -> None:
        self._open = open_service
        self._settings = settings
        self._every = look_every
        self._lock = threading.Lock()
        self._switching = threading.Lock()
        self._looked = time.monotonic()
        self._failed: tuple[str, float] = ("", 0.0)
        self._held = self._opened()

    @property
    def trees(self) -> Mapping[str, ClauseTree]:
        self._look()
        return self._held.service.trees

    def documents(self) -> Sequence[DocumentMeta]:
        self._look()
        return self._held.service.documents()

    def warm(self) -> None:
        with self._lease() as service:
            service.warm()

    def ask(self, question: str, history: Sequence[Turn] = (), *, question_id: str = "") -> Answer:
        """As :meth:`Service.ask`."""
        with self._lease() as service:
            return service.ask(question, history, question_id=question_id)

    def extract(self, question: str) -> Answer:
        """As :meth:`Service.extract`."""
        with self._lease() as service:
            return service.extract(question)

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, question_id: str = ""
    ) -> Iterator[Answer]:
        """As :meth:`Service.stream`; all of it comes from the same documents."""
        with self._lease() as service:
            yield from service.stream(question, history, question_id=question_id)

    def check(self, text: str) -> Sequence[Checked]:
        """As :meth:`Service.check`."""
        with self._lease() as service:
            return service.check(text)

    def follow(self) -> None:
        """Answer from the build that is current now; returns when it does.

        :raises IngestError: when that build cannot be opened; the one before stays.
        """
        with self._switching:
            if self._current() != self._held.build:
                self._exchange(self._opened(warm=True))

    @contextmanager
    def _lease(self) -> Iterator[Service]:
        self._look()
        with self._lock:
            held = self._held
            held.users += 1
        try:
            yield held.service
        finally:
            with self._lock:
                held.users -= 1
                idle = held.replaced and not held.users
            if idle:
                held.service.close()

    def _look(self) -> None:
        """Start to switch, in the background, where another build has become the current one."""
        now = time.monotonic()
        if now - self._looked < self._every:
            return
        self._looked = now
        try:
            name = self._current()
        except IngestError:
            # In the middle of a rebuild of an emptied folder; the one that is open goes on.
            return
        waits = name == self._failed[0] and now - self._failed[1] < _TRY_AGAIN
        if name != self._held.build and not waits and not self._switching.locked():
            threading.Thread(
                target=self._follow_quietly, args=(name,), name="next-index", daemon=True
            ).start()

    def _follow_quietly(self, name: str) -> None:
        try:
            self.follow()
        except Exception:
            log.exception("the rebuilt index cannot be opened; answers come from the one before")
            self._failed = (name, time.monotonic())

    def _current(self) -> str:
        return current_build(self._settings or get_settings()).name

    def _opened(self, *, warm: bool = False) -> _Held:
        # The name first: a build that becomes the current one meanwhile is then seen as another.
        try:
            name = self._current()
        except IngestError:
            # Opening tells best what is missing.
            name = ""
        service = self._open()
        if warm:
            service.warm()
        return _Held(service, name)

    def _exchange(self, new: _Held) -> None:
        with self._lock:
            old, self._held = self._held, new
            old.replaced = True
            idle = not old.users
        if idle:
            old.service.close()
        log.info("answers come from another index now: %s", ", ".join(new.service.trees))
