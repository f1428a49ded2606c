"""Changes of a corpus: one at a time, each undone as a whole when it fails, each kept so that it can be taken back.

    corpus_dir/.versions/
      log.jsonl          a line for each change: when, what, the manifest entry before and after
      files/<sha256>.*   the bytes of every document that was ever replaced, added or withdrawn here
      lock               held while a change is made

A line is written before the change is made, and another one if it had to be undone: whatever happens in between,
what was there before is on disk.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ingest.add import add_document, remove_document, restore
from ingest.corpus import MANIFEST
from ingest.errors import CorpusError, IngestError
from ingest.pipeline import Progress, build, no_progress
from ingest.settings import IngestSettings

FOLDER = ".versions"
Action = Literal["add", "replace", "withdraw", "restore"]


@dataclass(frozen=True, slots=True)
class Version:
    """One change of one document.

    :ivar when: UTC, ISO 8601.
    :ivar before, after: the manifest entry; None where the document was not there, or is no longer.
    """

    number: int
    when: str
    action: Action
    doc_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def title(self) -> str:
        """The title of the document after the change, or before it where it was withdrawn."""
        return str((self.after or self.before or {}).get("title", self.doc_id))


def publish(
    settings: IngestSettings,
    data: bytes,
    suffix: str,
    fields: Mapping[str, object],
    *,
    action: Action | None = None,
    progress: Progress = no_progress,
) -> Version:
    """Put a document into the corpus, in the place of one of the same ``doc_id`` where there is one, and build the index.

    :raises IngestError: when the entry is not valid, another change is being made, or the index cannot be built; the
        corpus and the index are then as they were.
    """
    corpus = settings.corpus_dir
    doc_id = str(fields.get("doc_id", ""))
    with _writing(corpus):
        before = _entries(corpus).get(doc_id)
        digest = hashlib.sha256(data).hexdigest()
        _keep(corpus, before)
        _keep_bytes(corpus, data, suffix)
        version = _begin(
            corpus,
            action or ("replace" if before else "add"),
            doc_id,
            before,
            {**fields, "sha256": digest, "suffix": suffix},
        )
        with _undone_on_failure(settings, version):
            add_document(corpus, data, suffix, fields)
            build(settings, progress=progress)
    return version


def withdraw(
    settings: IngestSettings, doc_id: str, *, action: Action = "withdraw", progress: Progress = no_progress
) -> Version:
    """Take a document out of the corpus and build the index; its bytes are kept.

    :raises IngestError: when there is no such document, it is the only one, another change is being made, or the
        index cannot be built; the corpus and the index are then as they were.
    """
    corpus = settings.corpus_dir
    with _writing(corpus):
        entries = _entries(corpus)
        if doc_id not in entries:
            raise CorpusError(f"语料里没有文件“{doc_id}”；有的是：{'、'.join(entries)}。")
        if len(entries) == 1:
            raise CorpusError("这是唯一的一份文件，撤下以后就没有可以回答的内容了。请先添加别的文件。")
        _keep(corpus, entries[doc_id])
        version = _begin(corpus, action, doc_id, entries[doc_id], None)
        with _undone_on_failure(settings, version):
            remove_document(corpus, doc_id)
            build(settings, progress=progress)
    return version


def take_back(settings: IngestSettings, number: int, *, progress: Progress = no_progress) -> Version:
    """Put a document back as it was before a change, and build the index; this is a change as well.

    :raises IngestError: when there is no such change, the bytes are gone, or as :func:`publish`.
    """
    version = next((each for each in history(settings.corpus_dir) if each.number == number), None)
    if version is None:
        raise CorpusError(f"没有编号为 {number} 的改动。")
    if version.before is None:
        return withdraw(settings, version.doc_id, action="restore", progress=progress)
    entry = dict(version.before)
    suffix = Path(str(entry.get("path", ""))).suffix or str(entry.get("suffix", ""))
    kept = _file(settings.corpus_dir, str(entry.get("sha256", "")), suffix)
    try:
        data = kept.read_bytes()
    except OSError as error:
        raise CorpusError(f"改动之前的文件读不到了（{error.strerror}），不能恢复。") from error
    if hashlib.sha256(data).hexdigest() != entry.get("sha256"):
        raise CorpusError("改动之前的文件已经损坏，不能恢复。")
    fields = {name: value for name, value in entry.items() if name not in ("path", "sha256", "suffix")}
    return publish(settings, data, suffix, fields, action="restore", progress=progress)


def history(corpus_dir: Path) -> list[Version]:
    """The changes that were made and not undone, the newest first."""
    versions: dict[int, Version] = {}
    try:
        lines = (corpus_dir / FOLDER / "log.jsonl").read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    for line in lines:
        try:
            row = json.loads(line)
            if "undone" in row:
                versions.pop(row["undone"], None)
            else:
                versions[row["number"]] = Version(**row)
        except (ValueError, TypeError, KeyError):
            # A line that a crash cut off says nothing of a change that counted.
            continue
    return sorted(versions.values(), key=lambda version: -version.number)


@contextlib.contextmanager
def _writing(corpus: Path) -> Iterator[None]:
    """Alone in changing the corpus, over all processes."""
    try:
        (corpus / FOLDER / "files").mkdir(parents=True, exist_ok=True)
        handle = (corpus / FOLDER / "lock").open("a+b")
    except OSError as error:
        raise CorpusError(f"语料文件夹写不了（{error.strerror}）；请检查它的写权限。") from error
    with handle:
        if not _locked(handle.fileno()):
            raise CorpusError("另一个改动正在进行。请等它结束再试。")
        try:
            yield
        except OSError as error:
            raise CorpusError(f"语料文件夹写不了（{error.strerror}）；改动没有完成。") from error


def _locked(handle: int) -> bool:
    """Take the lock, which the system lets go of when the process ends."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _undone_on_failure(settings: IngestSettings, version: Version) -> Iterator[None]:
    path = settings.corpus_dir / MANIFEST
    manifest = path.read_text(encoding="utf-8") if path.exists() else None
    try:
        yield
    except BaseException:
        if manifest is None:
            path.unlink(missing_ok=True)
        else:
            restore(settings.corpus_dir, manifest)
        _append(settings.corpus_dir, {"undone": version.number})
        raise


def _begin(
    corpus: Path,
    action: Action,
    doc_id: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> Version:
    number = _last_number(corpus) + 1
    when = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    row = {
        "number": number,
        "when": when,
        "action": action,
        "doc_id": doc_id,
        "before": before,
        "after": after,
    }
    _append(corpus, row)
    return Version(number, when, action, doc_id, before, after)


def _last_number(corpus: Path) -> int:
    """The highest number ever given, undone changes included."""
    path = corpus / FOLDER / "log.jsonl"
    numbers = [0]
    for line in path.read_text(encoding="utf-8").split("\n") if path.exists() else ():
        with contextlib.suppress(ValueError, TypeError):
            row = json.loads(line)
            numbers.append(int(row.get("number", 0)))
    return max(numbers)


def _append(corpus: Path, row: Mapping[str, Any]) -> None:
    with (corpus / FOLDER / "log.jsonl").open("a", encoding="utf-8") as log:
        # A line that a crash cut off is ended first.
        log.write(("\n" if log.tell() else "") + json.dumps(row, ensure_ascii=False, default=list))
        log.flush()
        os.fsync(log.fileno())


def _entries(corpus: Path) -> dict[str, dict[str, Any]]:
    """The manifest's entries by id, as they stand there."""
    try:
        rows = tomllib.loads((corpus / MANIFEST).read_text(encoding="utf-8")).get("document", [])
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorpusError(f"语料清单 {MANIFEST} 不是有效的 UTF-8 TOML：{error}。请改正后重试。") from error
    return {str(row.get("doc_id", "")): row for row in rows}


def _keep(corpus: Path, entry: Mapping[str, Any] | None) -> None:
    """Keep the bytes of a document that is about to be replaced or withdrawn."""
    if entry is None:
        return
    path = (corpus / str(entry.get("path", ""))).resolve()
    if not path.is_relative_to(corpus.resolve()):
        raise IngestError("清单里的路径不在语料文件夹之内。")
    _keep_bytes(corpus, path.read_bytes(), path.suffix)


def _keep_bytes(corpus: Path, data: bytes, suffix: str) -> None:
    kept = _file(corpus, hashlib.sha256(data).hexdigest(), suffix)
    if kept.exists():
        return
    part = kept.with_name(f"{kept.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(kept)


def _file(corpus: Path, digest: str, suffix: str) -> Path:
    return corpus / FOLDER / "files" / f"{digest}{suffix}"
