"""Yes and no: whether the text says what a question claims, says otherwise, or only something near."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.drafts import STATEMENT_LIMIT, Draft, figure_statement
from bot.evidence import Sentence, best_figure, window
from bot.figures import Figure, comparable, figures_in, same_unit
from bot.question import Question, QuestionKind
from bot.segments import enumerated, segments
from bot.statements import Statement, quoted
from bot.terms import Topic
from ingest.fold import fold

#: What is only near to a question for yes or no is called so.
NEAR = "文件没有直接写明，相近的一句是："
#: Share of the topic that one member of a list must have for a yes.
_TOGETHER = 0.75
#: How well each word must be matched for a yes, and the share of the rarest word's weight from which one counts.
_SAID, _SAYS = 0.3, 0.1
#: Share of it that a sentence must have to be quoted as what the text says on a question for yes or no.
_ON_IT = 0.6


def yes_no(question: Question, topic: Topic, sentences: Sequence[Sentence]) -> Draft:
    """Yes where one member of a list says all of it, no where the place gives another figure or year, else what the
    text says."""
    lead = sentences[0]
    conflict = _conflict(question, topic, sentences)
    if conflict is not None:
        return conflict
    start, end = window(lead, topic, limit=STATEMENT_LIMIT)
    evidence = lead.evidence(start, end)
    claimed = [*question.years, *question.figures]
    # Only what stands together is affirmed: 公共交通优惠 and 免费体检 in one sentence do not make the bus free.
    pieces = segments(lead.tree.doc.text, lead.start, lead.end)
    members = [
        member for piece in pieces for member in enumerated(lead.tree.doc.text, piece.start, piece.end)
    ]
    said_by = max(
        (topic.matches(fold(piece.text)) for piece in members), key=topic.coverage, default=lead.matches
    )
    # 给教育的钱会减少吗 is no yes because some text has 减少: every word that says something must be there.
    every_word = all(
        match >= _SAID or term.weight < _SAYS * topic.unit
        for term, match in zip(topic.terms, said_by, strict=True)
    )
    stated = all(claim in fold(lead.text) for claim in claimed)
    supported = topic.coverage(said_by) >= _TOGETHER and every_word and stated
    negated = re.search(r"不(再|得|许|准|能|用)|取消|停止|禁止", question.folded)
    near = "原文是：" if lead.coverage >= _ON_IT else NEAR
    prefix = "是的，" if supported and not negated else near
    said = evidence.text if prefix == "是的，" else quoted(evidence.text)
    return Draft((Statement(prefix + said, (evidence,)),), lead, 0.9 if supported else 0.6)


def _in_range(claimed: str, figure: Figure) -> bool:
    """Whether a claimed figure lies within the range that the text gives (2岁 in 2—3岁)."""
    bounds = re.fullmatch(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)", comparable(figure.value))
    if bounds is None or re.fullmatch(r"\d+(?:\.\d+)?", claimed) is None:
        return False
    return float(bounds[1]) <= float(claimed) <= float(bounds[2])


def _conflict(question: Question, topic: Topic, sentences: Sequence[Sentence]) -> Draft | None:
    """The statement that denies a claimed figure or year, where the place that is meant gives another."""
    for claim in question.figures:
        match = re.match(r"([\d.\-]+)(.*)", claim)
        if match is None:
            continue
        for sentence in sentences[:4]:
            figures = figures_in(sentence.tree.doc.text, sentence.start, sentence.end)
            alike = [figure for figure in figures if same_unit(match.group(2), figure.unit)]
            if not alike or sentence.score < 0.8 * sentences[0].score:
                continue
            chosen = best_figure(question, topic, sentence)
            figure = chosen[0] if chosen and chosen[0] in alike else alike[0]
            if comparable(figure.value) != match.group(1) and not _in_range(match.group(1), figure):
                return Draft((_denial(figure_statement(question, sentence, figure)),), sentence, 0.9)
            # The figure is right; the year that is claimed with it may still not be.
            break
    for year in question.years:
        for sentence in sentences[:4]:
            if sentence.score < 0.75 * sentences[0].score or sentence.coverage < 0.5:
                continue
            folded = fold(sentence.text)
            years = re.findall(r"(?:19|20)\d{2}", folded)
            if years and year not in years:
                start, end = window(sentence, topic, limit=STATEMENT_LIMIT)
                pieces = segments(sentence.tree.doc.text, sentence.start, sentence.end)
                dated = next(piece for piece in pieces if re.search(r"(19|20)\d{2}", piece.text))
                evidence = sentence.evidence(min(start, dated.start), max(end, dated.end))
                return Draft((_denial(Statement(evidence.text, (evidence,))),), sentence, 0.9)
            if years:
                return None
    return None


def denied(statement: Statement, question: Question) -> Statement:
    """A statement on a document, introduced by 不是 where the question claims another year or number."""
    folded = fold(statement.text)
    years = re.findall(r"(?:19|20)\d{2}", folded)
    wrong = bool(years) and any(year not in years for year in question.years)
    for claim in question.figures:
        match = re.match(r"([\d.]+)(\D+)", claim)
        stated = re.findall(rf"([\d.]+){re.escape(match[2])}", folded) if match else []
        wrong = wrong or (match is not None and bool(stated) and match[1] not in stated)
    if question.kind is not QuestionKind.YES_NO or not wrong:
        return statement
    return _denial(statement)


def _denial(said: Statement) -> Statement:
    return replace(said, text=f"不是，原文写的是{quoted(said.text)}")
