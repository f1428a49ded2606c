"""Reading and writing of question and answer files, with errors that name file and line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from eval.errors import DatasetError
from eval.schema import AnswerRecord, Question

Split = Literal["dev", "test"]

QUESTIONS_DIR = Path(__file__).resolve().parent / "questions"
#: Hashed before the id. Chosen once, before anything was tuned, because it spreads every kind, style and
#: document evenly over the two halves; it must not change any more.
SPLIT_SALT = "split-38:"

Model = TypeVar("Model", bound=BaseModel)


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a JSON Lines file with their line numbers from 1; blank lines are passed over.

    :raises DatasetError: when the file cannot be read, or a line is not a JSON object.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DatasetError("没有这个文件", path=path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"读不了：{error}", path=path) from error
    # Not splitlines(): that also cuts at U+2028 and the like, which may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DatasetError(f"不是合法的 JSON：{error}", path=path, line=number) from error
        if not isinstance(row, dict):
            raise DatasetError(f"应是一个 JSON 对象，实为 {type(row).__name__}", path=path, line=number)
        yield number, row


def explain(error: ValidationError) -> str:
    """What a validation error found, field by field, in one line."""
    parts = []
    for item in error.errors():
        field = ".".join(str(part) for part in item["loc"]) or "整行"
        parts.append(f"{field}：{item['msg'].removeprefix('Value error, ')}")
    return "；".join(parts)


def _read_models(path: Path, model: type[Model]) -> Iterator[tuple[int, Model]]:
    for number, row in read_lines(path):
        try:
            yield number, model.model_validate(row)
        except ValidationError as error:
            raise DatasetError(explain(error), path=path, line=number) from error


def load_questions(paths: Sequence[Path]) -> tuple[Question, ...]:
    """All questions of the files, in order.

    :raises DatasetError: for a line that is not valid, or an id that occurs twice.
    """
    seen: dict[str, tuple[Path, int]] = {}
    questions = []
    for path in paths:
        for number, question in _read_models(path, Question):
            if question.id in seen:
                first, line = seen[question.id]
                raise DatasetError(f"id “{question.id}”在 {first}:{line} 已有", path=path, line=number)
            seen[question.id] = (path, number)
            questions.append(question)
    return tuple(questions)


def split_files(split: Split | Literal["all"]) -> tuple[Path, ...]:
    """The files that ship for a split."""
    names = ("dev", "test") if split == "all" else (split,)
    return tuple(QUESTIONS_DIR / f"{name}.jsonl" for name in names)


def root_id(question: Question, by_id: Mapping[str, Question]) -> str:
    """The id that a family of twins shares: that of the question that is nobody's twin."""
    seen = {question.id}
    while question.twin_of is not None and question.twin_of in by_id:
        question = by_id[question.twin_of]
        if question.id in seen:
            break
        seen.add(question.id)
    return question.id


def side(root: str) -> Split:
    """The half that a question's family belongs to: even first byte of the salted hash is ``dev``."""
    return "dev" if hashlib.sha256((SPLIT_SALT + root).encode()).digest()[0] % 2 == 0 else "test"


def load_answers(path: Path) -> dict[str, AnswerRecord]:
    """Answers by question id; of two with one id the later counts, so that a continued run may repeat.

    :raises DatasetError: for a line that is not a valid answer.
    """
    return {answer.id: answer for _, answer in _read_models(path, AnswerRecord)}


def dump_line(row: Mapping[str, Any]) -> str:
    """One JSON line: keys in the order given, no escapes for Chinese, no line break."""
    return json.dumps(row, ensure_ascii=False, separators=(", ", ": "))


def questions_digest(questions: Iterable[Question]) -> str:
    """sha256 over the questions in order of id, so that it does not depend on how files are cut."""
    digest = hashlib.sha256()
    for question in sorted(questions, key=lambda item: item.id):
        digest.update(question.model_dump_json().encode())
        digest.update(b"\n")
    return digest.hexdigest()
