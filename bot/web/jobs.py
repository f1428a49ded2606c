"""Work that takes seconds, done one piece after another in the background, with a page that tells how far it is."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from ingest.errors import IngestError
from ingest.pipeline import Progress

log = logging.getLogger(__name__)

#: Jobs that are remembered after they have ended.
_KEPT = 50
_FAILED = "系统内部出错，没有完成，语料保持原样。管理员可以在服务的日志里看到原因。"

#: What a job does; it is told how to report its progress, and gives a sentence and the address to go on to.
Work = Callable[[Progress], tuple[str, str]]


@dataclass
class Job:
    """One piece of work.

    :ivar step: what is being done; ``done`` of ``total`` units of it.
    :ivar said: the sentence that it ended with.
    :ivar onward: the address to go on to.
    """

    job_id: str
    title: str
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    step: str = ""
    done: int = 0
    total: int = 0
    said: str = ""
    onward: str = "/admin"

    @property
    def ended(self) -> bool:
        return self.state in ("done", "failed")


class Jobs:
    """Runs one job at a time, in the order they came."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="admin-job")
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()

    def start(self, title: str, work: Work) -> Job:
        """Take a job on; it runs when those before it have ended."""
        job = Job(secrets.token_hex(8), title)
        with self._lock:
            self._jobs[job.job_id] = job
            for old in [each for each in self._jobs.values() if each.ended][
                : max(0, len(self._jobs) - _KEPT)
            ]:
                del self._jobs[old.job_id]
        self._pool.submit(self._run, job, work)
        return job

    def find(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def open(self) -> list[Job]:
        """Those that have not ended."""
        with self._lock:
            return [job for job in self._jobs.values() if not job.ended]

    def _run(self, job: Job, work: Work) -> None:
        def progress(step: str, done: int, total: int) -> None:
            job.step, job.done, job.total = step, done, total

        job.state = "running"
        try:
            job.said, job.onward = work(progress)
        except IngestError as error:
            job.said, job.state = str(error), "failed"
        except Exception:
            log.exception("a job of the administrator failed: %s", job.title)
            job.said, job.state = _FAILED, "failed"
        else:
            job.state = "done"
