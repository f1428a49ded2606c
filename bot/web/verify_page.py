"""Checking a text against the documents: ``POST /api/verify`` for programs, ``/verify`` for people."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Response
from fastapi.responses import HTMLResponse

from bot.claims import TEXT_LIMIT, ClaimsError
from bot.fact_check import Checked
from bot.table_export import to_csv, to_xlsx
from bot.verify_export import VERDICT_NAMES, to_columns
from bot.web.contract import AskService
from bot.web.models import ErrorModel
from bot.web.templating import render
from bot.web.verify_models import VerifyBody, VerifyModel

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ERRORS: dict[int | str, dict[str, Any]] = {
    413: {"model": ErrorModel, "description": "请求体太大"},
    422: {"model": ErrorModel, "description": "请求不合要求"},
}


def verify_routes(service: AskService) -> APIRouter:
    """``/api/verify`` and ``/verify``; what is pasted is read in memory and kept nowhere."""
    router = APIRouter()

    @router.post(
        "/api/verify", response_model=VerifyModel, responses=_ERRORS, tags=["问答"], summary="核对一段文字"
    )
    def verify(body: VerifyBody) -> VerifyModel:
        """逐句核对：有依据、与原文不符（附原文的写法）、没有提到，各带条款。"""
        try:
            return VerifyModel.of(list(service.check(body.text)))
        except ClaimsError as error:
            detail = {"error": "invalid_request", "message": str(error), "remedy": "请改好 text 再试。"}
            raise HTTPException(422, detail) from error

    @router.get("/verify", include_in_schema=False)
    def form() -> HTMLResponse:
        return _page("")

    @router.post("/verify", include_in_schema=False)
    def check(text: Annotated[str, Form()] = "", form: Annotated[str, Form(alias="format")] = "") -> Response:
        text = text.replace("\r\n", "\n")
        try:
            rows = list(service.check(text))
        except ClaimsError as error:
            return _page(text[:TEXT_LIMIT], problem=str(error), status=422)
        if form == "csv":
            headers = {"content-disposition": 'attachment; filename="verify.csv"'}
            data = to_csv(to_columns(rows)).encode()
            return Response(data, media_type="text/csv; charset=utf-8", headers=headers)
        if form == "xlsx":
            headers = {"content-disposition": 'attachment; filename="verify.xlsx"'}
            return Response(to_xlsx({"核对": to_columns(rows)}), media_type=_XLSX, headers=headers)
        return _page(text, rows)

    return router


def _page(
    text: str, rows: list[Checked] | None = None, *, problem: str = "", status: int = 200
) -> HTMLResponse:
    tally = Counter(row.verdict for row in rows or ())
    page = render(
        "verify.html",
        text=text,
        rows=rows,
        tally=[
            (verdict, VERDICT_NAMES[verdict], tally[verdict]) for verdict in VERDICT_NAMES if tally[verdict]
        ],
        names=VERDICT_NAMES,
        problem=problem,
        limit=TEXT_LIMIT,
    )
    return HTMLResponse(page, status_code=status)
