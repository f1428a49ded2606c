"""A tiny document with figures that can be checked by eye, and makers of questions and answers on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eval.clauses import ClauseBook, ClauseDocument, ClauseText
from eval.schema import AnswerRecord, ClauseRef, Question

LINES = (
    ("1", "一、总体要求\n"),
    ("2", "二、重点任务\n"),
    ("2.1", "（一）基础教育\n"),
    ("2.1.1", "1. 学前。到2027年，公办园占比达到65%，组建共同体5个。\n"),
    ("2.1.2", "2. 高中。到2027年，建特色高中25所，由教育、公安等部门负责。\n"),
    ("3", "三、保障。经费每年检查两次。\n"),
)


def _document() -> ClauseDocument:
    text = "".join(line for _, line in LINES)
    starts = [sum(len(line) for _, line in LINES[:place]) for place in range(len(LINES))]
    clauses = []
    for (clause_id, line), start in zip(LINES, starts, strict=True):
        end = start + len(line)
        below = [
            other_start + len(other_line)
            for (other_id, other_line), other_start in zip(LINES, starts, strict=True)
            if other_id.startswith(f"{clause_id}.")
        ]
        clauses.append(ClauseText(clause_id, clause_id, "", start, end, max([end, *below])))
    return ClauseDocument("doc", text, tuple(clauses), "方案")


@pytest.fixture
def book() -> ClauseBook:
    """One document, ``doc``, of two sections; its clauses are 1, 2, 2.1, 2.1.1, 2.1.2 and 3."""
    return ClauseBook({"doc": _document()})


@pytest.fixture
def ask() -> Callable[..., Question]:
    """Makes a question; answerable about doc#2.1.1 with the fact 65% unless told otherwise."""

    def make(**changes: Any) -> Question:
        row: dict[str, Any] = {
            "id": "q1",
            "question": "公办园占比多少？",
            "kind": "figure",
            "answerable": True,
            "gold": ["doc#2.1.1"],
            "facts": [["65%"]],
        }
        if changes.get("answerable") is False:
            row = {**row, "kind": "near_miss", "reason": "not_stated", "gold": [], "facts": []}
        if "turns" in changes:
            row.pop("question")
        return Question.model_validate({**row, **changes})

    return make


@pytest.fixture
def cite(book: ClauseBook) -> Callable[..., dict[str, Any]]:
    """Makes a citation of a clause of ``doc``, with words of it as quote and their offsets."""

    def make(clause_id: str, quote: str | None = None) -> dict[str, Any]:
        text = book.text(ClauseRef(doc_id="doc", clause_id=clause_id)) or ""
        quote = text.strip() if quote is None else quote
        start = book.documents["doc"].text.find(quote)
        return {
            "ref": 1,
            "doc_id": "doc",
            "clause_id": clause_id,
            "label": clause_id,
            "quote": quote,
            "start": start,
            "end": start + len(quote),
        }

    return make


@pytest.fixture
def reply(cite: Callable[..., dict[str, Any]]) -> Callable[..., AnswerRecord]:
    """Makes an answer; the right one to the question that ``ask`` makes unless told otherwise."""

    def make(**changes: Any) -> AnswerRecord:
        row: dict[str, Any] = {
            "id": "q1",
            "question": "公办园占比多少？",
            "status": "answered",
            "reason": None,
            "answer": "到2027年，公办园占比达到65%。[1]",
            "citations": [cite("2.1.1", "公办园占比达到65%")],
            "confidence": 0.9,
            "answerer": "test",
            "latency_ms": 1.0,
        }
        if changes.get("status") == "abstained":
            row = {**row, "reason": "not_stated", "answer": "文件没有写。", "citations": []}
        return AnswerRecord.model_validate({**row, **changes})

    return make
