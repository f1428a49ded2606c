"""What goes in and out over REST, as pydantic models; they document themselves at ``/docs``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from bot.schema import Answer, Citation, Reason, Status, Turn
from bot.web.contract import HISTORY_LIMIT, QUESTION_LIMIT
from ingest.schema import Form, Level

CITATION_EXAMPLE: JsonDict = {
    "ref": 1,
    "doc_id": "fuling-2025-6",
    "clause_id": "2.2.5",
    "label": "《加快建设新时代教育强区推进涪陵教育高质量发展实施方案》二、（二）第5项",
    "quote": "到2027年，公办在园幼儿占比达到65%",
    "start": 3733,
    "end": 3753,
    "level": "district",
    "form": "original",
}
ANSWER_EXAMPLE: JsonDict = {
    "id": "q17",
    "question": "公办园占比要到多少？",
    "status": "answered",
    "reason": None,
    "answer": "到2027年，公办在园幼儿占比达到65%。[1]",
    "citations": [CITATION_EXAMPLE],
    "confidence": 0.93,
    "answerer": "extractive",
    "latency_ms": 11.8,
}


class CitationModel(BaseModel):
    """A reference from the answer to the words it stands on."""

    model_config = ConfigDict(json_schema_extra={"examples": [CITATION_EXAMPLE]})

    ref: int = Field(description="答案里 [n] 的 n")
    doc_id: str
    clause_id: str = Field(description="包含引文的最内层条款")
    label: str
    quote: str = Field(description="引文，与文件正文逐字相同")
    start: int = Field(description="引文在文件正文里的起点，按字符计")
    end: int = Field(description="引文的终点，不含此字符")
    level: Level
    form: Form = Field(description="original 原件，digest 摘编")


class AnswerModel(BaseModel):
    """The one shape of every answer."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWER_EXAMPLE]})

    id: str
    question: str
    status: Status
    reason: Reason | None
    answer: str
    citations: list[CitationModel]
    confidence: float
    answerer: str
    latency_ms: float

    def to_answer(self) -> Answer:
        """The answer that this body stands for, as the service takes it in a history."""
        values = self.model_dump(exclude={"citations"})
        return Answer(
            **values, citations=tuple(Citation(**citation.model_dump()) for citation in self.citations)
        )


class EarlierTurn(BaseModel):
    """An earlier exchange; without its answer, the question is asked again to have it."""

    question: Annotated[str, Field(max_length=QUESTION_LIMIT)]
    answer: AnswerModel | None = None

    def to_turn(self) -> Turn:
        return Turn(self.question, self.answer.to_answer() if self.answer else None)


class AskBody(BaseModel):
    """A question, with the earlier turns it may lean on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "公办园占比要到多少？"},
                {"question": "由谁负责？", "history": [{"question": "学前教育要怎样发展？"}]},
            ]
        },
    )

    question: Annotated[str, Field(max_length=QUESTION_LIMIT, description=f"不超过{QUESTION_LIMIT}个字")]
    history: Annotated[list[EarlierTurn], Field(max_length=HISTORY_LIMIT)] = []
    id: Annotated[str, Field(max_length=100, description="原样写进答案的 id")] = ""


class DocumentModel(BaseModel):
    """A document that answers draw on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "doc_id": "fuling-2025-6",
                    "title": "加快建设新时代教育强区推进涪陵教育高质量发展实施方案",
                    "level": "district",
                    "issuer": "重庆市涪陵区人民政府",
                    "form": "original",
                    "document_number": "涪陵府发〔2025〕6号",
                    "issued": "2025-03-08",
                    "published": None,
                    "validity": None,
                    "official_url": None,
                    "sha256": "0" * 64,
                    "clauses": 120,
                    "address": "/doc/fuling-2025-6",
                }
            ]
        }
    )

    doc_id: str
    title: str
    level: Level
    issuer: str
    form: Form
    document_number: str | None
    issued: str | None
    published: str | None
    validity: str | None
    official_url: str | None
    sha256: str = Field(description="所收文件原始字节的摘要")
    clauses: int = Field(description="条款数")
    address: str = Field(description="阅读页")


class NeighbourModel(BaseModel):
    """A clause named in passing."""

    clause_id: str
    label: str
    heading: str


class ClauseModel(BaseModel):
    """A clause as it stands in its document."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "doc_id": "shili-2026-1",
                    "clause_id": "2.1.1",
                    "label": "二、（一）第1项",
                    "kind": "item",
                    "number": "1.",
                    "heading": "改造学校图书馆",
                    "text": "1.改造学校图书馆。到2027年，学校图书馆达标率达到90%。",
                    "own_text": "1.改造学校图书馆。到2027年，学校图书馆达标率达到90%。",
                    "start": 57,
                    "end": 88,
                    "subtree_end": 88,
                    "level": "district",
                    "form": "original",
                    "path": [
                        {"clause_id": "2", "label": "二、", "heading": "重点任务"},
                        {"clause_id": "2.1", "label": "二、（一）", "heading": "建设阅读空间"},
                    ],
                    "children": [],
                    "previous": {"clause_id": "2.1", "label": "二、（一）", "heading": "建设阅读空间"},
                    "next": {"clause_id": "2.1.2", "label": "二、（一）第2项", "heading": "推动晨读"},
                    "address": "/doc/shili-2026-1#2.1.1",
                }
            ]
        }
    )

    doc_id: str
    clause_id: str
    label: str
    kind: str
    number: str
    heading: str
    text: str = Field(description="本条连同下级条款的全文")
    own_text: str = Field(description="本条自己的文字，不含下级条款")
    start: int
    end: int = Field(description="own_text 的终点，不含此字符")
    subtree_end: int = Field(description="text 的终点，不含此字符")
    level: Level
    form: Form
    path: list[NeighbourModel] = Field(description="从最外层到上一级")
    children: list[NeighbourModel]
    previous: NeighbourModel | None = Field(description="文件中的前一条")
    next: NeighbourModel | None = Field(description="文件中的后一条")
    address: str = Field(description="阅读页，定位到本条")


class ErrorModel(BaseModel):
    """What went wrong, and what to do about it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": "no_such_clause",
                    "message": "fuling-2025-6 里没有编号为“9.9”的条款。",
                    "remedy": "这份文件最外层的条款是：0、1、2、3。",
                    "details": [],
                    "request_id": "3f2a9c0d51b7e684",
                }
            ]
        }
    )

    error: Literal[
        "invalid_request",
        "too_large",
        "too_many_requests",
        "no_such_document",
        "no_such_clause",
        "not_found",
        "not_supported",
        "not_installed",
        "not_signed_in",
        "not_admin",
        "not_supported",
        "other_site",
        "wrong_host",
        "failed",
    ] = Field(description="程序用来分辨的词，不会改")
    message: str = Field(description="出了什么事")
    remedy: str = Field(description="怎样改正")
    details: list[dict[str, Any]] = []
    request_id: str = Field(default="", description="请求编号，与响应头 X-Request-ID 相同，日志里也是它")


class HealthModel(BaseModel):
    """Whether the process is alive, or ready to answer."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ready", "documents": 3}]})

    status: Literal["ok", "ready", "not_ready"]
    documents: int | None = None
