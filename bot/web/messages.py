"""An answer as a chat message: HTML that survives the chat's sanitiser, everything in it escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.explain import explain
from bot.schema import Answer, Citation
from bot.web.links import name_of
from bot.web.templating import render
from ingest.schema import ClauseTree

_REF = re.compile(r"\[(\d+)\]")
_REFERENCE = re.compile(r"(?P<doc_id>[\w.-]+)#(?P<clause_id>[^\s（）#]+)")


def answer_message(answer: Answer, trees: Mapping[str, ClauseTree]) -> str:
    """The answer with its references as links, the citations below and, folded, how it came about."""
    by_ref = {citation.ref: citation for citation in answer.citations}
    paragraphs = [_parts(line, by_ref) for line in answer.answer.splitlines() if line.strip()]
    html = render(
        "answer.html",
        answer=answer,
        paragraphs=paragraphs,
        shows_digest=shows_digest,
        trace=trace_rows(answer, trees),
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


def trace_rows(answer: Answer, trees: Mapping[str, ClauseTree]) -> list[tuple[str, str]]:
    """The explanation as rows of a word and what it says; none where the answer brings no trace.

    Clause references in it become the names that people know.
    """
    if not answer.trace:
        return []
    rows = []
    for line in explain(answer).splitlines():
        name, colon, said = line.partition("：")
        said = _REFERENCE.sub(lambda match: _name(match, trees), said if colon else line)
        rows.append((name if colon else "理解", said))
    return rows


def _name(match: re.Match[str], trees: Mapping[str, ClauseTree]) -> str:
    tree = trees.get(match["doc_id"])
    clause = tree.find(match["clause_id"]) if tree else None
    return f"{name_of(tree.meta)}{clause.label}" if tree and clause else match[0]


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
