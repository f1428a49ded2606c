"""The types that a document passes through on its way into the index.

    RawDocument -> CleanDocument -> ClauseTree(Clause ...) -> Chunk

All are frozen: a step takes one and returns the next. Offsets are half-open ``[start, end)`` and
count characters of ``CleanDocument.text``, the reading form, unless a docstring names another text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["national", "municipal", "district", "other"]
Form = Literal["original", "digest"]

#: What a clause is. ``level_1`` to ``level_5`` are the ladder of notices and plans 一、（一）1.（1）①;
#: part 编, chapter 章, section 节, article 条 are that of statutes; an item 项 stands in an article.
ClauseKind = Literal[
    "head",
    "part",
    "chapter",
    "section",
    "article",
    "level_1",
    "level_2",
    "level_3",
    "level_4",
    "level_5",
    "paragraph",
    "item",
    "named",
    "annex",
    "table",
    "row",
]


@dataclass(frozen=True, slots=True)
class DocumentMeta:
    """What the manifest, completed by the document's own metadata table, says of a document."""

    doc_id: str
    title: str
    level: Level
    issuer: str
    form: Form
    path: str
    sha256: str
    short_title: str = ""
    document_number: str | None = None
    issued: str | None = None
    published: str | None = None
    validity: str | None = None
    source: str | None = None
    index_number: str | None = None
    aliases: tuple[str, ...] = ()
    official_url: str | None = None

    @property
    def name(self) -> str:
        """The short title where there is one, else the title."""
        return self.short_title or self.title


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document as obtained: its bytes, untouched."""

    meta: DocumentMeta
    data: bytes
    media_type: str

    @property
    def doc_id(self) -> str:
        return self.meta.doc_id


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Where each character of a derived text came from.

    ``sources[i]`` is the offset, in the source text, of character ``i`` of the derived text;
    the last entry stands for the end. A character that was inserted points at the next kept one.
    """

    sources: Sequence[int]

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """The source span that holds the derived span ``[start, end)``.

        :raises ValueError: when the span does not lie within the derived text.
        """
        if not 0 <= start <= end < len(self.sources):
            raise ValueError(
                f"span [{start}, {end}) does not lie in a text of {len(self.sources) - 1} characters"
            )
        if start == end:
            return self.sources[start], self.sources[start]
        return self.sources[start], self.sources[end - 1] + 1

    def then(self, source: OffsetMap) -> OffsetMap:
        """This map followed by ``source``, the map of our source text onto its own source."""
        return OffsetMap([source.sources[offset] for offset in self.sources])

    @classmethod
    def identity(cls, length: int) -> OffsetMap:
        return cls(range(length + 1))


@dataclass(frozen=True, slots=True)
class CleanDocument:
    """The reading form of a document, free of what the page put around it.

    Guaranteed of ``text``: lines end in ``\\n``; no control, zero-width or private-use characters;
    no blank lines; no white space at either end of a line. The parser leans on exactly this.

    :ivar text: the text that every later offset points into.
    :ivar source: the text as decoded from the bytes obtained; of a Word file, its paragraphs, a line each.
    :ivar offsets: leads from ``text`` to ``source``.
    :ivar headings: offset of each line that the markup (Markdown, HTML, a Word style) makes a heading,
        with its level from 1.
    :ivar removed: what was taken out, as ``(rule, source text)``, for the linter and the curious.
    """

    meta: DocumentMeta
    text: str
    source: str
    offsets: OffsetMap
    headings: tuple[tuple[int, int], ...] = ()
    removed: tuple[tuple[str, str], ...] = ()

    @property
    def doc_id(self) -> str:
        return self.meta.doc_id


@dataclass(frozen=True, slots=True)
class Clause:
    """One node of the clause tree.

    ``[start, end)`` is the clause's own text, its number and heading with it, its line break too, without
    its children; the own spans of all clauses, in order, tile the document. ``subtree_end`` closes the
    span that holds the children as well.
    """

    clause_id: str
    kind: ClauseKind
    number: str
    heading: str
    label: str
    start: int
    end: int
    subtree_end: int
    children: tuple[Clause, ...] = ()

    def walk(self) -> Iterator[Clause]:
        """This clause and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class ClauseTree:
    """The clauses of one document; ``walk`` gives them in the order of the text."""

    doc: CleanDocument
    roots: tuple[Clause, ...]
    _by_id: dict[str, Clause] = field(init=False, repr=False, compare=False)
    _parents: dict[str, Clause] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        clauses = {clause.clause_id: clause for clause in self.walk()}
        parents = {child.clause_id: clause for clause in clauses.values() for child in clause.children}
        object.__setattr__(self, "_by_id", clauses)
        object.__setattr__(self, "_parents", parents)

    @property
    def doc_id(self) -> str:
        return self.doc.doc_id

    @property
    def meta(self) -> DocumentMeta:
        return self.doc.meta

    def walk(self) -> Iterator[Clause]:
        for root in self.roots:
            yield from root.walk()

    def find(self, clause_id: str) -> Clause | None:
        """The clause of that id, or None."""
        return self._by_id.get(clause_id)

    def parent(self, clause_id: str) -> Clause | None:
        """The clause that directly holds this one, or None for a root or an unknown id."""
        return self._parents.get(clause_id)

    def path(self, clause_id: str) -> tuple[Clause, ...]:
        """From the root down to the clause itself; empty for an unknown id."""
        clause = self.find(clause_id)
        path: list[Clause] = []
        while clause is not None:
            path.append(clause)
            clause = self.parent(clause.clause_id)
        return tuple(reversed(path))

    def own_text(self, clause: Clause) -> str:
        """The clause's own text, verbatim, without its children."""
        return self.doc.text[clause.start : clause.end]

    def full_text(self, clause: Clause) -> str:
        """The clause with everything below it, verbatim."""
        return self.doc.text[clause.start : clause.subtree_end]

    def at(self, offset: int) -> Clause:
        """The innermost clause whose own text holds the character at ``offset``.

        :raises ValueError: when the offset lies outside the text.
        """
        candidates = [clause for clause in self.walk() if clause.start <= offset < clause.end]
        if not candidates:
            raise ValueError(f"offset {offset} lies outside {self.doc_id} ({len(self.doc.text)} characters)")
        return candidates[-1]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A retrievable piece: a clause, part of a long one, or one sentence of it.

    :ivar chunk_id: ``doc_id#clause_id`` with ``@start-end`` after it.
    :ivar grain: ``clause`` for whole clauses and their parts, ``sentence`` for single sentences.
    :ivar start: offset into the document's text; ``text == doc.text[start:end]``.
    :ivar heading_path: headings from the document's title down to the clause's own, outermost first.
    """

    chunk_id: str
    doc_id: str
    clause_id: str
    grain: Literal["clause", "sentence"]
    start: int
    end: int
    text: str
    heading_path: tuple[str, ...]
    level: Level = "other"

    @property
    def text_to_embed(self) -> str:
        """The headings that give the piece its sense, then the piece."""
        return "\n".join((*self.heading_path[1:], self.text))
