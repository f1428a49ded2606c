"""Asking a whole question set, in a folder that a stopped run is continued from.

runs/<name>/
  run.json        who answered which questions; how many answers came out the same when asked again
  answers.jsonl   one answer a line, in the order asked
  timing.jsonl    milliseconds of each question, kept apart: everything else is the same every time
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from eval.answerers import Answerer
from eval.dataset import dump_line, load_answers, questions_digest
from eval.errors import DatasetError
from eval.schema import AnswerRecord, Question

#: How many questions, evenly spread, are asked a second time to see whether the answer is the same.
ASKED_AGAIN = 20

Item = TypeVar("Item")
#: Wraps an iterable to show how far it is; called with the number of items in all.
Progress = Callable[[Iterable[Item], int], Iterable[Item]]


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run: the answers, and how many of the questions asked again were answered the same."""

    answers: dict[str, AnswerRecord]
    determinism: dict[str, int]


def quiet(items: Iterable[Item], total: int) -> Iterable[Item]:
    """No progress shown."""
    return items


def run_questions(
    questions: Sequence[Question],
    answerer: Answerer,
    folder: Path,
    *,
    fresh: bool = False,
    progress: Callable[[Iterable[Question], int], Iterable[Question]] = quiet,
) -> RunResult:
    """Ask every question that has no answer yet in the folder, and some a second time.

    Each answer is on disk before the next question is asked. What a stopped run left is kept, unless it was
    of other questions or another answerer; answers that were errors are asked for again.

    :param fresh: forget what is in the folder.
    :raises DatasetError: when the folder holds a run of something else and ``fresh`` is not set.
    """
    folder.mkdir(parents=True, exist_ok=True)
    identity = {"answerer": answerer.name, "questions_digest": questions_digest(questions)}
    if fresh:
        for name in ("run.json", "answers.jsonl", "timing.jsonl"):
            (folder / name).unlink(missing_ok=True)
    _claim(folder, identity)
    answers = _answers_so_far(folder)
    pending = [question for question in questions if question.id not in answers]
    with (
        (folder / "answers.jsonl").open("a", encoding="utf-8") as out,
        (folder / "timing.jsonl").open("a", encoding="utf-8") as timing,
    ):
        for question in progress(pending, len(pending)):
            started = time.perf_counter()
            record = answerer.ask(question)
            elapsed = (time.perf_counter() - started) * 1000
            answers[question.id] = record
            out.write(dump_line(_row(record)) + "\n")
            out.flush()
            timing.write(dump_line({"id": question.id, "ms": round(elapsed, 3)}) + "\n")
            timing.flush()
    determinism = _ask_again(questions, answerer, answers)
    _write_json(folder / "run.json", {**identity, "determinism": determinism})
    return RunResult({question.id: answers[question.id] for question in questions}, determinism)


def _row(record: AnswerRecord) -> dict[str, Any]:
    row = record.model_dump(mode="json", exclude={"retrieved"})
    return {**row, "retrieved": [str(ref) for ref in record.retrieved]}


def _claim(folder: Path, identity: dict[str, str]) -> None:
    path = folder / "run.json"
    if path.exists():
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
            found = {key: known.get(key) for key in identity}
        except (ValueError, AttributeError) as error:
            raise DatasetError(f"run.json 已损坏（{error}）；用 --fresh 重来", path=folder) from error
        if found != identity:
            raise DatasetError(
                f"这个文件夹里是另一次运行（{found['answerer']}，或题集已变）；"
                "用 --fresh 重来，或用 --name 换个名字",
                path=folder,
            )
    else:
        _write_json(path, {**identity, "determinism": None})


def _answers_so_far(folder: Path) -> dict[str, AnswerRecord]:
    """What a stopped run left; a last line that was cut off while it was written is taken away."""
    path = folder / "answers.jsonl"
    if not path.exists():
        return {}
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        path.write_bytes(whole)
    return {key: record for key, record in load_answers(path).items() if record.status != "error"}


def _ask_again(
    questions: Sequence[Question], answerer: Answerer, answers: dict[str, AnswerRecord]
) -> dict[str, int]:
    step = max(1, len(questions) // ASKED_AGAIN)
    chosen = questions[::step][:ASKED_AGAIN]
    same = sum(
        _comparable(answerer.ask(question)) == _comparable(answers[question.id]) for question in chosen
    )
    return {"asked": len(chosen), "identical": same}


def _comparable(record: AnswerRecord) -> str:
    return record.model_dump_json(exclude={"latency_ms"})


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def timing_summary(folder: Path) -> dict[str, float] | None:
    """Milliseconds a question, all its turns together: p50, p95, mean, and the sum in seconds.

    Percentiles are interpolated linearly (numpy's default). None when nothing was timed.
    """
    path = folder / "timing.jsonl"
    if not path.exists():
        return None
    times = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
            times[row["id"]] = float(row["ms"])
        except (ValueError, KeyError, TypeError):
            continue
    if not times:
        return None
    values = np.array(list(times.values()))
    return {
        "n": len(values),
        "p50_ms": round(float(np.percentile(values, 50)), 2),
        "p95_ms": round(float(np.percentile(values, 95)), 2),
        "mean_ms": round(float(values.mean()), 2),
        "total_s": round(float(values.sum()) / 1000, 2),
    }


def timing_by_answerer(answers: Iterable[AnswerRecord]) -> dict[str, float] | None:
    """The same of the latencies that the answerer itself reports, for answers that were not run here."""
    values = np.array([record.latency_ms for record in answers if record.latency_ms is not None])
    if not values.size:
        return None
    return {
        "n": int(values.size),
        "p50_ms": round(float(np.percentile(values, 50)), 2),
        "p95_ms": round(float(np.percentile(values, 95)), 2),
        "mean_ms": round(float(values.mean()), 2),
    }
