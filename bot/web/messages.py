"""An answer as a chat message: HTML that survives the chat's sanitiser, everything in it escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.explain import PARTS, explanation, part_name
from bot.schema import Answer, Citation
from bot.web.links import clause_address
from bot.web.templating import render
from ingest.schema import ClauseTree

_REF = re.compile(r"\[(\d+)\]")


def answer_message(answer: Answer, trees: Mapping[str, ClauseTree], *, growing: bool = False) -> str:
    """The answer with its references as links, the citations below and, folded, how it came about.

    :param growing: more of the answer is to come; until then it says that it is being written.
    """
    by_ref = {citation.ref: citation for citation in answer.citations}
    paragraphs = [_parts(line, by_ref) for line in answer.answer.splitlines() if line.strip()]
    html = render(
        "answer.html",
        answer=answer,
        paragraphs=paragraphs,
        shows_digest=shows_digest,
        growing=growing,
        trace=bool(answer.trace),
        **(_why(answer, trees) if answer.trace else {}),
    )
    # A blank line would end the HTML block, and what follows would be read as Markdown.
    return re.sub(r"\n\s*", " ", html).strip()


def notice_message(text: str) -> str:
    """A sentence of the interface itself, as a chat message."""
    return re.sub(r"\n\s*", " ", render("notice.html", text=text)).strip()


def plain_text(answer: Answer) -> str:
    """The answer and its citations as text to paste."""
    lines = [answer.answer]
    for citation in answer.citations:
        form = "（摘编）" if shows_digest(citation) else ""
        lines.append(f"[{citation.ref}] {citation.label}{form}：“{citation.quote}”")
    return "\n".join(lines)


def shows_digest(citation: Citation) -> bool:
    """Whether 摘编 must be said beside the label, since it is one and the label does not say so."""
    return citation.form == "digest" and "摘编" not in citation.label


def _why(answer: Answer, trees: Mapping[str, ClauseTree]) -> dict[str, Any]:
    """What the folded explanation shows; clauses in it are links under the names that people know."""
    made = explanation(answer)
    parts = list(dict.fromkeys(name for candidate in made.candidates for name, _ in candidate.parts))
    rows = [(candidate, *_clause(candidate.clause, trees)) for candidate in made.candidates]
    return {"why": made, "why_parts": parts, "why_rows": rows, "part_name": part_name, "parts": PARTS}


def _clause(reference: str, trees: Mapping[str, ClauseTree]) -> tuple[str | None, str]:
    """Address and name of a ``doc_id#clause_id``; where there is no such clause, the reference itself."""
    doc_id, _, clause_id = reference.partition("#")
    tree = trees.get(doc_id)
    clause = tree.find(clause_id) if tree else None
    if tree is None or clause is None:
        return None, reference
    return clause_address(doc_id, clause_id), f"{tree.meta.name}{clause.label}"


def _parts(line: str, by_ref: Mapping[int, Citation]) -> list[tuple[str, Citation | None]]:
    """Text and the citation that follows it, in turns; a number without a citation stays text."""
    parts: list[tuple[str, Citation | None]] = []
    start = 0
    for match in _REF.finditer(line):
        citation = by_ref.get(int(match[1]))
        if citation is not None:
            parts.append((line[start : match.start()], citation))
            start = match.end()
    parts.append((line[start:], None))
    return parts
