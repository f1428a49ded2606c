"""From a question to the clauses that may answer it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.correct import Corrector
from bot.cross_encoder import CrossEncoderReranker
from bot.fuse import DEFAULT_WEIGHTS, Weights
from bot.query import Query, QueryReader
from bot.rank import Ranker, Reranker
from bot.rerank import FeatureReranker
from bot.schema import Hit
from bot.scope import documents_hinted, documents_meant
from bot.thesaurus import Thesaurus, read_thesaurus
from ingest.errors import IngestError
from ingest.index import Index

log = logging.getLogger(__name__)

#: Vectors that are asked of the dense index for one question.
_NEIGHBOURS = 60


@dataclass(frozen=True)
class Retrieval:
    """What was found for a question, and how.

    :ivar hits: clause-grain chunks, best first.
    :ivar sentences: for each hit, its best sentence by words, or the hit's own chunk where it has none.
    :ivar query: what was searched, with corrections and expansions.
    :ivar documents: documents that the question names, which were preferred.
    """

    query: Query
    hits: tuple[Hit, ...]
    sentences: tuple[Hit, ...]
    documents: tuple[str, ...] = ()

    def explain(self) -> dict[str, Any]:
        """How the question was read and what each candidate's score is made of, ready for JSON."""
        return {
            "understood": self.query.folded,
            "tokens": list(self.query.tokens),
            "corrections": [
                {
                    "written": made.written,
                    "understood": made.understood,
                    "similarity": round(made.similarity, 2),
                }
                for made in self.query.corrections
            ],
            "expansions": [
                {"phrase": made.phrase, "wordings": list(made.wordings), "worth": made.worth}
                for made in self.query.expansions
            ],
            "documents": list(self.documents),
            "candidates": [
                {
                    "rank": hit.rank,
                    "doc_id": hit.chunk.doc_id,
                    "clause_id": hit.chunk.clause_id,
                    "score": round(hit.score, 3),
                    "parts": {name: round(value, 3) for name, value in hit.scores.items()},
                    "sentence": sentence.chunk.text,
                }
                for hit, sentence in zip(self.hits, self.sentences, strict=True)
            ],
        }


class Retriever:
    """Finds clauses in one index. Safe to use from several threads."""

    def __init__(
        self,
        index: Index,
        *,
        thesaurus: Thesaurus | None = None,
        weights: Weights = DEFAULT_WEIGHTS,
        dense: bool = True,
        reranker_model: str = "",
    ) -> None:
        self._index = index
        reader = QueryReader(
            index.tokenizer,
            thesaurus=thesaurus,
            corrector=Corrector(index.tokenizer, index.lexical, lambda: index.sounds),
            expected=index.expected,
            expansion_weight=weights.expansion,
        )
        # A question is read when its slips are mended, when it is searched and when its terms are weighed.
        self.read: Callable[[str], Query] = lru_cache(maxsize=256)(reader.read)
        self._docs = np.array([index.chunks[row].doc_id for row in index.units])
        digests = [doc_id for doc_id, tree in index.trees.items() if tree.meta.form == "digest"]
        # A digest is in short sentences, which BM25 prefers, but it is not the wording that people ask for.
        self._prior = np.where(np.isin(self._docs, digests), weights.digest, 1.0).astype(np.float32)
        self._named = weights.named
        self._dense_failed = False
        units = [index.chunks[row] for row in index.units]
        reranker: Reranker = FeatureReranker(
            index.lexical,
            lambda row: "\n".join(units[row].heading_path[1:]),
            lambda row: units[row].text,
            glosses=index.glosses,
        )
        if reranker_model:
            cross = CrossEncoderReranker(reranker_model, lambda row: units[row].text_to_embed, reranker)
            # Now rather than at the first question, where nobody could act on a missing model.
            cross.load()
            reranker = cross
        self._ranker = Ranker(
            index.lexical, cosines=self._cosines if dense else None, reranker=reranker, weights=weights
        )

    @classmethod
    def for_corpus(
        cls,
        index: Index,
        corpus_dir: Path,
        *,
        weights: Weights = DEFAULT_WEIGHTS,
        reranker_model: str = "",
    ) -> Retriever:
        """A retriever with the thesaurus of a corpus folder.

        :param reranker_model: hub name or folder of a cross-encoder; empty for none.
        :raises CorpusError: when the thesaurus has a line that is not one.
        :raises RerankerUnavailable: when the cross-encoder cannot be had.
        """
        thesaurus = read_thesaurus(corpus_dir / "thesaurus.tsv")
        return cls(index, thesaurus=thesaurus, weights=weights, reranker_model=reranker_model)

    def warm(self) -> threading.Thread:
        """Load dictionary, vectors and model in the background, so that the first question need not wait."""

        def load() -> None:
            self.retrieve("预热")
            if not self._dense_failed:
                self._index.dense.warm()

        thread = threading.Thread(target=load, name="warm-retriever", daemon=True)
        thread.start()
        return thread

    def retrieve(self, query: str, *, top_k: int = 10, doc_ids: Sequence[str] | None = None) -> list[Hit]:
        """The clauses nearest to a question, best first; empty where nothing of it is known.

        :param doc_ids: search these documents only; by default all, with those that the question names first.
        """
        return list(self.search(query, top_k=top_k, doc_ids=doc_ids).hits)

    def search(self, text: str, *, top_k: int = 10, doc_ids: Sequence[str] | None = None) -> Retrieval:
        """As :meth:`retrieve`, with the best sentence of each clause and how the question was read."""
        query = self.read(text)
        named = documents_meant(text, self._index.trees) if doc_ids is None else ()
        ranked = self._ranker.rank(
            query,
            top_k=top_k,
            allowed=np.isin(self._docs, list(doc_ids)) if doc_ids else None,
            boost=self._boost(text, named),
            expected=self._expected(query),
            doc_ids=doc_ids,
        )
        hits, sentences = [], []
        for rank, found in enumerate(ranked, start=1):
            chunk = self._index.chunks[self._index.units[found.row]]
            hits.append(Hit(chunk, found.score, rank, found.parts))
            best = self._index.chunks[self._index.sentences[found.sentence]] if found.sentence >= 0 else chunk
            sentences.append(Hit(best, found.parts["sentence"], rank, found.parts))
        return Retrieval(query, tuple(hits), tuple(sentences), named)

    def _boost(self, text: str, named: Sequence[str]) -> NDArray[np.float32]:
        """Documents that the question names come first; where it names none, originals before digests, those of a
        level that it speaks of excepted."""
        if named:
            factors = np.where(np.isin(self._docs, list(named)), self._named, 1.0)
        else:
            hinted = documents_hinted(text, self._index.trees)
            factors = np.where(np.isin(self._docs, list(hinted)), 1.0, self._prior)
        return np.asarray(factors, dtype=np.float32)

    def _expected(self, query: Query) -> NDArray[np.float32]:
        """For each unit, the similarity of the likest question that is expected of a place in it."""
        similarity = np.zeros(len(self._index.units), dtype=np.float32)
        for place in query.alike:
            unit = self._index.unit_at(place.doc_id, place.start)
            if unit is not None:
                similarity[unit] = max(similarity[unit], place.similarity)
        return similarity

    def _cosines(self, text: str, /, *, doc_ids: Sequence[str] | None) -> NDArray[np.float32]:
        cosine = np.zeros(len(self._index.units), dtype=np.float32)
        if self._dense_failed:
            return cosine
        try:
            vector = self._index.embedder.encode_query(text)
            found = self._index.dense.search(vector, top_k=_NEIGHBOURS, doc_ids=doc_ids)
        except IngestError as error:
            # The index is there, so that words can still be searched.
            log.warning("vectors are switched off: %s", error)
            self._dense_failed = True
            return cosine
        for row, value in found:
            unit = int(self._index.owner[row])
            cosine[unit] = max(cosine[unit], value)
        return cosine
