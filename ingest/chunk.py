"""From clauses to the pieces that are indexed: whole clauses, and the sentences they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.schema import Chunk, Clause, ClauseTree
from ingest.sentences import sentence_spans
from ingest.tokenizer import count_tokens


def chunk(tree: ClauseTree, *, max_tokens: int) -> tuple[Chunk, ...]:
    """The pieces of a document, clause by clause in the order of the text.

    Every clause with text of its own gives one piece, cut at sentence ends where it is longer than
    ``max_tokens`` jieba tokens, and one piece for each of its sentences. A clause that consists of its heading
    alone gives none: the heading travels down in ``heading_path``.

    :raises ValueError: when ``max_tokens`` is not positive.
    """
    if max_tokens < 1:
        raise ValueError(f"max_tokens must be at least 1, got {max_tokens}")
    return tuple(piece for clause in tree.walk() for piece in _pieces(tree, clause, max_tokens))


def heading_path(tree: ClauseTree, clause: Clause) -> tuple[str, ...]:
    """The document's title and the headings from the outermost down to the clause's own."""
    headings = [step.heading for step in tree.path(clause.clause_id) if step.heading]
    return (tree.meta.title, *headings)


def _pieces(tree: ClauseTree, clause: Clause, max_tokens: int) -> Iterator[Chunk]:
    text = tree.doc.text
    spans = sentence_spans(text, start=clause.start, end=clause.end)
    if not spans or (clause.children and _is_bare_heading(tree, clause)):
        return
    path = heading_path(tree, clause)

    def piece(grain: str, start: int, end: int) -> Chunk:
        return Chunk(
            f"{tree.doc_id}#{clause.clause_id}@{start}-{end}" + ("s" if grain == "sentence" else ""),
            tree.doc_id,
            clause.clause_id,
            "sentence" if grain == "sentence" else "clause",
            start,
            end,
            text[start:end],
            path,
            tree.meta.level,
        )

    for start, end in _within_budget(text, spans, max_tokens):
        yield piece("clause", start, end)
    for start, end in spans:
        yield piece("sentence", start, end)


def _is_bare_heading(tree: ClauseTree, clause: Clause) -> bool:
    own = tree.own_text(clause).strip()
    return own.removeprefix(clause.number).strip() in ("", clause.heading, f"{clause.heading}。")


def _within_budget(text: str, spans: Sequence[tuple[int, int]], max_tokens: int) -> Iterator[tuple[int, int]]:
    """Runs of sentences of at most ``max_tokens`` each; a longer sentence stands alone, cut nowhere."""
    run_start, run_end, used = spans[0][0], spans[0][1], count_tokens(text[slice(*spans[0])])
    for start, end in spans[1:]:
        tokens = count_tokens(text[start:end])
        if used + tokens > max_tokens:
            yield run_start, run_end
            run_start, used = start, 0
        run_end = end
        used += tokens
    yield run_start, run_end
