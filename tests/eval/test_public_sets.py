from __future__ import annotations

import gzip
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.baselines import baseline, clause_passages
from eval.clauses import ClauseBook
from eval.errors import AnswererError, DatasetError
from eval.importers import RetrievalSet, read_corpus, read_pairs, read_squad
from eval.ir import mean_scores, retrieval_scores
from eval.ranking import Bm25Ranker, VectorRanker, bigrams, jieba_words
from eval.retrieval import SYSTEMS, measure_retrieval, retrieval_table
from eval.schema import AnswerRecord, Question
from eval.spans import char_f1, exact_match, holds_answer, span_scores


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def test_retrieval_measures_are_the_values_worked_out_by_hand() -> None:
    relevant = {"a": ["x"], "b": ["y", "z"], "c": ["q"]}
    found = {"a": ["w", "x"], "b": ["y", "w", "w", "z"]}
    values = retrieval_scores(relevant, found)
    assert values["R@1"] == {"a": 0.0, "b": 1 / 2, "c": 0.0}
    assert values["R@5"] == {"a": 1.0, "b": 1.0, "c": 0.0}
    assert values["RR@10"] == {"a": 1 / 2, "b": 1.0, "c": 0.0}
    # b: y first, z third once the second w is taken away; ideal is first and second.
    gain = (1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3))
    assert values["nDCG@10"]["a"] == pytest.approx(1 / math.log2(3))
    assert values["nDCG@10"]["b"] == pytest.approx(gain)
    # The query that found nothing counts.
    assert mean_scores(values)["R@5"] == pytest.approx(2 / 3)


def test_the_order_of_a_ranking_counts_not_the_names_of_its_passages() -> None:
    values = retrieval_scores({"q": ["a"]}, {"q": ["z", "a"]}, ["RR@10"])
    assert values["RR@10"]["q"] == 1 / 2


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_a_corpus_with_queries_is_read_plain_or_gzipped(tmp_path: Path, suffix: str) -> None:
    corpus = lines(tmp_path / f"c{suffix}", {"id": 1, "title": "题", "text": "甲"}, {"id": "2", "text": "乙"})
    queries = lines(tmp_path / f"q{suffix}", {"id": "q", "text": "问", "gold": [1]})
    data = read_corpus(corpus, queries)
    assert data.passages == {"1": ("题", "甲"), "2": ("", "乙")}
    assert data.relevant == {"q": ("1",)}


@pytest.mark.parametrize(
    ("corpus", "query", "said"),
    [
        ({"id": 1}, {"id": "q", "text": "问", "gold": [1]}, "缺 text"),
        ({"id": 1, "text": "甲"}, {"id": "q", "text": "问"}, "缺 gold"),
        ({"id": 1, "text": "甲"}, {"id": "q", "text": "问", "gold": [2]}, "gold “2”不在"),
    ],
)
def test_a_corpus_that_does_not_fit_its_queries_is_refused(
    tmp_path: Path, corpus: dict[str, Any], query: dict[str, Any], said: str
) -> None:
    with pytest.raises(DatasetError, match=said):
        read_corpus(lines(tmp_path / "c.jsonl", corpus), lines(tmp_path / "q.jsonl", query))


SQUAD = {
    "data": [
        {
            "title": "题",
            "paragraphs": [
                {
                    "context": "甲在北京。",
                    "qas": [
                        {"id": "1", "question": "甲在哪？", "answers": [{"text": "北京"}, {"text": "北京"}]},
                        {
                            "id": "2",
                            "question": "乙在哪？",
                            "is_impossible": "true",
                            "answers": [{"text": ""}],
                        },
                    ],
                },
                {
                    "context": "甲在北京。",
                    "qas": [{"id": 3, "question": "谁？", "answers": [{"text": "甲"}]}],
                },
            ],
        }
    ]
}


def test_squad_paragraphs_become_passages_and_equal_ones_become_one(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text(json.dumps(SQUAD), encoding="utf-8")
    data = read_squad(path)
    assert data.passages == {"p0-0": ("题", "甲在北京。")}
    assert data.relevant == {"1": ("p0-0",), "2": ("p0-0",), "3": ("p0-0",)}
    assert data.answers == {"1": ("北京",), "2": (), "3": ("甲",)}


def test_pairs_are_read_under_their_usual_names(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "p.jsonl",
        {"question": "一？", "passage": "甲"},
        {"query": "二？", "positive": ["甲", "乙"], "id": "x"},
    )
    data = read_pairs(path)
    assert data.passages == {"p0": ("", "甲")}
    assert data.queries == {"q1": "一？", "x": "二？"}
    with pytest.raises(DatasetError, match="缺 passage"):
        read_pairs(lines(tmp_path / "b.jsonl", {"question": "一？"}))


def test_what_is_not_squad_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(DatasetError, match="SQuAD"):
        read_squad(path)


def test_span_measures_are_the_values_worked_out_by_hand() -> None:
    assert exact_match("《北京》。", ["北京"]) == 1.0
    assert exact_match("在北京", ["北京"]) == 0.0
    assert holds_answer("他在北京住。", ["上海", "北京"]) == 1.0
    # 在北京 against 北京: 2 shared characters, 2 * 2 / (3 + 2).
    assert char_f1("在北京", ["上海", "北京"]) == 2 * 2 / (3 + 2)
    assert char_f1("", ["北京"]) == 0.0


def test_span_scores_count_a_refusal_right_only_where_there_is_no_answer() -> None:
    answers = {
        "1": AnswerRecord(id="1", status="answered", answer="北京"),
        "2": AnswerRecord(id="2", status="abstained"),
        "3": AnswerRecord(id="3", status="abstained"),
    }
    gold: dict[str, Sequence[str]] = {"1": ["北京"], "2": [], "3": ["甲"], "4": ["乙"]}
    # 1 right, 2 rightly refused, 3 wrongly refused, 4 not answered: 2 of 4.
    assert span_scores(gold, answers)["exact_match"]["value"] == 2 / 4


def test_bm25_ranks_by_rare_words_and_leaves_out_what_shares_none() -> None:
    texts = ["教师 待遇 保障", "学生 资助 保障", "校园 安全"]
    ranker = Bm25Ranker(texts, str.split)
    assert [row for row, _ in ranker.rank("待遇 保障", 3)] == [0, 1]
    assert ranker.rank("没有的词", 3) == []
    assert ranker.rank("", 3) == []


def test_the_two_cuts_of_the_baselines() -> None:
    assert bigrams("公办园占比65%，园") == ["公办", "办园", "园占", "占比", "65%", "园"]
    assert "教育" in jieba_words("教育，强国。")
    assert "，" not in jieba_words("教育，强国。")


class Letters:
    """An embedder whose vectors can be computed in the head: one dimension a letter."""

    def encode_documents(self, texts: Sequence[str]) -> Any:
        return np.stack([self.encode_query(text) for text in texts])

    def encode_query(self, text: str) -> Any:
        vector = np.array([text.count(letter) for letter in "甲乙丙"], dtype=float)
        return vector / (np.linalg.norm(vector) or 1.0)


def test_vectors_rank_by_cosine() -> None:
    ranker = VectorRanker(["甲", "甲乙", "丙"], Letters())
    ranked = ranker.rank("乙", 3)
    assert [row for row, _ in ranked] == [1]
    # The cosine of (0, 1, 0) and (1, 1, 0) / sqrt(2).
    assert ranked[0][1] == pytest.approx(1 / math.sqrt(2))


@pytest.mark.parametrize("name", ["bm25-words", "bm25-clauses", "langchain"])
def test_a_baseline_answers_with_its_best_passage_and_cites_clauses(book: ClauseBook, name: str) -> None:
    class Constant(Letters):
        def encode_query(self, text: str) -> Any:
            return np.array([1.0, 0.0])

    question = Question.model_validate(
        {"id": "q", "question": "公办园占比", "kind": "figure", "answerable": False, "reason": "not_stated"}
    )
    record = baseline(name, book, Constant()).ask(question)
    assert record.status == "answered"
    assert record.answer
    for citation in record.citations:
        assert citation.quote == book.documents["doc"].text[citation.start : citation.end]


def test_the_whole_clause_baseline_finds_the_clause(book: ClauseBook) -> None:
    question = Question.model_validate(
        {"id": "q", "question": "公办园占比？", "kind": "figure", "answerable": False, "reason": "not_stated"}
    )
    assert baseline("bm25-clauses", book).ask(question).citations[0].clause_id == "2.1.1"
    assert [passage.clause_id for passage in clause_passages(book)] == [
        "1",
        "2",
        "2.1",
        "2.1.1",
        "2.1.2",
        "3",
    ]


def test_a_baseline_that_is_none_is_refused(book: ClauseBook) -> None:
    with pytest.raises(AnswererError, match="bm25-words"):
        baseline("x", book)
    with pytest.raises(AnswererError, match="向量模型"):
        baseline("langchain", book)


@pytest.mark.parametrize("system", [name for name in SYSTEMS if name != "vectors"])
def test_every_system_finds_the_passage_that_shares_the_words(system: str) -> None:
    data = RetrievalSet(
        {
            "a": ("教师法第三条", "教师是履行教育教学职责的专业人员。"),
            "b": ("", "校园食堂公开食材来源和价格。"),
        },
        {"q1": "食堂食材来源", "q2": "教学职责的专业人员"},
        {"q1": ("b",), "q2": ("a",)},
    )
    result = measure_retrieval(data, system)
    assert result["measures"]["R@1"] == 1.0
    assert f"| {system} | 1.000 |" in retrieval_table([result])


def test_an_unknown_system_is_refused_with_the_known_ones() -> None:
    with pytest.raises(AnswererError, match="bm25-union"):
        measure_retrieval(RetrievalSet({}, {}, {}), "x")
