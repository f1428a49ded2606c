"""``/api/feedback``: a reader judges an answer, an administrator takes the judgements along."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from bot.feedback import FeedbackFile, FeedbackFull, to_columns
from bot.table_export import XLSX_TYPE, to_csv, to_xlsx
from bot.web.contract import QUESTION_LIMIT
from bot.web.gate import ADMIN_REPLIES, require_admin
from bot.web.models import ErrorModel
from bot.web.table_models import Format

Verdict = Literal["right", "wrong", "citation_wrong"]


class FeedbackBody(BaseModel):
    """A reader's judgement of one answer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "verdict": "citation_wrong",
                    "question": "公办园占比要到多少？",
                    "answer": "到2027年，公办在园幼儿占比达到65%。[1]",
                    "citations": ["/doc/fuling-2025-6#2.2.5"],
                    "note": "应当引用原文",
                }
            ]
        },
    )

    verdict: Verdict = Field(description="right 答对了，wrong 答错了，citation_wrong 引用有误")
    question: Annotated[str, Field(max_length=QUESTION_LIMIT)]
    answer: Annotated[str, Field(max_length=20_000)]
    citations: Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=50)] = []
    note: Annotated[str, Field(max_length=500)] = ""


class Thanks(BaseModel):
    """That the judgement has been kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"message": "已记下，谢谢。"}]})

    message: str


_FULL: dict[int | str, dict[str, Any]] = {507: {"model": ErrorModel, "description": "评价已经满了"}}


def feedback_routes(file: FeedbackFile) -> APIRouter:
    """One route that appends to ``file`` and one that gives it away; nothing else of a conversation is stored."""
    router = APIRouter()

    @router.post(
        "/api/feedback", response_model=Thanks, responses=_FULL, tags=["问答"], summary="评价一个答案"
    )
    def feedback(body: FeedbackBody) -> Thanks:
        """评价连同问题和答案记在本机的文件里，供维护者改进，不含其他信息。"""
        try:
            file.add(body.model_dump())
        except FeedbackFull as error:
            message, remedy = "评价已经满了，这一条没有记下。", "请管理员取走评价文件后再试。"
            raise HTTPException(507, {"error": "too_large", "message": message, "remedy": remedy}) from error
        return Thanks(message="已记下，谢谢。")

    @router.get(
        "/api/feedback",
        tags=["问答"],
        summary="取走评价（管理员）",
        dependencies=[Depends(require_admin)],
        responses=ADMIN_REPLIES,
    )
    def download(format: Format = "csv") -> Response:
        """读者对答案的全部评价，先记的在前，可以是 csv、xlsx 或 json。"""
        rows = file.rows()
        if format == "json":
            return JSONResponse(rows)
        table = to_columns(rows)
        data = to_xlsx({"评价": table}) if format == "xlsx" else to_csv(table).encode()
        kind = XLSX_TYPE if format == "xlsx" else "text/csv; charset=utf-8"
        name = f"feedback-{date.today().isoformat()}.{format}"
        return Response(
            data, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'}
        )

    return router
