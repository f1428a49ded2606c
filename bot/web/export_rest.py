"""``POST /api/export``: cited answers as a Markdown or DOCX file, each held against the documents first."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field

from bot.export import TITLE, record, to_docx, to_markdown
from bot.recheck import recheck
from bot.web.contract import AskService
from bot.web.models import EarlierTurn, ErrorModel

#: Longest conversation that becomes one file.
_TURNS = 50
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_REPLIES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "文件",
        "content": {_DOCX: {}, "text/markdown": {"schema": {"type": "string"}}},
    },
    409: {"model": ErrorModel, "description": "有回答与现有文件对不上"},
    422: {"model": ErrorModel, "description": "请求不合要求"},
}


class ExportBody(BaseModel):
    """A conversation to export: its questions, with their answers as ``/api/ask`` gave them or without."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"format": "docx", "turns": [{"question": "公办园占比要到多少？"}]}]},
    )

    format: Literal["markdown", "docx"] = Field(description="markdown 或 docx（Word）")
    turns: Annotated[list[EarlierTurn], Field(min_length=1, max_length=_TURNS)]
    last_only: bool = Field(False, description="只导出最后一问；前面的只用来理解它")


def export_routes(service: AskService) -> APIRouter:
    """The route that makes files of answers; what a caller hands over is never printed unchecked."""
    router = APIRouter()

    @router.post(
        "/api/export", responses=_REPLIES, response_class=Response, tags=["问答"], summary="导出回答"
    )
    def export(body: ExportBody) -> Response:
        """把回答连同依据写成文件。引文逐字取自文件；交来的回答先与文件核对，对不上的不导出。没有带答案的问题会现问。"""
        turns = [item.to_turn() for item in body.turns]
        checked = recheck(service, turns)
        for number, turn in enumerate(checked, start=1):
            if turn.answer is None:
                raise HTTPException(
                    409,
                    {
                        "error": "not_supported",
                        "message": f"第{number}个回答与现有文件对不上，没有导出。",
                        "remedy": "文件可能已经更新。请重新提问，再导出。",
                    },
                )
        today = date.today()
        made = record(checked[-1:] if body.last_only else checked, service.trees, on=today)
        if body.format == "docx":
            return _file(to_docx(made), _DOCX, f"{TITLE}{today.isoformat()}.docx")
        markdown = to_markdown(made).encode()
        return _file(markdown, "text/markdown; charset=utf-8", f"{TITLE}{today.isoformat()}.md")

    return router


def _file(data: bytes, media_type: str, name: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(data, media_type=media_type, headers={"content-disposition": disposition})
