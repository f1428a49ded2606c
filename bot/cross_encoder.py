"""A cross-encoder reads question and clause together: slower and better, switched on by RERANKER_MODEL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from bot.query import Query
from ingest.errors import IngestError

#: Candidates that the model reads; the others keep their place behind them.
_READ = 20

#: What its opinion counts for, in shares of the best fused score: enough to decide among the candidates.
_WORTH = 2.0


class RerankerUnavailable(IngestError):
    """The reranking model that the settings name cannot be had."""


class CrossEncoderReranker:
    """Adds a cross-encoder's judgement, from 0 to 1, to the features of another reranker.

    :param name: hub name or folder of a sentence-transformers ``CrossEncoder``, such as a bge reranker.
    :param passage_of: gives headings and text of a row of the lexical index.
    :param features: the reranker whose features it is added to.
    """

    def __init__(
        self,
        name: str,
        passage_of: Callable[[int], str],
        features: Callable[[Query, Sequence[int]], list[dict[str, float]]],
    ) -> None:
        self.name = name
        self._passage_of = passage_of
        self._features = features

    @cached_property
    def _model(self) -> Any:
        try:
            from sentence_transformers import CrossEncoder

            return CrossEncoder(self.name)
        # The hub's errors differ by version; each means that the model cannot be had.
        except Exception as error:
            first = (str(error).strip().splitlines() or [""])[0][:200]
            raise RerankerUnavailable(
                f"取不到重排模型“{self.name}”（{type(error).__name__}: {first}）。可以：1）检查名称；2）联网，或用环境变量 "
                "HF_ENDPOINT 指定镜像站；3）把 RERANKER_MODEL 设为已下载的文件夹；4）去掉 RERANKER_MODEL。"
            ) from error

    def load(self) -> None:
        """Load the model now.

        :raises RerankerUnavailable: when it cannot be had.
        """
        self._model  # noqa: B018 - reading the property loads it

    def __call__(self, query: Query, rows: Sequence[int], /) -> list[dict[str, float]]:
        features = self._features(query, rows)
        read = rows[:_READ]
        pairs = [(query.text, self._passage_of(row)) for row in read]
        scores = self._model.predict(pairs, show_progress_bar=False) if pairs else []
        for named, score in zip(features, scores, strict=False):
            # Models with one label end in a sigmoid, so that scores lie between 0 and 1.
            named["cross_encoder"] = _WORTH * min(max(float(score), 0.0), 1.0)
        return features
