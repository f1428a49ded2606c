"""Reader pages under ``/doc``: readable without JavaScript, addresses that last."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from bot.official import title_of
from bot.web.access import Access
from bot.web.contract import AskService
from bot.web.reading import clause_page, clause_panel, document_page, quote_span
from bot.web.table_data import TableSource
from bot.web.templating import render

#: Offsets beyond any document are cut off here rather than deep inside.
Offset = Annotated[int | None, Query(ge=0, le=100_000_000)]
Words = Annotated[str, Query(max_length=200)]
ClauseId = Annotated[str, Query(max_length=100)]


def reader_routes(service: AskService, tables: TableSource) -> APIRouter:
    """The shelf, a page for each document and each clause, and the panel that the chat shows beside an answer."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/doc")
    @router.get("/doc/")
    def documents(request: Request) -> str:
        access: Access = request.app.state.access
        return render("documents.html", documents=service.documents(), administered=access.administered)

    @router.get("/nav")
    def navigation() -> HTMLResponse:
        # For the chat, whose page is the same for everybody; what it shows depends on who asks.
        return HTMLResponse(render("_nav.html", current="/"), headers={"cache-control": "no-store"})

    @router.get("/doc/{doc_id}")
    def document(
        doc_id: str, start: Offset = None, end: Offset = None, q: Words = "", clause: ClauseId = ""
    ) -> HTMLResponse:
        tree = service.trees.get(doc_id)
        if tree is None:
            return _missing(service, f"没有编号为“{doc_id}”的文件。")
        quoted = quote_span(tree, start, end)
        if not clause:
            return HTMLResponse(document_page(tree, tables.tables(), quoted=quoted, query=q))
        found = tree.find(clause)
        if found is None:
            return _missing(service, f"{title_of(tree.meta)}里没有编号为“{clause}”的条款。")
        return HTMLResponse(clause_page(tree, found, tables.tables(), quoted))

    @router.get("/doc/{doc_id}/panel")
    def panel(doc_id: str, clause: str, start: Offset = None, end: Offset = None) -> HTMLResponse:
        tree = service.trees.get(doc_id)
        found = tree.find(clause) if tree else None
        if tree is None or found is None:
            return HTMLResponse(
                render("panel_missing.html", doc_id=doc_id, clause_id=clause), status_code=404
            )
        return HTMLResponse(clause_panel(tree, found, quote_span(tree, start, end)))

    return router


def _missing(service: AskService, message: str) -> HTMLResponse:
    page = render("missing.html", message=message, documents=service.documents())
    return HTMLResponse(page, status_code=404)
