"""Statements, the lines an answer is made of, and how they become numbered text with citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.schema import Citation, Evidence
from ingest.schema import Clause, ClauseTree, DocumentMeta

#: What an answer calls the level of a document that it speaks for.
LEVEL_NAMES = {"district": "区", "municipal": "市", "national": "国家", "other": "本文件"}


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of an answer and the spans it stands on, the most important first.

    :ivar counted: figures that were counted in the clause tree and so stand in no quote (三个部分).
    """

    text: str
    evidence: tuple[Evidence, ...]
    counted: tuple[str, ...] = ()


def quoted(text: str) -> str:
    """A text in quotation marks; those inside it become the inner ones."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"


def speaker(meta: DocumentMeta) -> str:
    """Who says what follows: level and title, 摘编 where it is a digest (国家《教育强国纲要》（摘编）：)."""
    mark = "（摘编）" if meta.form == "digest" else ""
    return f"{LEVEL_NAMES[meta.level]}《{meta.name}》{mark}："


def clause_label(tree: ClauseTree, clause: Clause) -> str:
    """The label of a citation: title, 摘编 where it is a digest, and the clause (《…实施方案》二、（二）第5项)."""
    mark = "（摘编）" if tree.meta.form == "digest" else ""
    return f"《{tree.meta.title}》{mark}{clause.label}"


def numbered(
    statements: Sequence[Statement], trees: dict[str, ClauseTree]
) -> tuple[str, tuple[Citation, ...]]:
    """The text of an answer with ``[n]`` after each statement, and its citations in order of ``n``.

    Equal spans share a number. Every number in the text has its citation and the other way round.

    :raises ValueError: when a statement has no evidence, or a span is not in its document.
    """
    citations: dict[tuple[str, int, int], Citation] = {}
    lines = []
    for statement in statements:
        if not statement.evidence:
            raise ValueError(f"a statement needs evidence: {statement.text!r}")
        refs = []
        for evidence in statement.evidence:
            key = (evidence.doc_id, evidence.start, evidence.end)
            if key not in citations:
                citations[key] = cited(len(citations) + 1, evidence, trees)
            refs.append(citations[key].ref)
        marks = "".join(f"[{ref}]" for ref in dict.fromkeys(refs))
        lines.append(_ended(statement.text) + marks)
    return "\n".join(lines), tuple(citations.values())


def cited(ref: int, evidence: Evidence, trees: dict[str, ClauseTree]) -> Citation:
    """The citation of a span.

    :raises ValueError: when the span is not in its document.
    """
    tree = trees[evidence.doc_id]
    quote = tree.doc.text[evidence.start : evidence.end]
    if quote != evidence.text or not quote.strip():
        raise ValueError(
            f"evidence [{evidence.start}, {evidence.end}) is not in {evidence.doc_id}: {evidence.text!r}"
        )
    clause = tree.at(evidence.start)
    return Citation(
        ref,
        evidence.doc_id,
        clause.clause_id,
        clause_label(tree, clause),
        quote,
        evidence.start,
        evidence.end,
        tree.meta.level,
        tree.meta.form,
    )


def _ended(text: str) -> str:
    """With a full stop, which stands before the closing quotation mark where there is one."""
    text = re.sub(r"[，、；：,;:\s]+$", "", text.strip())
    if text.endswith(("。", "！", "？", "。”", "……")):
        return text
    return text + "。"
