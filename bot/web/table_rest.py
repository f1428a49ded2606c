"""The four tables over REST: JSON with the columns of the contract, CSV and XLSX for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import JSONResponse

from bot import table_views as views
from bot.table_export import XLSX_TYPE, to_xlsx
from bot.web import table_select as select
from bot.web.models import ErrorModel
from bot.web.table_data import TableSet, TableSource
from bot.web.table_models import (
    AlignFilter,
    AlignModel,
    Filter,
    OwnerFilter,
    OwnerModel,
    RefFilter,
    RefModel,
    TargetFilter,
    TargetModel,
    UnownedFilter,
    UnownedModel,
)

_TAG = "表格"


def table_routes(source: TableSource) -> APIRouter:
    """``/api/owners``, ``/api/unowned``, ``/api/targets``, ``/api/alignment`` and ``/api/refs``."""
    router = APIRouter()

    @router.get("/api/owners", summary="责任清单", tags=[_TAG], responses=_replies(OwnerModel))
    def owners(chosen: Annotated[OwnerFilter, Query()]) -> Response:
        """哪个单位在哪一条做什么，全部列出。basis 为 inferred 的是推定，文件没有写明，要核对。"""
        tables = checked(source.tables(), chosen, chosen.clause_id)
        return _reply("owners", select.select_owners(tables, chosen), tables.knowledge.owners, tables, chosen)

    @router.get("/api/unowned", summary="没有点名单位的事项", tags=[_TAG], responses=_replies(UnownedModel))
    def unowned(chosen: Annotated[UnownedFilter, Query()]) -> Response:
        """文件没有点名哪个部门的事项。"""
        tables = checked(source.tables(), chosen)
        return _reply(
            "unowned", select.select_unowned(tables, chosen), tables.knowledge.unowned, tables, chosen
        )

    @router.get("/api/targets", summary="目标台账", tags=[_TAG], responses=_replies(TargetModel))
    def targets(chosen: Annotated[TargetFilter, Query()]) -> Response:
        """每一个有数字的目标：要求、期限、范围和出处。"""
        tables = checked(source.tables(), chosen, chosen.clause_id)
        return _reply(
            "targets", select.select_targets(tables, chosen), tables.knowledge.targets, tables, chosen
        )

    @router.get("/api/alignment", summary="上下对照", tags=[_TAG], responses=_replies(AlignModel))
    def alignment(chosen: Annotated[AlignFilter, Query()]) -> Response:
        """每一条落实上位文件的哪一条、怎样落实，以及上位有而本级没有对应的。"""
        tables = checked(source.tables(), chosen, chosen.clause_id)
        if chosen.parent_doc_id is not None:
            _check_document(tables, chosen.parent_doc_id)
        return _reply(
            "alignment", select.select_align(tables, chosen), tables.knowledge.align, tables, chosen
        )

    @router.get("/api/refs", summary="点到的文件和提法", tags=[_TAG], responses=_replies(RefModel))
    def refs(chosen: Annotated[RefFilter, Query()]) -> Response:
        """点到的每一份文件是否收入，用到的每一个提法在哪里解释。"""
        tables = checked(source.tables(), chosen)
        return _reply("refs", select.select_refs(tables, chosen), tables.knowledge.refs, tables, chosen)

    return router


def _replies(model: type[Any]) -> dict[int | str, dict[str, Any]]:
    return {
        200: {
            "model": list[model],  # type: ignore[valid-type]  # made per table
            "description": "表的各行；format 为 csv 或 xlsx 时是文件",
            "content": {"text/csv": {}, XLSX_TYPE: {}},
        },
        404: {"model": ErrorModel, "description": "没有这份文件或这一条"},
        422: {"model": ErrorModel, "description": "参数不合要求"},
    }


def _reply(
    name: str, rows: Sequence[views.Row], every: Sequence[views.Row], tables: TableSet, chosen: Filter
) -> Response:
    if chosen.format == "json":
        return JSONResponse(views.to_json(rows))
    headers = {"content-disposition": f'attachment; filename="{name}.{chosen.format}"'}
    if chosen.format == "csv":
        text = select.csv_text(rows, every, tables)
        return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)
    return Response(to_xlsx({"表": select.cells(rows, tables)}), media_type=XLSX_TYPE, headers=headers)


def checked(tables: TableSet, chosen: Filter, clause_id: str | None = None) -> TableSet:
    """The tables, once the documents and the clause that a filter names are known to exist.

    :raises HTTPException: 404 with what there is instead; an empty list would hide a slip of the pen.
    """
    for doc_id in chosen.doc_id or ():
        _check_document(tables, doc_id)
    trees = [tables.trees[doc_id] for doc_id in chosen.doc_id or tables.trees]
    if clause_id is not None and not any(tree.find(clause_id) for tree in trees):
        where = "、".join(chosen.doc_id) if chosen.doc_id else "这些文件"
        raise _not_found(
            "no_such_clause",
            f"{where}里没有编号为“{clause_id}”的条款。",
            "条款编号由印刷的序号得来，例如 2.2.5；全部条款见 /doc 下的阅读页。",
        )
    return tables


def _check_document(tables: TableSet, doc_id: str) -> None:
    if doc_id not in tables.trees:
        known = "、".join(tables.trees)
        raise _not_found("no_such_document", f"没有编号为“{doc_id}”的文件。", f"现有的文件是：{known}。")


def _not_found(error: str, message: str, remedy: str) -> HTTPException:
    return HTTPException(404, {"error": error, "message": message, "remedy": remedy})
