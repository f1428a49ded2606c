"""What a question becomes before it is searched: weighted tokens, with what was added and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.correct import Correction, Corrector
from bot.thesaurus import Expansion, Thesaurus
from ingest.asking import topic_of
from ingest.expected import Answering, ExpectedQuestions
from ingest.fold import fold
from ingest.tokenizer import Tokenizer

#: Several wordings of one phrase share its weight: each counts for the n-th part to this power.
_SHARED = 0.25


@dataclass(frozen=True)
class Query:
    """A question as it is searched.

    :ivar folded: the search form of the question, corrections made.
    :ivar tokens: tokens of the question itself, in order, without those that only ask.
    :ivar weights: every token with its weight, those that were added included.
    :ivar alike: places that answer expected questions like this one, the likest first.
    """

    text: str
    folded: str
    tokens: tuple[str, ...]
    weights: Mapping[str, float]
    corrections: tuple[Correction, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    alike: tuple[Answering, ...] = ()

    @property
    def alternatives(self) -> dict[str, dict[str, float]]:
        """For phrases of ``folded``, what the documents may say instead, each with its worth from 0 to 1."""
        return {
            expansion.phrase: {fold(wording): expansion.worth for wording in expansion.wordings}
            for expansion in self.expansions
        }

    @property
    def embed_text(self) -> str:
        """The question with the wording that was added, for the embedding model."""
        added = " ".join(wording for expansion in self.expansions for wording in expansion.wordings)
        return f"{self.folded} {added}".strip()


class QueryReader:
    """Reads questions for one index."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        *,
        thesaurus: Thesaurus | None = None,
        corrector: Corrector | None = None,
        expected: ExpectedQuestions | None = None,
        expansion_weight: float = 0.35,
    ) -> None:
        self._tokenizer = tokenizer
        self._thesaurus = thesaurus
        self._corrector = corrector
        self._expected = expected
        self._expansion_weight = expansion_weight

    def read(self, text: str) -> Query:
        """Tokens of a question with their weights; a token that occurs twice counts twice."""
        folded = fold(text)
        corrections = self._corrector.correct(topic_of(folded)) if self._corrector is not None else ()
        for correction in corrections:
            folded = folded.replace(correction.written, correction.understood)
        tokens = self._tokenizer.tokenize(topic_of(folded))
        weights: dict[str, float] = {}
        for token in tokens:
            weights[token] = weights.get(token, 0.0) + 1.0
        expansions = self._thesaurus.expand(folded) if self._thesaurus is not None else ()
        for expansion in expansions:
            for wording in expansion.wordings:
                for token in self._tokenizer.tokenize(wording):
                    added = self._expansion_weight * expansion.worth / len(expansion.wordings) ** _SHARED
                    weights[token] = max(weights.get(token, 0.0), added)
        alike = self._expected.alike(tokens) if self._expected is not None else ()
        return Query(text, folded, tuple(tokens), weights, corrections, expansions, alike)
