"""What readers say of answers, kept on this machine as one JSON object a line, and taken along as a table."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.settings import PROJECT_ROOT

log = logging.getLogger(__name__)

DEFAULT_FILE = PROJECT_ROOT / ".cache" / "feedback.jsonl"
#: The file grows no further than this, in bytes; a flood must not fill the disk.
FILE_LIMIT = 20 * 1024 * 1024

VERDICTS = {"right": "答对了", "wrong": "答错了", "citation_wrong": "引用有误"}


class FeedbackFull(Exception):
    """There is no more room; whoever keeps the machine has to take the judgements away first."""


@dataclass(frozen=True, slots=True)
class FeedbackFile:
    """The file of judgements. Safe to use from several threads of one process."""

    path: Path
    _lock: threading.Lock

    @classmethod
    def at(cls, path: Path = DEFAULT_FILE) -> FeedbackFile:
        """The file at a path, which need not exist yet."""
        return cls(path, threading.Lock())

    def add(self, judgement: dict[str, Any]) -> None:
        """Keep a judgement, with the time.

        :raises FeedbackFull: when the file has reached its limit.
        """
        row = {"time": datetime.now(UTC).isoformat(timespec="seconds"), **judgement}
        line = json.dumps(row, ensure_ascii=False) + "\n"
        with self._lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists() and self.path.stat().st_size + len(line.encode()) > FILE_LIMIT:
                raise FeedbackFull
            with self.path.open("a", encoding="utf-8") as rows:
                rows.write(line)

    def rows(self) -> list[dict[str, Any]]:
        """All judgements, oldest first; a line that was cut off by a crash is passed over."""
        if not self.path.exists():
            return []
        rows = []
        for number, line in enumerate(self.path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                log.warning("line %d of the feedback file is no JSON", number)
                continue
            if isinstance(row, dict):
                rows.append(row)
        return rows


def to_columns(rows: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Judgements as a person reads them: column titles in Chinese, every cell a string."""
    return [
        {
            "时间": str(row.get("time", "")),
            "评价": VERDICTS.get(str(row.get("verdict")), str(row.get("verdict", ""))),
            "问题": str(row.get("question", "")),
            "回答": str(row.get("answer", "")),
            "引用": "\n".join(str(address) for address in row.get("citations", [])),
            "补充": str(row.get("note", "")),
        }
        for row in rows
    ]
