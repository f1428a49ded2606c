"""Example questions made from the documents themselves, each tried on the service before it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from bot.web.contract import AskService
from ingest.schema import Clause, ClauseTree, DocumentMeta

#: Candidates tried at most, so that start-up stays quick with many documents.
_TRIES = 40

_FIGURE = re.compile(
    r"(?:^|[，。；、])(?:到|至)?(?:20\d\d年，?)?"
    r"(?P<indicator>[\u4e00-\u9fff]{2,12}?(?:率|比例|占比|比|水平|规模|数量|人数))"
    r"(?:要|应|需)?(?:稳定在|提高到|提升到|保持在|不低于|不少于|达到|达|超过)(?=\d)"
)
_OWNER = re.compile(r"(?:牵头单位|责任单位|配合单位|由[\u4e00-\u9fff]{2,12}牵头)")
_VERB = re.compile(
    r"^(?:大力|不断|全面|深入|加快)?"
    r"(?:推动|推进|深化|实施|完善|健全|加强|强化|提升|提高|优化|落实|打造|维护|巩固)"
)


def example_questions(service: AskService, *, wanted: int = 4) -> list[str]:
    """Questions of different kinds that the service answers from the clause they were made from.

    Originals come before digests, since their wording is official.
    """
    ordered = sorted(service.trees.values(), key=lambda tree: tree.meta.form == "digest")
    trees = [(tree.meta, tree) for tree in ordered]
    kinds = [list(_interleave([maker(meta, tree) for meta, tree in trees])) for maker in _MAKERS]
    questions: list[str] = []
    tries = 0
    for rank in zip_longest(*kinds):
        for candidate in rank:
            if candidate is None or candidate[0] in questions:
                continue
            if len(questions) >= wanted or tries >= _TRIES:
                return questions
            tries += 1
            if answers_from(service, *candidate):
                questions.append(candidate[0])
    return questions


Candidate = tuple[str, str, str]


def answers_from(service: AskService, question: str, doc_id: str, clause_id: str) -> bool:
    """Whether the service answers the question, best of all, from that clause or below it."""
    answer = service.extract(question)
    return any(
        citation.doc_id == doc_id
        and (citation.clause_id == clause_id or citation.clause_id.startswith(f"{clause_id}."))
        for citation in answer.citations[:1]
    )


def _figures(meta: DocumentMeta, tree: ClauseTree) -> Iterator[Candidate]:
    for clause in tree.walk():
        for match in _FIGURE.finditer(tree.own_text(clause)):
            yield f"{match['indicator']}要达到多少？", meta.doc_id, clause.clause_id


def _owners(meta: DocumentMeta, tree: ClauseTree) -> Iterator[Candidate]:
    for clause in tree.walk():
        if plain_heading(clause) and _OWNER.search(tree.full_text(clause)) and not _deeper(clause):
            yield f"“{clause.heading}”由谁负责？", meta.doc_id, clause.clause_id


def _measures(meta: DocumentMeta, tree: ClauseTree) -> Iterator[Candidate]:
    for clause in tree.walk():
        if plain_heading(clause) and _VERB.match(clause.heading) and not _deeper(clause):
            yield f"{clause.heading}有哪些措施？", meta.doc_id, clause.clause_id


def _numbers(meta: DocumentMeta, tree: ClauseTree) -> Iterator[Candidate]:
    for clause in tree.walk():
        if clause.heading and clause.kind in ("level_3", "level_2", "article") and not _deeper(clause):
            yield f"{clause.label}写了什么？", meta.doc_id, clause.clause_id


def plain_heading(clause: Clause) -> bool:
    """Whether the heading reads well inside a question: short, without remarks in brackets."""
    return 0 < len(clause.heading) <= 16 and not re.search(r"[（(：:；]", clause.heading)


def _deeper(clause: Clause) -> bool:
    """Whether clauses with headings of their own stand below, so that this one is not the answer itself."""
    return any(child.heading for child in clause.children)


_MAKERS = (_figures, _owners, _measures, _numbers)


def _interleave(sources: list[Iterator[Candidate]]) -> Iterator[Candidate]:
    """One of each in turn, so that every document gets its share."""
    for rank in zip_longest(*sources):
        yield from (candidate for candidate in rank if candidate is not None)
