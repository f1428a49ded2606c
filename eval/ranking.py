"""Plain rankers for baselines: BM25 over words or bigrams, and vectors; best first, no zero scores."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

#: Parameters of BM25, those of the public comparison table that the baselines are held against.
K1, B = 1.5, 0.75

_RUN = re.compile(r"[\u3400-\u9fff]+|[A-Za-z0-9.%]+")


class Ranker(Protocol):
    """Ranks the texts it was made with."""

    def rank(self, query: str, top_k: int) -> list[tuple[int, float]]:
        """(row of the text, score), best first, ties in order of rows; scores of one ranking compare."""
        ...


@lru_cache(maxsize=1)
def _jieba() -> Any:
    import jieba

    jieba.setLogLevel(60)
    cutter = jieba.Tokenizer()
    cutter.initialize()
    return cutter


def jieba_words(text: str) -> list[str]:
    """jieba's default cut, white space and marks left out: deliberately not the project's tokenizer."""
    return [word.lower() for word in _jieba().lcut(text) if _RUN.search(word)]


def bigrams(text: str) -> list[str]:
    """Overlapping pairs of Chinese characters; figures and Latin words whole.

    >>> bigrams("公办园占比65%")
    ['公办', '办园', '园占', '占比', '65%']
    """
    tokens = []
    for match in _RUN.finditer(text.lower()):
        run = match[0]
        if run[0].isascii() or len(run) == 1:
            tokens.append(run)
        else:
            tokens += [run[i : i + 2] for i in range(len(run) - 1)]
    return tokens


class Bm25Ranker:
    """BM25 as Lucene computes it (bm25s, method ``lucene``), over tokens of the given cut."""

    def __init__(self, texts: Sequence[str], cut: Callable[[str], list[str]]) -> None:
        import bm25s

        self._cut = cut
        self._size = len(texts)
        self._model = bm25s.BM25(method="lucene", k1=K1, b=B)
        # bm25s cannot index a corpus without a single token.
        self._model.index([cut(text) or ["\ue000"] for text in texts], show_progress=False)

    def rank(self, query: str, top_k: int) -> list[tuple[int, float]]:
        tokens = [token for token in self._cut(query) if token in self._model.vocab_dict]
        if not tokens:
            return []
        scores = self._model.get_scores(tokens)
        return _best(scores, top_k)


class VectorRanker:
    """Cosine similarity of normalised vectors, computed exactly."""

    def __init__(self, texts: Sequence[str], embedder: Any) -> None:
        self._embedder = embedder
        self._vectors = np.asarray(embedder.encode_documents(list(texts)), dtype=np.float32)

    def rank(self, query: str, top_k: int) -> list[tuple[int, float]]:
        scores = self._vectors @ np.asarray(self._embedder.encode_query(query), dtype=np.float32)
        return _best(scores, top_k)


def _best(scores: Any, top_k: int) -> list[tuple[int, float]]:
    """The best rows with a score above 0; a stable sort, so that ties do not depend on the platform."""
    order = np.argsort(-scores, kind="stable")[:top_k]
    return [(int(row), float(scores[row])) for row in order if scores[row] > 0]
