"""Start the web application: take the port, load everything, then say where it is."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.live import LiveService
from bot.service import Service
from bot.settings import BotSettings
from bot.web.access import Access, AccessSettings
from bot.web.credentials import CredentialError
from bot.web.guard import Names
from bot.web.observe import access_log
from bot.web.rate import Buckets
from bot.web.workers import Workers
from ingest.errors import IngestError

log = logging.getLogger(__name__)

_Settings = TypeVar("_Settings", bound=BaseSettings)

#: What a setting that cannot be used should have been.
_EXPECTED = {
    "PORT": "端口是 0 到 65535 的整数，例如 PORT=7860",
    "SESSION_HOURS": "应当是 1 到 720 的整数，表示登录保持几小时",
    "ALLOW_OPEN": "应当是 1 或 0",
    "ACCESS_LOG": "应当是 1 或 0",
    "RATE_PER_MINUTE": "应当是不小于 0 的整数，0 表示不限",
    "ANSWER_PROCESSES": "应当是 0 到 32 的整数",
    "RATE_BURST": "应当是大于 0 的整数",
}


class WebSettings(BaseSettings):
    """Where to listen, what to log and how much one client may ask, from the environment."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    #: Loopback by default: only this machine can reach the chat.
    host: str = "127.0.0.1"
    #: 0 takes any free port.
    port: int = Field(default=7860, ge=0, le=65535)
    #: Questions and other posts that one client may send, per minute; 0 for no limit. Sized for an office behind one
    #: address: fifty people, each asking every two or three seconds.
    rate_per_minute: int = Field(default=1200, ge=0)
    #: How many of them may come at once.
    rate_burst: int = Field(default=300, ge=1)
    #: Processes that answer beside the server itself; None takes one for each further core, at most three, and at
    #: most one where only this machine can connect.
    answer_processes: int | None = Field(default=None, ge=0, le=32)
    #: One line a request on standard error; None writes it where others than this machine can connect.
    access_log: bool | None = None


class StartError(Exception):
    """The application cannot start; the message says why and what to do."""


def run(open_service: Callable[[], Service]) -> int:
    """Serve until interrupted.

    :param open_service: opens the index; an ``IngestError`` from it is shown as a sentence.
    :returns: the exit status: 0 after an ordinary end, 1 when the application could not start.
    """
    try:
        settings, access_settings = _settings(WebSettings), _settings(AccessSettings)
        access = _access(settings.host, access_settings)
        # Held from the start: a port in use is told at once, not after everything has been loaded.
        listener = take_port(settings.host, settings.port)
        print("正在载入索引和词典，请稍候……", flush=True)
        service = _open(open_service)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    import uvicorn

    from bot.web.app import create_app

    names = Names.of(access_settings.allowed_hosts, local=is_loopback(settings.host))
    buckets = None
    if settings.rate_per_minute:
        buckets = Buckets(per_minute=settings.rate_per_minute, burst=settings.rate_burst)
    count = _processes(settings)
    workers = Workers(service, open_service, count) if count else None
    app = create_app(
        service, workers=workers, access=access, names=names, buckets=buckets, follow=service.follow
    )
    if settings.access_log or (settings.access_log is None and not is_loopback(settings.host)):
        _log_requests()
    # An open page holds a connection; without a limit, Ctrl+C would wait for it.
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2
    )
    logging.getLogger("uvicorn.error").addFilter(_not_an_ordinary_end)
    server = uvicorn.Server(config)
    host, port = listener.getsockname()[:2]

    async def serve() -> None:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.02)
        if server.started:
            print(ready_message(host, port, closed=access.closed), flush=True)
            if workers is not None:
                # Not before: they would take from the start what it needs of the cores.
                workers.begin()
        await serving

    # The server hands a SIGTERM on once it has ended; it is to end like Ctrl+C, with the workers.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        # uvloop where there is one, as uvicorn itself would take.
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(serve())
    except KeyboardInterrupt:
        log.info("interrupted")
    finally:
        if workers is not None:
            workers.close()
    return 0


def _processes(settings: WebSettings) -> int:
    # A language model is waited for, not computed: processes would only stand in line, and its words would not stream.
    if BotSettings().llm_model:
        return 0
    if settings.answer_processes is not None:
        return settings.answer_processes
    return min((os.cpu_count() or 1) - 1, 1 if is_loopback(settings.host) else 3)


def _log_requests() -> None:
    handler = logging.StreamHandler()
    # A request is one JSON object and nothing else, for whatever collects it.
    handler.setFormatter(logging.Formatter("%(message)s"))
    access_log.addHandler(handler)
    access_log.setLevel(logging.INFO)
    access_log.propagate = False


def _not_an_ordinary_end(record: logging.LogRecord) -> bool:
    """Keeps from the log that open pages were cut off at the end, which is no error."""
    cut_off = record.exc_info is not None and record.exc_info[0] is asyncio.CancelledError
    return not cut_off and not record.getMessage().startswith("Cancel ")


def take_port(host: str, port: int) -> socket.socket:
    """A socket bound to the address, not yet listening.

    :raises StartError: when the port is taken, not allowed, or the host is none of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise StartError(f"没有启动：HOST={host} 不是有效的地址。一般用 HOST=127.0.0.1。") from error
    listener = socket.socket(family, kind, protocol)
    if sys.platform != "win32":
        # Elsewhere it lets a restart follow at once; on Windows it would let two servers share a port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        _refuse_shared(host, port)
    except OSError as error:
        listener.close()
        raise StartError(_why(error, host, port)) from error
    return listener


def _refuse_shared(host: str, port: int) -> None:
    """Where the system lets two sockets bind to one port until one listens, ask whether somebody answers."""
    if port == 0:
        return
    probe = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host
    try:
        with socket.create_connection((probe, port), timeout=0.2):
            raise OSError(errno.EADDRINUSE, "somebody listens")
    except (ConnectionRefusedError, TimeoutError):
        return


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 7860
        return (
            f"没有启动：端口 {port} 已被占用，可能是本程序已在运行（打开 {_address(host, port)} 看看）。"
            f"换一个端口：PORT={other} make run，或 PORT={other} python app.py。"
        )
    if error.errno == errno.EACCES:
        return f"没有启动：没有使用端口 {port} 的权限。请用 1024 以上的端口，例如 PORT=7860。"
    return f"没有启动：不能监听 {host} 的端口 {port}（{error.strerror}）。一般用 HOST=127.0.0.1 PORT=7860。"


def ready_message(host: str, port: int, *, closed: bool = False) -> str:
    """What is printed once questions are answered."""
    lines = [f"已就绪：{_address(host, port)}   （按 Ctrl+C 结束）"]
    if closed:
        lines.append("已设访问控制：网页要登录，程序要令牌。")
    elif not is_loopback(host):
        lines.append("注意：正在监听本机以外可以连到的地址，而且没有口令（ALLOW_OPEN=1），连得到的人都能用。")
    return "\n".join(lines)


def _address(host: str, port: int) -> str:
    if host in ("0.0.0.0", "::", ""):
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _settings(kind: type[_Settings]) -> _Settings:
    try:
        return kind()
    except ValidationError as error:
        item = error.errors()[0]
        name, given = str(item["loc"][0]).upper(), item["input"]
        expected = _EXPECTED.get(name, "请改正或去掉它")
        raise StartError(f"没有启动：{name}={given} 不能用，{expected}。") from error


def _access(host: str, settings: AccessSettings) -> Access:
    """Who may come in.

    :raises StartError: when that cannot be used, or when everybody could come in from elsewhere unintended.
    """
    try:
        access = Access(settings)
    except CredentialError as error:
        raise StartError(f"没有启动：{error}") from error
    if not access.closed and not access.allow_open and not is_loopback(host):
        raise StartError(
            f"没有启动：HOST={host} 会让别的机器也能连上，却没有设访问控制。请设置 ACCESS_PASSWORD（共用口令）、"
            "ACCESS_USERS（用户）或 ACCESS_TOKENS（令牌）中的一项；只给本机用，请去掉 HOST；"
            "确实要让连得到的人都能用，请设 ALLOW_OPEN=1。"
        )
    return access


def _open(open_service: Callable[[], Service]) -> LiveService:
    try:
        service = LiveService(open_service)
        service.warm()
    except IngestError as error:
        raise StartError(f"没有启动：{error}") from error
    return service
