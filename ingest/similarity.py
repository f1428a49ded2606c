"""How much clauses of two documents have in common, from their words and character bigrams."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.schema import Clause, ClauseTree
from ingest.sentences import sentence_spans
from ingest.tokenizer import tokenize

Matrix = NDArray[np.float32]

#: Shorter pieces (a number, a list mark) say nothing that could be compared.
_SHORTEST_SENTENCE = 8
#: A clause may carry out a parent's clause with only part of what it says: its best three sentences count.
_BEST_SENTENCES = 3


@dataclass(frozen=True)
class Comparison:
    """Scores of every clause of one document with every clause of another.

    :ivar scores: (n_clauses, n_others) float32 between 0 and 1: the mean of three cosines, that of the
        bodies, that of the body with what the other is called, and that of the three sentences that fit best.
    """

    scores: Matrix
    _sentences: tuple[Sequence[tuple[int, int]], Sequence[tuple[int, int]]]
    _cosines: Matrix
    _ranges: tuple[Sequence[range], Sequence[range]]
    _headings: tuple[NDArray[np.bool_], NDArray[np.bool_]]

    def best_sentences(self, row: int, column: int) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """The spans of the two sentences of a pair of clauses that have most in common, or None.

        A heading is quoted only where a clause has nothing else.
        """
        ours, theirs = self._ranges[0][row], self._ranges[1][column]
        if not ours or not theirs:
            return None
        block = self._cosines[ours.start : ours.stop, theirs.start : theirs.stop].copy()
        block[self._headings[0][ours.start : ours.stop], :] -= 2
        block[:, self._headings[1][theirs.start : theirs.stop]] -= 2
        first, second = divmod(int(block.argmax()), block.shape[1])
        return self._sentences[0][ours.start + first], self._sentences[1][theirs.start + second]


def compare(
    tree: ClauseTree, ours: Sequence[Clause], other: ClauseTree, theirs: Sequence[Clause]
) -> Comparison:
    """Compare clauses, with all that is below them, of two documents; neither list may be empty."""
    left, right = _read(tree, ours), _read(other, theirs)
    bodies = [*left.bodies, *right.bodies]
    frequency = Counter(token for body in bodies for token in body)
    numbers = {token: number for number, token in enumerate(frequency)}
    # A token that every clause has says nothing: ln(n / df) is 0.
    rarity = np.array([math.log(len(bodies) / count) for count in frequency.values()], dtype=np.float32)
    body, other_body = _matrix(left.bodies, numbers, rarity), _matrix(right.bodies, numbers, rarity)
    called = _matrix(right.headings, numbers, rarity)
    cosines = _matrix(left.sentences, numbers, rarity) @ _matrix(right.sentences, numbers, rarity).T
    sentences = np.zeros((len(ours), len(theirs)), dtype=np.float32)
    for row, our_range in enumerate(left.ranges):
        for column, their_range in enumerate(right.ranges):
            block = cosines[our_range.start : our_range.stop, their_range.start : their_range.stop]
            if block.size:
                best = np.sort(block.max(axis=1))[::-1][:_BEST_SENTENCES]
                sentences[row, column] = best.mean()
    scores = ((body @ other_body.T + body @ called.T + sentences) / 3).astype(np.float32)
    return Comparison(
        scores,
        (left.spans, right.spans),
        cosines,
        (left.ranges, right.ranges),
        (np.array(left.flags, dtype=bool), np.array(right.flags, dtype=bool)),
    )


def compare_phrases(ours: Sequence[str], theirs: Sequence[str]) -> Matrix:
    """Cosines of each phrase with each other one, (n_ours, n_theirs); neither list may be empty."""
    bags = [Counter(tokenize(phrase)) for phrase in (*ours, *theirs)]
    frequency = Counter(token for bag in bags for token in bag)
    numbers = {token: number for number, token in enumerate(frequency)}
    rarity = np.array([math.log(1 + len(bags) / count) for count in frequency.values()], dtype=np.float32)
    matrix = _matrix(bags, numbers, rarity)
    return (matrix[: len(ours)] @ matrix[len(ours) :].T).astype(np.float32)


@dataclass(frozen=True)
class _Side:
    headings: list[Counter[str]]
    bodies: list[Counter[str]]
    sentences: list[Counter[str]]
    spans: list[tuple[int, int]]
    ranges: list[range]
    flags: list[bool]


def _read(tree: ClauseTree, clauses: Sequence[Clause]) -> _Side:
    side = _Side([], [], [], [], [], [])
    for clause in clauses:
        body: Counter[str] = Counter()
        first = len(side.spans)
        for start, end in sentence_spans(tree.doc.text, start=clause.start, end=clause.subtree_end):
            tokens = Counter(tokenize(tree.doc.text[start:end]))
            body.update(tokens)
            if end - start > _SHORTEST_SENTENCE:
                side.sentences.append(tokens)
                side.spans.append((start, end))
                side.flags.append(
                    start == clause.start
                    and clause.heading in tree.doc.text[start:end][-len(clause.heading) - 1 :]
                )
        side.headings.append(Counter(tokenize(clause.heading)))
        side.bodies.append(body)
        side.ranges.append(range(first, len(side.spans)))
    return side


def _matrix(bags: Iterable[Counter[str]], numbers: dict[str, int], rarity: NDArray[np.float32]) -> Matrix:
    """Rows of unit length: the root of how often a token occurs, times its rarity."""
    bags = list(bags)
    matrix = np.zeros((len(bags), len(numbers)), dtype=np.float32)
    for row, bag in enumerate(bags):
        for token, count in bag.items():
            if token in numbers:
                matrix[row, numbers[token]] = math.sqrt(count)
    matrix *= rarity
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return (matrix / np.where(lengths > 0, lengths, 1)).astype(np.float32)
