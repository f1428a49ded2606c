"""``python -m bot``: one question, a file of them, and what goes wrong said in a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.settings import IngestSettings

ROOT = Path(__file__).parents[2]


def run(
    settings: IngestSettings, *arguments: str, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env={**os.environ, "INDEX_DIR": str(settings.index_dir), **environment},
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_ask_prints_the_answer_with_its_clause(built_settings: IngestSettings) -> None:
    result = run(built_settings, "ask", "公办园占比要到多少？")
    assert result.returncode == 0
    assert "65%。[1]" in result.stdout
    assert "二、（二）第5项：“到2027年，公办在园幼儿占比达到65%”" in result.stdout


def test_ask_gives_the_answer_object_as_json_and_explains_beside_it(built_settings: IngestSettings) -> None:
    result = run(built_settings, "ask", "公办园占比要到多少？", "--json", "--explain")
    answer = json.loads(result.stdout)
    assert answer["citations"][0]["clause_id"] == "2.2.5"
    assert "题型：问数字" in result.stderr and "候选 1" in result.stderr


def test_batch_answers_line_by_line_and_goes_on_after_a_bad_one(
    built_settings: IngestSettings, tmp_path: Path
) -> None:
    questions = [
        {"id": "a", "question": "公办园占比要到多少？"},
        {"id": 2, "turns": ["第15条讲什么？", "下一条呢？"]},
        "not json",
        {"id": "d"},
        {"id": "e", "turns": []},
        {"id": "f", "question": "今天天气怎么样？"},
    ]
    source, target = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in questions]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = run(built_settings, "batch", str(source), str(target))
    assert result.returncode == 1
    answers = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in answers] == ["a", 2, None, "d", "e", "f"]
    assert [row["status"] for row in answers] == [
        "answered", "answered", "error", "error", "error", "abstained",
    ]  # fmt: skip
    assert answers[1]["citations"][0]["clause_id"] == "2.4.16"
    assert "第 3 行" in answers[2]["message"] and "question" in answers[3]["message"]


def test_batch_reads_standard_input_and_writes_standard_output(built_settings: IngestSettings) -> None:
    result = run(built_settings, "batch", "-", "-", stdin='{"id": "a", "question": "第15条讲什么？"}\n')
    (row,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 0
    assert row["citations"][0]["clause_id"] == "2.4.15"


@pytest.mark.parametrize("damage", ["missing", "truncated", "pointer"])
def test_an_index_that_cannot_be_used_is_one_sentence_with_the_remedy(
    built_settings: IngestSettings, tmp_path: Path, damage: str
) -> None:
    import shutil

    folder = tmp_path / "index"
    if damage != "missing":
        shutil.copytree(built_settings.index_dir, folder)
        build = folder / "builds" / (folder / "CURRENT").read_text().strip()
        if damage == "truncated":
            (build / "trees.json").write_bytes((build / "trees.json").read_bytes()[:1000])
        else:
            (folder / "CURRENT").write_text("nowhere")
    result = run(built_settings, "ask", "公办园占比？", INDEX_DIR=str(folder))
    assert result.returncode == 1
    assert "python -m ingest" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_missing_question_file_is_said(built_settings: IngestSettings, tmp_path: Path) -> None:
    result = run(built_settings, "batch", str(tmp_path / "gone.jsonl"), "-")
    assert result.returncode == 1
    assert "gone.jsonl 读不到" in result.stderr


def test_ask_writes_the_answer_with_its_sources_into_files(
    built_settings: IngestSettings, tmp_path: Path
) -> None:
    markdown, docx = tmp_path / "a.md", tmp_path / "a.docx"
    result = run(
        built_settings,
        "ask",
        "公办园占比要到多少？",
        "--json",
        "--markdown",
        str(markdown),
        "--docx",
        str(docx),
    )
    assert json.loads(result.stdout)["status"] == "answered"
    assert "（涪陵府发〔2025〕6号）二、（二）第5项：“到2027年" in markdown.read_text(encoding="utf-8")
    assert docx.read_bytes()[:2] == b"PK" and str(docx) in result.stderr


def test_judgements_of_readers_are_taken_along(built_settings: IngestSettings, tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    row = {"time": "2026-03-08T00:00:00+00:00", "verdict": "wrong", "question": "问", "answer": "答"}
    file.write_text(
        json.dumps({**row, "citations": ["/doc/d#1"], "note": "=1+1"}, ensure_ascii=False) + "\n{cut off",
        encoding="utf-8",
    )
    table = run(built_settings, "feedback", "--csv", "--file", str(file)).stdout
    assert table.splitlines()[1:] == ["2026-03-08T00:00:00+00:00,答错了,问,答,/doc/d#1,'=1+1"]
    assert (
        json.loads(run(built_settings, "feedback", "--json", "--file", str(file)).stdout)[0]["note"] == "=1+1"
    )
