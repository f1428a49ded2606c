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
    """Asks through the chat: what the page asks of the server when a question is sent, in the same order.

    :param config: the chat's ``/config``, which lists the steps and what each takes.
    :raises EvalError: when the chat has no step that answers what is typed.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._kinds = {part["id"]: part["type"] for part in config["components"]}
        steps = config["dependencies"]
        typed = next((step for step in steps if self._is_question(step)), None)
        # The page's own script puts the question under the conversation and empties the field.
        step = next((step for step in steps if typed and step.get("trigger_after") == typed["id"]), None)
        if typed is None or typed["backend_fn"] or step is None or not step["queue"]:
            raise EvalError("这个聊天页不是本项目这一版的，提问的步骤不认识；请用与服务同一版的程序来量")
        self._step = step
        self._trigger = typed["targets"][0][0]
        self._prefix = config.get("api_prefix", "/gradio_api")

    async def ask(self, connection: Connection, question: str) -> list[Any]:
        """One question in a visit of its own, until the answer stands in the chat.

        :returns: what the page is given, the chat's messages first.
        :raises ValueError: when the step fails or no answer comes.
        """
        visit = uuid4().hex[:12]
        asked = {
            "role": "user",
            "metadata": None,
            "options": None,
            "content": [{"type": "text", "text": question}],
        }
        body = {
            "data": [[asked] if self._kinds[part] == "chatbot" else None for part in self._step["inputs"]],
            "fn_index": self._step["id"],
            "session_hash": visit,
            "trigger_id": self._trigger,
        }
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

    def _is_question(self, step: dict[str, Any]) -> bool:
        return any(
            event == "submit" and self._kinds.get(part) == "textbox" for part, event in step["targets"]
        )


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
