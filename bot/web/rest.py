"""The REST interface: it only translates between HTTP and the service."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import JSONResponse

from bot.reference import resolve
from bot.web.contract import AskService
from bot.web.history import with_answers
from bot.web.links import clause_address
from bot.web.models import (
    AnswerModel,
    AskBody,
    ClauseModel,
    DocumentModel,
    ErrorModel,
    HealthModel,
    NeighbourModel,
)
from ingest.schema import Clause, ClauseTree, DocumentMeta

_NOT_READY: dict[int | str, dict[str, Any]] = {503: {"model": HealthModel, "description": "还不能回答"}}
_NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorModel, "description": "没有这份文件或这一条"}
}


def rest_routes(service: AskService) -> APIRouter:
    """The routes under ``/api``, and the two that watch over the process."""
    router = APIRouter()

    @router.post("/api/ask", response_model=AnswerModel, tags=["问答"], summary="提问")
    def ask(body: AskBody) -> JSONResponse:
        """一个问题，一个答案。每个引用都给出条款编号、逐字的引文和它在正文里的位置。"""
        history = with_answers(service, (item.to_turn() for item in body.history))
        answer = service.ask(body.question, history, question_id=body.id)
        # As it is: the service made it, and a model of it would only be checked and taken apart again.
        return JSONResponse(answer.to_dict())

    @router.get("/api/documents", response_model=list[DocumentModel], tags=["文件"], summary="文件目录")
    def documents() -> list[DocumentModel]:
        """回答所依据的全部文件。"""
        return [_document(tree.meta, tree) for tree in service.trees.values()]

    @router.get(
        "/api/documents/{doc_id}/clauses/{clause_id}",
        response_model=ClauseModel,
        responses=_NOT_FOUND,
        tags=["文件"],
        summary="一个条款",
    )
    def clause(doc_id: str, clause_id: str) -> ClauseModel:
        """按编号取一个条款，连同它在文件里的位置和前后条款。编号也可以照文件的写法，例如 二、（二）第6项。"""
        return find_clause(service, doc_id, clause_id)

    @router.get("/healthz", response_model=HealthModel, tags=["运行"], summary="进程是否活着")
    def healthz() -> HealthModel:
        """不用登录。"""
        return HealthModel(status="ok")

    @router.get(
        "/readyz", response_model=HealthModel, responses=_NOT_READY, tags=["运行"], summary="是否可以回答"
    )
    def readyz(response: Response) -> HealthModel:
        """文件已载入时是 200；一份也没有时是 503。不用登录。"""
        count = len(service.documents())
        response.status_code = 200 if count else 503
        return HealthModel(status="ready" if count else "not_ready", documents=count)

    return router


def find_clause(service: AskService, doc_id: str, clause_id: str) -> ClauseModel:
    """A clause by its id, or by its number as people write it.

    :raises HTTPException: 404 with what there is instead.
    """
    tree = service.trees.get(doc_id)
    if tree is None:
        known = "、".join(meta.doc_id for meta in service.documents())
        raise _not_found("no_such_document", f"没有编号为“{doc_id}”的文件。", f"现有的文件是：{known}。")
    found = tree.find(clause_id)
    if found is None:
        written = resolve(clause_id, {doc_id: tree}).found
        found = tree.find(written[0].clause_id) if len(written) == 1 else None
    if found is None:
        remedy = f"这份文件最外层的条款是：{'、'.join(root.clause_id for root in tree.roots)}。"
        raise _not_found("no_such_clause", f"{doc_id} 里没有编号为“{clause_id}”的条款。", remedy)
    return _clause(tree, found)


def _not_found(error: str, message: str, remedy: str) -> HTTPException:
    return HTTPException(404, {"error": error, "message": message, "remedy": remedy})


def _document(meta: DocumentMeta, tree: ClauseTree) -> DocumentModel:
    return DocumentModel(
        doc_id=meta.doc_id,
        title=meta.title,
        level=meta.level,
        issuer=meta.issuer,
        form=meta.form,
        document_number=meta.document_number,
        issued=meta.issued,
        published=meta.published,
        validity=meta.validity,
        official_url=meta.official_url,
        sha256=meta.sha256,
        clauses=sum(1 for _ in tree.walk()),
        address=f"/doc/{meta.doc_id}",
    )


def _clause(tree: ClauseTree, clause: Clause) -> ClauseModel:
    order = list(tree.walk())
    at = order.index(clause)
    return ClauseModel(
        doc_id=tree.doc_id,
        clause_id=clause.clause_id,
        label=clause.label,
        kind=clause.kind,
        number=clause.number,
        heading=clause.heading,
        text=tree.full_text(clause),
        own_text=tree.own_text(clause),
        start=clause.start,
        end=clause.end,
        subtree_end=clause.subtree_end,
        level=tree.meta.level,
        form=tree.meta.form,
        path=[_neighbour(step) for step in tree.path(clause.clause_id)[:-1]],
        children=[_neighbour(child) for child in clause.children],
        previous=_neighbour(order[at - 1]) if at else None,
        next=_neighbour(order[at + 1]) if at + 1 < len(order) else None,
        address=clause_address(tree.doc_id, clause.clause_id),
    )


def _neighbour(clause: Clause) -> NeighbourModel:
    return NeighbourModel(clause_id=clause.clause_id, label=clause.label, heading=clause.heading)
