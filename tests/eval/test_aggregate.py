from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eval.aggregate import (
    ScoredQuestion,
    abstention,
    auroc,
    by_group,
    calibration,
    estimate,
    paired_test,
    robustness,
)
from eval.measures import MEASURES
from eval.schema import Question

Ask = Callable[..., Question]


def scored(
    question: Question, right: float, confidence: float | None = None, answered: bool = True
) -> ScoredQuestion:
    values: dict[str, float | None] = {**dict.fromkeys(MEASURES, None), "fully_right": right}
    return ScoredQuestion(question, question.twin_of or question.id, values, confidence, answered)


def test_an_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    few = estimate([0.0, 1.0] * 5, [str(i) for i in range(10)])
    many = estimate([0.0, 1.0] * 200, [str(i) for i in range(400)])
    assert few.value == many.value == 0.5
    assert few.low < 0.5 < few.high
    assert many.high - many.low < few.high - few.low
    # The normal interval is 1.96 * sqrt(0.25 / 400) = 0.049 to each side; the bootstrap is near it.
    assert many.high - many.value == pytest.approx(0.049, abs=0.01)


def test_twins_count_as_one_draw_so_their_interval_is_wider() -> None:
    values = [0.0, 0.0, 1.0, 1.0] * 10
    alone = estimate(values, [str(i) for i in range(40)])
    paired = estimate(values, [str(i // 2) for i in range(40)])
    assert paired.high - paired.low > alone.high - alone.low


def test_an_interval_is_the_same_every_time() -> None:
    values, families = [0.0, 1.0, 1.0], ["a", "b", "c"]
    assert estimate(values, families) == estimate(values, families)


def test_nothing_has_no_mean() -> None:
    with pytest.raises(ValueError, match="没有可以求平均的值"):
        estimate([], [])


def test_the_drop_to_a_twin_is_question_minus_twin(ask: Ask) -> None:
    rows = [
        scored(ask(id="a"), 1.0),
        scored(ask(id="a-t", style="traditional", twin_of="a"), 0.0),
        scored(ask(id="b"), 1.0),
        scored(ask(id="b-t", style="traditional", twin_of="b"), 1.0),
        scored(ask(id="c"), 0.0),
        scored(ask(id="c-c", style="colloquial", twin_of="c"), 1.0),
        scored(ask(id="d-c", style="colloquial", twin_of="not asked"), 0.0),
    ]
    drops = robustness(rows)
    # Traditional: (1 - 0 + 1 - 1) / 2; colloquial: (0 - 1) / 1, the twin of what was not asked left out.
    assert drops["traditional"]["value"] == 1 / 2
    assert drops["colloquial"]["value"] == -1.0
    assert drops["colloquial"]["n"] == 1


def test_the_two_errors_of_abstention_are_counted_over_their_own_questions(ask: Ask) -> None:
    rows = [
        scored(ask(id="a"), 1.0),
        scored(ask(id="b"), 0.0, answered=False),
        scored(ask(id="c"), 1.0),
        scored(ask(id="d"), 1.0),
        scored(ask(id="e", answerable=False), 1.0, answered=False),
        scored(ask(id="f", answerable=False), 0.0),
    ]
    errors = abstention(rows)
    assert errors["false_refusal"]["value"] == 1 / 4
    assert errors["false_answer"]["value"] == 1 / 2


def test_calibration_is_the_distance_of_confidence_from_being_right(ask: Ask) -> None:
    rows = [
        scored(ask(id="a"), 1.0, 0.95),
        scored(ask(id="b"), 0.0, 0.95),
        scored(ask(id="c"), 0.0, 0.15),
        scored(ask(id="d"), 1.0, 1.0),
        scored(ask(id="e"), 1.0, None),
        scored(ask(id="f"), 0.0, 0.9, answered=False),
    ]
    found = calibration(rows)
    # Bin 0.9 to 1: confidence (0.95 + 0.95 + 1) / 3 = 0.9667, right 2/3; bin 0.1 to 0.2: 0.15, right 0.
    assert [item["n"] for item in found["bins"]] == [1, 3]
    assert found["ece"] == pytest.approx((1 * 0.15 + 3 * (2.9 / 3 - 2 / 3)) / 4, abs=1e-6)
    # Right 0.95, 1.0; wrong 0.95, 0.15: pairs 0.5 + 1 + 1 + 1 of 4.
    assert found["auroc"] == (0.5 + 1 + 1 + 1) / 4


def test_auroc_of_only_right_answers_is_not_known() -> None:
    assert auroc([(0.9, 1.0)]) is None


def test_a_question_over_two_documents_counts_in_both(ask: Ask) -> None:
    question = ask(gold=["doc#2.1.1", "other#1"])
    groups = by_group([scored(question, 1.0)])
    assert set(groups["document"]) == {"doc", "other"}
    assert groups["kind"]["figure"]["fully_right"]["n"] == 1


def test_a_difference_that_is_always_there_is_not_chance() -> None:
    families = [str(i) for i in range(30)]
    test = paired_test([0.0] * 30, [1.0] * 20 + [0.0] * 10, families)
    assert test.difference == pytest.approx(20 / 30, abs=1e-6)
    assert test.p_value < 0.001


def test_a_difference_that_cancels_out_is_chance() -> None:
    values: list[Any] = [0.0, 1.0] * 10
    test = paired_test(values, values[::-1], [str(i) for i in range(20)])
    assert test.difference == 0.0
    assert test.p_value == 1.0
