"""The index on disk: built beside the old one, opened whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ingest.chunk import chunk
from ingest.dense import DenseIndex
from ingest.errors import IndexUnavailable
from ingest.index import build_index, current_build, open_index, read_manifest
from ingest.parse import parse
from ingest.schema import ClauseTree, CleanDocument, DocumentMeta, OffsetMap
from ingest.settings import IngestSettings

TEXT = (
    "某区教育方案\n一、重点任务\n（一）强基行动\n1.办好食堂。落实食品安全制度，提升膳食质量。\n"
    "2.减少作业。建立“作业公示”制度；每天运动不低于两个小时。\n二、工作保障\n（一）加强领导。各部门要配合。\n"
)


def tree_of(text: str, doc_id: str = "doc") -> ClauseTree:
    meta = DocumentMeta(
        doc_id, "某区教育方案", "district", "某区人民政府", "original", "doc.txt", "0" * 64, aliases=("方案",)
    )
    return parse(CleanDocument(meta, text, text, OffsetMap.identity(len(text))))


def build_into(folder: Path, text: str = TEXT, **options: object) -> IngestSettings:
    settings = IngestSettings(index_dir=folder, chunk_tokens=100)
    tree = tree_of(text)
    build_index([tree], chunk(tree, max_tokens=100), settings=settings, **options)  # type: ignore[arg-type]
    return settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> IngestSettings:
    return build_into(tmp_path_factory.mktemp("index"), corpus_digest="abc")


def test_trees_and_chunks_come_back_as_they_were(settings: IngestSettings) -> None:
    index, tree = open_index(settings), tree_of(TEXT)
    assert index.trees["doc"].roots == tree.roots
    assert index.trees["doc"].meta == tree.meta
    assert index.trees["doc"].doc.text == tree.doc.text
    assert list(index.trees["doc"].doc.offsets.sources) == list(tree.doc.offsets.sources)
    assert index.chunks == chunk(tree, max_tokens=100)


def test_words_and_vectors_find_the_clause(settings: IngestSettings) -> None:
    index = open_index(settings)
    scores = index.lexical.search(dict.fromkeys(index.tokenizer.tokenize("食堂的膳食质量"), 1.0))
    best = index.chunks[index.units[int(np.argmax(scores.body))]]
    assert "食堂" in best.text
    sentence = index.chunks[index.sentences[int(scores.best_sentence[np.argmax(scores.body)])]]
    assert sentence.clause_id == best.clause_id and "膳食" in sentence.text
    nearest, cosine = index.dense.search(index.embedder.encode_query(best.text_to_embed), top_k=1)[0]
    assert index.chunks[nearest].text == best.text
    assert cosine == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("doc_ids", [None, ["doc"], ["another"]])
def test_chroma_and_the_vectors_compared_one_by_one_return_what_an_exact_search_returns(
    settings: IngestSettings, doc_ids: list[str] | None
) -> None:
    index = open_index(settings)
    vectors = index.embedder.encode_documents([piece.text_to_embed for piece in index.chunks])
    query = index.embedder.encode_query("各部门怎么配合")
    cosine = vectors @ query
    expected = [] if doc_ids == ["another"] else np.argsort(-cosine, kind="stable")[:5].tolist()
    for exact in (0, len(vectors)):
        dense = DenseIndex(index.folder / "dense", exact=exact)
        found = dense.search(query, top_k=5, doc_ids=doc_ids)
        assert {row for row, _ in found} == set(expected)
        assert [value for _, value in found] == pytest.approx([cosine[row] for row, _ in found], abs=1e-5)
        dense.close()


def test_a_question_of_nothing_known_has_no_neighbours(settings: IngestSettings) -> None:
    index = open_index(settings)
    assert index.dense.search(np.zeros(index.manifest.dimension, dtype=np.float32), top_k=5) == []


def test_the_manifest_says_what_shaped_the_index(settings: IngestSettings) -> None:
    manifest = read_manifest(settings)
    assert (manifest.embedder, manifest.chunk_tokens, manifest.corpus_digest) == ("default", 100, "abc")
    assert manifest.documents == ("doc",)
    assert manifest.libraries["chromadb"]


def test_coinages_of_the_corpus_are_words_of_its_tokenizer(settings: IngestSettings) -> None:
    assert open_index(settings).tokenizer.words == ("作业公示",)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"chunk_tokens": 200}, "CHUNK_TOKENS=100"),
        ({"embedding_model": "some/model"}, "some/model"),
    ],
)
def test_other_settings_are_refused_with_the_remedy(
    settings: IngestSettings, changed: dict[str, object], said: str
) -> None:
    with pytest.raises(IndexUnavailable, match="python -m ingest") as caught:
        open_index(settings.model_copy(update=changed))
    assert said in str(caught.value)


def test_a_changed_corpus_is_refused(settings: IngestSettings) -> None:
    assert open_index(settings, corpus_digest="abc").chunks
    with pytest.raises(IndexUnavailable, match="语料已经变了"):
        open_index(settings, corpus_digest="other")


def test_no_index_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable, match="python -m ingest"):
        open_index(IngestSettings(index_dir=tmp_path))


@pytest.mark.parametrize(
    "file",
    [
        "trees.json",
        "chunks.json",
        "lexical.npz",
        "vocabulary.txt",
        "words.txt",
        "sounds.txt",
        "manifest.json",
    ],
)
@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_damaged_file_is_named(tmp_path: Path, file: str, damage: str) -> None:
    settings = build_into(tmp_path)
    path = current_build(settings) / file
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(IndexUnavailable, match="python -m ingest") as caught:
        open_index(settings)
    assert file in str(caught.value)


def test_a_pointer_to_nowhere_is_refused(tmp_path: Path) -> None:
    settings = build_into(tmp_path)
    (tmp_path / "CURRENT").write_text("nowhere", encoding="utf-8")
    with pytest.raises(IndexUnavailable, match="nowhere"):
        open_index(settings)


def test_another_format_is_refused(tmp_path: Path) -> None:
    settings = build_into(tmp_path)
    path = current_build(settings) / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**values, "format": 0}), encoding="utf-8")
    with pytest.raises(IndexUnavailable, match="另一个版本"):
        open_index(settings)


def test_a_reader_keeps_its_index_while_a_new_one_takes_over(tmp_path: Path) -> None:
    settings = build_into(tmp_path)
    reader = open_index(settings)
    build_into(tmp_path, TEXT.replace("食堂", "操场"))
    # Opened before, searched for the first time after the switch.
    query = reader.embedder.encode_query("食堂")
    assert reader.dense.search(query, top_k=3)
    assert "食堂" in reader.trees["doc"].doc.text
    assert "操场" in open_index(settings).trees["doc"].doc.text


def test_old_builds_are_removed_but_for_the_last(tmp_path: Path) -> None:
    for _ in range(4):
        settings = build_into(tmp_path)
    assert len(list((tmp_path / "builds").iterdir())) == 2
    assert open_index(settings).chunks


def test_a_build_that_fails_leaves_the_old_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = build_into(tmp_path)
    before = current_build(settings)
    monkeypatch.setattr("ingest.index.build_dense", lambda *args: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(IndexUnavailable, match="disk full"):
        build_into(tmp_path)
    assert current_build(settings) == before
    assert list((tmp_path / "builds").iterdir()) == [before]


def test_nothing_to_index_is_said(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable, match=r"manifest\.toml"):
        build_index([], [], settings=IngestSettings(index_dir=tmp_path))
