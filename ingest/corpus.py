"""The manifest of the corpus: which documents there are and what is known of each."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ingest.errors import CorpusError
from ingest.schema import DocumentMeta, RawDocument

MANIFEST = "manifest.toml"

#: File ending -> media type of what ``clean`` can read.
MEDIA_TYPES = {
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".html": "text/html",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

#: What the id of a document looks like.
DOC_ID = r"[a-z0-9][a-z0-9-]{1,63}"

_Date = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


class ManifestEntry(BaseModel):
    """One ``[[document]]`` of the manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    doc_id: Annotated[str, StringConstraints(pattern=f"^{DOC_ID}$")]
    title: Annotated[str, StringConstraints(min_length=1)]
    short_title: str = ""
    aliases: tuple[str, ...] = ()
    level: Literal["national", "municipal", "district", "other"]
    issuer: Annotated[str, StringConstraints(min_length=1)]
    form: Literal["original", "digest"]
    path: Annotated[str, StringConstraints(min_length=1)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    document_number: str | None = None
    index_number: str | None = None
    issued: _Date | None = None
    published: _Date | None = None
    validity: str | None = None
    source: str | None = None
    official_url: str | None = None


class _Manifest(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    document: tuple[ManifestEntry, ...] = Field(min_length=1)


def read_manifest(corpus_dir: Path) -> tuple[DocumentMeta, ...]:
    """The documents of a corpus, in the order of its manifest.

    :raises CorpusError: when the manifest is missing or wrong; the message names the entry and the field.
    """
    path = corpus_dir / MANIFEST
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CorpusError(
            f"没有找到语料清单 {path}；请确认 CORPUS_DIR 指向含有 {MANIFEST} 的文件夹。"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorpusError(f"语料清单 {path} 不是有效的 UTF-8 TOML：{error}。请改正后重试。") from error
    try:
        manifest = _Manifest.model_validate(table)
    except ValidationError as error:
        raise CorpusError(f"语料清单 {path} 有误：{_explain(error, table)}。请改正后重试。") from error
    seen: set[str] = set()
    for entry in manifest.document:
        if entry.doc_id in seen:
            raise CorpusError(
                f"语料清单 {path} 里 doc_id “{entry.doc_id}” 出现了两次；每个文件的 doc_id 必须唯一。"
            )
        seen.add(entry.doc_id)
    return tuple(DocumentMeta(**entry.model_dump()) for entry in manifest.document)


def _explain(error: ValidationError, table: dict[str, object]) -> str:
    problem = error.errors()[0]
    location = list(problem["loc"])
    documents = table.get("document")
    where = ".".join(str(part) for part in location)
    if len(location) > 1 and isinstance(documents, list) and isinstance(location[1], int):
        entry = documents[location[1]]
        name = entry.get("doc_id", "?") if isinstance(entry, dict) else "?"
        where = (
            f"第 {location[1] + 1} 个 [[document]]（doc_id = {name}）的 {'.'.join(map(str, location[2:]))}"
        )
    return f"{where}：{problem['msg']}，收到的是 {str(problem.get('input'))[:80]!r}"


def load(meta: DocumentMeta, corpus_dir: Path) -> RawDocument:
    """A document's bytes as obtained.

    :raises CorpusError: when the file is missing, of a kind we cannot read, or not the one the manifest names.
    """
    path = (corpus_dir / meta.path).resolve()
    if not path.is_relative_to(corpus_dir.resolve()):
        raise CorpusError(f"清单里的路径 {meta.path} 不在语料文件夹之内。", doc_id=meta.doc_id)
    media_type = MEDIA_TYPES.get(path.suffix.lower())
    if media_type is None:
        kinds = "、".join(MEDIA_TYPES)
        raise CorpusError(f"{meta.path} 的格式读不了；目前能读 {kinds}。", doc_id=meta.doc_id)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(
            f"《{meta.title}》的文件 {meta.path} 读不到（{error.strerror}）；请把它放回语料文件夹，或从 {MANIFEST} 删去这一项。",
            doc_id=meta.doc_id,
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != meta.sha256:
        raise CorpusError(
            f"{meta.path} 的 sha256 是 {digest}，清单里写的是 {meta.sha256}。"
            f"文件若是有意更新的，请把清单里的 sha256 改成前者；否则请恢复原文件。",
            doc_id=meta.doc_id,
        )
    return RawDocument(meta, data, media_type)
