"""The index on disk: built beside the old one, switched over in one step, opened only by who fits it.

    index_dir/
      CURRENT            name of the build that readers open
      builds/<name>/     manifest.json, trees.json, chunks.json, lexical.npz, vocabulary.txt,
                         glosses.tsv, expected.npz (questions people ask), words.txt (domain dictionary),
                         sounds.txt (pinyin of words), dense/ (Chroma)

A build is never changed once CURRENT names it, so that a reader that has it open keeps a whole index; the
build before it is kept until the next switch.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import uuid
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.dense import DenseIndex, build_dense
from ingest.embed import Embedder, EmbedderUnavailable, get_embedder
from ingest.errors import IndexUnavailable
from ingest.expected import ARRAYS as EXPECTED
from ingest.expected import FILE as EXPECTED_SOURCE
from ingest.expected import ExpectedQuestions, build_expected, read_expected
from ingest.fold import fold
from ingest.glosses import FILE as GLOSSES
from ingest.glosses import Glosses, read_glosses
from ingest.lexical import LexicalIndex, Unit, build_lexical
from ingest.lexicon import domain_words
from ingest.schema import Chunk, ClauseTree
from ingest.settings import IngestSettings
from ingest.sounds import SoundIndex, build_sounds, load_sounds, save_sounds
from ingest.store import load_chunks, load_trees, save_chunks, save_trees
from ingest.tokenizer import Tokenizer

#: Changes whenever a file of a build changes its meaning.
FORMAT = 4

#: Told how far a step is: name of the step, units done, units in all.
Progress = Callable[[str, int, int], None]

_REMEDY = "请运行 python -m ingest 重新建立索引。"
_CHECKED = (
    "trees.json",
    "chunks.json",
    "lexical.npz",
    "vocabulary.txt",
    "glosses.tsv",
    "expected.npz",
    "words.txt",
    "sounds.txt",
)
_LIBRARIES = ("chromadb", "bm25s", "jieba", "opencc")


@dataclass(frozen=True)
class IndexManifest:
    """What shaped an index. Another value of any of these makes another index."""

    format: int
    corpus_digest: str
    embedder: str
    embedder_digest: str
    dimension: int
    tokenizer_digest: str
    chunk_tokens: int
    documents: tuple[str, ...]
    chunks: int
    libraries: Mapping[str, str]
    files: Mapping[str, str]


@dataclass(frozen=True)
class Index:
    """An open index: documents, chunks, and the lexical and dense search over them.

    :ivar units: for each row of the lexical index, the position in ``chunks`` of the clause-grain chunk.
    :ivar sentences: for each sentence row of the lexical index, the position in ``chunks``.
    """

    manifest: IndexManifest
    trees: dict[str, ClauseTree]
    chunks: tuple[Chunk, ...]
    lexical: LexicalIndex
    tokenizer: Tokenizer
    dense: DenseIndex
    glosses: Glosses
    expected: ExpectedQuestions
    folder: Path
    _embedding_model: str = field(default="", repr=False)

    @cached_property
    def units(self) -> tuple[int, ...]:
        return tuple(row for row, chunk in enumerate(self.chunks) if chunk.grain == "clause")

    @cached_property
    def sentences(self) -> tuple[int, ...]:
        return tuple(row for _, rows in group_sentences(self.chunks) for row in rows)

    @cached_property
    def owner(self) -> NDArray[np.int32]:
        """For each chunk, the row of the lexical index that it belongs to."""
        owners = np.zeros(len(self.chunks), dtype=np.int32)
        for unit, (clause, sentences) in enumerate(group_sentences(self.chunks)):
            owners[[clause, *sentences]] = unit
        return owners

    @cached_property
    def _unit_starts(self) -> dict[str, list[tuple[int, int]]]:
        """By document, where each row of the lexical index starts, ascending, and its number."""
        starts: dict[str, list[tuple[int, int]]] = {}
        for unit, row in enumerate(self.units):
            starts.setdefault(self.chunks[row].doc_id, []).append((self.chunks[row].start, unit))
        return {doc_id: sorted(pairs) for doc_id, pairs in starts.items()}

    def unit_at(self, doc_id: str, offset: int) -> int | None:
        """The row of the lexical index that holds a place of a document; None where no row does."""
        starts = self._unit_starts.get(doc_id, [])
        at = bisect_right(starts, (offset, len(self.units))) - 1
        if at < 0 or self.chunks[self.units[starts[at][1]]].end <= offset:
            return None
        return starts[at][1]

    @cached_property
    def sounds(self) -> SoundIndex:
        """How the corpus's words sound; read when the first unknown word asks for it."""
        return load_sounds(self.folder / "sounds.txt")

    @cached_property
    def embedder(self) -> Embedder:
        """The model that the index was made with, loaded at first use.

        :raises EmbedderUnavailable: when it cannot be had.
        """
        return get_embedder(self._embedding_model)


def group_sentences(chunks: Sequence[Chunk]) -> list[tuple[int, list[int]]]:
    """Each clause-grain chunk, by position, with the positions of the sentences that stand in it."""
    clauses: dict[tuple[str, str], list[int]] = {}
    groups: dict[int, list[int]] = {}
    for row, chunk in enumerate(chunks):
        if chunk.grain == "clause":
            clauses.setdefault((chunk.doc_id, chunk.clause_id), []).append(row)
            groups[row] = []
    for row, chunk in enumerate(chunks):
        if chunk.grain == "sentence":
            for clause in clauses.get((chunk.doc_id, chunk.clause_id), ()):
                if chunks[clause].start <= chunk.start < chunks[clause].end:
                    groups[clause].append(row)
                    break
    return list(groups.items())


def build_index(
    trees: Sequence[ClauseTree],
    chunks: Sequence[Chunk],
    *,
    settings: IngestSettings,
    progress: Progress = lambda step, done, total: None,
    corpus_digest: str = "",
) -> None:
    """Build the index of a corpus and make it the current one.

    A build that fails leaves the index that was current untouched.

    :param corpus_digest: names the state of the corpus; recorded, and compared by :func:`open_index`.
    :raises IndexUnavailable: when there is nothing to index or the folder cannot be written.
    :raises EmbedderUnavailable: when the embedding model cannot be had.
    """
    if not any(chunk.grain == "clause" for chunk in chunks):
        raise IndexUnavailable(
            "语料里没有可以检索的条款，索引没有建立。请检查 corpus/manifest.toml 和其中的文件。"
        )
    name = uuid.uuid4().hex[:12]
    folder = settings.index_dir / "builds" / name
    try:
        folder.mkdir(parents=True)
        try:
            _write_build(folder, trees, chunks, settings, progress, corpus_digest)
            _switch(settings.index_dir, name)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    except OSError as error:
        raise IndexUnavailable(
            f"索引写不进 {settings.index_dir}：{error}。请检查磁盘空间和写权限。"
        ) from error
    _remove_old_builds(settings.index_dir, keep=name)


def _write_build(
    folder: Path,
    trees: Sequence[ClauseTree],
    chunks: Sequence[Chunk],
    settings: IngestSettings,
    progress: Progress,
    corpus_digest: str,
) -> None:
    embedder = get_embedder(settings.embedding_model)
    glosses = _copied_glosses(settings.corpus_dir / GLOSSES, folder)
    words = domain_words([tree.doc.text for tree in trees])
    tokenizer = Tokenizer(words)
    units = []
    groups = group_sentences(chunks)
    for done, (clause, sentences) in enumerate(groups, start=1):
        units.append(
            Unit(
                tokenizer.tokenize("\n".join(chunks[clause].heading_path)),
                tokenizer.tokenize(chunks[clause].text_to_embed),
                [tokenizer.tokenize(chunks[row].text) for row in sentences],
                [tokenizer.tokenize(gloss.text) for gloss in glosses.of(fold(chunks[clause].text))],
            )
        )
        if done % 20 == 0 or done == len(groups):
            progress("分词、词法索引", done, len(groups))
    build_lexical(units).save(folder)
    asked = read_expected(settings.corpus_dir / EXPECTED_SOURCE)
    build_expected(asked, {tree.doc_id: tree.doc.text for tree in trees}, tokenizer).save(folder / EXPECTED)
    save_trees(folder / "trees.json", trees)
    save_chunks(folder / "chunks.json", chunks)
    (folder / "words.txt").write_text("\n".join(words), encoding="utf-8")
    save_sounds(folder / "sounds.txt", build_sounds([tree.doc.text for tree in trees], tokenizer))
    vectors = embedder.encode_documents(
        [chunk.text_to_embed for chunk in chunks],
        progress=lambda done, total: progress("向量索引", done, total),
    )
    build_dense(folder / "dense", vectors, [chunk.doc_id for chunk in chunks])
    manifest = IndexManifest(
        format=FORMAT,
        corpus_digest=corpus_digest,
        embedder=embedder.name,
        embedder_digest=embedder.digest,
        dimension=int(vectors.shape[1]),
        tokenizer_digest=tokenizer.digest,
        chunk_tokens=settings.chunk_tokens,
        documents=tuple(tree.doc_id for tree in trees),
        chunks=len(chunks),
        libraries={library: _version(library) for library in _LIBRARIES},
        files={file: _digest(folder / file) for file in _CHECKED},
    )
    text = json.dumps(dataclasses.asdict(manifest), ensure_ascii=False, indent=2)
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def _copied_glosses(source: Path, folder: Path) -> Glosses:
    """The glosses of the corpus, kept with the build, since they are part of what is searched."""
    glosses = read_glosses(source)
    (folder / GLOSSES).write_bytes(source.read_bytes() if source.exists() else b"")
    return glosses


def _switch(index_dir: Path, name: str) -> None:
    """Point CURRENT at a build; renaming is atomic, so that a reader sees the old name or the new one."""
    pointer = index_dir / f".CURRENT-{name}"
    pointer.write_text(name, encoding="utf-8")
    pointer.replace(index_dir / "CURRENT")


def _remove_old_builds(index_dir: Path, *, keep: str) -> None:
    builds = [path for path in (index_dir / "builds").iterdir() if path.is_dir() and path.name != keep]
    # The newest of the others may still be open in a reader.
    for old in sorted(builds, key=lambda path: path.stat().st_mtime)[:-1]:
        shutil.rmtree(old, ignore_errors=True)


def current_build(settings: IngestSettings) -> Path:
    """The folder of the current build.

    :raises IndexUnavailable: when there is none.
    """
    pointer = settings.index_dir / "CURRENT"
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise IndexUnavailable(f"还没有索引（{settings.index_dir}）。{_REMEDY}") from error
    folder = settings.index_dir / "builds" / name
    if not name or not folder.is_dir():
        raise IndexUnavailable(f"索引指向的文件夹不存在（{folder}）。{_REMEDY}")
    return folder


def read_manifest(settings: IngestSettings) -> IndexManifest:
    """What shaped the current build.

    :raises IndexUnavailable: when there is no build or its manifest is damaged.
    """
    path = current_build(settings) / "manifest.json"
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values["format"] != FORMAT:
            raise IndexUnavailable(f"索引是另一个版本的程序建立的（格式 {values['format']}）。{_REMEDY}")
        return IndexManifest(**{**values, "documents": tuple(values["documents"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexUnavailable(f"索引说明已损坏（{path}：{error}）。{_REMEDY}") from error


def open_index(settings: IngestSettings, *, corpus_digest: str | None = None) -> Index:
    """Open the current index. No document is parsed, and Chroma is not loaded yet.

    :param corpus_digest: where given, the state of the corpus that the index must have been made from.
    :raises IndexUnavailable: when there is no index, a file of it is damaged, or it was shaped by other
        settings; the message says which and what to do.
    """
    folder = current_build(settings)
    manifest = read_manifest(settings)
    _check_settings(manifest, settings, corpus_digest)
    for file, digest in manifest.files.items():
        if not (folder / file).is_file() or _digest(folder / file) != digest:
            raise IndexUnavailable(f"索引文件缺失或已损坏（{folder / file}）。{_REMEDY}")
    if not (folder / "dense").is_dir():
        raise IndexUnavailable(f"向量索引缺失（{folder / 'dense'}）。{_REMEDY}")
    try:
        trees = load_trees(folder / "trees.json")
        chunks = load_chunks(folder / "chunks.json", trees)
        lexical = LexicalIndex.load(folder)
        expected = ExpectedQuestions.load(folder / EXPECTED)
        words = (folder / "words.txt").read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexUnavailable(f"索引读不出来（{folder}：{error}）。{_REMEDY}") from error
    tokenizer = Tokenizer(word for word in words if word)
    if tokenizer.digest != manifest.tokenizer_digest:
        raise IndexUnavailable(f"索引是用另一版分词建立的。{_REMEDY}")
    return Index(
        manifest,
        trees,
        chunks,
        lexical,
        tokenizer,
        DenseIndex(folder / "dense"),
        read_glosses(folder / GLOSSES),
        expected,
        folder,
        settings.embedding_model,
    )


def _check_settings(manifest: IndexManifest, settings: IngestSettings, corpus_digest: str | None) -> None:
    if manifest.chunk_tokens != settings.chunk_tokens:
        raise IndexUnavailable(
            f"索引按 CHUNK_TOKENS={manifest.chunk_tokens} 建立，现在是 {settings.chunk_tokens}。{_REMEDY}"
        )
    wanted = settings.embedding_model or "default"
    if manifest.embedder != wanted:
        raise IndexUnavailable(
            f"索引的向量模型是“{manifest.embedder}”，现在设置的是“{wanted}”。{_REMEDY}"
            "或把 EMBEDDING_MODEL 改回原值。"
        )
    try:
        digest = get_embedder(settings.embedding_model).digest
    except EmbedderUnavailable as error:
        raise IndexUnavailable(str(error)) from error
    if digest != manifest.embedder_digest:
        raise IndexUnavailable(f"向量模型“{wanted}”的文件已经变了，与索引不符。{_REMEDY}")
    if corpus_digest is not None and manifest.corpus_digest != corpus_digest:
        raise IndexUnavailable(f"语料已经变了，索引还是旧的。{_REMEDY}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
