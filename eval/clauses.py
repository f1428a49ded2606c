"""The clauses that answers are held against: texts by reference, from the index or from a file.

Scoring must work where only the clauses are at hand, not the program that answered. So a book of clauses is
read from the trees of a running service or from the JSON of ``python -m ingest show DOC --json``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from eval.errors import DatasetError
from eval.schema import ClauseRef
from ingest.schema import ClauseTree


@dataclass(frozen=True, slots=True)
class ClauseText:
    """One clause: its own text ``[start, end)``, and where everything below it ends."""

    clause_id: str
    label: str
    heading: str
    start: int
    end: int
    subtree_end: int


@dataclass(frozen=True)
class ClauseDocument:
    """A document's reading form with its clauses in order of the text."""

    doc_id: str
    text: str
    clauses: tuple[ClauseText, ...]
    title: str = ""
    _by_id: dict[str, ClauseText] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {clause.clause_id: clause for clause in self.clauses})

    def find(self, clause_id: str) -> ClauseText | None:
        return self._by_id.get(clause_id)

    def full_text(self, clause_id: str) -> str | None:
        """The clause with everything below it, or None for an unknown id."""
        clause = self.find(clause_id)
        return None if clause is None else self.text[clause.start : clause.subtree_end]


@dataclass(frozen=True)
class ClauseBook:
    """All documents by id."""

    documents: Mapping[str, ClauseDocument]

    def exists(self, ref: ClauseRef) -> bool:
        document = self.documents.get(ref.doc_id)
        return document is not None and document.find(ref.clause_id) is not None

    def text(self, ref: ClauseRef) -> str | None:
        """The clause with everything below it, or None when there is none."""
        document = self.documents.get(ref.doc_id)
        return None if document is None else document.full_text(ref.clause_id)

    def label(self, ref: ClauseRef) -> str:
        """What the clause is called in front of people; the reference itself for an unknown one."""
        document = self.documents.get(ref.doc_id)
        clause = document.find(ref.clause_id) if document else None
        return str(ref) if document is None or clause is None else f"《{document.title}》{clause.label}"

    @cached_property
    def digest(self) -> str:
        """sha256 over every clause id and text: what the floors of the gate were measured on."""
        digest = hashlib.sha256()
        for doc_id in sorted(self.documents):
            document = self.documents[doc_id]
            digest.update(f"{doc_id}\n{document.text}\n".encode())
            for clause in document.clauses:
                digest.update(f"{clause.clause_id} {clause.start} {clause.end}\n".encode())
        return digest.hexdigest()


def from_trees(trees: Iterable[ClauseTree]) -> ClauseBook:
    """A book of the trees of an index."""
    documents = {}
    for tree in trees:
        clauses = tuple(
            ClauseText(c.clause_id, c.label, c.heading, c.start, c.end, c.subtree_end) for c in tree.walk()
        )
        title = tree.meta.name
        documents[tree.doc_id] = ClauseDocument(tree.doc_id, tree.doc.text, clauses, title)
    return ClauseBook(documents)


def from_show(doc_id: str, rows: Iterable[Mapping[str, Any]], *, title: str = "") -> ClauseDocument:
    """A document from the rows of ``python -m ingest show DOC --json``.

    The rows' own texts tile the document, so put together by offset they are its text; a clause reaches to
    the end of the last row whose id lies below its own.

    :raises ValueError: when the rows do not tile a text.
    """
    ordered = sorted(rows, key=lambda row: (int(row["start"]), int(row["end"])))
    length = max((int(row["end"]) for row in ordered), default=0)
    text = [" "] * length
    for row in ordered:
        start, end = int(row["start"]), int(row["end"])
        piece = str(row["text"])
        if len(piece) < end - start:
            raise ValueError(f"{doc_id}#{row['clause_id']}：text 比 [start, end) 短")
        text[start:end] = piece[: end - start]
    clauses = []
    for row in ordered:
        below = [
            int(other["end"])
            for other in ordered
            if str(other["clause_id"]).startswith(f"{row['clause_id']}.")
        ]
        end = int(row["end"])
        clauses.append(
            ClauseText(
                str(row["clause_id"]),
                str(row.get("label", "")),
                str(row.get("heading", "")),
                int(row["start"]),
                end,
                max([end, *below]),
            )
        )
    return ClauseDocument(doc_id, "".join(text), tuple(clauses), title or doc_id)


def load_book(folder: Path) -> ClauseBook:
    """A book from a folder of ``DOC.json`` files, each written by ``python -m ingest show DOC --json``.

    :raises DatasetError: when there is none, or one of them is not such a file.
    """
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise DatasetError(
            "里面没有 DOC.json；请先运行 python -m ingest show DOC --json > DOC.json", path=folder
        )
    documents = {}
    for path in paths:
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
            documents[path.stem] = from_show(path.stem, rows)
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise DatasetError(f"不是 ingest show --json 的输出：{error}", path=path) from error
    return ClauseBook(documents)


def shipped_book() -> ClauseBook:
    """The book of the documents in the index of this project.

    :raises AnswererError: when there is no index that can be used.
    """
    from eval.answerers import open_service

    return from_trees(open_service().trees.values())
