"""Many users asking a running server at once: over REST, and through the chat as a browser does.

The users share the questions, and each asks one after another, at once or after the pause in which a person reads
the answer. No question comes twice, so that a server which remembers answers is not measured by its memory.
"""

from __future__ import annotations

import asyncio
import ipaddress
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from eval.errors import EvalError
from eval.wire import BROKEN, Connection

#: How much shorter or longer than the mean one pause may be, as a share of it.
_UNEVEN = 0.5

Ask = Callable[[Connection, str], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What one interface did under load.

    :ivar seconds: of each question that was answered, in the order of their ends.
    :ivar errors: of each that was not, what went wrong.
    :ivar wall: seconds from the first question to the last answer.
    :ivar own: processor seconds that asking took, which a server on the same machine went without.
    :ivar think: the mean pause between an answer and the user's next question, in seconds.
    """

    interface: str
    seconds: tuple[float, ...]
    errors: tuple[str, ...]
    wall: float
    own: float = 0.0
    think: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Milliseconds at p50, p95 and the worst, answers per second, and what asking took of one core in per cent."""
        return {
            "interface": self.interface,
            "think_s": self.think,
            "questions": len(self.seconds) + len(self.errors),
            "errors": len(self.errors),
            "p50_ms": round(quantile(self.seconds, 0.5) * 1000, 1),
            "p95_ms": round(quantile(self.seconds, 0.95) * 1000, 1),
            "max_ms": round(max(self.seconds, default=0.0) * 1000, 1),
            "per_second": round(len(self.seconds) / self.wall, 1) if self.wall else 0.0,
            "own_cpu_percent": round(100 * self.own / self.wall, 1) if self.wall else 0.0,
        }


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share lies, between neighbours in proportion; 0 of nothing.

    >>> quantile([1, 2, 3, 4, 5], 0.5)
    3.0
    """
    if len(values) < 2:
        return float(values[0]) if values else 0.0
    return float(statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1])


def check_address(url: str, *, remote: bool) -> str:
    """The address without a slash at its end.

    :raises EvalError: when it is not this machine and that was not allowed.
    """
    host = urlsplit(url).hostname or ""
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if not local and not remote:
        raise EvalError(f"{url} 不是本机。压测只对本机，除非加 --remote；请先问过对方的管理员")
    return url.rstrip("/")


async def measure(
    interface: str,
    ask: Ask,
    url: str,
    questions: Sequence[str],
    *,
    users: int,
    limit_seconds: float,
    token: str = "",
    think: float = 0.0,
    seed: int = 1,
    step: Callable[[], object] = lambda: None,
) -> LoadResult:
    """Have the users share the questions and ask them at once.

    :param limit_seconds: no question is begun after this time.
    :param think: seconds that a user reads an answer before the next question, in the mean; the first question comes
        after a part of that, so that the users do not march in step. 0 has all ask at the same instant, and again.
    :param seed: of the pauses.
    :param step: called after each question.
    """
    seconds: list[float] = []
    errors: list[str] = []
    waiting = list(reversed(questions))
    headers = {"authorization": f"Bearer {token}"} if token else {}
    pauses = random.Random(seed)
    connections = [Connection(url, headers=headers) for _ in range(users)]
    # Opening the connections is not what is measured.
    await asyncio.gather(*(connection.get("/healthz") for connection in connections))
    start, busy = time.perf_counter(), time.process_time()

    async def user(connection: Connection) -> None:
        pause = think * pauses.random()
        while waiting and time.perf_counter() - start < limit_seconds:
            question = waiting.pop()
            await asyncio.sleep(pause)
            began = time.perf_counter()
            try:
                await ask(connection, question)
                seconds.append(time.perf_counter() - began)
            except (*BROKEN, ValueError, KeyError) as error:
                connection.close()
                errors.append(f"{type(error).__name__}: {error}"[:200])
            step()
            pause = think * pauses.uniform(1 - _UNEVEN, 1 + _UNEVEN)

    await asyncio.gather(*(user(connection) for connection in connections))
    wall, own = time.perf_counter() - start, time.process_time() - busy
    for connection in connections:
        connection.close()
    return LoadResult(interface, tuple(seconds), tuple(errors), wall, own, think)


async def ask_rest(connection: Connection, question: str) -> None:
    """One question over ``POST /api/ask``."""
    answer = (await connection.post("/api/ask", {"question": question})).json()
    if answer["status"] not in ("answered", "abstained"):
        raise ValueError(f"no answer: {answer['status']}")


class ChatVisit:
    """Asks through the chat: what the page does when a question is sent, in the same order.

    :param config: the chat's ``/config``, which lists the steps and what each takes.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._kinds = {part["id"]: part["type"] for part in config["components"]}
        steps = config["dependencies"]
        first = next(
            step
            for step in steps
            if any(
                event == "submit" and self._kinds.get(part) == "textbox" for part, event in step["targets"]
            )
            and step["backend_fn"]
        )
        self._box = next(part for part in first["inputs"] if self._kinds[part] == "textbox")
        self._steps = list(_chain(first, steps))
        self._prefix = config.get("api_prefix", "/gradio_api")

    async def ask(self, connection: Connection, question: str) -> list[Any]:
        """One question in a visit of its own, until the answer stands in the chat.

        :returns: what the last step gave, the chat's messages among it.
        :raises ValueError: when a step fails or no answer comes.
        """
        visit = uuid4().hex[:12]
        values: dict[int, Any] = {self._box: question}
        for step in self._steps:
            data = await self._do(connection, visit, step, values)
            for part, value in zip(step["outputs"], data, strict=False):
                values[part] = value
            if step["queue"] and any(self._kinds[part] == "chatbot" for part in step["outputs"]):
                return data
        raise ValueError("the chat gave no answer")

    async def _do(
        self, connection: Connection, visit: str, step: dict[str, Any], values: dict[int, Any]
    ) -> list[Any]:
        body = {
            "data": [None if self._kinds[part] == "state" else values.get(part) for part in step["inputs"]],
            "fn_index": step["id"],
            "session_hash": visit,
            "trigger_id": step["targets"][0][0],
        }
        if not step["queue"]:
            reply = await connection.post(f"{self._prefix}/run/predict", body)
            return list(reply.json()["data"])
        (await connection.post(f"{self._prefix}/queue/join", body)).json()
        data: list[Any] = []
        completed = False
        # To its end, so that the connection is free for the next request.
        async for event in connection.events(f"{self._prefix}/queue/data?session_hash={visit}"):
            if event["msg"] == "process_generating" and not data:
                data = event["output"].get("data", [])
            if event["msg"] == "process_completed":
                if not event["success"]:
                    raise ValueError(f"a step failed: {event['output']}")
                data = list(event["output"].get("data") or data)
                completed = True
        if completed:
            return data
        raise ValueError("the stream ended without an answer")


def _chain(first: dict[str, Any], steps: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first step and those that follow it, in order, as far as the server does them."""
    chain, last = [first], first["id"]
    while True:
        after = [step for step in steps if step.get("trigger_after") == last and step["backend_fn"]]
        if not after:
            return chain
        chain.append(after[0])
        last = after[0]["id"]


async def open_chat(url: str) -> ChatVisit:
    """Read what the chat is made of.

    :raises EvalError: when there is none or it has to be signed in to.
    """
    connection = Connection(url)
    try:
        reply = await connection.get("/config")
    finally:
        connection.close()
    if reply.status != 200:
        raise EvalError(f"{url} 的聊天打不开（{reply.status}）；设了访问控制时只能测 REST")
    return ChatVisit(reply.json())
