"""Pages of the tables: owners, targets, alignment, documents and coinages. Readable without JavaScript."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from bot import table_views as views
from bot.timeline import timeline_svg
from bot.web import table_groups as groups
from bot.web import table_select as select
from bot.web.sheet_page import sheet_routes
from bot.web.table_data import TableSet, TableSource
from bot.web.table_models import AlignFilter, Filter, OwnerFilter, RefFilter, TargetFilter, UnownedFilter
from bot.web.templating import render
from ingest.align import figure

_MISSING = "上位有而本级未提"


def table_page_routes(source: TableSource) -> APIRouter:
    """``/owners``, ``/targets``, ``/alignment`` and ``/refs``."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    router.include_router(sheet_routes(source))

    @router.get("/owners")
    def owners(request: Request) -> str:
        view = request.query_params.get("view", "")
        return _owners_page(source.tables(), request, view if view in ("task", "open") else "body")

    @router.get("/targets")
    def targets(request: Request) -> str:
        tables = source.tables()
        chosen = select.lenient(TargetFilter, request.query_params)
        rows = select.select_targets(tables, chosen)
        view = "timeline" if request.query_params.get("view") == "timeline" else "list"
        every = tables.knowledge.targets
        return _page(
            "targets.html",
            tables,
            chosen,
            view=view,
            rows=rows,
            years=sorted({row.deadline for row in every if row.deadline is not None}),
            levels=sorted({row.scope for row in every if row.scope}),
            timeline=Markup(timeline_svg(rows)) if view == "timeline" and rows else "",
            figure=lambda row: figure(row).split("（到")[0],
        )

    @router.get("/alignment")
    def alignment(request: Request) -> str:
        tables = source.tables()
        chosen = select.lenient(AlignFilter, request.query_params)
        rows = select.select_align(tables, chosen)
        every = tables.knowledge.align
        return _page(
            "alignment.html",
            tables,
            chosen,
            pairs=[row for row in rows if row.relation != _MISSING],
            missing=[row for row in rows if row.relation == _MISSING],
            relations=list(dict.fromkeys(row.relation for row in every)),
            parents=list(dict.fromkeys(row.parent_doc_id for row in every)),
        )

    @router.get("/refs")
    def refs(request: Request) -> str:
        tables = source.tables()
        chosen = select.lenient(RefFilter, request.query_params)
        rows = select.select_refs(tables, chosen)
        return _page(
            "refs.html",
            tables,
            chosen,
            named=groups.by_name([row for row in rows if row.kind == "document"], tables),
            coined=groups.by_name([row for row in rows if row.kind == "coinage"], tables),
        )

    return router


def _owners_page(tables: TableSet, request: Request, view: str) -> str:
    if view == "open":
        chosen: Filter = select.lenient(UnownedFilter, request.query_params)
        items = groups.open_items(views.unowned(tables.knowledge, doc_ids=chosen.doc_id), tables)
        return _page("unowned.html", tables, chosen, view=view, items=items)
    chosen = select.lenient(OwnerFilter, request.query_params)
    rows = select.select_owners(tables, chosen)
    stated = [row for row in rows if row.basis == "stated"]
    inferred = [row for row in rows if row.basis == "inferred"]
    arranged = (
        partial(groups.by_task, tables=tables)
        if view == "task"
        else partial(views.by_body, bodies=tables.bodies)
    )
    every = tables.knowledge.owners
    return _page(
        "owners.html",
        tables,
        chosen,
        view=view,
        rows=rows,
        stated=stated,
        inferred=inferred,
        groups=arranged(stated),
        guesses=views.by_body(inferred, tables.bodies),
        roles=list(dict.fromkeys(row.role for row in every if row.basis == "stated")),
        bodies=list(views.by_body(every, tables.bodies)),
    )


def _page(template: str, tables: TableSet, chosen: Filter, **values: Any) -> str:
    return render(template, tables=tables, chosen=chosen, address=select.address, **values)
