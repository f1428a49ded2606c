"""A cross-encoder that is switched on: a small BERT made on the spot, and one that cannot be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cross_encoder import CrossEncoderReranker, RerankerUnavailable
from bot.query import QueryReader
from bot.service import Service
from bot.settings import BotSettings
from ingest.settings import IngestSettings
from ingest.tokenizer import default_tokenizer

PASSAGES = ["教师工资待遇", "食堂膳食质量"]
QUERY = QueryReader(default_tokenizer()).read("食堂怎么样")


def no_features(query: object, rows: object) -> list[dict[str, float]]:
    return [{"coverage": 0.1} for _ in rows]  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    made = tmp_path_factory.mktemp("cross")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys("".join(PASSAGES) + QUERY.text)]
    (made / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(vocab=str(made / "vocab.txt")).save_pretrained(made)
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        num_labels=1,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(made)
    return made


@pytest.mark.slow
def test_its_judgement_joins_the_other_features(folder: Path) -> None:
    reranker = CrossEncoderReranker(str(folder), PASSAGES.__getitem__, no_features)
    features = reranker(QUERY, [0, 1])
    assert [set(named) for named in features] == [{"coverage", "cross_encoder"}] * 2
    # A sigmoid, doubled: strictly between 0 and 2.
    assert all(0.0 < named["cross_encoder"] < 2.0 for named in features)


@pytest.mark.slow
def test_a_service_uses_the_model_that_its_settings_name(
    folder: Path, built_settings: IngestSettings
) -> None:
    service = Service.open(built_settings, BotSettings(reranker_model=str(folder)))
    assert "cross_encoder" in service.retriever.retrieve("公办园占比")[0].scores


def test_no_candidates_need_no_judgement() -> None:
    reranker = CrossEncoderReranker("unused", PASSAGES.__getitem__, no_features)
    monkey = type("Model", (), {"predict": staticmethod(lambda pairs, **options: [])})()
    reranker.__dict__["_model"] = monkey
    assert reranker(QUERY, []) == []


@pytest.mark.slow
def test_a_model_that_cannot_be_had_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(RerankerUnavailable, match="RERANKER_MODEL"):
        CrossEncoderReranker(str(tmp_path / "missing"), PASSAGES.__getitem__, no_features).load()
