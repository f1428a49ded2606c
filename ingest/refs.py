"""Documents that a document names, and the coinages it uses, with the clause that explains each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.numerals import parse_number
from ingest.rows import place, policy_clauses
from ingest.schema import Clause, ClauseTree, DocumentMeta

RefKind = Literal["document", "coinage"]

_TITLE = re.compile(r"《([^《》]{2,80})》")
_QUOTED = re.compile(r"[“「]([^“”「」。，；！？\n]{2,18})[”」]")
_NUMBERED = re.compile(r"^(?P<number>[二三四五六七八九十]|[2-9])(?P<classifier>个|大|项|种|类)?(?P<word>.)")
#: What, right behind the closing quotation mark, begins an explanation.
_EXPLAINED_BEHIND = re.compile(
    r"[^，。；“”（）]{0,6}?(?:即|是指|指的是|，即|，指|——|：(?=[^“]))|（(?!以下|试行|以下简称)[^（）]{6,}）"
)
_SHORT_FOR = re.compile(r"(?:简称|统称|称)(?:为)?$")
_BOUNDARY = re.compile(r"[，。；：:\n”]")


@dataclass(frozen=True, slots=True)
class RefRow:
    """A document that is named (《…》) or a coinage that is used (“…”), once for each clause it stands in.

    :ivar defined_at: of a coinage, the clause that explains it as ``doc_id#clause_id``, or None.
    :ivar in_corpus: of a document, whether it is in the corpus; None of a coinage.
    """

    doc_id: str
    clause_id: str | None
    label: str
    quote: str
    start: int
    end: int
    kind: RefKind
    name: str
    defined_at: str | None
    in_corpus: bool | None


def extract_refs(trees: Sequence[ClauseTree]) -> tuple[RefRow, ...]:
    """The references of all documents; a coinage may be explained by another document than uses it."""
    titles = {_plain(title) for tree in trees for title in _titles(tree.meta)}
    definitions = {tree.doc_id: _definitions(tree) for tree in trees}
    return tuple(row for tree in trees for row in _rows(tree, titles, definitions))


def _rows(tree: ClauseTree, titles: set[str], definitions: dict[str, dict[str, str]]) -> Iterator[RefRow]:
    own = {policy_clause.clause_id for policy_clause in policy_clauses(tree)}
    others = [found for doc_id, found in definitions.items() if doc_id != tree.doc_id]
    lists = _Lists(tree)
    for clause in tree.walk():
        found: dict[tuple[str, str], RefRow] = {}
        for match in _TITLE.finditer(tree.doc.text, clause.start, clause.end):
            at = place(tree, clause, match.start(), match.end())
            known = _plain(match[1]) in titles
            found.setdefault(
                ("document", match[1]),
                RefRow(
                    at.doc_id,
                    at.clause_id,
                    at.label,
                    at.quote,
                    at.start,
                    at.end,
                    "document",
                    match[1],
                    None,
                    known,
                ),
            )
        for match in (
            _QUOTED.finditer(tree.doc.text, clause.start, clause.end) if clause.clause_id in own else ()
        ):
            name = match[1].strip("、")
            at = place(tree, clause, match.start(), match.end())
            defined = definitions[tree.doc_id].get(name) or lists.explains(name)
            defined = defined or next((other[name] for other in others if name in other), None)
            found.setdefault(
                ("coinage", name),
                RefRow(
                    at.doc_id,
                    at.clause_id,
                    at.label,
                    at.quote,
                    at.start,
                    at.end,
                    "coinage",
                    name,
                    defined,
                    None,
                ),
            )
        yield from sorted(found.values(), key=lambda row: row.start)


def _titles(meta: DocumentMeta) -> Iterator[str]:
    yield meta.title
    if meta.short_title:
        yield meta.short_title


def _plain(title: str) -> str:
    return re.sub(r"[\s（）()〈〉—–-]", "", title)


def _definitions(tree: ClauseTree) -> dict[str, str]:
    """Coinage to the clause that explains it, the first explanation of each."""
    found: dict[str, str] = {}
    for clause in policy_clauses(tree):
        for match in _QUOTED.finditer(tree.doc.text, clause.start, clause.end):
            if _is_explained(tree.doc.text, clause, match):
                found.setdefault(match[1].strip("、"), f"{tree.doc_id}#{clause.clause_id}")
    return found


def _is_explained(text: str, clause: Clause, match: re.Match[str]) -> bool:
    name = match[1]
    before = text[clause.start : match.start()]
    behind = _EXPLAINED_BEHIND.match(text, match.end(), clause.end)
    # 四个“加快”：… counts how often a word comes and explains nothing; 两个“只增不减”（…） does.
    counted = re.search("[两三四五六七八九]个$", before) and behind is not None and behind[0].endswith("：")
    if _SHORT_FOR.search(before) or (behind and not counted):
        return True
    # “12368”…, “1”即…, “2”即…: a figure that is spelt out sign by sign.
    if name.isdigit() and re.search(rf"“{name[0]}”(?:即|是|指|为)", text[match.end() : clause.end]):
        return True
    numbered = _NUMBERED.match(name)
    if numbered is None:
        return False
    boundary = [stop.end() for stop in _BOUNDARY.finditer(before)]
    listed = before[boundary[-1] if boundary else 0 :]
    number = parse_number(numbered["number"]) or 0
    items = [item for item in re.split(r"、", listed) if item]
    if len(items) == number - 1 and re.search("[和与及]", items[-1]):
        items[-1:] = re.split("[和与及]", items[-1], maxsplit=1)
    if len(items) != number:
        return False
    # 六个显著提升 counts what stands before it; 三业 also names the sign its items share.
    return bool(numbered["classifier"]) or all(numbered["word"] in item for item in items)


class _Lists:
    """Lists in a document whose items share a sign: 教育链、人才链、产业链、创新链 explains 四链."""

    def __init__(self, tree: ClauseTree) -> None:
        self._tree = tree

    def explains(self, name: str) -> str | None:
        """The clause with the list that a numbered coinage counts, or None."""
        numbered = _NUMBERED.fullmatch(name)
        if numbered is None or numbered["classifier"]:
            return None
        number, sign = parse_number(numbered["number"]) or 0, re.escape(numbered["word"])
        item = rf"[^、，。；“”{sign}]{{1,5}}{sign}"
        pattern = re.compile(rf"(?<!、){item}(?:、{item}){{{number - 1}}}(?!、)")
        for clause in policy_clauses(self._tree):
            if pattern.search(self._tree.doc.text, clause.start, clause.end):
                return f"{self._tree.doc_id}#{clause.clause_id}"
        return None
