"""The dense index: vectors in Chroma, by cosine. The one file that knows chromadb."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexUnavailable

FloatArray = NDArray[np.float32]

_COLLECTION = "chunks"

#: Neighbours that the graph search looks at; at a few thousand vectors it then finds what an exact search finds.
_EF = 400
#: Up to this many vectors are read once and compared one by one, which takes a tenth of the time that the graph takes;
#: in larger collections the graph is faster, and is asked for each question.
EXACT = 10_000


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def build_dense(folder: Path, vectors: FloatArray, documents: Sequence[str]) -> None:
    """Store vectors under their row numbers, with the id of the document each belongs to.

    A zero vector has no direction and is left out.
    """
    client = _client(folder)
    collection = client.create_collection(
        _COLLECTION,
        embedding_function=None,
        configuration={"hnsw": {"space": "cosine", "ef_construction": _EF, "ef_search": _EF}},
    )
    rows = np.flatnonzero(np.linalg.norm(vectors, axis=1) > 0)
    step = int(client.get_max_batch_size())
    for start in range(0, len(rows), step):
        batch = rows[start : start + step]
        collection.add(
            ids=[str(row) for row in batch],
            embeddings=vectors[batch],
            metadatas=[{"doc_id": documents[row]} for row in batch],
        )
    client.close()


@dataclass(frozen=True)
class _Vectors:
    """A whole collection in memory, in the order of its rows; the vectors have length 1."""

    rows: NDArray[np.int64]
    unit: FloatArray
    documents: NDArray[np.str_]

    @classmethod
    def read(cls, collection: Any) -> _Vectors:
        stored = collection.get(include=["embeddings", "metadatas"])
        rows = np.array([int(row) for row in stored["ids"]], dtype=np.int64)
        order = np.argsort(rows)
        vectors = np.asarray(stored["embeddings"], dtype=np.float32).reshape(len(rows), -1)[order]
        documents = np.array([data["doc_id"] for data in stored["metadatas"]], dtype=np.str_)
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return cls(rows[order], unit, documents[order])

    def search(
        self, vector: FloatArray, *, top_k: int, doc_ids: Sequence[str] | None
    ) -> list[tuple[int, float]]:
        """As :meth:`DenseIndex.search`; equal cosines in the order of the rows."""
        cosine = self.unit @ (vector / np.linalg.norm(vector))
        places = np.flatnonzero(np.isin(self.documents, list(doc_ids))) if doc_ids else np.arange(cosine.size)
        best = places[np.argsort(-cosine[places], kind="stable")[:top_k]]
        return list(zip(self.rows[best].tolist(), cosine[best].tolist(), strict=True))


class DenseIndex:
    """A stored collection; Chroma is imported when the first search, or ``warm``, needs it.

    A small collection is read once and compared one by one, a large one searched by Chroma's graph; see ``EXACT``.

    :param exact: the largest collection that counts as small.
    """

    def __init__(self, folder: Path, *, exact: int = EXACT) -> None:
        self._folder = folder
        self._exact = exact
        self._lock = threading.Lock()
        self._client: Any = None
        self._collection: Any = None
        self._vectors: _Vectors | None = None

    def close(self) -> None:
        """Let go of the files; a later search opens them again."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = self._vectors = None

    def warm(self) -> None:
        """Open the collection now, so that no question waits for it."""
        self._open()

    def _open(self) -> tuple[Any, _Vectors | None]:
        with self._lock:
            if self._collection is None:
                self._client = _client(self._folder)
                collection = self._client.get_collection(_COLLECTION, embedding_function=None)
                if 0 < collection.count() <= self._exact:
                    self._vectors = _Vectors.read(collection)
                self._collection = collection
            return self._collection, self._vectors

    def search(
        self, vector: FloatArray, *, top_k: int, doc_ids: Sequence[str] | None = None
    ) -> list[tuple[int, float]]:
        """Row numbers with their cosine, best first; nothing for a zero vector.

        :raises IndexUnavailable: when the collection cannot be read, because its build was removed for instance.
        """
        if top_k < 1 or not np.any(vector):
            return []
        where = {"doc_id": {"$in": list(doc_ids)}} if doc_ids else None
        try:
            collection, vectors = self._open()
            if vectors is not None:
                return vectors.search(vector, top_k=top_k, doc_ids=doc_ids)
            found = collection.query(
                query_embeddings=vector[None, :], n_results=top_k, where=where, include=["distances"]
            )
        except Exception as error:
            # Chroma raises errors of several families for files that are damaged or gone.
            raise IndexUnavailable(
                f"向量索引读不出来（{self._folder}：{error}）。请运行 python -m ingest 重新建立索引。"
            ) from error
        rows, distances = found["ids"][0], found["distances"][0]
        return [(int(row), 1.0 - float(distance)) for row, distance in zip(rows, distances, strict=True)]
