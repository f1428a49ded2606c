"""A document looked at before it counts: cleaned, parsed and linted in a folder of the index, not in the corpus."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ingest.clean import clean
from ingest.corpus import MEDIA_TYPES, ManifestEntry
from ingest.errors import CorpusError
from ingest.kinds import check_kind
from ingest.lint import Finding, lint_tree
from ingest.parse import parse
from ingest.schema import ClauseTree, DocumentMeta, RawDocument
from ingest.settings import IngestSettings

_FOLDER = "staged"
_ID = re.compile(r"[0-9a-f]{16}")
_FIELDS = {
    "doc_id": "编号（doc_id）应当是 2 到 64 个小写字母、数字或连字符，以字母或数字开头，例如 fuling-2025-6",
    "title": "请填写文件全名",
    "issuer": "请填写印发机关",
    "level": "请选择级别（level：national、municipal、district 或 other）",
    "form": "请选择原件或摘编（form：original 或 digest）",
    "issued": "成文日期（issued）应当写成 2025-03-23 或 2025-03",
    "published": "发布日期（published）应当写成 2025-03-28 或 2025-03",
}


@dataclass(frozen=True)
class Staged:
    """A document that waits to be published or discarded.

    :ivar fields: its manifest entry, ``path`` and ``sha256`` left out.
    """

    staged_id: str
    fields: Mapping[str, Any]
    data: bytes
    suffix: str
    tree: ClauseTree
    findings: tuple[Finding, ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def stage(settings: IngestSettings, data: bytes, suffix: str, fields: Mapping[str, Any]) -> Staged:
    """Read a document as it would be read from the corpus, and keep it until it is published or discarded.

    :raises CorpusError: when the entry is not valid, or the bytes are no text of that kind; the message says what to
        do.
    """
    staged = read_document(data, suffix, fields)
    staged_id = secrets.token_hex(8)
    folder = _folder(settings, staged_id)
    try:
        folder.mkdir(parents=True)
        (folder / f"document{suffix}").write_bytes(data)
        # Written last: a folder without it was never finished.
        (folder / "entry.json").write_text(
            json.dumps({"fields": dict(fields), "suffix": suffix}, ensure_ascii=False), encoding="utf-8"
        )
    except OSError as error:
        raise CorpusError(f"暂存文件夹写不了（{error.strerror}）；请检查磁盘空间和写权限。") from error
    return Staged(staged_id, staged.fields, data, suffix, staged.tree, staged.findings)


def staged_document(settings: IngestSettings, staged_id: str) -> Staged | None:
    """What waits under that id, or None."""
    if not _ID.fullmatch(staged_id):
        return None
    folder = _folder(settings, staged_id)
    try:
        entry = json.loads((folder / "entry.json").read_text(encoding="utf-8"))
        data = (folder / f"document{entry['suffix']}").read_bytes()
    except (OSError, ValueError, KeyError):
        return None
    return read_document(data, entry["suffix"], entry["fields"], staged_id=staged_id)


def staged_documents(settings: IngestSettings) -> list[Staged]:
    """All that waits, by id."""
    folder = settings.index_dir / _FOLDER
    ids = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return [staged for each in ids if (staged := staged_document(settings, each)) is not None]


def discard(settings: IngestSettings, staged_id: str) -> None:
    """Forget what waits under that id; nothing happens where there is nothing."""
    if _ID.fullmatch(staged_id):
        shutil.rmtree(_folder(settings, staged_id), ignore_errors=True)


def _folder(settings: IngestSettings, staged_id: str) -> Path:
    return settings.index_dir / _FOLDER / staged_id


def read_document(data: bytes, suffix: str, fields: Mapping[str, Any], *, staged_id: str = "") -> Staged:
    """A document as it would be read from the corpus; nothing is kept.

    :raises CorpusError: as :func:`stage`.
    """
    digest = hashlib.sha256(data).hexdigest()
    try:
        entry = ManifestEntry.model_validate({**fields, "path": f"document{suffix}", "sha256": digest})
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise CorpusError(f"{_FIELDS.get(name, f'{name} 填得不对')}。") from error
    check_kind(data, suffix)
    meta = DocumentMeta(**entry.model_dump())
    tree = parse(clean(RawDocument(meta, data, MEDIA_TYPES[suffix])))
    if not tree.doc.text.strip():
        raise CorpusError("这份文件里没有读到正文。网页请另存为完整的 html，或把正文存成 txt。")
    return Staged(staged_id, dict(fields), data, suffix, tree, tuple(lint_tree(tree)))
