"""The manifest and the documents it names: what is wrong is said, with the entry and what to do."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.corpus import load, read_manifest
from ingest.errors import CorpusError, IndexUnavailable
from ingest.index import open_index
from ingest.lint import lint_tree
from ingest.pipeline import build, chunk_trees, corpus_digest, is_current, read_trees
from ingest.schema import ClauseTree
from ingest.settings import IngestSettings
from ingest.tokenizer import count_tokens

ROOT = Path(__file__).parents[2]

TEXT = "一、总体要求\n办好每所学校。\n"
SHA256 = hashlib.sha256(TEXT.encode()).hexdigest()
ENTRY = f"""[[document]]
doc_id = "demo"
title = "示例方案"
level = "district"
issuer = "某某区人民政府"
form = "original"
path = "demo.txt"
sha256 = "{SHA256}"
"""


def corpus(folder: Path, manifest: str, text: str | None = TEXT) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "manifest.toml").write_text(manifest, encoding="utf-8")
    if text is not None:
        (folder / "demo.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ("[[document]\n", "不是有效的 UTF-8 TOML"),
        ("", "document"),
        (ENTRY.replace('level = "district"', 'level = "village"'), r"doc_id = demo.*level"),
        (ENTRY.replace('issuer = "某某区人民政府"\n', ""), "issuer"),
        (ENTRY + 'colour = "red"\n', "colour"),
        (ENTRY + ENTRY, "出现了两次"),
        (ENTRY.replace("demo.txt", "../demo.txt"), "不在语料文件夹之内"),
        (ENTRY.replace("demo.txt", "demo.exe"), "格式读不了"),
        (ENTRY.replace("demo.txt", "gone.txt"), "gone.txt 读不到"),
        (ENTRY.replace(SHA256, "0" * 64), "sha256 是"),
    ],
)
def test_a_wrong_manifest_is_refused_with_what_is_wrong(tmp_path: Path, manifest: str, message: str) -> None:
    folder = corpus(tmp_path / "corpus", manifest)
    with pytest.raises(CorpusError, match=message):
        for meta in read_manifest(folder):
            load(meta, folder)


def test_a_missing_manifest_says_which_setting_names_its_folder(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="CORPUS_DIR"):
        read_manifest(tmp_path)


def test_the_manifest_that_ships_is_whole() -> None:
    metas = read_manifest(ROOT / "corpus")
    assert {meta.doc_id for meta in metas} == {
        "fuling-2025-6", "national-outline-2024-2035", "chongqing-plan-2024-2035",
    }  # fmt: skip
    assert {meta.doc_id: meta.form for meta in metas}["fuling-2025-6"] == "original"
    for meta in metas:
        assert load(meta, ROOT / "corpus").data


def test_chunks_know_their_clause_and_stay_in_budget(trees: dict[str, ClauseTree]) -> None:
    settings = IngestSettings(chunk_tokens=60)
    chunks = chunk_trees(list(trees.values()), settings)
    assert len({chunk.chunk_id for chunk in chunks}) == len(chunks)
    for chunk in chunks:
        tree = trees[chunk.doc_id]
        assert tree.doc.text[chunk.start : chunk.end] == chunk.text
        clause = tree.find(chunk.clause_id)
        assert clause is not None and clause.start <= chunk.start < chunk.end <= clause.end
        one_sentence = chunk.text.rstrip("。；！？”").count("。") == 0
        assert count_tokens(chunk.text) <= 60 or one_sentence or chunk.grain == "sentence"


def test_ids_do_not_depend_on_the_chunk_size(trees: dict[str, ClauseTree]) -> None:
    small = {c.clause_id for c in chunk_trees(list(trees.values()), IngestSettings(chunk_tokens=40))}
    large = {c.clause_id for c in chunk_trees(list(trees.values()), IngestSettings(chunk_tokens=4000))}
    assert small == large


def test_an_index_is_current_until_the_corpus_changes(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "corpus", ENTRY)
    settings = IngestSettings(corpus_dir=folder, index_dir=tmp_path / "index")
    assert not is_current(settings)
    build(settings)
    assert is_current(settings)
    other = TEXT + "加强师资。\n"
    digest = hashlib.sha256(other.encode()).hexdigest()
    corpus(folder, ENTRY.replace(SHA256, digest), other)
    assert not is_current(settings)
    with pytest.raises(IndexUnavailable, match="python -m ingest"):
        open_index(settings, corpus_digest=corpus_digest(settings))


def test_a_corpus_that_breaks_leaves_the_old_index_usable(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "corpus", ENTRY)
    settings = IngestSettings(corpus_dir=folder, index_dir=tmp_path / "index")
    build(settings)
    (folder / "demo.txt").unlink()
    with pytest.raises(CorpusError):
        build(settings)
    assert open_index(settings).trees["demo"].find("1") is not None


def test_the_linter_finds_nothing_in_the_plan_and_something_in_a_broken_text(
    plan: ClauseTree, tmp_path: Path
) -> None:
    assert lint_tree(plan) == []
    text = "一、甲\n（一）乙\n（三）丙\n三、\n"
    folder = corpus(
        tmp_path / "corpus", ENTRY.replace(SHA256, hashlib.sha256(text.encode()).hexdigest()), text
    )
    (tree,) = read_trees(IngestSettings(corpus_dir=folder))
    assert [(finding.clause_id, finding.message) for finding in lint_tree(tree)] == [
        ("1.3", "一、（三）之前是 1，编号不连续"),
        ("3", "三、之前是 1，编号不连续"),
        ("3", "三、只有编号，没有正文"),
    ]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-m", "ingest", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_show_prints_one_clause_as_json() -> None:
    result = run("show", "fuling-2025-6", "2.2.5", "--json")
    (row,) = json.loads(result.stdout)
    assert set(row) == {"clause_id", "label", "heading", "text", "start", "end"}
    assert row["heading"] == "学前教育优质普惠发展"
    assert "公办在园幼儿占比达到65%" in row["text"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("show", "nowhere"), "语料里没有文件“nowhere”"), (("show", "fuling-2025-6", "2.9"), "没有条款“2.9”")],
)
def test_show_says_what_there_is_instead(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.returncode == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_missing_corpus_file_is_one_sentence_on_the_command_line(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    (tmp_path / "corpus" / "fuling-2025-6.txt").unlink()
    result = run(CORPUS_DIR=str(tmp_path / "corpus"), INDEX_DIR=str(tmp_path / "index"))
    assert result.returncode == 1
    assert "fuling-2025-6.txt 读不到" in result.stderr
    assert "Traceback" not in result.stderr
