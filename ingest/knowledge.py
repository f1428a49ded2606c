"""The four tables that are made of every document: owners, targets, alignment and references.

    ClauseTree ... -> Knowledge(owners, targets, align, refs)

They are complete, unlike a search, which gives the top few; answers, tables and web pages read them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.align import AlignRow, Difference, align_documents
from ingest.bodies import BodyTable, read_bodies
from ingest.body_names import normal_name
from ingest.fold import fold
from ingest.owners import OwnerRow, extract_owners, unowned_items
from ingest.refs import RefRow, extract_refs
from ingest.schema import ClauseTree
from ingest.settings import IngestSettings
from ingest.targets import TargetRow, extract_targets

FILE = "knowledge.json"
#: Changes whenever the same documents may give other rows; a file of another version is made anew.
VERSION = 2

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UnownedRow:
    """A working item for which the document names no department and no leading group.

    :ivar mentioned: who it does name: schools, companies, 部门 in general.
    """

    doc_id: str
    clause_id: str | None
    label: str
    quote: str
    start: int
    end: int
    mentioned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All rows of all documents, in the order of the corpus and of the text.

    :ivar source: names the documents and the table of bodies that the rows were made of.
    """

    owners: tuple[OwnerRow, ...]
    targets: tuple[TargetRow, ...]
    align: tuple[AlignRow, ...]
    refs: tuple[RefRow, ...]
    unowned: tuple[UnownedRow, ...] = ()
    source: str = ""

    def owners_of(
        self, body: str, bodies: BodyTable, *, basis: str | None = "stated"
    ) -> tuple[OwnerRow, ...]:
        """The rows of one body, by any of its names (文旅部门, 区文化旅游委, 文旅委).

        :param basis: ``stated``, ``inferred``, or None for both.
        """
        name = normal_name(body.strip())
        return tuple(
            row
            for row in self.owners
            if (basis is None or row.basis == basis)
            and (bodies.same(name, row.body) or bodies.same(name, normal_name(row.named_as)))
        )

    def owners_in(self, doc_id: str, clause_id: str, *, basis: str | None = None) -> tuple[OwnerRow, ...]:
        """The rows of one clause and of what is below it."""
        return tuple(
            row
            for row in self.owners
            if row.doc_id == doc_id
            and (basis is None or row.basis == basis)
            and (row.clause_id == clause_id or (row.clause_id or "").startswith(f"{clause_id}."))
        )

    def targets_in(self, doc_id: str, clause_id: str) -> tuple[TargetRow, ...]:
        """The targets of one clause and of what is below it."""
        return tuple(
            row
            for row in self.targets
            if row.doc_id == doc_id
            and (row.clause_id == clause_id or (row.clause_id or "").startswith(f"{clause_id}."))
        )

    def targets_about(
        self, words: str, *, year: int | None = None, doc_ids: Iterable[str] | None = None, top_k: int = 5
    ) -> tuple[tuple[TargetRow, float], ...]:
        """Targets whose indicator a question or phrase speaks of, best first, with a score between 0 and 1.

        The score is the mean share of character pairs that the indicator has in the words and, of those, how
        much of the words' own matter they make up; rows without a pair in common are left out.
        """
        wanted = set(doc_ids) if doc_ids is not None else None
        asked = _pairs(words)
        scored = []
        for row in self.targets:
            if (wanted is not None and row.doc_id not in wanted) or (
                year is not None and row.deadline != year
            ):
                continue
            own = _pairs(row.indicator)
            common = len(own & asked)
            if common:
                scored.append((row, (common / len(own) + common / max(1, min(len(asked), len(own)))) / 2))
        scored.sort(key=lambda pair: -pair[1])
        return tuple(scored[:top_k])

    def parents_of(self, doc_id: str, clause_id: str) -> tuple[AlignRow, ...]:
        """The clauses above that a clause carries out, best first; one row 新增 where there is none."""
        rows = [row for row in self.align if row.doc_id == doc_id and row.clause_id == clause_id]
        return tuple(sorted(rows, key=lambda row: -row.score))

    def children_of(self, parent_doc_id: str, parent_clause_id: str) -> tuple[AlignRow, ...]:
        """The clauses below that carry out a parent's clause, best first."""
        rows = [
            row
            for row in self.align
            if row.parent_doc_id == parent_doc_id
            and row.parent_clause_id == parent_clause_id
            and row.clause_id
        ]
        return tuple(sorted(rows, key=lambda row: -row.score))

    def to_dict(self) -> dict[str, Any]:
        """Lists of rows by table name, ready for JSON; the rows have the columns of the contract."""
        return {
            "owners": [row_to_dict(row) for row in self.owners],
            "targets": [row_to_dict(row) for row in self.targets],
            "align": [row_to_dict(row) for row in self.align],
            "refs": [row_to_dict(row) for row in self.refs],
            "unowned": [row_to_dict(row) for row in self.unowned],
        }

    @classmethod
    def from_dict(cls, tables: dict[str, Any], *, source: str = "") -> Knowledge:
        """The reverse of :meth:`to_dict`.

        :raises KeyError, TypeError: when a table or a column is missing or unknown.
        """
        aligned = [
            AlignRow(**{**row, "differences": tuple(Difference(**each) for each in row["differences"])})
            for row in tables["align"]
        ]
        return cls(
            tuple(OwnerRow(**row) for row in tables["owners"]),
            tuple(TargetRow(**row) for row in tables["targets"]),
            tuple(aligned),
            tuple(RefRow(**row) for row in tables["refs"]),
            tuple(UnownedRow(**{**row, "mentioned": tuple(row["mentioned"])}) for row in tables["unowned"]),
            source,
        )

    def save(self, path: Path) -> None:
        """Write all tables as JSON."""
        content = {"version": VERSION, "source": self.source, **self.to_dict()}
        path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Knowledge:
        """Read what :meth:`save` wrote.

        :raises OSError, ValueError, KeyError, TypeError: when it is missing, damaged or of another version.
        """
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("version") != VERSION:
            raise ValueError(f"{path} was written by another version")
        return cls.from_dict(content, source=content.pop("source"))


def extract(trees: Sequence[ClauseTree], aliases: BodyTable) -> Knowledge:
    """The tables of all documents. The same documents give the same rows."""
    owners = [extract_owners(tree, aliases) for tree in trees]
    targets = tuple(row for tree in trees for row in extract_targets(tree))
    unowned = [row for tree, rows in zip(trees, owners, strict=True) for row in _unowned(tree, rows)]
    return Knowledge(
        tuple(row for rows in owners for row in rows),
        targets,
        align_documents(trees, targets),
        extract_refs(trees),
        tuple(unowned),
        source_digest(trees, aliases),
    )


def open_knowledge(trees: Sequence[ClauseTree], settings: IngestSettings) -> Knowledge:
    """The tables of these documents: read from the index folder, or made now and kept there.

    :raises CorpusError: when the table of bodies is not as it must be.
    """
    aliases = read_bodies(settings.corpus_dir)
    path = settings.index_dir / FILE
    try:
        stored = Knowledge.load(path)
        if stored.source == source_digest(trees, aliases):
            return stored
    except (OSError, ValueError, KeyError, TypeError):
        _log.debug("no usable tables at %s; they are made anew", path)
    made = extract(trees, aliases)
    part = path.with_name(f"{FILE}.{os.getpid()}.part")
    try:
        made.save(part)
        part.replace(path)
    except OSError as error:
        # A read-only index folder only costs time.
        _log.info("the tables could not be kept at %s: %s", path, error)
    return made


def source_digest(trees: Sequence[ClauseTree], aliases: BodyTable) -> str:
    """Names what tables are made of; equal digests give equal tables."""
    digest = hashlib.sha256(aliases.digest.encode())
    for tree in trees:
        digest.update(f"{tree.doc_id}\0{tree.meta.form}\0{tree.meta.level}\0{tree.meta.issuer}\0".encode())
        digest.update(tree.doc.text.encode())
    return digest.hexdigest()[:16]


def row_to_dict(row: Any) -> dict[str, Any]:
    """One row with its columns by name."""
    return dataclasses.asdict(row)


def _unowned(tree: ClauseTree, rows: tuple[OwnerRow, ...]) -> Iterable[UnownedRow]:
    for item in unowned_items(tree, rows):
        # A digest does not show who its document names.
        if tree.meta.form == "digest":
            return
        end = item.start + len(tree.own_text(item).split("。", 1)[0].rstrip())
        inside = [row for row in rows if row.basis == "stated" and item.start <= row.start < item.subtree_end]
        mentioned = tuple(dict.fromkeys(row.body for row in inside))
        yield UnownedRow(
            tree.doc_id,
            item.clause_id,
            item.label,
            tree.doc.text[item.start : end],
            item.start,
            end,
            mentioned,
        )


def _pairs(text: str) -> set[str]:
    plain = "".join(character for character in fold(text) if character.isalnum())
    return {plain[index : index + 2] for index in range(len(plain) - 1)}
