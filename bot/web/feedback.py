"""What readers say of an answer, kept on this machine as one JSON object a line."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from bot.web.contract import QUESTION_LIMIT
from ingest.settings import PROJECT_ROOT

DEFAULT_FILE = PROJECT_ROOT / ".cache" / "feedback.jsonl"
#: The file grows no further than this, in bytes; a flood must not fill the disk.
FILE_LIMIT = 20 * 1024 * 1024

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

    message: str


def feedback_routes(file: Path) -> APIRouter:
    """``POST /api/feedback``, which appends to ``file``; nothing else of the conversation is stored."""
    router = APIRouter()
    lock = threading.Lock()

    @router.post("/api/feedback", response_model=Thanks, tags=["问答"], summary="评价一个答案")
    def feedback(body: FeedbackBody) -> Thanks:
        """评价连同问题和答案记在本机的文件里，供维护者改进，不含其他信息。"""
        row = {"time": datetime.now(UTC).isoformat(timespec="seconds"), **body.model_dump()}
        line = json.dumps(row, ensure_ascii=False) + "\n"
        with lock:
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.exists() and file.stat().st_size + len(line.encode()) > FILE_LIMIT:
                message, remedy = "评价已经满了，这一条没有记下。", "请管理员取走评价文件后再试。"
                raise HTTPException(507, {"error": "too_large", "message": message, "remedy": remedy})
            with file.open("a", encoding="utf-8") as rows:
                rows.write(line)
        return Thanks(message="已记下，谢谢。")

    return router
