"""From the corpus folder to the index, step by step."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from ingest.chunk import chunk
from ingest.clean import clean
from ingest.corpus import load, read_manifest
from ingest.parse import parse
from ingest.schema import Chunk, ClauseTree, DocumentMeta
from ingest.settings import IngestSettings

#: Told how far a step is: name of the step, units done, units in all.
Progress = Callable[[str, int, int], None]


def no_progress(step: str, done: int, total: int) -> None:
    """Say nothing."""


def read_trees(settings: IngestSettings, *, progress: Progress = no_progress) -> tuple[ClauseTree, ...]:
    """Load, clean and parse every document of the corpus.

    :raises CorpusError: when the manifest or a document is not as it must be.
    """
    metas = read_manifest(settings.corpus_dir)
    trees = []
    for number, meta in enumerate(metas, start=1):
        trees.append(read_tree(meta, settings))
        progress("清洗、解析", number, len(metas))
    return tuple(trees)


def read_tree(meta: DocumentMeta, settings: IngestSettings) -> ClauseTree:
    """Load, clean and parse one document.

    :raises CorpusError: as :func:`read_trees`.
    """
    return parse(clean(load(meta, settings.corpus_dir)))


def chunk_trees(trees: Sequence[ClauseTree], settings: IngestSettings) -> tuple[Chunk, ...]:
    """The pieces of all documents, in the order of the corpus."""
    return tuple(piece for tree in trees for piece in chunk(tree, max_tokens=settings.chunk_tokens))


def corpus_digest(settings: IngestSettings) -> str:
    """SHA-256 over the manifest and, through the digests it holds, every document.

    :raises CorpusError: when the manifest is missing or wrong.
    """
    digest = hashlib.sha256()
    for meta in read_manifest(settings.corpus_dir):
        digest.update(repr(meta).encode())
    return digest.hexdigest()
