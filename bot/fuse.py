"""How the parts of a score become one.

The weights were found on development questions and public sets; docs/retrieval.md has the figures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.lexical import LexicalScores

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """What each part of a score counts for. 0 switches a part off, which is how the ablation table is made.

    :ivar heading: BM25 of the headings, beside ``body`` and ``sentence``, the best single sentence.
    :ivar gloss: BM25 of the best gloss, everyday wording put beside a printed phrase.
    :ivar expected: similarity to the likest expected question, scaled to the best lexical score of the question.
    :ivar expansion: tokens that the thesaurus adds, beside 1 for a token as typed.
    :ivar dense: cosine, scaled to the best lexical score of the question, where words meet well.
    :ivar dense_alone: the same where they hardly meet.
    :ivar digest: factor on the lexical score of a digest beside 1 for an original text.
    :ivar named: factor on the lexical score of a document that the question names, beside 1 for the others.
    :ivar rerank: features of the best candidates, beside their fused score.
    """

    heading: float = 0.3
    body: float = 1.0
    sentence: float = 0.5
    gloss: float = 0.8
    expected: float = 0.8
    expansion: float = 0.5
    dense: float = 0.2
    dense_alone: float = 0.3
    digest: float = 0.6
    named: float = 2.0
    rerank: float = 1.5


#: For clauses of documents, whose headings say what they are about.
DEFAULT_WEIGHTS = Weights()

#: For passages whose title only names where they come from (a law and the number of an article): as a field
#: of its own it would count the name again for each of them.
PASSAGE_WEIGHTS = Weights(heading=0.0, sentence=0.3, dense=0.06, dense_alone=0.3, rerank=1.0)


def fuse_lexical(found: LexicalScores, weights: Weights) -> FloatArray:
    """One lexical score for each unit; 0 exactly where no field has a token of the question."""
    return np.asarray(
        weights.heading * found.heading
        + weights.body * found.body
        + weights.sentence * found.sentence
        + weights.gloss * found.gloss,
        dtype=np.float32,
    )


def fuse_dense(lexical: FloatArray, cosine: FloatArray, weight: float) -> FloatArray:
    """Add cosines, as :func:`nearness` scales them, so that they decide among near equals only.

    With weight ``w`` a unit can pass another by cosine only if their lexical scores differ by less than
    ``w`` times the best one: a weak model cannot push a clear lexical winner from its place. Reciprocal rank
    fusion (Cormack, Clarke and Büttcher 2009) has no such bound, and lost where the dense side was weak.
    """
    return np.asarray(lexical + nearness(lexical, cosine, weight), dtype=np.float32)


def nearness(scores: FloatArray, similarity: FloatArray, weight: float) -> FloatArray:
    """What a similarity from 0 to 1 adds to the scores: the weight's share of the best one, times similarity."""
    best = float(scores.max(initial=0.0))
    scale = best if best > 0 else 1.0
    return np.asarray(weight * scale * np.maximum(similarity, 0.0), dtype=np.float32)
