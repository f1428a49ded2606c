"""Span answers on public reading sets: exact match and character F1."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from eval.aggregate import estimate
from eval.fold import to_simplified
from eval.schema import AnswerRecord

_IGNORED = re.compile(r"[\s\W_]+|\[\d+\]")


def normalise(text: str) -> str:
    """What is compared: Simplified, lower case, marks and white space left out.

    >>> normalise("《紅樓夢》，1791 年[1]")
    '红楼梦1791年'
    """
    return _IGNORED.sub("", re.sub(r"\[\d+\]", "", to_simplified(text))).lower()


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1 if the answer equals one of the gold answers (Rajpurkar et al. 2016)."""
    return float(any(normalise(answer) == normalise(text) for text in gold))


def holds_answer(answer: str, gold: Sequence[str]) -> float:
    """1 if a gold answer stands in the answer: what a sentence that answers should reach."""
    return float(any(normalise(text) in normalise(answer) for text in gold if normalise(text)))


def char_f1(answer: str, gold: Sequence[str]) -> float:
    """Best F1 of characters over the gold answers, as CMRC 2018 and DRCD count Chinese (Cui et al. 2019)."""
    return max((_f1(normalise(answer), normalise(text)) for text in gold), default=0.0)


def _f1(answer: str, gold: str) -> float:
    common = sum((Counter(answer) & Counter(gold)).values())
    return 2 * common / (len(answer) + len(gold)) if common else 0.0


def span_scores(
    gold: Mapping[str, Sequence[str]], answers: Mapping[str, AnswerRecord]
) -> dict[str, dict[str, float]]:
    """Means with intervals over all questions; one without an answer counts 0 where there was one to give.

    An unanswerable question (no gold answers) counts 1 in every measure when it was refused, else 0.
    """
    values: dict[str, list[float]] = {"exact_match": [], "char_f1": [], "holds_answer": []}
    measures = {"exact_match": exact_match, "char_f1": char_f1, "holds_answer": holds_answer}
    for query, texts in gold.items():
        record = answers.get(query)
        answered = record is not None and record.status == "answered"
        for name, measure in measures.items():
            if not texts:
                refused = record is not None and record.status == "abstained"
                values[name].append(float(refused))
            else:
                values[name].append(measure(record.answer, texts) if record and answered else 0.0)
    return {name: estimate(found, list(gold)).to_dict() for name, found in values.items() if found}
