from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.fuse import DEFAULT_WEIGHTS
from bot.service import Service
from eval.ablation import PART_NAMES, ablation_table, measure_variants, project_searches, variants
from eval.schema import Question

Ask = Callable[..., Question]


@dataclass(frozen=True)
class Weights:
    heading: float = 0.3
    body: float = 1.0
    dense: float = 0.1
    dense_alone: float = 0.2
    digest: float = 0.6


def test_each_variant_has_one_part_off_and_the_body_is_never_off() -> None:
    made = variants(Weights())
    assert made["full"] == Weights()
    assert made["heading"] == Weights(heading=0.0)
    assert made["digest"] == Weights(digest=1.0)
    assert made["no_vectors"] == Weights(dense=0.0, dense_alone=0.0)
    assert made["body_only"] == Weights(0.0, 1.0, 0.0, 0.0, 1.0)
    assert "body" not in made


def test_every_part_of_the_projects_weights_has_a_name_for_people() -> None:
    assert set(variants(DEFAULT_WEIGHTS)) == set(PART_NAMES)


def test_a_variant_is_measured_by_the_right_clause_at_its_best_rank(ask: Ask) -> None:
    questions = [
        ask(id="a", gold=["doc#2.1", "doc#3"], acceptable=["doc#1"]),
        ask(id="b", question="娃儿占好多？", style="colloquial"),
        ask(id="c", turns=["一", "二"]),
        ask(id="d", answerable=False),
    ]
    good = {"公办园占比多少？": ["doc#2.1.2"], "娃儿占好多？": ["doc#3", "doc#2.1.1"]}
    bad = {"公办园占比多少？": ["doc#2", "doc#1"], "娃儿占好多？": []}
    rows = measure_variants(questions, {"full": lambda q, k: good[q], "rerank": lambda q, k: bad[q]})
    # full: a first, b second; rerank: a second (acceptable), b not at all. c has turns, d no gold.
    assert [row["questions"] for row in rows] == [2, 2]
    assert [row["first"] for row in rows] == [1 / 2, 0.0]
    assert [row["RR@10"] for row in rows] == [(1 + 1 / 2) / 2, (1 / 2 + 0) / 2]
    assert [row["colloquial"] for row in rows] == [0.0, 0.0]
    assert rows[1]["against_full"]["difference"] == -1 / 2
    assert "| 去掉重排特征 | 0.000 |" in ablation_table(rows)


@pytest.mark.parametrize(
    ("question", "clause"),
    [("这个方案的文号是什么？", "fuling-2025-6#0.p2"), ("第15条", "fuling-2025-6#2.4.15")],
)
def test_what_answers_look_up_is_not_searched_here_either(
    service: Service, monkeypatch: pytest.MonkeyPatch, question: str, clause: str
) -> None:
    monkeypatch.setattr("eval.answerers.open_service", lambda: service)
    searches = project_searches()
    assert searches["full"](question, 3)[0] == clause
    assert searches["body_only"](question, 3)[0] == clause
