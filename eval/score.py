"""From answers to a score sheet: a plain JSON value that every report is made of."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.aggregate import ScoredQuestion, abstention, by_group, calibration, robustness, summarise
from eval.clauses import ClauseBook
from eval.dataset import questions_digest, root_id
from eval.errors import DatasetError
from eval.ir import mean_scores, retrieval_scores
from eval.measures import Case, covers_any, measure_all
from eval.schema import AnswerRecord, ClauseRef, Question
from eval.stage import STAGE_NAMES, faults, stage_at_fault

SHEET_FORMAT = 1


def score(
    questions: Sequence[Question],
    answers: Mapping[str, AnswerRecord],
    book: ClauseBook,
    *,
    name: str,
    determinism: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """The score sheet of a set of answers.

    A question without an answer counts as an error, so with the worst value of every measure; an answer
    without a question is passed over. The same questions, answers and clauses give the same sheet, byte for
    byte; latencies are not in it.

    :param name: what the answerer is called in tables.
    :param determinism: ``{"asked": n, "identical": k}`` from questions that were asked again.
    """
    by_id = {question.id: question for question in questions}
    rows, details = [], []
    for question in questions:
        answer = answers.get(question.id) or _no_answer(question)
        case = Case(question, answer, book)
        family = root_id(question, by_id)
        row = ScoredQuestion(question, family, measure_all(case), answer.confidence, case.answered)
        rows.append(row)
        details.append(_detail(case, row))
    stages = Counter(detail["stage"] for detail in details if detail["stage"])
    return {
        "format": SHEET_FORMAT,
        "name": name,
        "questions": len(questions),
        "unanswered": sum(question.id not in answers for question in questions),
        "questions_digest": questions_digest(questions),
        "corpus_digest": book.digest,
        "documents": {doc_id: book.documents[doc_id].title for doc_id in sorted(book.documents)},
        "measures": {**summarise(rows), **abstention(rows)},
        "by": by_group(rows),
        "robustness": robustness(rows),
        "calibration": calibration(rows),
        "retrieval": _retrieval(questions, answers),
        "stages": {stage: stages.get(stage, 0) for stage in STAGE_NAMES},
        "determinism": dict(determinism) if determinism else None,
        "details": details,
    }


def _no_answer(question: Question) -> AnswerRecord:
    return AnswerRecord(id=question.id, status="error", message="没有这一题的答案")


def _detail(case: Case, row: ScoredQuestion) -> dict[str, Any]:
    question, answer = case.question, case.answer
    return {
        "id": question.id,
        "family": row.family,
        "turns": list(question.turns_asked),
        "kind": question.kind,
        "style": question.style,
        "difficulty": question.difficulty,
        "answerable": question.answerable,
        "gold_reason": question.reason,
        "gold": [_clause(ref, case.book) for ref in question.gold],
        "facts": [list(group) for group in question.facts + question.says],
        "note": question.note,
        "status": answer.status,
        "reason": answer.reason,
        "answer": answer.answer,
        "citations": [
            {**_clause(citation.clause, case.book), "quote": citation.quote or ""}
            for citation in answer.citations
        ],
        "confidence": answer.confidence,
        "values": {name: None if value is None else round(value, 6) for name, value in row.values.items()},
        "stage": stage_at_fault(case),
        "faults": faults(case),
    }


def _retrieval(questions: Sequence[Question], answers: Mapping[str, AnswerRecord]) -> dict[str, float] | None:
    """Retrieval measures over the questions with gold, where the answerer says what it retrieved."""
    wanted = {question.id: question for question in questions if question.gold}
    if not any(answers[key].retrieved for key in wanted if key in answers):
        return None
    rankings = {}
    for key, question in wanted.items():
        found = answers[key].retrieved if key in answers else ()
        rankings[key] = [_as_gold(ref, question) for ref in found]
    qrels = {key: [str(ref) for ref in question.gold] for key, question in wanted.items()}
    means = mean_scores(retrieval_scores(qrels, rankings, ("R@1", "R@5", "R@10", "RR@10", "nDCG@10")))
    return {name: round(value, 6) for name, value in means.items()}


def _as_gold(ref: ClauseRef, question: Question) -> str:
    """A clause below a gold clause counts as that clause, here as in the citations."""
    return next((str(gold) for gold in question.gold if covers_any((gold,), ref)), str(ref))


def _clause(ref: ClauseRef, book: ClauseBook) -> dict[str, str]:
    return {"clause": str(ref), "label": book.label(ref)}


def dump_sheet(sheet: Mapping[str, Any]) -> str:
    """A sheet as JSON text, the same for the same sheet."""
    return json.dumps(sheet, ensure_ascii=False, indent=1) + "\n"


def load_sheet(path: Path) -> dict[str, Any]:
    """Read a sheet, from its file or the folder of its run.

    :raises DatasetError: when it is not there or is no score sheet of this format.
    """
    file = path / "scores.json" if path.is_dir() else path
    try:
        sheet = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DatasetError("没有这个文件；请先运行 python -m eval score", path=file) from None
    except (OSError, ValueError) as error:
        raise DatasetError(f"读不了：{error}", path=file) from error
    if not isinstance(sheet, dict) or sheet.get("format") != SHEET_FORMAT:
        raise DatasetError(f"不是格式 {SHEET_FORMAT} 的成绩单", path=file)
    return sheet
