"""An answer as a chat message: HTML that survives the chat's sanitiser, everything in it escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.schema import Answer, Citation
from bot.web.templating import render

_REF = re.compile(r"\[(\d+)\]")
#: A value of the trace is shown up to this many characters; it explains, it is no log.
_TRACE_LIMIT = 600

_REASONS = {
    "out_of_scope": "问题不在这些文件的范围内",
    "not_stated": "文件没有写",
    "no_such_clause": "没有这一条",
    "unreadable": "问题读不出来",
}


def answer_message(answer: Answer) -> str:
    """The answer with its references as links, the citations below and, folded, how it came about."""
    by_ref = {citation.ref: citation for citation in answer.citations}
    paragraphs = [_parts(line, by_ref) for line in answer.answer.splitlines() if line.strip()]
    html = render("answer.html", answer=answer, paragraphs=paragraphs, trace=trace_rows(answer))
    # A blank line would end the HTML block, and what follows would be read as Markdown.
    return re.sub(r"\n\s*", " ", html).strip()


def notice_message(text: str) -> str:
    """A sentence of the interface itself, as a chat message."""
    return re.sub(r"\n\s*", " ", render("notice.html", text=text)).strip()


def plain_text(answer: Answer) -> str:
    """The answer and its citations as text to paste."""
    lines = [answer.answer]
    for citation in answer.citations:
        form = "（摘编）" if citation.form == "digest" else ""
        lines.append(f"[{citation.ref}] {citation.label}{form}：“{citation.quote}”")
    return "\n".join(lines)


def trace_rows(answer: Answer) -> list[tuple[str, str]]:
    """The trace as rows of words and values; none where the answer brings no trace."""
    if not answer.trace:
        return []
    rows = [(str(name), _readable(value)) for name, value in answer.trace.items()]
    if answer.reason:
        rows.insert(0, ("未作答的原因", _REASONS[answer.reason]))
    rows.append(("把握", f"{answer.confidence:.0%}"))
    rows.append(("用时", f"{answer.latency_ms:.0f}毫秒"))
    return rows


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


def _readable(value: Any) -> str:
    if isinstance(value, str):
        text = value
    elif isinstance(value, float):
        text = f"{value:.3g}"
    elif isinstance(value, (list, tuple)) and all(isinstance(item, (str, int, float)) for item in value):
        text = "；".join(_readable(item) for item in value)
    elif isinstance(value, Mapping) and all(not isinstance(item, (Mapping, list)) for item in value.values()):
        text = "，".join(f"{name}：{_readable(item)}" for name, item in value.items())
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _TRACE_LIMIT else text[:_TRACE_LIMIT] + "……"
