"""The lexical index: BM25 over headings, bodies, sentences and glosses, each a field with its own statistics.

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
#: A gloss is a list of wordings, of which a question has one: its length says nothing.
B_GLOSS = 0.1

_FIELDS = ("heading", "body", "sentence", "gloss")


@dataclass(frozen=True)
class Unit:
    """What is ranked, as token lists: headings, the passage with its headings, its sentences, its glosses.

    The body holds the headings too: a question's words often stand in both, and a field of headings alone
    would count each part of the question by itself.
    """

    heading: Sequence[str]
    body: Sequence[str]
    sentences: Sequence[Sequence[str]] = ()
    glosses: Sequence[Sequence[str]] = ()


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
    gloss: FloatArray
    best_sentence: IntArray


@dataclass(frozen=True)
class LexicalIndex:
    """Four BM25 fields over the same units; of its sentences and glosses, the best one counts for a unit.

    :ivar vocabulary: token to number, shared by the fields.
    :ivar owners: the unit that each sentence belongs to, ascending.
    :ivar gloss_owners: the same for glosses.
    """

    vocabulary: Mapping[str, int]
    heading: Field
    body: Field
    sentence: Field
    gloss: Field
    owners: IntArray
    gloss_owners: IntArray

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
        sentence, best = self._best(self.sentence.scores(numbered), self.owners)
        gloss, _ = self._best(self.gloss.scores(numbered), self.gloss_owners)
        return LexicalScores(self.heading.scores(numbered), self.body.scores(numbered), sentence, gloss, best)

    def _best(self, scores: FloatArray, owners: IntArray) -> tuple[FloatArray, IntArray]:
        """For each unit the score of its best part, and which part that is; 0 and -1 where none scores."""
        values = np.zeros(self.size, dtype=np.float32)
        best = np.full(self.size, -1, dtype=np.int32)
        hit = np.flatnonzero(scores > 0)
        if hit.size:
            # Ascending score within each unit: the last one written is the best one.
            order = hit[np.argsort(scores[hit], kind="stable")]
            values[owners[order]] = scores[order]
            best[owners[order]] = order
        return values, best

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
        arrays: dict[str, Any] = {"owners": self.owners, "gloss_owners": self.gloss_owners}
        for name in _FIELDS:
            field: Field = getattr(self, name)
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
                for name in _FIELDS
            }
            owners, gloss_owners = arrays["owners"], arrays["gloss_owners"]
        vocabulary = {word: number for number, word in enumerate(words)}
        return cls(vocabulary, **fields, owners=owners, gloss_owners=gloss_owners)


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
    glosses: list[list[int]] = []
    gloss_owners: list[int] = []
    for owner, unit in enumerate(units):
        for sentence in unit.sentences or (unit.body,):
            sentences.append(numbers(sentence))
            owners.append(owner)
    # After everything that is printed, so that glosses do not renumber its words.
    for owner, unit in enumerate(units):
        for gloss in unit.glosses:
            glosses.append(numbers(gloss))
            gloss_owners.append(owner)
    if not vocabulary:
        raise ValueError("a lexical index needs at least one token")
    return LexicalIndex(
        vocabulary,
        _field(headings, vocabulary, b=B_HEADING),
        _field(bodies, vocabulary, b=B),
        _field(sentences, vocabulary, b=B),
        _field(glosses, vocabulary, b=B_GLOSS),
        np.array(owners, dtype=np.int32),
        np.array(gloss_owners, dtype=np.int32),
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
