"""From the reading form to the tree of clauses.

Lines are read one by one; a printed number opens a clause, and a stack keeps the levels in order, so that a
document may mix ladders (an annex with articles below a plan with 一、). A line that opens nothing is a
paragraph of the clause that stands open. Nothing fails and nothing is lost: the own spans tile the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.labels import label_of
from ingest.marks import Mark, read_annex, read_mark
from ingest.schema import Clause, ClauseKind, ClauseTree, CleanDocument

_ARTICLE = "article"
#: A heading that runs into its text (6. 义务教育优质均衡发展。建立……) is at most this long, in characters.
_RUN_IN_HEADING = 40
_CONTENTS = re.compile(r"^[\[【]?目\s*[录錄次][\]】]?$")
_CONTENTS_LEADER = re.compile(r"[\s.．…·\d]+$")
_NAMED_RANK = 3


@dataclass(slots=True)
class _Open:
    """A clause while its text is still being read."""

    kind: ClauseKind
    rank: int
    number: int | None
    printed: str
    suffix: int | None
    start: int
    body: int
    end: int
    heading: str = ""
    markup: int = 0
    children: list[_Open] = field(default_factory=list)


def parse(doc: CleanDocument) -> ClauseTree:
    """The clause tree of a document; any text parses.

    Guaranteed: ids are unique; the own spans ``[start, end)`` of the clauses, in the order of ``walk``, tile
    ``doc.text`` without gap or overlap; the same text gives the same tree.
    """
    root = _Open("head", -9, None, "", None, 0, 0, 0)
    _read_lines(doc, root)
    for clause in _walk(root):
        if clause.kind == _ARTICLE:
            _split_into_paragraphs(clause)
    names = _Names()
    return ClauseTree(doc, tuple(_finish(child, names, "", "", doc.text) for child in root.children))


def _read_lines(doc: CleanDocument, root: _Open) -> None:
    stack = [root]
    headings = dict(doc.headings)
    skip_until = _end_of_contents(doc.text)
    annexes = _annex_starts(doc.text)
    start = 0
    for line in doc.text.splitlines(keepends=True):
        end = start + len(line)
        text = line.rstrip("\n")
        markup = headings.get(start, 0)
        mark = None
        if start >= skip_until:
            mark = annexes.get(start) or read_mark(text)
        if mark is not None:
            _open_numbered(stack, mark, start, end, text, markup)
        elif text.startswith("|"):
            _add_row(stack, start, end)
        elif markup > 1 and start >= skip_until:
            _open_named(stack, start, end, text, markup)
        else:
            _add_paragraph(stack, start, end)
        start = end


def _open_numbered(stack: list[_Open], mark: Mark, start: int, end: int, text: str, markup: int) -> None:
    rest = text[mark.length :]
    kind = mark.kind
    while len(stack) > 1 and (
        stack[-1].rank >= mark.rank
        or stack[-1].kind in ("paragraph", "table")
        # 一、 printed as a second-level heading ends an unnumbered part of the same level.
        or (markup and stack[-1].markup >= markup)
    ):
        stack.pop()
    if any(frame.kind == _ARTICLE for frame in stack) and mark.rank > _NAMED_RANK:
        kind = "item"
    heading, heading_end = _heading(rest, kind)
    clause = _Open(kind, mark.rank, mark.number, mark.printed, mark.suffix, start, start + mark.length, end)
    clause.heading, clause.markup = heading, markup
    clause.body += heading_end
    stack[-1].children.append(clause)
    stack.append(clause)


def _open_named(stack: list[_Open], start: int, end: int, text: str, markup: int) -> None:
    """A heading that the markup marks and no number does; it is known by its name."""
    while len(stack) > 1 and (stack[-1].markup >= markup or not stack[-1].markup):
        stack.pop()
    clause = _Open("named", _NAMED_RANK, None, "", None, start, end, end, heading=text, markup=markup)
    stack[-1].children.append(clause)
    stack.append(clause)


def _add_paragraph(stack: list[_Open], start: int, end: int) -> None:
    if len(stack) == 1:
        root = stack[0]
        if not root.children or root.children[-1].kind != "head":
            root.children.append(_Open("head", -2, 0, "", None, start, start, start))
        parent = root.children[-1]
    else:
        while stack[-1].kind in ("table", "item"):
            # In a statute a new unnumbered line after the items is a new 款 of the article.
            stack.pop()
        parent = stack[-1]
    number = 1 + sum(child.kind == "paragraph" for child in parent.children)
    parent.children.append(_Open("paragraph", 90, number, "", None, start, start, end))


def _add_row(stack: list[_Open], start: int, end: int) -> None:
    """A table's first line is its header and belongs to the table; the others are its rows."""
    if stack[-1].kind == "table":
        table = stack[-1]
        row = _Open("row", 99, 1 + len(table.children), "", None, start, start, end)
        table.children.append(row)
        return
    parent = stack[-1]
    if len(stack) == 1:
        if not parent.children or parent.children[-1].kind != "head":
            parent.children.append(_Open("head", -2, 0, "", None, start, start, start))
        parent = parent.children[-1]
    number = 1 + sum(child.kind == "table" for child in parent.children)
    table = _Open("table", 98, number, "", None, start, start, end)
    parent.children.append(table)
    stack.append(table)


def _heading(rest: str, kind: ClauseKind) -> tuple[str, int]:
    """The heading in what follows a number, and how many characters it takes."""
    if kind == _ARTICLE:
        match = re.match(r"[【\[]([^】\]]{1,30})[】\]]", rest)
        return (match.group(1), match.end()) if match else ("", 0)
    if kind == "item":
        return "", 0
    stop = rest.find("。")
    if stop == -1:
        ended = rest.endswith(("；", ";", "，", "：", ":"))
        return (
            ("", 0) if ended and kind not in ("level_1", "level_2") else (rest.rstrip("：:；;，"), len(rest))
        )
    if stop < len(rest) - 1 and stop <= _RUN_IN_HEADING:
        return rest[:stop], stop + 1
    if stop == len(rest) - 1 and kind in ("part", "chapter", "section", "level_1"):
        return rest[:stop], len(rest)
    return "", 0


def _end_of_contents(text: str) -> int:
    """Offset where the body begins when a table of contents repeats its headings before it, else 0."""
    start, contents = 0, -1
    seen: set[str] = set()
    for line in text.splitlines(keepends=True):
        bare = _CONTENTS_LEADER.sub("", line.strip())
        if contents < 0:
            if _CONTENTS.match(line.strip()):
                contents = start
        elif bare in seen:
            return start
        elif read_mark(line.strip()):
            seen.add(bare)
        start += len(line)
    return 0


def _annex_starts(text: str) -> dict[int, Mark]:
    """Offsets of the lines that open an annex.

    A list of annexes at the end of a notice (附件：1. …, or 附件1 and 附件2 in neighbouring lines) opens none,
    and neither does anything before the first line that is no 附件 line.
    """
    found: list[tuple[int, int, Mark]] = []
    start = 0
    for number, line in enumerate(text.splitlines(keepends=True)):
        mark = read_annex(line.rstrip("\n"))
        rest = line.rstrip("\n")[mark.length :] if mark else ""
        if mark and number and not read_mark(rest):
            found.append((number, start, mark))
        start += len(line)
    numbers = {number for number, _, _ in found}
    return {
        start: mark
        for number, start, mark in found
        if not {number - 1, number + 1} & numbers and not text[start:].split("\n", 1)[0].endswith(("：", ":"))
    }


def _split_into_paragraphs(article: _Open) -> None:
    """Give an article with several 款 its first one, and each 款 the items that follow it (第二款第（三）项)."""
    if not any(child.kind == "paragraph" for child in article.children):
        return
    first = _Open("paragraph", 90, 1, "", None, article.body, article.body, article.end)
    article.end = article.body
    children = [first]
    for child in article.children:
        if child.kind == "paragraph":
            child.number = 1 + len(children)
            children.append(child)
        else:
            children[-1].children.append(child)
    article.children = children


def _walk(clause: _Open) -> list[_Open]:
    return [clause, *(below for child in clause.children for below in _walk(child))]


class _Names:
    """Hands out ids; a number that a document prints twice gets ``~2`` instead of an error."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, clause_id: str) -> str:
        count, unique = 1, clause_id
        while unique in self._taken:
            count += 1
            unique = f"{clause_id}~{count}"
        self._taken.add(unique)
        return unique


def _segment(clause: _Open, parent_id: str) -> str:
    """The clause id before it is made unique, by the table of clause ids in the design contract."""
    number = clause.number
    if clause.kind == "annex":
        return f"annex{number or ''}"
    if clause.kind == _ARTICLE:
        own = f"art{number}" + (f"-{clause.suffix}" if clause.suffix else "")
        # Articles are numbered through a statute, so chapters are not part of their ids.
        annex = re.match(r"annex\d*", parent_id)
        return f"{annex.group(0)}.{own}" if annex else own
    own = {
        "part": f"pt{number}",
        "chapter": f"ch{number}",
        "section": f"s{number}",
        "paragraph": f"p{number}",
        "table": f"t{number}",
        "row": f"r{number}",
        "named": re.sub(r"[\s.#/?&“”‘’\"']+", "", clause.heading) or "named",
    }.get(clause.kind, str(number))
    return f"{parent_id}.{own}" if parent_id else own


def _finish(clause: _Open, names: _Names, parent_id: str, parent_label: str, text: str) -> Clause:
    clause_id = names.take(_segment(clause, parent_id))
    label = label_of(clause.kind, clause.number, clause.suffix, clause.heading, parent_id, parent_label)
    below = "" if clause.kind == "part" else label
    children = tuple(_finish(child, names, clause_id, below, text) for child in clause.children)
    return Clause(
        clause_id,
        clause.kind,
        clause.printed,
        clause.heading,
        f"{label}{clause.heading}" if clause.kind == "level_1" else label,
        clause.start,
        clause.end,
        children[-1].subtree_end if children else clause.end,
        children,
    )
