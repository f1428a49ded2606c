"""Text to vectors: the one file that knows sentence-transformers.

The model that ships is a sentence-transformers folder with a ``StaticEmbedding``. Importing
sentence-transformers takes many seconds, so that folder is read here with tokenizers and safetensors alone;
a test holds the two readings to the same vectors. Any other model goes through sentence-transformers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IngestError
from ingest.fold import fold

FloatArray = NDArray[np.float32]

#: The model that ships: a sentence-transformers folder, made by ``python -m ingest.train_embedder``.
DEFAULT_MODEL = Path(__file__).resolve().parent / "default_model"

#: Texts handed to the model at a time.
_BATCH = 64


class EmbedderUnavailable(IngestError):
    """The model that the settings name cannot be had."""


class Embedder(Protocol):
    """Turns texts into vectors of length one, so that a dot product is the cosine.

    A text in which the model knows nothing has the zero vector.
    """

    @property
    def name(self) -> str:
        """What the manifest of an index records: hub name, folder, or ``default``."""

    @property
    def digest(self) -> str:
        """Changes when the same name stands for another model."""

    @property
    def dimension(self) -> int:
        """Length of each vector."""

    def encode_documents(
        self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None
    ) -> FloatArray:
        """Vectors of passages, ``(n_texts, dimension)`` float32, L2-normalised."""

    def encode_query(self, text: str) -> FloatArray:
        """The vector of a question, ``(dimension,)`` float32, L2-normalised."""


def get_embedder(model: str = "") -> Embedder:
    """The embedder for a setting: empty for the model that ships, else a hub name or a folder.

    :raises EmbedderUnavailable: when the model that ships is missing or damaged. Another model is loaded, and
        can fail, at its first use.
    """
    return SentenceTransformersEmbedder(model) if model else StaticEmbedder(DEFAULT_MODEL)


class StaticEmbedder:
    """A sentence-transformers folder with a ``StaticEmbedding``, read without sentence-transformers.

    :raises EmbedderUnavailable: when the folder is not such a model.
    """

    def __init__(self, folder: Path, *, name: str = "default") -> None:
        self.name = name
        self.folder = folder
        try:
            modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
            self._files = folder / modules[0]["path"]
            if not modules[0]["type"].endswith("StaticEmbedding"):
                raise ValueError(f"first module is {modules[0]['type']}")
            self._weights_bytes = (self._files / "model.safetensors").read_bytes()
            self._tokenizer_bytes = (self._files / "tokenizer.json").read_bytes()
        except (OSError, ValueError, KeyError, IndexError) as error:
            raise EmbedderUnavailable(
                f"自带的向量模型读不出来（{folder}：{error}）。请恢复该文件夹，或用环境变量 EMBEDDING_MODEL 指定其他模型。"
            ) from error

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self._weights_bytes + self._tokenizer_bytes).hexdigest()[:16]

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self._tokenizer_bytes.decode("utf-8"))
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _weights(self) -> FloatArray:
        from safetensors.numpy import load

        tensors = load(self._weights_bytes)
        return np.asarray(tensors["embedding.weight"], dtype=np.float32)

    @property
    def dimension(self) -> int:
        return int(self._weights.shape[1])

    def encode_documents(
        self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None
    ) -> FloatArray:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            ids = self._tokenizer.encode(fold(text), add_special_tokens=False).ids
            if ids:
                vectors[row] = self._weights[ids].mean(axis=0)
            if progress is not None and (row + 1) % _BATCH == 0:
                progress(row + 1, len(texts))
        if progress is not None and texts:
            progress(len(texts), len(texts))
        return normalised(vectors)

    def encode_query(self, text: str) -> FloatArray:
        return np.asarray(self.encode_documents([text])[0], dtype=np.float32)


class SentenceTransformersEmbedder:
    """Any sentence-transformers model, by hub name or folder, with its own prompts for questions and passages."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def digest(self) -> str:
        folder = Path(self.name)
        if not folder.is_dir():
            return self.name
        described = [
            f"{path.relative_to(folder)}:{path.stat().st_size}:{path.stat().st_mtime_ns}"
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in {".json", ".safetensors", ".bin", ".txt", ".onnx"}
        ]
        return hashlib.sha256("\n".join(described).encode()).hexdigest()[:16]

    @cached_property
    def _model(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EmbedderUnavailable(
                "没有安装 sentence-transformers，不能使用 EMBEDDING_MODEL。请运行 pip install -r requirements.txt。"
            ) from error
        try:
            return SentenceTransformer(self.name)
        # The hub raises OSError, its own HTTP errors or ValueError, by version; each means that the model
        # cannot be had, and the reader needs the same advice.
        except Exception as error:
            raise EmbedderUnavailable(
                f"取不到向量模型“{self.name}”（{type(error).__name__}: {_first_line(error)}）。可以：1）检查名称；"
                "2）联网，或用环境变量 HF_ENDPOINT 指定镜像站；3）在能联网的机器上下载后，把 EMBEDDING_MODEL 设为该文件夹，"
                "并设 HF_HUB_OFFLINE=1；4）去掉 EMBEDDING_MODEL，使用自带模型。"
            ) from error

    @property
    def dimension(self) -> int:
        model = self._model
        get = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
        return int(get())

    def encode_documents(
        self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None
    ) -> FloatArray:
        batches = []
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            batches.append(
                self._model.encode_document(batch, normalize_embeddings=True, show_progress_bar=False)
            )
            if progress is not None:
                progress(start + len(batch), len(texts))
        if not batches:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return normalised(np.concatenate(batches))

    def encode_query(self, text: str) -> FloatArray:
        vector = self._model.encode_query([text], normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(normalised(np.asarray(vector))[0], dtype=np.float32)


def normalised(vectors: NDArray[Any]) -> FloatArray:
    """Rows scaled to length one; a zero row stays zero."""
    vectors = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0][:200]
