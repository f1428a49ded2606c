"""From the corpus folder to the index, step by step."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from ingest.chunk import chunk
from ingest.clean import clean
from ingest.corpus import load, read_manifest
from ingest.errors import IndexUnavailable
from ingest.expected import FILE as EXPECTED
from ingest.glosses import FILE as GLOSSES
from ingest.index import build_index, open_index
from ingest.knowledge import open_knowledge
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
    """SHA-256 over what the index is made from: the corpus, and the code that reads it.

    The manifest stands for the documents, since it holds their digests. The code is part of it because another
    parser makes other clauses of the same bytes.

    :raises CorpusError: when the manifest is missing or wrong.
    """
    digest = hashlib.sha256()
    for meta in read_manifest(settings.corpus_dir):
        digest.update(repr(meta).encode())
    for name in (GLOSSES, EXPECTED):
        wordings = settings.corpus_dir / name
        digest.update(wordings.read_bytes() if wordings.exists() else b"")
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def build(settings: IngestSettings, *, progress: Progress = no_progress) -> tuple[ClauseTree, ...]:
    """Build the index of the corpus and make it the current one; returns the trees it holds.

    :raises IngestError: when a document, the embedding model or the index folder is not as it must be; an
        index that was there stays as it was.
    """
    digest = corpus_digest(settings)
    trees = read_trees(settings, progress=progress)
    build_index(
        trees, chunk_trees(trees, settings), settings=settings, progress=progress, corpus_digest=digest
    )
    progress("责任、目标、沿承、引用", 0, 1)
    open_knowledge(trees, settings)
    progress("责任、目标、沿承、引用", 1, 1)
    return trees


def is_current(settings: IngestSettings) -> bool:
    """Whether the index on disk is whole and was made from this corpus with these settings.

    :raises CorpusError: when the corpus itself is not as it must be.
    """
    digest = corpus_digest(settings)
    try:
        open_index(settings, corpus_digest=digest)
    except IndexUnavailable:
        return False
    return True
