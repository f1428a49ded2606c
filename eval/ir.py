"""Retrieval measures, computed by ir-measures (MacAvaney, Macdonald, Ounis 2022, arXiv:2111.13466)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: Success and recall, reciprocal rank, discounted gain; names as printed in papers.
RETRIEVAL_MEASURES = ("R@1", "R@5", "R@10", "R@100", "RR@10", "nDCG@10")


def retrieval_scores(
    qrels: Mapping[str, Sequence[str]],
    rankings: Mapping[str, Sequence[str]],
    measures: Sequence[str] = RETRIEVAL_MEASURES,
) -> dict[str, dict[str, float]]:
    """Each measure for each query of ``qrels``; a query that found nothing has 0, it is not skipped.

    ``R@k``: share of the relevant passages among the first k. ``RR@10``: one over the rank of the first
    relevant passage, 0 beyond 10 (Voorhees 1999). ``nDCG@10``: Järvelin and Kekäläinen 2002, gain 0 or 1.

    :param qrels: relevant ids by query.
    :param rankings: ids by query, best first; repeated ids count at their first place.
    :returns: measure name -> query -> value.
    """
    import ir_measures

    parsed = [ir_measures.parse_measure(name) for name in measures]
    wanted = {query: dict.fromkeys(ids, 1) for query, ids in qrels.items()}
    run = {}
    for query in qrels:
        ids = list(dict.fromkeys(rankings.get(query, ())))
        # Strictly falling scores: the order is the ranking, ties are not broken by name.
        run[query] = {doc_id: float(len(ids) - place) for place, doc_id in enumerate(ids)}
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(qrels, 0.0) for name in measures}
    names = {str(measure): name for measure, name in zip(parsed, measures, strict=True)}
    for metric in ir_measures.iter_calc(parsed, _qrels(wanted), _run(run)):
        values[names[str(metric.measure)]][metric.query_id] = float(metric.value)
    return values


def _qrels(wanted: Mapping[str, Mapping[str, int]]) -> list[Any]:
    from ir_measures import Qrel

    return [Qrel(query, doc_id, grade) for query, docs in wanted.items() for doc_id, grade in docs.items()]


def _run(run: Mapping[str, Mapping[str, float]]) -> list[Any]:
    from ir_measures import ScoredDoc

    return [ScoredDoc(query, doc_id, score) for query, docs in run.items() for doc_id, score in docs.items()]


def mean_scores(values: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The mean of each measure over all queries."""
    return {name: sum(by_query.values()) / max(len(by_query), 1) for name, by_query in values.items()}
