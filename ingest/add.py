"""Adding a document to the corpus, or putting the official text in the place of its digest."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from ingest.corpus import DOC_ID, MANIFEST, MEDIA_TYPES, read_manifest
from ingest.errors import CorpusError
from ingest.kinds import check_kind
from ingest.schema import DocumentMeta

#: Largest file that is taken, in bytes, and how long a server may take, in seconds.
_LARGEST = 20 * 1024 * 1024
_TIMEOUT = 30
_SUFFIX_OF_TYPE = {kind: suffix for suffix, kind in MEDIA_TYPES.items()} | {"application/xhtml+xml": ".html"}


def obtain(source: str) -> tuple[bytes, str]:
    """The bytes of a file or an ``http(s)`` address, and the file ending that says how to read them.

    :raises CorpusError: when it cannot be had, is too large, or is of a kind that cannot be read.
    """
    if re.match(r"https?://", source):
        return _download(source)
    path = Path(source)
    suffix = path.suffix.lower()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"文件 {source} 读不到（{error.strerror}）。") from error
    return _checked(data, ".html" if suffix == ".htm" else suffix, source)


def _download(address: str) -> tuple[bytes, str]:
    request = urllib.request.Request(address, headers={"User-Agent": "policy-corpus/1.0"})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:
            data = response.read(_LARGEST + 1)
            kind = response.headers.get_content_type()
    except urllib.error.HTTPError as error:
        raise CorpusError(
            f"{address} 答复 {error.code}；请核对地址，或在浏览器里另存为网页后用文件名添加。"
        ) from error
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise CorpusError(
            f"连不上 {address}（{reason}）；请检查网络，或在能联网的机器上另存后用文件名添加。"
        ) from error
    suffix = _SUFFIX_OF_TYPE.get(kind, Path(urllib.parse.urlparse(address).path).suffix.lower())
    return _checked(data, suffix, address)


def _checked(data: bytes, suffix: str, source: str) -> tuple[bytes, str]:
    if len(data) > _LARGEST:
        raise CorpusError(f"{source} 超过 {_LARGEST // 1024 // 1024} MB，没有添加。")
    check_kind(data, suffix, f"{source} ")
    return data, suffix


def add_document(
    corpus_dir: Path, data: bytes, suffix: str, fields: Mapping[str, object]
) -> tuple[DocumentMeta, str]:
    """Put a document and its entry into the corpus; an entry of the same ``doc_id`` is replaced.

    The file and the manifest are written beside the old ones and switched over, and the manifest is read back
    before it counts, so that a failure leaves the corpus as it was. A replaced document's file stays in place.

    :param fields: fields of the manifest entry, ``path`` and ``sha256`` left out.
    :returns: the entry as read back, and the manifest as it was, for :func:`restore`.
    :raises CorpusError: when the entry is not valid; the message says which field.
    """
    manifest = corpus_dir / MANIFEST
    before = manifest.read_text(encoding="utf-8") if manifest.exists() else ""
    doc_id = str(fields.get("doc_id", ""))
    if not re.fullmatch(DOC_ID, doc_id):
        # Before a file is named after it.
        raise CorpusError(f"doc_id “{doc_id}” 不能用；应当是小写字母、数字和连字符，例如 fuling-2025-6。")
    digest = hashlib.sha256(data).hexdigest()
    name = f"{doc_id}{suffix}"
    if (corpus_dir / name).exists() and (corpus_dir / name).read_bytes() != data:
        name = f"{doc_id}-{digest[:8]}{suffix}"
    entry = {**fields, "path": name, "sha256": digest}
    part = corpus_dir / f".{name}.part"
    part.write_bytes(data)
    part.replace(corpus_dir / name)
    try:
        _write(manifest, _without(before, doc_id).rstrip() + "\n\n" + _toml(entry))
        meta = next(meta for meta in read_manifest(corpus_dir) if meta.doc_id == doc_id)
    except (CorpusError, StopIteration) as error:
        restore(corpus_dir, before)
        if name not in before:
            (corpus_dir / name).unlink(missing_ok=True)
        if isinstance(error, CorpusError):
            raise
        raise CorpusError(f"doc_id “{doc_id}” 没有写进清单。") from error
    return meta, before


def remove_document(corpus_dir: Path, doc_id: str) -> None:
    """Take the entry of a document out of the manifest; its file stays in place.

    :raises CorpusError: when what is left is no valid manifest; it then stays as it was.
    """
    manifest = corpus_dir / MANIFEST
    before = manifest.read_text(encoding="utf-8")
    _write(manifest, _without(before, doc_id))
    try:
        read_manifest(corpus_dir)
    except CorpusError:
        restore(corpus_dir, before)
        raise


def completed_entry(
    known: DocumentMeta | None, given: Mapping[str, str], *, source: str
) -> dict[str, object]:
    """The manifest entry: what was given, completed by what is known of the document that it replaces.

    :param given: fields of the entry; empty ones count as not given.
    :param source: the file or address that it is from; of a file only the name is kept.
    """
    fields: dict[str, object] = {name: value for name, value in given.items() if value}
    if known is not None:
        for name in (
            "title", "level", "issuer", "short_title", "aliases", "document_number", "index_number", "issued", "published",
            "validity", "official_url",
        ):  # fmt: skip
            if value := getattr(known, name):
                fields.setdefault(name, value)
    fields.setdefault("form", "original")
    return {**fields, "source": source if source.startswith("http") else Path(source).name}


def restore(corpus_dir: Path, manifest: str) -> None:
    """Put the manifest back as it was."""
    _write(corpus_dir / MANIFEST, manifest)


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _without(manifest: str, doc_id: str) -> str:
    """The manifest without the entry of that id; comments of other entries stay."""
    head, *entries = re.split(r"(?m)^(?=\[\[document\]\])", manifest)
    kept = [entry for entry in entries if _id_of(entry) != doc_id]
    return head + "".join(kept)


def _id_of(entry: str) -> str:
    try:
        return str(tomllib.loads(entry)["document"][0].get("doc_id", ""))
    except (tomllib.TOMLDecodeError, KeyError, IndexError):
        return ""


def _toml(entry: Mapping[str, object]) -> str:
    """One ``[[document]]``; JSON's strings and lists of strings are TOML's as well."""
    rows = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items() if value]
    return "[[document]]\n" + "\n".join(rows) + "\n"
