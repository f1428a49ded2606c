"""Clause references in a question, resolved against the printed numbers of the documents, not searched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.marks import Mark, find_marks
from bot.named import Named, documents_named, named_spans, plain
from bot.places import Place, by_depth, numbered, resolve_mark
from ingest.schema import Clause, ClauseTree

__all__ = ["ClauseRef", "MissingRef", "References", "documents_named", "resolve"]

#: What may stand between the marks of one reference (二、的（二）), and between references of one list.
_WITHIN = re.compile(r"[、,，.的中里内下之面\s]{0,3}")
_BETWEEN = re.compile(r"\s*(?:、|,|，|和|与|及|跟|以及|还有|同)\s*")
#: What may stand between a heading and the mark below it: 重点任务里的第6项.
_AFTER_HEADING = re.compile(
    r"(?:这(?:个|一)?)?(?:部分|章|节)?(?:(?:从上)?往下数?|数下来|从头数)?[的中里内下面之、,，\s”\"》]{0,3}$"
)
_SHORTEST_HEADING = 3
#: Headings that plans use for the same part, and people for one another.
_USUAL_HEADINGS = (
    {"总体要求", "总要求", "总体目标"},
    {"重点任务", "主要任务", "重点工作", "主要举措"},
    {"工作保障", "保障措施", "实施保障", "组织实施", "保障机制"},
)
#: Rank of a mark within a reference: each must lie below the one before.
_RANK = {
    "annex": 0,
    "top": 1,
    "chapter": 1,
    "section": 2,
    "bracket": 2,
    "article": 3,
    "paragraph": 4,
    "item": 5,
}
_RANK |= {"small_bracket": 6, "circled": 7, "passage": 8, "clause_id": 9, "counted": 5}


@dataclass(frozen=True, slots=True)
class ClauseRef:
    """A reference that resolves: ``asked`` is what the question says, verbatim.

    :ivar alternatives: ids of clauses that the same words could mean in the same document, less likely.
    """

    doc_id: str
    clause_id: str
    asked: str
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingRef:
    """A reference to a clause that does not exist.

    :ivar doc_id: the document it was looked for in; empty when the question names one that is not here.
    :ivar nearest: ids of the clauses of that level which do exist and whose numbers are nearest.
    """

    doc_id: str
    asked: str
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True)
class References:
    """The clause references of a question.

    :ivar span: half-open span of the question that holds all of them with the document names before them.
    :ivar rest: the question without that span: what is asked about those clauses.
    """

    found: tuple[ClauseRef, ...] = ()
    missing: tuple[MissingRef, ...] = ()
    span: tuple[int, int] | None = None
    rest: str = ""

    def __bool__(self) -> bool:
        return bool(self.found or self.missing)


@dataclass
class _Path:
    """Marks that together make one reference."""

    marks: list[Mark]
    start: int
    end: int
    scope: Clause | None = None
    scope_doc: str = ""
    document: Named | None = None


def resolve(question: str, trees: Mapping[str, ClauseTree]) -> References:
    """Resolve every clause reference of a question, in whatever usual writing.

    第15条, 第十五项, 15., 二（二）6, 2.2.6, 第二部分第三条, 工作保障第二条, 第5到7条, 最后一项, 第十二条第二款第（三）项; in
    Traditional characters or full width alike. In a document whose items are numbered on through the whole,
    第15条 is the item printed 15. Where the question names no document, the references belong to the
    first original among the documents. Figures (2027年, 65%, 第一方阵) are no references.

    :param trees: the documents by id, the one that is meant by default first among the originals.
    """
    if not trees:
        return References(rest=question)
    text = plain(question)
    names = named_spans(question, [tree.meta for tree in trees.values()])
    inside = [(match.start(), match.end()) for match in re.finditer(r"《[^《》]*》|〔\d+〕\d+号", text)]
    marks = [m for m in find_marks(text) if not any(a <= m.start and m.end <= b for a, b in inside)]
    marks = [m for m in marks if not any(n.start <= m.start and m.end <= n.end for n in names)]
    paths = _paths(text, marks)
    found: list[ClauseRef] = []
    missing: list[MissingRef] = []
    kept: list[_Path] = []
    for path in _joined_by_headings(text, paths, trees):
        _place_path(text, path, names, trees)
        refs, gaps = _resolve_path(question, path, trees)
        if refs or gaps:
            kept.append(path)
            found += [
                ref
                for ref in refs
                if (ref.doc_id, ref.clause_id) not in {(f.doc_id, f.clause_id) for f in found}
            ]
            missing += gaps
    if not kept:
        return References(rest=question)
    start, end = min(path.start for path in kept), max(path.end for path in kept)
    kept_refs = _innermost(found, question) if len(found) > 1 else found
    return References(tuple(kept_refs), tuple(missing), (start, end), question[:start] + question[end:])


def _innermost(found: list[ClauseRef], question: str) -> list[ClauseRef]:
    """Without a clause that only leads to another one that is named (第（五）部分师资那块第18项)."""
    listed = any(_BETWEEN.search(question[question.find(ref.asked) + len(ref.asked) :][:1]) for ref in found)
    if listed:
        return found
    return [
        ref
        for ref in found
        if not any(
            other.doc_id == ref.doc_id and other.clause_id.startswith(f"{ref.clause_id}.") for other in found
        )
    ]


def _paths(text: str, marks: Sequence[Mark]) -> list[_Path]:
    paths: list[_Path] = []
    for mark in marks:
        last = paths[-1] if paths else None
        gap = text[last.end : mark.start] if last else ""
        sibling = last is not None and last.marks[-1].kind == mark.kind and bool(_BETWEEN.fullmatch(gap))
        if last and not sibling and _WITHIN.fullmatch(gap) and _lies_below(last.marks, mark):
            last.marks.append(mark)
            last.end = mark.end
        elif last and sibling:
            # 第5条和第8条, 第5、6、7项, 二（二）6、7: a sibling below the same marks.
            paths.append(_Path([*last.marks[:-1], mark], mark.start, mark.end))
        else:
            paths.append(_Path([mark], mark.start, mark.end))
    return paths


def _joined_by_headings(text: str, paths: list[_Path], trees: Mapping[str, ClauseTree]) -> list[_Path]:
    """二、重点任务第（五）部分 is one reference: the heading between two marks is that of the first."""
    joined: list[_Path] = []
    if len(paths) < 2:
        return paths
    headings = {name for tree in trees.values() for clause in tree.walk() for name in _heading_names(clause)}
    for path in paths:
        last = joined[-1] if joined else None
        between = text[last.end : path.start].strip("的中里内下、, ") if last else ""
        if last and between in headings and _lies_below(last.marks, path.marks[0]):
            last.marks += path.marks
            last.end = path.end
        else:
            joined.append(path)
    return joined


def _lies_below(marks: Sequence[Mark], mark: Mark) -> bool:
    ranks = [_RANK[m.kind] for m in marks]
    if mark.kind == "bracket" and any(m.kind in ("article", "paragraph") for m in marks):
        return True
    # 第（八）项27点: what stands right after another mark without 第 can only lie below it.
    if mark.kind == "item" and marks[-1].kind == "item" and len(marks) < 3:
        return True
    # 第3条第2项 lies below, 第3项第2条 does not.
    return _RANK[mark.kind] > ranks[-1]


def _place_path(text: str, path: _Path, names: Sequence[Named], trees: Mapping[str, ClauseTree]) -> None:
    """Find the heading right before a reference, and the document it belongs to."""
    before = [name for name in names if name.end <= path.start]
    if before:
        path.document = before[-1]
    elif names:
        path.document = names[0]
    adjacent = path.document if path.document and path.document.end <= path.start else None
    head = text[: path.start]
    stripped = head[: len(head) - len(found[0])] if (found := _AFTER_HEADING.search(head)) else head
    best = 0
    wanted = [path.document.doc_id] if path.document and path.document.doc_id else list(trees)
    for doc_id in wanted:
        for clause in trees[doc_id].walk():
            for name in _heading_names(clause):
                if len(name) > best and stripped.endswith(name):
                    best, path.scope, path.scope_doc = len(name), clause, doc_id
    if path.scope is not None:
        path.start = len(stripped) - best
    if adjacent and _WITHIN.fullmatch(text[adjacent.end : path.start]):
        path.start = adjacent.start


def _heading_names(clause: Clause) -> tuple[str, ...]:
    """What people call a clause by its heading: whole, its first part, without 实施 and without 行动."""
    return _names_of(clause.heading) if clause.heading and clause.children else ()


@lru_cache(maxsize=4096)
def _names_of(heading: str) -> tuple[str, ...]:
    whole = plain(heading)
    first = re.split(r"[,，]", whole)[0]
    short = first.removeprefix("实施")
    names = {whole, first, short, short.removesuffix("行动")}
    for usual in _USUAL_HEADINGS:
        names |= usual if whole in usual else set()
    return tuple(name for name in names if len(name) >= _SHORTEST_HEADING)


def _default_document(trees: Mapping[str, ClauseTree]) -> str:
    originals = [doc_id for doc_id, tree in trees.items() if tree.meta.form == "original"]
    return (originals or list(trees))[0]


def _resolve_path(
    question: str, path: _Path, trees: Mapping[str, ClauseTree]
) -> tuple[list[ClauseRef], list[MissingRef]]:
    asked = question[path.start : path.end]
    if path.document is not None and not path.document.doc_id:
        adjacent = path.document.end <= path.marks[0].start <= path.document.end + 3
        return ([], [MissingRef("", asked)]) if adjacent else ([], [])
    doc_id = path.scope_doc or (path.document.doc_id if path.document else _default_document(trees))
    tree = trees[doc_id]
    if path.marks[0].kind == "clause_id":
        clause_id = path.marks[0].text
        if tree.find(clause_id):
            return [ClauseRef(doc_id, clause_id, asked)], []
        short = clause_id.count(".") == 1 and "p" not in clause_id
        return ([], []) if short else ([], [MissingRef(doc_id, asked)])
    places = [Place(path.scope)]
    for mark in path.marks[:-1]:
        places = [found for place in places for found in resolve_mark(tree, place, mark, mark.number)]
    last = path.marks[-1]
    refs, gaps = [], []
    step = 1 if last.until >= last.number else -1
    for number in range(last.number, (last.until or last.number) + step, step):
        found = [hit for place in places for hit in resolve_mark(tree, place, last, number)]
        if not found and len(path.marks) > 1:
            found = by_depth(tree, Place(path.scope), [mark.number for mark in path.marks[:-1]] + [number])
        ids = list(dict.fromkeys(hit.clause.clause_id for hit in found if hit.clause is not None))
        if ids:
            refs.append(ClauseRef(doc_id, ids[0], asked, tuple(ids[1:])))
        elif last.kind != "counted" and last.number >= 0:
            gaps.append(MissingRef(doc_id, asked, _nearest(tree, places, last, number)))
    if len(gaps) > 1:
        gaps = gaps[:1]
    return refs, gaps


def _nearest(tree: ClauseTree, places: Sequence[Place], mark: Mark, number: int) -> tuple[str, ...]:
    candidates = [pair for place in places for pair in numbered(tree, place, mark)]
    ordered = sorted(candidates, key=lambda pair: abs(pair[0] - number))
    return tuple(clause.clause_id for _, clause in ordered[:2])
