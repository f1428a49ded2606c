"""Many users asking a running server at once: over REST, and through the chat as a browser does.

Each user asks questions one after another without a pause, and no question comes twice, so that a server which
remembers answers is not measured by its memory.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from eval.errors import EvalError

#: Seconds after which a question counts as failed.
_PATIENCE = 30.0

Ask = Callable[[httpx.AsyncClient, str], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What one interface did under load.

    :ivar seconds: of each question that was answered, in the order of their ends.
    :ivar errors: of each that was not, what went wrong.
    :ivar wall: seconds from the first question to the last answer.
    """

    interface: str
    seconds: tuple[float, ...]
    errors: tuple[str, ...]
    wall: float

    def to_dict(self) -> dict[str, Any]:
        """Milliseconds at p50, p95 and the worst, and answers per second."""
        return {
            "interface": self.interface,
            "questions": len(self.seconds) + len(self.errors),
            "errors": len(self.errors),
            "p50_ms": round(quantile(self.seconds, 0.5) * 1000, 1),
            "p95_ms": round(quantile(self.seconds, 0.95) * 1000, 1),
            "max_ms": round(max(self.seconds, default=0.0) * 1000, 1),
            "per_second": round(len(self.seconds) / self.wall, 1) if self.wall else 0.0,
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
    step: Callable[[], object] = lambda: None,
) -> LoadResult:
    """Have the users share the questions and ask them at once.

    :param limit_seconds: no question is begun after this time.
    :param step: called after each question.
    """
    seconds: list[float] = []
    errors: list[str] = []
    waiting = list(reversed(questions))
    headers = {"authorization": f"Bearer {token}"} if token else {}
    # Read once: for each user anew it would take longer than an answer.
    certificates = httpx.create_ssl_context()
    start = time.perf_counter()

    async def user(client: httpx.AsyncClient) -> None:
        while waiting and time.perf_counter() - start < limit_seconds:
            question = waiting.pop()
            began = time.perf_counter()
            try:
                await ask(client, question)
                seconds.append(time.perf_counter() - began)
            except (httpx.HTTPError, ValueError, KeyError) as error:
                errors.append(f"{type(error).__name__}: {error}"[:200])
            step()

    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(
                httpx.AsyncClient(
                    base_url=url, headers=headers, timeout=_PATIENCE, trust_env=False, verify=certificates
                )
            )
            for _ in range(users)
        ]
        # Opening the connections is not what is measured.
        await asyncio.gather(*(client.get("/healthz") for client in clients))
        start = time.perf_counter()
        await asyncio.gather(*(user(client) for client in clients))
        return LoadResult(interface, tuple(seconds), tuple(errors), time.perf_counter() - start)


async def ask_rest(client: httpx.AsyncClient, question: str) -> None:
    """One question over ``POST /api/ask``."""
    reply = await client.post("/api/ask", json={"question": question})
    reply.raise_for_status()
    if reply.json()["status"] not in ("answered", "abstained"):
        raise ValueError(f"no answer: {reply.text[:80]}")


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

    async def ask(self, client: httpx.AsyncClient, question: str) -> list[Any]:
        """One question in a visit of its own, until the answer stands in the chat.

        :returns: what the last step gave, the chat's messages among it.
        :raises ValueError: when a step fails or no answer comes.
        """
        visit = uuid4().hex[:12]
        values: dict[int, Any] = {self._box: question}
        for step in self._steps:
            data = await self._do(client, visit, step, values)
            for part, value in zip(step["outputs"], data, strict=False):
                values[part] = value
            if step["queue"] and any(self._kinds[part] == "chatbot" for part in step["outputs"]):
                return data
        raise ValueError("the chat gave no answer")

    async def _do(
        self, client: httpx.AsyncClient, visit: str, step: dict[str, Any], values: dict[int, Any]
    ) -> list[Any]:
        body = {
            "data": [None if self._kinds[part] == "state" else values.get(part) for part in step["inputs"]],
            "fn_index": step["id"],
            "session_hash": visit,
            "trigger_id": step["targets"][0][0],
        }
        if not step["queue"]:
            reply = await client.post(f"{self._prefix}/run/predict", json=body)
            reply.raise_for_status()
            return list(reply.json()["data"])
        joined = await client.post(f"{self._prefix}/queue/join", json=body)
        joined.raise_for_status()
        data: list[Any] = []
        async with client.stream(
            "GET", f"{self._prefix}/queue/data", params={"session_hash": visit}
        ) as events:
            async for line in events.aiter_lines():
                if not line.startswith("data:"):
                    continue
                event = json.loads(line[5:])
                if event["msg"] == "process_generating" and not data:
                    data = event["output"].get("data", [])
                if event["msg"] == "process_completed":
                    if not event["success"]:
                        raise ValueError(f"a step failed: {event['output']}")
                    return list(event["output"].get("data") or data)
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
    async with httpx.AsyncClient(base_url=url, timeout=_PATIENCE, trust_env=False) as client:
        reply = await client.get("/config")
    if reply.status_code != 200:
        raise EvalError(f"{url} 的聊天打不开（{reply.status_code}）；设了访问控制时只能测 REST")
    return ChatVisit(reply.json())
