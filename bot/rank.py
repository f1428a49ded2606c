"""Scores passages for a query: lexical fields, vectors, then a closer look at the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.fuse import DEFAULT_WEIGHTS, Weights, fuse_dense, fuse_lexical, nearness
from bot.query import Query
from ingest.lexical import LexicalIndex

FloatArray = NDArray[np.float32]

#: Candidates that are looked at closely.
CANDIDATES = 50

#: Share of the question's weight that the best unit must hold for its words to count as met.
_MET = 0.5


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit in a ranking.

    :ivar row: its row in the lexical index.
    :ivar parts: what the score is made of, by name.
    :ivar sentence: its best sentence by words, as a row of the sentence field; -1 if none has a token.
    """

    row: int
    score: float
    sentence: int
    parts: Mapping[str, float] = field(default_factory=dict)


class Cosines(Protocol):
    """Gives, for a text, the cosine of every unit it knows to be near, shape ``(n_units,)``, else 0."""

    def __call__(self, text: str, /, *, doc_ids: Sequence[str] | None) -> FloatArray: ...


class Reranker(Protocol):
    """Looks at a query and candidate rows; gives each row named features whose sum is its bonus."""

    def __call__(self, query: Query, rows: Sequence[int], /) -> list[dict[str, float]]: ...


class Ranker:
    """Ranks the units of a lexical index; vectors and reranker are optional."""

    def __init__(
        self,
        lexical: LexicalIndex,
        *,
        cosines: Cosines | None = None,
        reranker: Reranker | None = None,
        weights: Weights = DEFAULT_WEIGHTS,
    ) -> None:
        self._lexical = lexical
        self._cosines = cosines
        self._reranker = reranker
        self._weights = weights

    def rank(
        self,
        query: Query,
        *,
        top_k: int,
        allowed: NDArray[np.bool_] | None = None,
        boost: FloatArray | None = None,
        expected: FloatArray | None = None,
        doc_ids: Sequence[str] | None = None,
    ) -> list[Ranked]:
        """The best units, best first; none of them without a token or a near vector.

        :param allowed: units that may appear; all by default.
        :param boost: factors on the lexical score of each unit, for documents that the question prefers.
        :param expected: for each unit, how like the question is to one that is expected of it, from 0 to 1.
        """
        found = self._lexical.search(query.weights)
        lexical = fuse_lexical(found, self._weights)
        if boost is not None:
            lexical = lexical * boost
        if allowed is not None:
            lexical = np.where(allowed, lexical, np.float32(0))
        fused = lexical
        cosine: FloatArray | None = None
        weight = self._dense_weight(query, lexical)
        if self._cosines is not None and weight > 0:
            cosine = self._cosines(query.embed_text, doc_ids=doc_ids)
            if allowed is not None:
                cosine = np.where(allowed, cosine, np.float32(0))
            fused = fuse_dense(lexical, cosine, weight)
        added = np.zeros_like(fused)
        if expected is not None:
            asked = expected if allowed is None else np.where(allowed, expected, np.float32(0))
            added = nearness(fused, asked, self._weights.expected)
        rows = _best(fused + added, max(top_k, CANDIDATES))
        ranked = []
        features = self._features(query, rows, fused)
        for row, bonus in zip(rows, features, strict=True):
            parts = {
                "heading": float(found.heading[row]),
                "body": float(found.body[row]),
                "sentence": float(found.sentence[row]),
                "gloss": float(found.gloss[row]),
                "expected": float(added[row]),
                "lexical": float(lexical[row]),
                "dense": float(cosine[row]) if cosine is not None else 0.0,
                **bonus,
            }
            score = float(fused[row] + added[row]) + sum(bonus.values())
            ranked.append(Ranked(int(row), score, int(found.best_sentence[row]), parts))
        ranked.sort(key=lambda hit: (-hit.score, hit.row))
        return ranked[:top_k]

    def _dense_weight(self, query: Query, lexical: FloatArray) -> float:
        """The vectors' weight: small where words meet, larger where they hardly do."""
        if self._cosines is None:
            return 0.0
        if not self.met(query, lexical):
            return self._weights.dense_alone
        return self._weights.dense

    def met(self, query: Query, lexical: FloatArray) -> bool:
        """Whether the best unit holds a fair share of the question's words, weighted by rarity."""
        best = int(np.argmax(lexical)) if lexical.size else -1
        if best < 0 or lexical[best] <= 0:
            return False
        total = sum(self._lexical.idf(token) * count for token, count in query.weights.items())
        held = 0.0
        for token, count in query.weights.items():
            number = self._lexical.vocabulary.get(token)
            if number is not None and self._lexical.holds(number, best):
                held += self._lexical.idf(token) * count
        return held >= _MET * total

    def _features(self, query: Query, rows: NDArray[np.intp], fused: FloatArray) -> list[dict[str, float]]:
        if self._reranker is None or not rows.size or self._weights.rerank == 0:
            return [{} for _ in rows]
        scale = self._weights.rerank * float(fused[rows].max())
        features = self._reranker(query, [int(row) for row in rows])
        return [{name: scale * value for name, value in named.items()} for named in features]


def _best(scores: FloatArray, top_k: int) -> NDArray[np.intp]:
    """Rows with a score above 0, best first, equal scores in the order of the documents."""
    rows = np.flatnonzero(scores > 0)
    if rows.size > top_k:
        threshold = np.partition(scores[rows], rows.size - top_k)[rows.size - top_k]
        rows = rows[scores[rows] >= threshold]
    order = np.argsort(-scores[rows], kind="stable")[:top_k]
    return np.asarray(rows[order], dtype=np.intp)
