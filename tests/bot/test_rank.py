"""Fusion that cannot do harm, the features of a close look, and the order of a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bot.fuse import DEFAULT_WEIGHTS, PASSAGE_WEIGHTS, Weights, fuse_dense, fuse_lexical
from bot.query import Query, QueryReader
from bot.rank import Ranker
from bot.rerank import COVERAGE, FIGURE, GLOSSED, FeatureReranker
from ingest.glosses import Gloss, Glosses
from ingest.lexical import LexicalIndex, LexicalScores, Unit, build_lexical
from ingest.tokenizer import default_tokenizer, tokenize

TEXTS = ["办好食堂，提升膳食质量。", "新建学校15所。", "新建学校5所，每天运动2小时。", "教师工资待遇"]
READER = QueryReader(default_tokenizer())
PLAIN = Weights(heading=0, body=1, sentence=0, dense=0, dense_alone=0, rerank=0)


@pytest.fixture(scope="module")
def lexical() -> LexicalIndex:
    return build_lexical([Unit([], tokenize(text)) for text in TEXTS])


def vectors(*cosines: float):  # type: ignore[no-untyped-def]
    def cosine(text: str, /, *, doc_ids: Sequence[str] | None) -> np.ndarray:
        return np.array(cosines, dtype=np.float32)

    return cosine


def rows(ranker: Ranker, question: str, **options: object) -> list[int]:
    return [hit.row for hit in ranker.rank(READER.read(question), top_k=4, **options)]  # type: ignore[arg-type]


def test_fields_add_up_by_weight() -> None:
    one = np.array([1.0], dtype=np.float32)
    found = LexicalScores(one, one * 2, one * 4, one * 8, np.array([0], dtype=np.int32))
    # 0.5 * 1 + 1 * 2 + 0.25 * 4 + 0.125 * 8 = 4.5
    weights = replace(PLAIN, heading=0.5, sentence=0.25, gloss=0.125)
    assert fuse_lexical(found, weights) == pytest.approx([4.5])


def test_vectors_decide_among_near_equals_only() -> None:
    lexical = np.array([10.0, 9.9, 5.0], dtype=np.float32)
    cosine = np.array([0.0, 1.0, 1.0], dtype=np.float32)
    # 0.05 * 10 * 1 = 0.5: 9.9 + 0.5 = 10.4 passes 10, 5 + 0.5 does not.
    assert fuse_dense(lexical, cosine, 0.05) == pytest.approx([10.0, 10.4, 5.5])


def test_a_negative_cosine_takes_nothing_away() -> None:
    assert fuse_dense(
        np.array([3.0], dtype=np.float32), np.array([-1.0], dtype=np.float32), 0.5
    ) == pytest.approx([3.0])


def test_the_shipped_weights_bound_what_vectors_can_move() -> None:
    for weights in (DEFAULT_WEIGHTS, PASSAGE_WEIGHTS):
        assert 0 <= weights.dense <= weights.dense_alone <= 0.3


def test_units_without_a_token_of_the_question_are_no_hits(lexical: LexicalIndex) -> None:
    assert rows(Ranker(lexical, weights=PLAIN), "食堂膳食") == [0]
    assert rows(Ranker(lexical, weights=PLAIN), "火星") == []


def test_vectors_alone_find_what_words_do_not(lexical: LexicalIndex) -> None:
    weights = replace(PLAIN, dense_alone=0.2)
    assert rows(Ranker(lexical, cosines=vectors(0, 0, 0, 0.8), weights=weights), "薪水") == [3]


def test_documents_that_are_not_allowed_never_appear(lexical: LexicalIndex) -> None:
    allowed = np.array([True, False, True, True])
    ranker = Ranker(lexical, cosines=vectors(1, 1, 1, 1), weights=replace(PLAIN, dense=0.1, dense_alone=0.1))
    assert 1 not in rows(ranker, "新建学校", allowed=allowed)


def test_a_preferred_document_passes_an_equal_one(lexical: LexicalIndex) -> None:
    boost = np.array([1, 1, 2, 1], dtype=np.float32)
    assert rows(Ranker(lexical, weights=PLAIN), "新建学校")[0] == 1
    assert rows(Ranker(lexical, weights=PLAIN), "新建学校", boost=boost)[0] == 2


def test_equal_scores_keep_the_order_of_the_text() -> None:
    same = build_lexical([Unit([], ["甲", "乙"]), Unit([], ["甲", "乙"]), Unit([], ["丙"])])
    assert [hit.row for hit in Ranker(same, weights=PLAIN).rank(query_of("甲"), top_k=2)] == [0, 1]


def query_of(token: str) -> Query:
    return Query(token, token, (token,), {token: 1.0})


def test_the_parts_of_a_score_are_shown(lexical: LexicalIndex) -> None:
    reranker = FeatureReranker(lexical, lambda row: "", TEXTS.__getitem__)
    ranker = Ranker(lexical, reranker=reranker, weights=replace(PLAIN, rerank=1))
    best = ranker.rank(READER.read("食堂膳食"), top_k=1)[0]
    features = {name: best.parts[name] for name in ("coverage", "phrase", "heading_match")}
    assert best.score == pytest.approx(best.parts["lexical"] + sum(features.values()))


def test_a_figure_counts_only_as_a_whole(lexical: LexicalIndex) -> None:
    reranker = FeatureReranker(lexical, lambda row: "", TEXTS.__getitem__)
    fifteen, five = reranker(READER.read("新建5所"), [1, 2])
    assert fifteen["figure"] == 0.0
    assert five["figure"] == pytest.approx(FIGURE)


def test_full_coverage_is_worth_its_share(lexical: LexicalIndex) -> None:
    reranker = FeatureReranker(lexical, lambda row: "", TEXTS.__getitem__)
    assert reranker(READER.read("食堂"), [0])[0]["coverage"] == pytest.approx(COVERAGE)
    assert reranker(READER.read("食堂"), [3])[0]["coverage"] == 0.0


def test_a_questions_words_may_stand_partly_in_print_and_partly_in_glosses(lexical: LexicalIndex) -> None:
    glosses = Glosses((Gloss("食堂", "娃儿吃饭、吃得好不好"), Gloss("膳食质量", "伙食")))
    reranker = FeatureReranker(lexical, lambda row: "", TEXTS.__getitem__, glosses=glosses)
    canteen, _, schools, _ = reranker(READER.read("食堂伙食吃饭"), [0, 1, 2, 3])
    # No gloss alone has both 伙食 and 吃饭; only pairs across words (堂伙, 食吃) are missing.
    assert GLOSSED / 2 < canteen["glossed"] <= GLOSSED
    assert schools["glossed"] == 0.0
    assert canteen["glossed"] / GLOSSED > canteen["coverage"] / COVERAGE


def test_without_glosses_there_is_no_feature_of_them(lexical: LexicalIndex) -> None:
    reranker = FeatureReranker(lexical, lambda row: "", TEXTS.__getitem__)
    assert "glossed" not in reranker(READER.read("食堂"), [0])[0]
