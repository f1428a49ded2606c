"""From questions to a set: means with intervals, groups, twins, calibration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from eval.measures import MEASURES
from eval.schema import Question

#: Resamples of the bootstrap; with 1000 the ends of a 95 % interval move by about a tenth of its width.
RESAMPLES = 1000
SEED = 20_250_328
CONFIDENCE_BINS = 10


@dataclass(frozen=True, slots=True)
class ScoredQuestion:
    """One question with its family of twins and the value of every measure."""

    question: Question
    family: str
    values: Mapping[str, float | None]
    confidence: float | None
    answered: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over ``n`` questions with its 95 % interval ``[low, high]``."""

    value: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, Any]:
        return {"value": self.value, "low": self.low, "high": self.high, "n": self.n}


def estimate(values: Sequence[float], families: Sequence[str]) -> Estimate:
    """Mean with a percentile bootstrap interval.

    Families of twins are drawn, not single questions, since twins stand and fall together (cluster
    bootstrap, Field and Welsh 2007; percentile interval, Efron 1979). The seed is fixed: same input, same
    interval.

    :raises ValueError: when there is nothing to average.
    """
    if not values:
        raise ValueError("没有可以求平均的值")
    mean = float(np.mean(values))
    names = {name: number for number, name in enumerate(dict.fromkeys(families))}
    sums, counts = np.zeros(len(names)), np.zeros(len(names))
    for value, family in zip(values, families, strict=True):
        sums[names[family]] += value
        counts[names[family]] += 1
    drawn = np.random.default_rng(SEED).integers(0, len(names), size=(RESAMPLES, len(names)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Estimate(_round(mean), _round(float(low)), _round(float(high)), len(values))


def _round(value: float) -> float:
    """Six places: the last bits of a float may differ between machines, a report may not."""
    return round(value, 6) + 0.0


def summarise(rows: Sequence[ScoredQuestion], names: Sequence[str] = tuple(MEASURES)) -> dict[str, Any]:
    """Every measure over the questions it applies to, and the two errors of abstention."""
    summary: dict[str, Any] = {}
    for name in names:
        pairs = [(value, row.family) for row in rows if (value := row.values[name]) is not None]
        if pairs:
            summary[name] = estimate([v for v, _ in pairs], [f for _, f in pairs]).to_dict()
    return summary


def abstention(rows: Sequence[ScoredQuestion]) -> dict[str, Any]:
    """``false_answer``: share of the unanswerable questions that got an answer. ``false_refusal``: share of
    the answerable ones that got none, errors among them."""
    result: dict[str, Any] = {}
    kinds: tuple[tuple[str, Callable[[ScoredQuestion], bool], Callable[[ScoredQuestion], bool]], ...] = (
        ("false_answer", lambda row: not row.question.answerable, lambda row: row.answered),
        ("false_refusal", lambda row: row.question.answerable, lambda row: not row.answered),
    )
    for name, applies, wrong in kinds:
        chosen = [row for row in rows if applies(row)]
        if chosen:
            values = [float(wrong(row)) for row in chosen]
            result[name] = estimate(values, [row.family for row in chosen]).to_dict()
    return result


def groups_of(row: ScoredQuestion) -> dict[str, tuple[str, ...]]:
    """The groups a question is counted in, by the way of grouping."""
    question = row.question
    return {
        "kind": (question.kind,),
        "style": (question.style,),
        "document": question.documents or ("none",),
        "difficulty": (question.difficulty,),
        "script": (question.script,),
    }


def by_group(rows: Sequence[ScoredQuestion]) -> dict[str, dict[str, Any]]:
    """The summary of each group; a question whose gold lies in two documents counts in both."""
    members: dict[str, dict[str, list[ScoredQuestion]]] = {}
    for row in rows:
        for way, groups in groups_of(row).items():
            for group in groups:
                members.setdefault(way, {}).setdefault(group, []).append(row)
    return {
        way: {group: summarise(chosen) for group, chosen in sorted(groups.items())}
        for way, groups in members.items()
    }


def robustness(rows: Sequence[ScoredQuestion]) -> dict[str, Any]:
    """For each manner, the drop to the twin: mean of fully_right(question) - fully_right(twin).

    0 means that the manner costs nothing; a negative drop, that twins did better. Only twins whose question
    was asked in the same run count.
    """
    by_id = {row.question.id: row for row in rows}
    drops: dict[str, list[tuple[float, str]]] = {}
    for row in rows:
        base = by_id.get(row.question.twin_of or "")
        if base is not None:
            drop = (base.values["fully_right"] or 0.0) - (row.values["fully_right"] or 0.0)
            drops.setdefault(row.question.style, []).append((drop, row.family))
    return {
        style: estimate([d for d, _ in pairs], [f for _, f in pairs]).to_dict()
        for style, pairs in sorted(drops.items())
    }


def calibration(rows: Sequence[ScoredQuestion]) -> dict[str, Any]:
    """How far confidence can be believed, over the answers that were given.

    ``bins``: ten of equal width with the mean confidence and the share fully right in each. ``ece``: the
    expected calibration error, the mean distance of the two weighted by the size of the bin (Naeini et al.
    2015). ``auroc``: the chance that a right answer has more confidence than a wrong one, ties half
    (Mann-Whitney).
    """
    pairs = [
        (row.confidence, row.values["fully_right"] or 0.0)
        for row in rows
        if row.answered and row.confidence is not None
    ]
    if not pairs:
        return {"bins": [], "ece": None, "auroc": None}
    bins: list[list[tuple[float, float]]] = [[] for _ in range(CONFIDENCE_BINS)]
    for confidence, right in pairs:
        place = min(int(min(max(confidence, 0.0), 1.0) * CONFIDENCE_BINS), CONFIDENCE_BINS - 1)
        bins[place].append((confidence, right))
    filled = [
        {
            "low": _round(number / CONFIDENCE_BINS),
            "high": _round((number + 1) / CONFIDENCE_BINS),
            "n": len(chosen),
            "confidence": _round(float(np.mean([c for c, _ in chosen]))),
            "right": _round(float(np.mean([r for _, r in chosen]))),
        }
        for number, chosen in enumerate(bins)
        if chosen
    ]
    ece = sum(item["n"] * abs(item["confidence"] - item["right"]) for item in filled) / len(pairs)
    return {"bins": filled, "ece": _round(ece), "auroc": auroc(pairs)}


def auroc(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Area under the ROC curve of a score against right (1) and wrong (0); None when either is absent."""
    right = [score for score, label in pairs if label >= 1.0]
    wrong = [score for score, label in pairs if label < 1.0]
    if not right or not wrong:
        return None
    wins = sum((r > w) + 0.5 * (r == w) for r in right for w in wrong)
    return _round(wins / (len(right) * len(wrong)))


@dataclass(frozen=True, slots=True)
class PairedTest:
    """The difference ``b - a`` of a measure over the same questions, and how likely chance gives as much."""

    mean_a: float
    mean_b: float
    difference: float
    p_value: float
    n: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def paired_test(a: Sequence[float], b: Sequence[float], families: Sequence[str]) -> PairedTest:
    """Two-sided paired randomisation test (Fisher; for retrieval Smucker, Allan, Carterette 2007).

    The sign of each family's summed difference is flipped at random; p is the share of flips that give at
    least the observed difference, the observed one counted among them.
    """
    difference = np.asarray(b, dtype=float) - np.asarray(a, dtype=float)
    names = {name: number for number, name in enumerate(dict.fromkeys(families))}
    sums = np.zeros(len(names))
    for value, family in zip(difference, families, strict=True):
        sums[names[family]] += value
    flips = np.random.default_rng(SEED).choice([-1.0, 1.0], size=(RESAMPLES * 10, len(names)))
    observed = abs(float(sums.sum()))
    extreme = int(np.count_nonzero(np.abs(flips @ sums) >= observed - 1e-9))
    return PairedTest(
        _round(float(np.mean(a))),
        _round(float(np.mean(b))),
        _round(float(np.mean(difference))),
        _round((extreme + 1) / (len(flips) + 1)),
        len(difference),
    )
