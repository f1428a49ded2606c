"""The lexical index: BM25 over headings, bodies and sentences, each a field with its own statistics.

bm25s computes the scores of every (token, text) pair once, when the index is built. A question is then a
weighted sum over columns of that matrix, which takes numpy alone: opening the index loads no search library.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]

#: Parameters of BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"), as usual for
#: passages; b is lower for headings, whose length says nothing.
K1 = 1.5
B = 0.75
B_HEADING = 0.3


@dataclass(frozen=True)
class Unit:
    """What is ranked, as token lists: headings, the passage with its headings, the sentences it is made of.

    The body holds the headings too: a question's words often stand in both, and a field of headings alone
    would count each part of the question by itself.
    """

    heading: Sequence[str]
    body: Sequence[str]
    sentences: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Field:
    """The BM25 scores of one field, column by column.

    Column ``t`` holds ``data[starts[t]:starts[t + 1]]`` for the texts ``rows[starts[t]:starts[t + 1]]``.
    """

    data: FloatArray
    rows: IntArray
    starts: NDArray[np.int64]
    size: int

    def scores(self, weights: Mapping[int, float]) -> FloatArray:
        """BM25 of every text, shape ``(size,)``, for token numbers with their weights; 0 where none occurs."""
        total = np.zeros(self.size, dtype=np.float32)
        for token, weight in weights.items():
            column = slice(int(self.starts[token]), int(self.starts[token + 1]))
            # A text occurs once in a column, so that plain indexed addition is right.
            total[self.rows[column]] += np.float32(weight) * self.data[column]
        return total

    def holds(self, token: int, row: int) -> bool:
        """Whether a text has a token."""
        column = self.rows[int(self.starts[token]) : int(self.starts[token + 1])]
        place = int(np.searchsorted(column, row))
        return place < column.size and int(column[place]) == row

    def frequency(self, token: int) -> int:
        """In how many texts a token occurs."""
        return int(self.starts[token + 1] - self.starts[token])


@dataclass(frozen=True)
class LexicalScores:
    """Scores of every unit by field, each of shape ``(n_units,)``; ``best_sentence`` is -1 where there is none."""

    heading: FloatArray
    body: FloatArray
    sentence: FloatArray
    best_sentence: IntArray


@dataclass(frozen=True)
class LexicalIndex:
    """Three BM25 fields over the same units.

    :ivar vocabulary: token to number, shared by the fields.
    :ivar owners: the unit that each sentence belongs to, ascending.
    """

    vocabulary: Mapping[str, int]
    heading: Field
    body: Field
    sentence: Field
    owners: IntArray

    @property
    def size(self) -> int:
        return self.body.size

    def numbered(self, weights: Mapping[str, float]) -> dict[int, float]:
        """Token weights by token number, unknown tokens left out."""
        return {
            self.vocabulary[token]: weight for token, weight in weights.items() if token in self.vocabulary
        }

    def search(self, weights: Mapping[str, float]) -> LexicalScores:
        """Score every unit for a weighted bag of tokens."""
        numbered = self.numbered(weights)
        by_sentence = self.sentence.scores(numbered)
        sentence = np.zeros(self.size, dtype=np.float32)
        best = np.full(self.size, -1, dtype=np.int32)
        hit = np.flatnonzero(by_sentence > 0)
        if hit.size:
            # Ascending score within each unit: the last one written is the best one.
            order = hit[np.argsort(by_sentence[hit], kind="stable")]
            sentence[self.owners[order]] = by_sentence[order]
            best[self.owners[order]] = order
        return LexicalScores(self.heading.scores(numbered), self.body.scores(numbered), sentence, best)

    def idf(self, token: str) -> float:
        """Rarity of a token among bodies and headings, as BM25 counts it; that of an unseen token if unknown."""
        number = self.vocabulary.get(token)
        seen = 0
        if number is not None:
            seen = max(self.body.frequency(number), self.heading.frequency(number))
        return float(np.log(1 + (self.size - seen + 0.5) / (seen + 0.5)))

    def holds(self, token: int, unit: int) -> bool:
        """Whether a unit has a token in its body or its headings."""
        return self.body.holds(token, unit) or self.heading.holds(token, unit)

    def save(self, folder: Path) -> None:
        """Write the arrays and the vocabulary into a folder that exists."""
        arrays: dict[str, Any] = {"owners": self.owners}
        for name, field in (("heading", self.heading), ("body", self.body), ("sentence", self.sentence)):
            arrays |= {
                f"{name}_data": field.data,
                f"{name}_rows": field.rows,
                f"{name}_starts": field.starts,
                f"{name}_size": np.array(field.size),
            }
        np.savez(folder / "lexical.npz", **arrays)
        (folder / "vocabulary.txt").write_text("\n".join(self.vocabulary), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read what :meth:`save` wrote.

        :raises OSError, ValueError, KeyError: when a file is missing or damaged.
        """
        words = (folder / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
        with np.load(folder / "lexical.npz", allow_pickle=False) as arrays:
            fields = {
                name: Field(
                    arrays[f"{name}_data"],
                    arrays[f"{name}_rows"],
                    arrays[f"{name}_starts"],
                    int(arrays[f"{name}_size"]),
                )
                for name in ("heading", "body", "sentence")
            }
            owners = arrays["owners"]
        vocabulary = {word: number for number, word in enumerate(words)}
        return cls(vocabulary, fields["heading"], fields["body"], fields["sentence"], owners)


def build_lexical(units: Sequence[Unit]) -> LexicalIndex:
    """Index units by heading, body and sentence; a unit without sentences counts as one sentence.

    :raises ValueError: when there is nothing to index.
    """
    if not units:
        raise ValueError("a lexical index needs at least one unit")
    vocabulary: dict[str, int] = {}

    def numbers(tokens: Sequence[str]) -> list[int]:
        return [vocabulary.setdefault(token, len(vocabulary)) for token in tokens]

    headings = [numbers(unit.heading) for unit in units]
    bodies = [numbers(unit.body) for unit in units]
    sentences: list[list[int]] = []
    owners: list[int] = []
    for owner, unit in enumerate(units):
        for sentence in unit.sentences or (unit.body,):
            sentences.append(numbers(sentence))
            owners.append(owner)
    if not vocabulary:
        raise ValueError("a lexical index needs at least one token")
    return LexicalIndex(
        vocabulary,
        _field(headings, vocabulary, b=B_HEADING),
        _field(bodies, vocabulary, b=B),
        _field(sentences, vocabulary, b=B),
        np.array(owners, dtype=np.int32),
    )


def _field(texts: list[list[int]], vocabulary: dict[str, int], *, b: float) -> Field:
    if not any(texts):
        starts = np.zeros(len(vocabulary) + 1, dtype=np.int64)
        return Field(np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int32), starts, len(texts))
    import bm25s

    ranker = bm25s.BM25(method="lucene", k1=K1, b=b)
    ranker.index((texts, dict(vocabulary)), create_empty_token=False, show_progress=False)
    matrix = ranker.scores
    return Field(
        np.asarray(matrix["data"], dtype=np.float32),
        np.asarray(matrix["indices"], dtype=np.int32),
        np.asarray(matrix["indptr"], dtype=np.int64),
        len(texts),
    )
