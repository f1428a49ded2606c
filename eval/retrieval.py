"""Any corpus of {id, title, text} indexed and searched, by this project and by each baseline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from eval.errors import AnswererError
from eval.importers import RetrievalSet
from eval.ir import RETRIEVAL_MEASURES, mean_scores, retrieval_scores
from eval.ranking import Bm25Ranker, VectorRanker, bigrams, jieba_words

#: Deepest rank that a measure looks at.
DEPTH = 100


class PassageSearch(Protocol):
    """Searches the passages it was made of."""

    def search(self, query: str, top_k: int) -> list[str]:
        """Ids of passages, best first."""
        ...


class _Ranked:
    """A plain ranker over the passages, title and text together."""

    def __init__(self, passages: Mapping[str, tuple[str, str]], make: Callable[[Sequence[str]], Any]) -> None:
        self._ids = list(passages)
        self._ranker = make([f"{title}\n{text}" if title else text for title, text in passages.values()])

    def search(self, query: str, top_k: int) -> list[str]:
        return [self._ids[row] for row, _ in self._ranker.rank(query, top_k)]


class _Project:
    """The whole retrieval of this project: fields, expansions, vectors, rerank, clause references."""

    def __init__(self, passages: Mapping[str, tuple[str, str]]) -> None:
        from bot.passages import PassageIndex

        self._index = PassageIndex.build(
            {"id": key, "title": title, "text": text} for key, (title, text) in passages.items()
        )

    def search(self, query: str, top_k: int) -> list[str]:
        return [passage_id for passage_id, _ in self._index.search(query, top_k=top_k)]


def _vectors(passages: Mapping[str, tuple[str, str]]) -> PassageSearch:
    from eval.answerers import project_embedder

    return _Ranked(passages, lambda texts: VectorRanker(texts, project_embedder()))


SYSTEMS: Mapping[str, Callable[[Mapping[str, tuple[str, str]]], PassageSearch]] = {
    "project": _Project,
    "bm25-words": lambda passages: _Ranked(passages, lambda texts: Bm25Ranker(texts, jieba_words)),
    "bm25-bigrams": lambda passages: _Ranked(passages, lambda texts: Bm25Ranker(texts, bigrams)),
    "bm25-union": lambda passages: _Ranked(
        passages, lambda texts: Bm25Ranker(texts, lambda text: jieba_words(text) + bigrams(text))
    ),
    "vectors": _vectors,
}


def measure_retrieval(
    data: RetrievalSet,
    system: str,
    *,
    progress: Callable[[Iterable[str], int], Iterable[str]] = lambda items, total: items,
) -> dict[str, Any]:
    """Index a corpus, ask every query, and measure.

    :param system: a name of ``SYSTEMS``.
    :returns: ``measures`` (means over all queries), ``index_s`` seconds, and ``query_ms`` p50 and p95.
    :raises AnswererError: for an unknown name.
    """
    if system not in SYSTEMS:
        raise AnswererError(f"没有检索系统“{system}”，有：{'、'.join(SYSTEMS)}")
    started = time.perf_counter()
    search = SYSTEMS[system](data.passages)
    indexed = time.perf_counter() - started
    rankings, times = {}, []
    for query in progress(list(data.queries), len(data.queries)):
        begun = time.perf_counter()
        rankings[query] = search.search(data.queries[query], DEPTH)
        times.append((time.perf_counter() - begun) * 1000)
    means = mean_scores(retrieval_scores(data.relevant, rankings))
    p50, p95 = np.percentile(times, [50, 95]) if times else (0.0, 0.0)
    return {
        "system": system,
        "passages": len(data.passages),
        "queries": len(data.queries),
        "measures": {name: round(value, 4) for name, value in means.items()},
        "index_s": round(indexed, 2),
        "query_ms": {"p50": round(float(p50), 2), "p95": round(float(p95), 2)},
    }


def retrieval_table(results: Sequence[Mapping[str, Any]]) -> str:
    """Results as a Markdown table, a line for each system."""
    head = ["系统", *RETRIEVAL_MEASURES, "建索引 s", "查询中位 ms", "p95 ms"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for result in results:
        cells = [f"{result['measures'][name]:.3f}" for name in RETRIEVAL_MEASURES]
        times = [f"{result['index_s']}", f"{result['query_ms']['p50']}", f"{result['query_ms']['p95']}"]
        lines.append("| " + " | ".join([result["system"], *cells, *times]) + " |")
    return "\n".join(lines)
