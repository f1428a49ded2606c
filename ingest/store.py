"""Clause trees and chunks on disk, as JSON: opening an index parses no document again."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.schema import Chunk, Clause, ClauseTree, CleanDocument, DocumentMeta, OffsetMap


def save_trees(path: Path, trees: Sequence[ClauseTree]) -> None:
    """Write trees with their documents."""
    _dump(path, [_tree_to_json(tree) for tree in trees])


def load_trees(path: Path) -> dict[str, ClauseTree]:
    """Read trees by document id, in the order they were written.

    :raises OSError, ValueError, KeyError, TypeError: when the file is missing or damaged.
    """
    trees = [_tree_from_json(row) for row in json.loads(path.read_text(encoding="utf-8"))]
    return {tree.doc_id: tree for tree in trees}


def save_chunks(path: Path, chunks: Sequence[Chunk]) -> None:
    """Write chunks; their text is not repeated, since the document has it."""
    _dump(
        path,
        [
            [
                chunk.chunk_id,
                chunk.doc_id,
                chunk.clause_id,
                chunk.grain,
                chunk.start,
                chunk.end,
                list(chunk.heading_path),
                chunk.level,
            ]
            for chunk in chunks
        ],
    )


def load_chunks(path: Path, trees: dict[str, ClauseTree]) -> tuple[Chunk, ...]:
    """Read chunks, with their text from the trees' documents.

    :raises OSError, ValueError, KeyError, TypeError: when the file is missing or does not fit the trees.
    """
    paths: dict[tuple[str, ...], tuple[str, ...]] = {}
    chunks = []
    for row in json.loads(path.read_text(encoding="utf-8")):
        chunk_id, doc_id, clause_id, grain, start, end, headings, level = row
        text = trees[doc_id].doc.text[start:end]
        # Equal heading paths share one tuple: a document has many sentences below each heading.
        heading_path = paths.setdefault(tuple(headings), tuple(headings))
        chunks.append(Chunk(chunk_id, doc_id, clause_id, grain, start, end, text, heading_path, level))
    return tuple(chunks)


def _dump(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _tree_to_json(tree: ClauseTree) -> dict[str, Any]:
    doc = tree.doc
    return {
        "meta": dataclasses.asdict(doc.meta),
        "text": doc.text,
        "source": doc.source,
        "offsets": _to_runs(doc.offsets.sources),
        "headings": doc.headings,
        "removed": doc.removed,
        "roots": [_clause_to_json(clause) for clause in tree.roots],
    }


def _tree_from_json(row: dict[str, Any]) -> ClauseTree:
    meta = DocumentMeta(**{**row["meta"], "aliases": tuple(row["meta"]["aliases"])})
    doc = CleanDocument(
        meta=meta,
        text=row["text"],
        source=row["source"],
        offsets=OffsetMap(_from_runs(row["offsets"])),
        headings=tuple((offset, level) for offset, level in row["headings"]),
        removed=tuple((rule, text) for rule, text in row["removed"]),
    )
    return ClauseTree(doc, tuple(_clause_from_json(clause) for clause in row["roots"]))


def _clause_to_json(clause: Clause) -> list[Any]:
    own = [clause.clause_id, clause.kind, clause.number, clause.heading, clause.label]
    return [*own, clause.start, clause.end, clause.subtree_end, [_clause_to_json(c) for c in clause.children]]


def _clause_from_json(row: list[Any]) -> Clause:
    clause_id, kind, number, heading, label, start, end, subtree_end, children = row
    below = tuple(_clause_from_json(child) for child in children)
    return Clause(clause_id, kind, number, heading, label, start, end, subtree_end, below)


def _to_runs(sources: Sequence[int]) -> list[list[int]]:
    """Runs of an offset map, each as its first source offset and its length: most runs are long."""
    runs: list[list[int]] = []
    for source in sources:
        if runs and source == runs[-1][0] + runs[-1][1]:
            runs[-1][1] += 1
        else:
            runs.append([source, 1])
    return runs


def _from_runs(runs: list[list[int]]) -> list[int]:
    return [offset for first, length in runs for offset in range(first, first + length)]
