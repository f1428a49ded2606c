"""The dense index: vectors in Chroma, by cosine. The one file that knows chromadb."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexUnavailable

FloatArray = NDArray[np.float32]

_COLLECTION = "chunks"

#: Neighbours that the graph search looks at; at a few thousand vectors it then finds what an exact search finds.
_EF = 400


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


class DenseIndex:
    """A stored collection; Chroma is imported when the first search, or ``warm``, needs it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._client: Any = None
        self._collection: Any = None

    def close(self) -> None:
        """Let go of the files; a later search opens them again."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = None

    def warm(self) -> None:
        """Open the collection now, so that no question waits for it."""
        self._open()

    def _open(self) -> Any:
        with self._lock:
            if self._collection is None:
                self._client = _client(self._folder)
                self._collection = self._client.get_collection(_COLLECTION, embedding_function=None)
            return self._collection

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
            found = self._open().query(
                query_embeddings=vector[None, :], n_results=top_k, where=where, include=["distances"]
            )
        except Exception as error:
            # Chroma raises errors of several families for files that are damaged or gone.
            raise IndexUnavailable(
                f"向量索引读不出来（{self._folder}：{error}）。请运行 python -m ingest 重新建立索引。"
            ) from error
        rows, distances = found["ids"][0], found["distances"][0]
        return [(int(row), 1.0 - float(distance)) for row, distance in zip(rows, distances, strict=True)]
