"""The model that ships, read without sentence-transformers, and any other model through it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from ingest.embed import (
    DEFAULT_MODEL,
    EmbedderUnavailable,
    SentenceTransformersEmbedder,
    StaticEmbedder,
    get_embedder,
    normalised,
)

TEXTS = ["公办园占比要到多少", "每天综合体育活动时间不低于2小时", "STEM课程实践教学基地", "罕見的繁體問題"]


def test_vectors_have_length_one_and_nothing_known_is_zero() -> None:
    vectors = get_embedder().encode_documents([*TEXTS, ""])
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 1, 0], abs=1e-5)


def test_question_and_passage_of_the_same_words_have_the_same_vector() -> None:
    embedder = get_embedder()
    assert embedder.encode_query(TEXTS[0]) == pytest.approx(embedder.encode_documents(TEXTS)[0])


def test_script_and_width_do_not_matter() -> None:
    embedder = get_embedder()
    assert embedder.encode_query("雙減，２小時") == pytest.approx(embedder.encode_query("双减,2小时"))


@pytest.mark.slow
def test_sentence_transformers_reads_the_shipped_folder_to_the_same_vectors() -> None:
    from sentence_transformers import SentenceTransformer

    from ingest.fold import fold

    expected = SentenceTransformer(str(DEFAULT_MODEL)).encode([fold(text) for text in TEXTS])
    # Half precision sums differ in the third decimal.
    assert np.asarray(expected, dtype=np.float32) == pytest.approx(
        get_embedder().encode_documents(TEXTS), abs=4e-3
    )


def test_the_shipped_model_is_small_and_complete() -> None:
    files = [path for path in DEFAULT_MODEL.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 12_000_000
    assert {"README.md", "modules.json", "tokenizer.json", "model.safetensors"} <= {
        path.name for path in files
    }


def test_a_damaged_folder_is_named_with_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(DEFAULT_MODEL, folder)
    (folder / "model.safetensors").unlink()
    with pytest.raises(EmbedderUnavailable, match="EMBEDDING_MODEL"):
        StaticEmbedder(folder)


def test_another_kind_of_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text(
        json.dumps([{"path": "", "type": "x.Transformer"}]), encoding="utf-8"
    )
    with pytest.raises(EmbedderUnavailable, match="Transformer"):
        StaticEmbedder(tmp_path)


def test_progress_ends_at_the_number_of_texts() -> None:
    told: list[tuple[int, int]] = []
    get_embedder().encode_documents(TEXTS, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (4, 4)


def test_normalised_keeps_zero_rows() -> None:
    # (3, 4) has length 5.
    assert normalised(np.array([[3.0, 4.0], [0.0, 0.0]])) == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))


@pytest.fixture(scope="module")
def bert_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small untrained BERT with mean pooling and a prompt for questions."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys("".join(TEXTS) + "查询：")]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config).save_pretrained(folder)
    transformer = Transformer(str(folder))
    model = SentenceTransformer(
        modules=[transformer, Pooling(32)], prompts={"query": "查询：", "document": ""}
    )
    saved = tmp_path_factory.mktemp("model") / "bert"
    model.save(str(saved))
    return saved


@pytest.mark.slow
def test_another_model_is_used_with_its_query_prompt(bert_folder: Path) -> None:
    embedder = SentenceTransformersEmbedder(str(bert_folder))
    told: list[tuple[int, int]] = []
    passages = embedder.encode_documents(TEXTS, progress=lambda done, total: told.append((done, total)))
    assert passages.shape == (4, embedder.dimension) == (4, 32)
    assert np.linalg.norm(passages, axis=1) == pytest.approx([1] * 4, abs=1e-5)
    assert told == [(4, 4)]
    # The prompt goes before a question, so that its vector differs from that of the same words as a passage.
    query = embedder.encode_query(TEXTS[0])
    assert not np.allclose(query, passages[0], atol=1e-3)
    assert query == pytest.approx(embedder.encode_documents([f"查询：{TEXTS[0]}"])[0], abs=1e-4)


@pytest.mark.slow
def test_a_model_that_cannot_be_had_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EmbedderUnavailable) as caught:
        SentenceTransformersEmbedder(str(tmp_path / "missing")).encode_query("双减")
    for advice in ("HF_ENDPOINT", "HF_HUB_OFFLINE", "EMBEDDING_MODEL", "missing"):
        assert advice in str(caught.value)
