"""Any collection of passages in memory, searched as the documents are: for measuring on public data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.fuse import PASSAGE_WEIGHTS, Weights
from bot.named import plain
from bot.query import QueryReader
from bot.rank import Ranker
from bot.rerank import FeatureReranker
from bot.thesaurus import Thesaurus
from ingest.embed import Embedder
from ingest.lexical import Unit, build_lexical
from ingest.numerals import parse_number
from ingest.sentences import sentence_spans
from ingest.tokenizer import Tokenizer, default_tokenizer

FloatArray = NDArray[np.float32]

_ARTICLE = (
    r"第\s*(?P<number>[0-9〇○零一二三四五六七八九十百千]+)\s*条(?:之(?P<suffix>[一二三四五六七八九十]+))?"
)
_TITLE = re.compile(rf"(?P<law>.+?){_ARTICLE}$")
_ASKED = re.compile(rf"(?P<law>[《\u4e00-\u9fff（）()〈〉、0-9]{{2,60}}?)[》〉]?(?:的|中|里)?{_ARTICLE}")
_PREFIX = "中华人民共和国"


class PassageIndex:
    """Passages of ``{"id", "title", "text"}``, searched with the whole pipeline of the project.

    Titles are the heading field, texts the body, sentences are cut as in documents. Where titles are
    ``<law>第N条``, a query that names one is resolved before it is searched: that passage comes first.
    Everything is held in memory; nothing is written.

        index = PassageIndex.build([{"id": "a", "title": "教师法第三条", "text": "教师是履行教育教学职责的专业人员。"}])
        index.search("教师法第3条", top_k=10)      # [("a", 1.0)]
    """

    def __init__(
        self,
        passages: Sequence[Mapping[str, str]],
        *,
        tokenizer: Tokenizer | None = None,
        embedder: Embedder | None = None,
        thesaurus: Thesaurus | None = None,
        weights: Weights = PASSAGE_WEIGHTS,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._ids = [str(passage["id"]) for passage in passages]
        self._titles = [str(passage.get("title") or "") for passage in passages]
        self._texts = [str(passage["text"]) for passage in passages]
        self._tokenizer = tokenizer or default_tokenizer()
        units = []
        for row, (title, text) in enumerate(zip(self._titles, self._texts, strict=True), start=1):
            sentences = [text[start:end] for start, end in sentence_spans(text)]
            cut = [self._tokenizer.tokenize(sentence) for sentence in sentences]
            heading = self._tokenizer.tokenize(title)
            units.append(Unit(heading, [*heading, *(t for tokens in cut for t in tokens)], cut))
            if progress is not None and row % 500 == 0:
                progress(row, len(passages))
        lexical = build_lexical(units)
        self._vectors = (
            None
            if embedder is None
            else embedder.encode_documents(
                [f"{title}\n{text}" for title, text in zip(self._titles, self._texts, strict=True)]
            )
        )
        self._embedder = embedder
        self._reader = QueryReader(self._tokenizer, thesaurus=thesaurus, expansion_weight=weights.expansion)
        self._ranker = Ranker(
            lexical,
            cosines=self._cosines if embedder is not None else None,
            reranker=FeatureReranker(lexical, self._titles.__getitem__, self._texts.__getitem__),
            weights=weights,
        )
        self._articles = _articles(self._titles)

    @classmethod
    def build(cls, passages: Iterable[Mapping[str, str]], *, dense: bool = True) -> PassageIndex:
        """The pipeline with its defaults: tokenizer, model that ships, weights.

        :raises EmbedderUnavailable: when the model that ships is missing.
        """
        from ingest.embed import get_embedder

        return cls(list(passages), embedder=get_embedder() if dense else None)

    def search(self, query: str, top_k: int = 10) -> list[tuple[str, float]]:
        """Ids of passages with their scores, best first; resolved references before all others."""
        ranked = self._ranker.rank(self._reader.read(query), top_k=top_k)
        resolved = self._resolve(query)
        best = max([ranked[0].score if ranked else 0.0, 1.0])
        hits = [(self._ids[row], best + 1.0) for row in resolved]
        hits += [(self._ids[hit.row], hit.score) for hit in ranked if hit.row not in resolved]
        return hits[:top_k]

    def _resolve(self, query: str) -> list[int]:
        rows: list[int] = []
        for match in _ASKED.finditer(plain(query)):
            number, suffix = parse_number(match["number"]), parse_number(match["suffix"] or "")
            names = self._articles.get((number or 0, suffix or 0), {})
            law = _law_name(match["law"])
            # What stands before the name (请问, 根据) is not part of it: the longest name that ends there.
            for start in range(len(law) - 1):
                if law[start:] in names:
                    rows += names[law[start:]]
                    break
        return list(dict.fromkeys(rows))

    def _cosines(self, text: str, /, *, doc_ids: Sequence[str] | None) -> FloatArray:
        if self._embedder is None or self._vectors is None:
            return np.zeros(len(self._ids), dtype=np.float32)
        return np.asarray(self._vectors @ self._embedder.encode_query(text), dtype=np.float32)


def _law_name(text: str) -> str:
    return text.strip("《》〈〉 的").removeprefix(_PREFIX)


def _articles(titles: Sequence[str]) -> dict[tuple[int, int], dict[str, list[int]]]:
    """(article number, suffix) -> name of the law -> rows, for titles of the form <law>第N条."""
    found: dict[tuple[int, int], dict[str, list[int]]] = {}
    for row, title in enumerate(titles):
        if match := _TITLE.match(plain(title)):
            key = (parse_number(match["number"]) or 0, parse_number(match["suffix"] or "") or 0)
            found.setdefault(key, {}).setdefault(_law_name(match["law"]), []).append(row)
    return found
