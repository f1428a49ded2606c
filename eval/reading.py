"""This project asked about a public reading set: its passages become a corpus of their own for the while."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.dataset import dump_line, load_answers
from eval.errors import AnswererError
from eval.importers import RetrievalSet
from eval.schema import AnswerRecord

_SPACE = re.compile(r"\s+")


def answer_reading_set(data: RetrievalSet) -> dict[str, AnswerRecord]:
    """The answers of this project to every query, from an index of the passages alone.

    Corpus and index are made in a folder that is gone afterwards, through the published commands
    (``python -m ingest``, ``python -m bot batch``), in processes of their own: the index of the project is
    not touched.

    :raises AnswererError: when one of the commands fails, with the end of what it said.
    """
    with TemporaryDirectory(prefix="eval-reading-") as name:
        folder = Path(name)
        write_corpus(data, folder / "corpus")
        lines = [dump_line({"id": key, "question": text}) for key, text in data.queries.items()]
        (folder / "questions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        environment = {
            **os.environ,
            "CORPUS_DIR": str(folder / "corpus"),
            "INDEX_DIR": str(folder / "index"),
        }
        _command(["ingest"], environment)
        answers = folder / "answers.jsonl"
        # Status 1 says that some lines got an error, which counts as a wrong answer.
        _command(
            ["bot", "batch", str(folder / "questions.jsonl"), str(answers)], environment, accepted=(0, 1)
        )
        return load_answers(answers)


def write_corpus(data: RetrievalSet, folder: Path) -> None:
    """The passages as one Markdown document, a heading before those of each title, with its manifest."""
    folder.mkdir(parents=True)
    lines, last = ["# 阅读材料"], None
    for title, text in data.passages.values():
        if title and title != last:
            lines.append(f"## {_SPACE.sub(' ', title).strip()}")
            last = title
        lines.append(_SPACE.sub(" ", text).strip())
    body = ("\n\n".join(lines) + "\n").encode()
    (folder / "reading.md").write_bytes(body)
    entry = {
        "doc_id": "reading",
        "title": "阅读材料",
        "level": "other",
        "issuer": "公开数据",
        "form": "original",
        "path": "reading.md",
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    rows = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
    (folder / "manifest.toml").write_text("[[document]]\n" + "\n".join(rows) + "\n", encoding="utf-8")


def _command(words: list[str], environment: dict[str, str], accepted: tuple[int, ...] = (0,)) -> None:
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in accepted:
        said = (done.stderr or done.stdout).strip()[-500:]
        raise AnswererError(f"python -m {words[0]} 以状态 {done.returncode} 结束：{said}")
