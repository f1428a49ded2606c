"""What one answer is worth, measure by measure, each in [0, 1] unless its docstring says otherwise.

A question whose answer is missing or an error gets the worst value of every measure that applies to it; it
is never skipped. ``None`` means only that the measure does not apply to the question (clauses of a question
that has none). Means over questions and their intervals are in ``eval.aggregate``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from eval.bodies import bodies_named
from eval.clauses import ClauseBook
from eval.fold import figures, fold, holds
from eval.schema import AnswerRecord, CitationRecord, ClauseRef, Question

_REFERENCE_MARK = re.compile(r"\[\d+\]")
#: A figure that names a clause, not an amount.
_POINTER = re.compile(r"第\s*\d+\s*[项条段款]")
#: A figure with no range around it, so that the ends of a range do not pass for amounts.
_PLAIN_FIGURE = re.compile(r"(?<![\d.-])\d+(?:\.\d+)?%?(?![\d-])")


@dataclass(frozen=True, slots=True)
class Case:
    """A question, its answer from anywhere, and the clauses to hold it against."""

    question: Question
    answer: AnswerRecord
    book: ClauseBook

    @property
    def answered(self) -> bool:
        return self.answer.status == "answered"

    @property
    def citations(self) -> tuple[CitationRecord, ...]:
        """The citations of an answer that was given; what an abstention cites does not count."""
        return self.answer.citations if self.answered else ()


def covers_any(refs: tuple[ClauseRef, ...], cited: ClauseRef) -> bool:
    """Whether a cited clause is one of ``refs`` or lies below one."""
    return any(ref.covers(cited) for ref in refs)


def clause_hit(case: Case) -> float | None:
    """1 if any citation stands in a gold clause.

    Success over the set of citations; with one gold clause the same as recall. Formula: [C ∩ G ≠ ∅], where a
    citation below a gold clause counts as in it.
    """
    if not case.question.gold:
        return None
    return float(any(covers_any(case.question.gold, citation.clause) for citation in case.citations))


def clause_recall(case: Case) -> float | None:
    """Share of the gold clauses that are cited: |{g ∈ G : some c ∈ C lies in g}| / |G|.

    Citation recall after ALCE (Gao et al. 2023, arXiv:2305.14627), by clause number, not by an entailment
    model.
    """
    gold = case.question.gold
    if not gold:
        return None
    found = sum(any(ref.covers(citation.clause) for citation in case.citations) for ref in gold)
    return found / len(gold)


def citation_precision(case: Case) -> float | None:
    """Share of the citations that stand in a gold or acceptable clause; 0 without a citation.

    |{c ∈ C : c ∈ G ∪ A}| / |C|, the counterpart of :func:`clause_recall` in ALCE.
    """
    if not case.question.gold:
        return None
    right = case.question.gold + case.question.acceptable
    if not case.citations:
        return 0.0
    return sum(covers_any(right, citation.clause) for citation in case.citations) / len(case.citations)


def first_citation(case: Case) -> float | None:
    """1 if the first citation, by the contract the best one, stands in a gold or acceptable clause.

    Precision at 1 (Manning, Raghavan, Schütze, Introduction to Information Retrieval, 8.4).
    """
    if not case.question.gold:
        return None
    right = case.question.gold + case.question.acceptable
    return float(bool(case.citations) and covers_any(right, case.citations[0].clause))


def path_credit(case: Case) -> float | None:
    """Partial credit by depth: for each gold clause the best shared part of its path, averaged.

    For gold ``g`` and citation ``c`` of the same document it is the length of their longest common prefix
    of path steps over the length of ``g``; 0 across documents. Citing 2.2.5 for 2.2.6 gives 2/3. The
    idea is that of hierarchical recall (Kiritchenko et al. 2005, "Functional annotation of genes using
    hierarchical text categorization"): shared ancestors over ancestors of the truth.
    """
    gold = case.question.gold
    if not gold:
        return None
    cited = [citation.clause for citation in case.citations]
    return sum(max((_shared_path(ref, clause) for clause in cited), default=0.0) for ref in gold) / len(gold)


def _shared_path(gold: ClauseRef, cited: ClauseRef) -> float:
    if gold.doc_id != cited.doc_id:
        return 0.0
    steps, others = gold.clause_id.split("."), cited.clause_id.split(".")
    shared = 0
    for step, other in zip(steps, others, strict=False):
        if step != other:
            break
        shared += 1
    return shared / len(steps)


def quotes_verbatim(case: Case) -> float | None:
    """Share of the citations whose quote stands, character for character, in the clause that is cited.

    Where offsets are given they must lead to the quote, within that clause. A citation without a quote has
    nothing that could be checked and counts as not verbatim. On an unanswerable question that was refused
    the measure does not apply.
    """
    if not case.citations:
        return 0.0 if case.question.answerable or case.answered else None
    return sum(_verbatim(citation, case.book) for citation in case.citations) / len(case.citations)


def _verbatim(citation: CitationRecord, book: ClauseBook) -> bool:
    document = book.documents.get(citation.doc_id)
    clause = document.find(citation.clause_id) if document else None
    if document is None or clause is None or not citation.quote:
        return False
    if citation.start is not None and citation.end is not None:
        inside = clause.start <= citation.start <= citation.end <= clause.subtree_end
        return inside and document.text[citation.start : citation.end] == citation.quote
    return citation.quote in document.text[clause.start : clause.subtree_end]


def facts(case: Case) -> float | None:
    """Share of the required facts, and of the things to be said in own words, that the answer's text holds.

    A group of alternatives counts once. Compared after folding numerals, width, script and marks, digit
    boundaries respected: 5所 is not in 25所 (``eval.fold.holds``).
    """
    groups = case.question.facts + case.question.says
    if not groups:
        return None
    if not case.answered:
        return 0.0
    text = fold(_REFERENCE_MARK.sub("", case.answer.answer))
    return sum(any(holds(text, fact) for fact in group) for group in groups) / len(groups)


def forbidden_free(case: Case) -> float | None:
    """1 if the answer holds none of the question's forbidden strings; applies where there are some.

    Strings with marks of HTML are looked for as they stand, others after folding.
    """
    if not case.question.forbidden:
        return None
    if not case.answered:
        return 0.0
    text = fold(_REFERENCE_MARK.sub("", case.answer.answer))
    return float(not any(bad in case.answer.answer or holds(text, bad) for bad in case.question.forbidden))


def figure_fidelity(case: Case) -> float | None:
    """Share of the figures of an answer that its sources hold; 1 when it has none.

    Sources are the cited clauses, and the question, whose figures an answer may repeat to deny them; a figure
    that names a clause (第16项) may come from the label of a citation instead.
    |F(answer) ∩ F(sources)| / |F(answer)|, as the numeric part of faithfulness, each occurrence counted.
    """
    if not case.answered:
        return 0.0 if case.question.answerable else None
    text = case.answer.answer
    known = _figures_known([*case.question.turns_asked, *_cited_texts(case)])
    labels = known | _figures_known([citation.label for citation in case.citations])
    checks = [figure in known for figure in figures(_POINTER.sub("", text))]
    checks += [figure in labels for pointer in _POINTER.findall(text) for figure in figures(pointer)]
    return sum(checks) / len(checks) if checks else 1.0


def _figures_known(texts: Iterable[str]) -> set[str]:
    known: set[str] = set()
    for text in texts:
        known.update(figures(text))
        # An answer may write a figure where the clause has a single Chinese numeral (两次, 2次).
        known.update(_PLAIN_FIGURE.findall(fold(text)))
    return known


def _cited_texts(case: Case) -> list[str]:
    return [case.book.text(citation.clause) or "" for citation in case.citations]


def owner_f1(case: Case) -> float | None:
    """F1 of the bodies that the answer names against those it must name.

    2·|A ∩ G| / (|A| + |G|) over canonical names; applies to questions whose gold names bodies.
    """
    gold = frozenset(case.question.owners)
    if not gold:
        return None
    named = bodies_named(case.answer.answer) if case.answered else frozenset()
    return 2 * len(named & gold) / (len(named) + len(gold))


def answered_rightly(case: Case) -> float:
    """1 if the answerer answered what can be answered, or abstained from what cannot: abstention accuracy.

    An error does neither.
    """
    wanted = "answered" if case.question.answerable else "abstained"
    return float(case.answer.status == wanted)


def reason_right(case: Case) -> float | None:
    """1 if an unanswerable question was refused for the reason that gold gives; reported, not required."""
    if case.question.answerable:
        return None
    return float(case.answer.status == "abstained" and case.answer.reason == case.question.reason)


def length(case: Case) -> float | None:
    """Characters of an answer without its ``[n]``: a count, not in [0, 1]; for answered questions only."""
    return float(len(_REFERENCE_MARK.sub("", case.answer.answer))) if case.answered else None


def fully_right(case: Case) -> float:
    """1 if nothing is wrong: the composite that the gate and the robustness look at.

    Answerable: answered, first citation in a gold or acceptable clause, all facts, nothing forbidden, every
    quote verbatim. Unanswerable: abstained. A product of indicators, so it cannot be bought by the average.
    """
    if not case.question.answerable:
        return answered_rightly(case)
    needed = (first_citation, facts, forbidden_free, quotes_verbatim)
    return float(case.answered and all(measure(case) in (None, 1.0) for measure in needed))


#: Every measure by the name it has in reports, in the order of their columns.
MEASURES: Mapping[str, Callable[[Case], float | None]] = {
    "fully_right": fully_right,
    "first_citation": first_citation,
    "clause_hit": clause_hit,
    "clause_recall": clause_recall,
    "citation_precision": citation_precision,
    "path_credit": path_credit,
    "facts": facts,
    "forbidden_free": forbidden_free,
    "quotes_verbatim": quotes_verbatim,
    "figure_fidelity": figure_fidelity,
    "owner_f1": owner_f1,
    "answered_rightly": answered_rightly,
    "reason_right": reason_right,
    "length": length,
}

MEASURE_NAMES: Mapping[str, str] = {
    "fully_right": "全对",
    "first_citation": "首条引用正确",
    "clause_hit": "引到应引条款",
    "clause_recall": "应引条款召回",
    "citation_precision": "引用准确",
    "path_credit": "条款路径得分",
    "facts": "要点齐全",
    "forbidden_free": "无禁用说法",
    "quotes_verbatim": "引文逐字",
    "figure_fidelity": "数字有据",
    "owner_f1": "责任主体 F1",
    "answered_rightly": "该答则答、该拒则拒",
    "reason_right": "拒答理由正确",
    "length": "答案字数",
    "false_answer": "不该答而答",
    "false_refusal": "该答而拒",
    "determinism": "重问一致",
}


def measure_all(case: Case) -> dict[str, float | None]:
    """Every measure of one case."""
    return {name: measure(case) for name, measure in MEASURES.items()}
