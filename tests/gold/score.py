"""Scores the knowledge extractors against the gold tables: ``python tests/gold/score.py [-v]``.

The plan's tables were written before the extractors; the two made-up plans are looked at only to score.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from ingest.clean import clean  # noqa: E402
from ingest.parse import parse  # noqa: E402
from ingest.pipeline import read_trees  # noqa: E402
from ingest.schema import ClauseTree, DocumentMeta, RawDocument  # noqa: E402
from ingest.settings import IngestSettings  # noqa: E402

CELLS = ("comparator", "value", "value2", "unit", "deadline", "deadline_stated", "scope")


def gold(name: str) -> list[dict[str, Any]]:
    """The rows of a gold table."""
    lines = (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def made_up(name: str) -> ClauseTree:
    """The clause tree of a made-up plan of another district."""
    data = (HERE / f"made-up-{name}.md").read_bytes()
    title = data.decode().split("\n", 1)[0].lstrip("# ")
    meta = DocumentMeta(name, title, "district", title[:3], "original", f"{name}.md", "0" * 64)
    return parse(clean(RawDocument(meta, data, "text/markdown")))


def tree_of(text: str, *, doc_id: str = "demo", title: str = "示例方案", **meta: Any) -> ClauseTree:
    """The clause tree of a text written for a test."""
    values = {"level": "district", "issuer": "示例区人民政府", "form": "original"} | meta
    described = DocumentMeta(doc_id=doc_id, title=title, path=f"{doc_id}.md", sha256="0" * 64, **values)
    return parse(clean(RawDocument(described, text.encode(), "text/markdown")))


def plan() -> ClauseTree:
    """The plan that ships."""
    return next(tree for tree in read_trees(IngestSettings()) if tree.meta.level == "district")


def score_targets(expected: list[dict[str, Any]], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Cell accuracy over the gold rows, the indicator being a cell; missing and surplus rows with it.

    Rows meet on clause, value and unit, the best agreement first; every cell of a missing row is wrong.
    """
    left = list(rows)
    right, wrong, missing = 0, [], []
    for want in expected:
        same = [
            row for row in left if row["clause_id"] == want["clause_id"] and row["value"] == want["value"]
        ]
        if not same:
            missing.append(want)
            continue
        cells = ("indicator", *CELLS)
        best = max(
            same,
            key=lambda row: (
                sum(row[cell] == want[cell] for cell in cells) + 2 * (row["indicator"] == want["indicator"])
            ),
        )
        left.remove(best)
        for cell in cells:
            if best[cell] == want[cell]:
                right += 1
            else:
                wrong.append((want["clause_id"], want["indicator"], cell, want[cell], best[cell]))
    total = len(expected) * (len(CELLS) + 1)
    return {"accuracy": right / total, "missing": missing, "surplus": left, "wrong": wrong}


def score_pairs(expected: set[tuple[str, str]], found: set[tuple[str, str]]) -> dict[str, Any]:
    """Precision, recall and F1 over (clause, body)."""
    hits = len(expected & found)
    precision, recall = hits / max(1, len(found)), hits / max(1, len(expected))
    f1 = 2 * hits / max(1, len(found) + len(expected))
    return {
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "missing": expected - found,
        "surplus": found - expected,
    }


def score_alignment(expected: list[dict[str, Any]], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Share of the items with a parent whose first-ranked one is right; false ones among all alignments given."""
    first: dict[str, str] = {}
    parent = expected[0]["parent_doc_id"]
    for row in sorted(rows, key=lambda row: -(row["score"] or 0)):
        if row["clause_id"] and row["parent_doc_id"] == parent and row["parent_clause_id"]:
            first.setdefault(row["clause_id"], row["parent_clause_id"])
    with_parent = [want for want in expected if want["parents"]]
    right = [want for want in with_parent if first.get(want["clause_id"]) in want["parents"]]
    given = [want for want in expected if want["clause_id"] in first]
    false = [want for want in given if first[want["clause_id"]] not in want["parents"]]
    return {
        "first_right": len(right) / len(with_parent),
        "false": len(false) / max(1, len(given)),
        "wrong": [
            (want["clause_id"], want["parents"], first.get(want["clause_id"]))
            for want in expected
            if first.get(want["clause_id"]) not in (want["parents"] or [None])
        ],
    }


def main() -> None:
    """Print all scores; ``-v`` lists what is wrong."""
    from dataclasses import asdict

    verbose = "-v" in sys.argv
    trees = {"plan": plan(), "linjiang": made_up("linjiang"), "yunshan": made_up("yunshan")}
    from ingest.targets import extract_targets

    for name, tree in trees.items():
        result = score_targets(gold(f"{name}-targets"), [asdict(row) for row in extract_targets(tree)])
        print(
            f"targets {name}: cells {result['accuracy']:.3f}, missing {len(result['missing'])}, surplus {len(result['surplus'])}"
        )
        if verbose:
            for kind in ("missing", "surplus", "wrong"):
                for item in result[kind]:
                    print("   ", kind, item)
    from ingest.bodies import read_bodies
    from ingest.owners import extract_owners

    bodies = read_bodies(IngestSettings().corpus_dir)
    for name, tree in trees.items():
        rows = [row for row in extract_owners(tree, bodies) if row.basis == "stated"]
        wanted = {(str(row["clause_id"]), str(row["body"])) for row in gold(f"{name}-owners")}
        result = score_pairs(wanted, {(str(row.clause_id), row.body) for row in rows})
        print(
            f"owners {name}: F1 {result['f1']:.3f}, precision {result['precision']:.3f}, recall {result['recall']:.3f}"
        )
        if verbose:
            for kind in ("missing", "surplus"):
                print("   ", kind, sorted(result[kind]))

    from ingest.align import align_documents
    from ingest.refs import extract_refs

    corpus = read_trees(IngestSettings())
    targets = [row for tree in corpus for row in extract_targets(tree)]
    aligned = score_alignment(gold("plan-align"), [asdict(row) for row in align_documents(corpus, targets)])
    print(f"align plan: first parent right {aligned['first_right']:.3f}, false {aligned['false']:.3f}")
    if verbose:
        for item in aligned["wrong"]:
            print("    wrong", item)
    rows = {
        (row.clause_id, row.name): row for row in extract_refs(corpus) if row.doc_id == trees["plan"].doc_id
    }
    wanted_refs = gold("plan-refs")
    wrong = [
        want
        for want in wanted_refs
        if (row := rows.get((want["clause_id"], want["name"]))) is None
        or (row.defined_at, row.in_corpus) != (want["defined_at"], want["in_corpus"])
    ]
    documents = {key for key, row in rows.items() if row.kind == "document"}
    surplus = documents - {(want["clause_id"], want["name"]) for want in wanted_refs}
    print(
        f"refs plan: right {len(wanted_refs) - len(wrong)} of {len(wanted_refs)}, surplus documents {len(surplus)}"
    )
    if verbose:
        for item in wrong:
            print("    wrong", item)


if __name__ == "__main__":
    main()
