"""BM25 by field: held to bm25s itself, and to numbers worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import bm25s
import numpy as np
import pytest

from ingest.lexical import K1, B, LexicalIndex, Unit, build_lexical

UNITS = [
    Unit(["标题"], ["标题", "双减", "作业", "作业"], [["双减", "作业"], ["作业"]]),
    Unit(["标题"], ["标题", "食堂"], [["食堂"]]),
    Unit([], ["作业", "考试", "教师", "食堂"], [["作业"], ["考试", "教师"], ["食堂"]]),
]


def test_scores_are_those_of_bm25s() -> None:
    index = build_lexical(UNITS)
    reference = bm25s.BM25(method="lucene", k1=K1, b=B)
    reference.index([list(unit.body) for unit in UNITS], show_progress=False)
    found = index.search({"作业": 1.0, "食堂": 1.0})
    assert found.body == pytest.approx(reference.get_scores(["作业", "食堂"]), abs=1e-5)


def test_a_score_is_idf_times_saturated_frequency() -> None:
    found = build_lexical(UNITS).search({"双减": 1.0})
    # idf = ln(1 + (3 - 1 + 0.5) / (1 + 0.5)); tf = 1; length 4, mean (4 + 2 + 4) / 3 = 10/3.
    idf = math.log(1 + 2.5 / 1.5)
    expected = idf * 1 / (1 + 1.5 * (1 - 0.75 + 0.75 * 4 / (10 / 3)))
    assert found.body == pytest.approx([expected, 0, 0], abs=1e-5)


def test_the_best_sentence_of_each_unit_is_found() -> None:
    found = build_lexical(UNITS).search({"食堂": 1.0})
    # Sentences are numbered through: 0 and 1 of the first unit, 2 of the second, 3 to 5 of the third.
    assert found.best_sentence.tolist() == [-1, 2, 5]


def test_unknown_tokens_and_empty_questions_score_nothing() -> None:
    index = build_lexical(UNITS)
    for weights in ({}, {"没有": 1.0}):
        found = index.search(weights)
        assert not found.body.any() and not found.heading.any() and not found.sentence.any()


def test_weights_scale_scores() -> None:
    index = build_lexical(UNITS)
    assert index.search({"作业": 0.5}).body == pytest.approx(index.search({"作业": 1.0}).body * 0.5)


def test_an_index_read_back_scores_alike(tmp_path: Path) -> None:
    index = build_lexical(UNITS)
    index.save(tmp_path)
    again = LexicalIndex.load(tmp_path)
    for token in ("作业", "标题", "食堂"):
        before, after = index.search({token: 1.0}), again.search({token: 1.0})
        assert np.array_equal(before.body, after.body)
        assert np.array_equal(before.heading, after.heading)
        assert np.array_equal(before.best_sentence, after.best_sentence)


def test_rarer_tokens_have_higher_idf_and_unseen_ones_the_highest() -> None:
    index = build_lexical(UNITS)
    assert index.idf("作业") < index.idf("双减") < index.idf("没有")


@pytest.mark.parametrize("units", [[], [Unit([], [], [])]])
def test_nothing_to_index_is_said(units: list[Unit]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        build_lexical(units)
