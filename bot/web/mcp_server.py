"""The same answers as tools of the Model Context Protocol, at ``/mcp`` and over standard input and output.

An optional part: ``pip install -r requirements-mcp.txt``.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import FastAPI, HTTPException
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot import table_views as views
from bot.claims import TEXT_LIMIT, ClaimsError
from bot.schema import Turn
from bot.web import table_select as select
from bot.web.contract import HISTORY_LIMIT, QUESTION_LIMIT, AskService
from bot.web.errors import FAILED, problem
from bot.web.history import with_answers
from bot.web.models import AnswerModel, ClauseModel
from bot.web.rest import find_clause
from bot.web.table_data import TableSource
from bot.web.table_models import OwnerFilter, OwnerModel, TargetFilter, TargetModel
from bot.web.table_rest import checked
from bot.web.verify_models import VerifyModel

if TYPE_CHECKING:
    from mcp.server.fastmcp import FastMCP
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

log = logging.getLogger(__name__)

INSTALL = "pip install -r requirements-mcp.txt"
_INSTRUCTIONS = (
    "依据政策文件的条款作答。每个答案的 [n] 对应 citations 里的一条，quote 与文件逐字相同；转述时请保留条款名称和引文。"
    "form 为 digest 的是摘编，不是正式文本。status 为 abstained 表示文件没有写，不要自行补充。"
)
#: Rows of a table that one call gives; a model that needs more should ask more narrowly.
ROWS = 100

_R = TypeVar("_R")
_Text = Annotated[
    str, Field(max_length=TEXT_LIMIT, description=f"通知、报告或别的回答，不超过{TEXT_LIMIT}个字")
]
_Question = Annotated[str, Field(max_length=QUESTION_LIMIT, description="一个问题，用中文")]
_Earlier = Annotated[
    list[Annotated[str, Field(max_length=QUESTION_LIMIT)]],
    Field(max_length=HISTORY_LIMIT, description="同一次对话里在它之前问过的问题，由早到晚"),
]
_Doc = Annotated[str, Field(max_length=100, description="文件编号，例如 fuling-2025-6")]
_OneDoc = Annotated[str | None, Field(max_length=100, description="只看这份文件")]
_Clause = Annotated[
    str, Field(max_length=100, description="条款编号 2.2.6，或文件里的写法，例如 二、（二）第6项")
]
_Below = Annotated[str | None, Field(max_length=100, description="只看这一条及其下级，例如 2.2")]
_Body = Annotated[str | None, Field(max_length=100, description="单位，写哪种名称都行")]
_Topic = Annotated[str | None, Field(max_length=100, description="指标或原文里要有的词")]
_Year = Annotated[int | None, Field(ge=1900, le=2200, description="期限，哪一年")]


def is_installed() -> bool:
    """Whether the protocol's library is here."""
    return find_spec("mcp") is not None


def build_mcp(service: AskService, tables: TableSource) -> FastMCP:
    """The server with its tools."""
    from mcp.server.fastmcp import FastMCP
    from mcp.server.fastmcp.exceptions import ToolError
    from mcp.types import ToolAnnotations

    server = FastMCP(
        "policy-clauses",
        instructions=_INSTRUCTIONS,
        stateless_http=True,
        json_response=True,
        log_level="WARNING",
    )
    reads = ToolAnnotations(readOnlyHint=True, idempotentHint=True, openWorldHint=False)

    async def told(work: Callable[[], _R]) -> _R:
        """The result of work in a thread; a failure says what to do, and nothing of the host."""
        try:
            return await run_in_threadpool(work)
        except HTTPException as error:
            detail: Any = error.detail
            raise ToolError(f"{detail['message']}{detail['remedy']}") from error
        except ToolError:
            raise
        except Exception as error:
            log.exception("a tool failed")
            raise ToolError(f"{FAILED[1]}{FAILED[2]}") from error

    def one(doc_id: str | None) -> list[str] | None:
        return [doc_id] if doc_id else None

    @server.tool(title="提问", annotations=reads)
    async def ask(question: _Question, history: _Earlier = []) -> AnswerModel:  # noqa: B006  # the schema's default
        """问政策文件一个问题，得到简短的答案，每句话都有条款和逐字的引文；文件没有写的会说没有写。"""

        def work() -> AnswerModel:
            turns = with_answers(service, (Turn(each) for each in history))
            return AnswerModel.model_validate(service.ask(question, turns).to_dict())

        return await told(work)

    @server.tool(title="条款", annotations=reads)
    async def clause(doc_id: _Doc, clause_id: _Clause) -> ClauseModel:
        """按编号取一个条款的全文，连同它的上级、下级和前后条款。"""
        return await told(lambda: find_clause(service, doc_id, clause_id))

    @server.tool(title="责任清单", annotations=reads)
    async def owners(
        body: _Body = None, clause_id: _Below = None, doc_id: _OneDoc = None
    ) -> list[OwnerModel]:
        """哪个单位在哪一条做什么。basis 为 inferred 的是推定，文件没有写明。最多 100 行。"""

        def work() -> list[OwnerModel]:
            chosen = OwnerFilter.model_validate({"body": body, "clause_id": clause_id, "doc_id": one(doc_id)})
            rows = select.select_owners(checked(tables.tables(), chosen, clause_id), chosen)
            return [OwnerModel.model_validate(row) for row in views.to_json(rows[:ROWS])]

        return await told(work)

    @server.tool(title="目标台账", annotations=reads)
    async def targets(
        topic: _Topic = None, year: _Year = None, clause_id: _Below = None, doc_id: _OneDoc = None
    ) -> list[TargetModel]:
        """文件里有数字的目标：指标、要求、期限、范围和出处。最多 100 行。"""

        def work() -> list[TargetModel]:
            asked = {"topic": topic, "year": year, "clause_id": clause_id, "doc_id": one(doc_id)}
            chosen = TargetFilter.model_validate(asked)
            rows = select.select_targets(checked(tables.tables(), chosen, clause_id), chosen)
            return [TargetModel.model_validate(row) for row in views.to_json(rows[:ROWS])]

        return await told(work)

    @server.tool(title="核对", annotations=reads)
    async def verify(text: _Text) -> VerifyModel:
        """逐句核对一段文字：有依据、与原文不符（附原文的写法）、没有提到，各带条款。"""

        def work() -> VerifyModel:
            try:
                return VerifyModel.of(list(service.check(text)))
            except ClaimsError as error:
                raise ToolError(str(error)) from error

        return await told(work)

    return server


class _Endpoint:
    """``/mcp`` as an ASGI application: each start of the server has a session manager of its own."""

    def __init__(self, service: AskService, tables: TableSource) -> None:
        self._service, self._tables = service, tables
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        server = build_mcp(self._service, self._tables)._mcp_server
        # Names and origins are looked at in front of every route already.
        manager = StreamableHTTPSessionManager(server, stateless=True, json_response=True)
        async with manager.run():
            self._manager = manager
            yield
            self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._manager is None:
            await _not_installed(scope, receive, send)
            return
        await self._manager.handle_request(scope, receive, send)


async def _not_installed(scope: Scope, receive: Receive, send: Send) -> None:
    remedy = f"请管理员运行 {INSTALL}，再重新启动。"
    await problem(scope, 501, "not_installed", "没有安装 MCP 这一部分。", remedy)(scope, receive, send)


def mount_mcp(app: FastAPI, service: AskService, tables: TableSource) -> None:
    """Add ``/mcp``; without the library it says how to install it."""
    endpoint = _Endpoint(service, tables)
    app.router.routes.append(Route("/mcp", endpoint, include_in_schema=False))
    if not is_installed():
        return
    before = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        async with before(app) as state, endpoint.running():
            yield state

    app.router.lifespan_context = lifespan


def run_stdio(service: AskService) -> None:
    """Serve over standard input and output until the client leaves."""
    build_mcp(service, TableSource(service)).run("stdio")
