"""A division-of-labour sheet of the reader's own, joined to the clauses; it is read in memory and forgotten."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException

from bot.staff_sheet import Joined, JoinedLine, SheetError, join, read_sheet, to_columns
from bot.table_export import XLSX_TYPE, to_xlsx
from bot.web import table_select as select
from bot.web.table_data import TableSet, TableSource
from bot.web.table_models import Filter
from bot.web.templating import render
from bot.web.upload import read_form
from ingest.schema import ClauseTree

#: Largest sheet, in bytes; a list of tasks is a few dozen kilobytes.
SHEET_LIMIT = 2 * 1024 * 1024
#: A file that is an archive may hold this much unpacked, in bytes; more is no sheet but a trap.
_UNPACKED_LIMIT = 40 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class MatchedLine:
    """A joined line beside the bodies that the document itself names in the clause."""

    row: JoinedLine
    heading: str
    stated: tuple[str, ...]


def sheet_routes(source: TableSource) -> APIRouter:
    """The form at ``/owners/sheet``, and what it is sent to."""
    router = APIRouter()

    @router.get("/owners/sheet")
    def form() -> HTMLResponse:
        return _page(source.tables())

    @router.post("/owners/sheet")
    async def compare(request: Request) -> Response:
        try:
            sent = await read_form(request, limit=SHEET_LIMIT, fields=5)
        except MultiPartException:
            return _page(source.tables(), problem="没有收到表格，请重新选择文件。", status=400)
        if sent is None:
            problem = f"文件超过了{SHEET_LIMIT // 1024 // 1024} MB。请只保留分工表那一页，再传一次。"
            return _page(source.tables(), problem=problem, status=413)
        return await run_in_threadpool(_compare, source.tables(), sent)

    return router


def _compare(tables: TableSet, sent: FormData) -> Response:
    doc_id = str(sent.get("doc_id") or tables.lowest())
    tree = tables.trees.get(doc_id)
    file = sent.get("file")
    if tree is None:
        return _page(tables, problem=f"没有编号为“{doc_id}”的文件，请在单子里选一份。", status=400)
    if not isinstance(file, UploadFile) or not file.filename:
        return _page(
            tables, doc_id=doc_id, problem="还没有选择文件。请选择一份分工表再点“对照”。", status=400
        )
    data = file.file.read()
    try:
        _refuse_trap(file.filename, data)
        joined = join(read_sheet(file.filename, data), tree)
    except SheetError as error:
        return _page(tables, doc_id=doc_id, problem=str(error), status=400)
    if sent.get("format") == "xlsx":
        headers = {"content-disposition": 'attachment; filename="sheet.xlsx"'}
        return Response(to_xlsx({"对照": to_columns(joined)}), media_type=XLSX_TYPE, headers=headers)
    return _page(tables, doc_id=doc_id, joined=joined, name=file.filename, tree=tree)


def _refuse_trap(name: str, data: bytes) -> None:
    if len(data) > SHEET_LIMIT:
        raise SheetError(f"{name} 超过了{SHEET_LIMIT // 1024 // 1024} MB。请只保留分工表那一页，再传一次。")
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _UNPACKED_LIMIT:
            raise SheetError(f"{name} 展开后太大，不像是一份分工表。")


def _page(
    tables: TableSet,
    *,
    doc_id: str | None = None,
    problem: str = "",
    joined: Joined | None = None,
    name: str = "",
    tree: ClauseTree | None = None,
    status: int = 200,
) -> HTMLResponse:
    values: dict[str, Any] = {
        "tables": tables,
        "chosen": Filter(doc_id=[doc_id or tables.lowest()]),
        "address": select.address,
        "view": "sheet",
        "problem": problem,
        "name": name,
        "joined": joined,
        "matched": [_matched(row, tables) for row in joined.matched] if joined else [],
        "doc_id": tree.doc_id if tree else "",
        "limit": SHEET_LIMIT // 1024 // 1024,
    }
    return HTMLResponse(render("sheet.html", **values), status_code=status)


def _matched(row: JoinedLine, tables: TableSet) -> MatchedLine:
    stated = tables.knowledge.owners_in(row.doc_id, row.clause_id, basis="stated")
    names = tuple(dict.fromkeys(tables.bodies.short(each.body) for each in stated))
    return MatchedLine(row, tables.heading(row.doc_id, row.clause_id), names)
