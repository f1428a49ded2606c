"""Changes of a corpus: kept, taken back, undone when they fail, one at a time; and documents looked at beforehand."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from ingest import versions
from ingest.corpus import read_manifest
from ingest.errors import CorpusError, IndexUnavailable, IngestError
from ingest.pipeline import read_trees
from ingest.settings import IngestSettings
from ingest.staging import discard, stage, staged_document, staged_documents
from ingest.versions import history, publish, take_back, withdraw

TEXT = "示例方案\n一、总体要求\n坚持公益性。\n二、重点任务\n1.改造学校图书馆。达标率达到{}%。\n"
FIELDS = {
    "doc_id": "shili-1",
    "title": "示例方案",
    "level": "district",
    "issuer": "示例区人民政府",
    "form": "digest",
}
OTHER = {**FIELDS, "doc_id": "shili-2", "title": "另一方案"}


@pytest.fixture
def settings(tmp_path: Path) -> IngestSettings:
    (tmp_path / "corpus").mkdir()
    made = IngestSettings(corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "index")
    publish(made, text(90), ".txt", FIELDS)
    return made


def text(share: int) -> bytes:
    return TEXT.format(share).encode()


def texts(settings: IngestSettings) -> dict[str, str]:
    return {tree.doc_id: tree.doc.text for tree in read_trees(settings)}


def test_each_change_keeps_what_was_there_and_can_be_taken_back(settings: IngestSettings) -> None:
    publish(settings, text(95), ".txt", {**FIELDS, "form": "original"})
    publish(settings, text(50), ".md", OTHER)
    withdraw(settings, "shili-1")
    assert set(texts(settings)) == {"shili-2"}
    assert [(each.number, each.action) for each in history(settings.corpus_dir)] == [
        (4, "withdraw"), (3, "add"), (2, "replace"), (1, "add"),
    ]  # fmt: skip
    take_back(settings, 4)
    assert "95%" in texts(settings)["shili-1"]
    take_back(settings, 2)
    assert "90%" in texts(settings)["shili-1"]
    assert {meta.doc_id: meta.form for meta in read_manifest(settings.corpus_dir)}["shili-1"] == "digest"
    take_back(settings, 3)
    assert set(texts(settings)) == {"shili-1"}
    take_back(settings, history(settings.corpus_dir)[0].number)
    assert set(texts(settings)) == {"shili-1", "shili-2"}


def test_a_change_whose_index_cannot_be_built_is_undone_and_not_told(
    settings: IngestSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = (settings.corpus_dir / "manifest.toml").read_bytes()

    def broken(*_: Any, **__: Any) -> None:
        raise IndexUnavailable("磁盘已满")

    monkeypatch.setattr(versions, "build", broken)
    for change in (
        lambda: publish(settings, text(1), ".txt", FIELDS),
        lambda: publish(settings, text(1), ".txt", OTHER),
    ):
        with pytest.raises(IndexUnavailable):
            change()
        assert (settings.corpus_dir / "manifest.toml").read_bytes() == manifest
    assert [each.number for each in history(settings.corpus_dir)] == [1]
    monkeypatch.undo()
    assert publish(settings, text(95), ".txt", FIELDS).number == 4


def test_a_line_that_a_crash_cut_off_does_no_harm(settings: IngestSettings) -> None:
    log = settings.corpus_dir / ".versions" / "log.jsonl"
    log.write_text(log.read_text(encoding="utf-8") + '\n{"number": 2, "when": "2026', encoding="utf-8")
    publish(settings, text(95), ".txt", FIELDS)
    assert [each.action for each in history(settings.corpus_dir)] == ["replace", "add"]


def _hold(corpus: Path, held: Any, go_on: Any) -> None:
    with versions._writing(corpus):
        held.set()
        go_on.wait(30)


def test_two_processes_do_not_change_a_corpus_at_once(settings: IngestSettings) -> None:
    context = multiprocessing.get_context("spawn")
    held, go_on = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(settings.corpus_dir, held, go_on))
    other.start()
    assert held.wait(60)
    with pytest.raises(CorpusError, match="另一个改动正在进行"):
        publish(settings, text(95), ".txt", FIELDS)
    go_on.set()
    other.join(60)
    publish(settings, text(95), ".txt", FIELDS)


def test_what_cannot_be_done_is_told(settings: IngestSettings) -> None:
    for change, words in (
        (lambda: withdraw(settings, "shili-1"), "唯一的一份"),
        (lambda: withdraw(settings, "nope"), "没有文件“nope”"),
        (lambda: take_back(settings, 99), "没有编号为 99 的改动"),
        (lambda: publish(settings, text(1), ".txt", {**FIELDS, "doc_id": "../../x"}), "不能用"),
    ):
        with pytest.raises(IngestError, match=words):
            change()
    assert not (settings.corpus_dir.parent.parent / "x.txt").exists()


def test_bytes_that_were_kept_and_have_changed_are_not_put_back(settings: IngestSettings) -> None:
    publish(settings, text(95), ".txt", FIELDS)
    for kept in (settings.corpus_dir / ".versions" / "files").iterdir():
        kept.write_bytes(b"something else")
    with pytest.raises(CorpusError, match="损坏"):
        take_back(settings, 2)


# Staging


def test_a_staged_document_is_in_no_corpus_until_it_is_published(settings: IngestSettings) -> None:
    manifest = (settings.corpus_dir / "manifest.toml").read_bytes()
    staged = stage(settings, text(95).replace(b"1.", b"4."), ".txt", OTHER)
    assert (settings.corpus_dir / "manifest.toml").read_bytes() == manifest
    assert not list(settings.corpus_dir.glob("shili-2*"))
    again = staged_document(settings, staged.staged_id)
    assert again is not None
    assert again.tree.doc.text == staged.tree.doc.text and again.fields == staged.fields
    assert any("编号不连续" in finding.message for finding in again.findings)
    assert [each.staged_id for each in staged_documents(settings)] == [staged.staged_id]
    discard(settings, staged.staged_id)
    assert staged_documents(settings) == []


@pytest.mark.parametrize("staged_id", ["..", "../../corpus", "", "0" * 15, "G" * 16, "0" * 16])
def test_an_id_that_was_not_given_out_leads_nowhere(settings: IngestSettings, staged_id: str) -> None:
    assert staged_document(settings, staged_id) is None
    discard(settings, staged_id)
    assert read_manifest(settings.corpus_dir)


@pytest.mark.parametrize(
    ("data", "suffix", "fields", "words"),
    [
        (b"%PDF-1.7 ...", ".txt", FIELDS, "内容是PDF"),
        (b"PK\x03\x04....", ".html", FIELDS, "内容是DOCX"),
        (b"a\x00b\x00c", ".txt", FIELDS, "二进制"),
        (b"", ".txt", FIELDS, "是空的"),
        (b"x", ".exe", FIELDS, "读不了"),
        (text(1), ".txt", {**FIELDS, "doc_id": "../x"}, "编号（doc_id）应当是"),
        (text(1), ".txt", {**FIELDS, "issued": "3月"}, "成文日期（issued）应当写成"),
        (text(1), ".txt", {**FIELDS, "level": ""}, "请选择级别（level"),
    ],
)
def test_what_is_no_document_is_not_staged(
    settings: IngestSettings, data: bytes, suffix: str, fields: dict[str, str], words: str
) -> None:
    with pytest.raises(CorpusError, match=words):
        stage(settings, data, suffix, fields)
    assert staged_documents(settings) == []


def test_half_a_staged_document_is_none(settings: IngestSettings) -> None:
    staged = stage(settings, text(95), ".txt", OTHER)
    folder = settings.index_dir / "staged" / staged.staged_id
    (folder / "entry.json").write_text(json.dumps({"fields": {}}), encoding="utf-8")
    assert staged_document(settings, staged.staged_id) is None
