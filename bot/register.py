"""Answers from the tables: what a body has to do, all of it, and the target that a figure question names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.decide import elsewhere
from bot.drafts import figure_statement
from bot.enumerations import has_members
from bot.evidence import standing_for_itself
from bot.figures import comparable, figures_in, same_unit
from bot.question import Question, QuestionKind
from bot.schema import Evidence
from bot.segments import segments
from bot.statements import Statement
from ingest.bodies import BodyTable
from ingest.fold import fold
from ingest.knowledge import Knowledge
from ingest.numerals import parse_number
from ingest.owners import OwnerRow
from ingest.schema import ClauseTree
from ingest.sentences import sentence_spans
from ingest.targets import TargetRow

#: 文旅部门要做哪些事, 区教委负责什么, 民政部门参与哪件事, 妇联的职责.
_ASKS_TASKS = re.compile(
    r"(做|干|管|负责|承担|参与|牵头|配合|落实|被点名|点到).{0,6}(哪|什么|啥|几|多少)|(哪|什么|啥)(些|件|几)?(事|工作|任务|职责|责任)|职责|分工|点名"
)
#: What may be left of a question when its body and its asking are gone.
_REST = re.compile(
    r"[?？,，。的了吗呢在由要该应需和与有是把被给]|部门|单位|方案|文件|里面?|上|中|哪些?|哪几|什么|啥子?|几|多少|具体|主要|一共|事情?|件|工作|任务|职责|责任|分工|做|干|管|负责|承担|参与|牵头|配合|落实|点名|点到|因为|因|怎么|规定|写|说|提|到|区里?|涪陵"
)
#: What may be left of a question for the bodies of a clause that it names by number.
_OWNERS_REST = re.compile(
    r"[\s?？,，。的了吗呢在由要该应是有把被给归来去]|第|这|条|项|点|部分|部门|单位|机构|科室|牵头|负责|责任|主管|承担|配合|落实|管|办|任务|工作|事情?|具体|主要|涉及|点名|哪些?|谁|什么|几|目标|指标|数字|多少|达到|时间|完成|期限|节点|年底?"
)
#: What may be left of a question for who leads the whole plan.
_WHOLE_REST = re.compile(
    r"[\s?？,，。的了吗呢在由要该应是有没把被给归来去这那个一件么大小谁到底究竟管]|方案|文件|实施|纲要|规划|落实|推进|教育|强[区市国]|建设|高质量|发展|工作|任务"
    r"|事情?|摊子|摊|区里|区上|涪陵区?|重庆市?|市里|国家|全[区市国]|层[面级]|整个|整体|总[的体]?|统一|统筹|协调|牵头|抓总|抓|挑头|领头|带头|主导|负责|主管|说了算"
    r"|哪[个些家]?|部门|单位|机构|班子|组织|领导|责任|主体|人|搞|统|起|有没有|[写说][没不]?[写说]?|里面?|由|和|各项|每项|干|份"
)
_ASKS_LEADER = re.compile("谁|哪|牵头|责任|负责|挑头|领头|带头|主管|主体")
#: What a digest says of the bodies that its original names.
_NO_LEADER = re.compile("没有.{0,6}“?(?:牵头|责任)单位")
#: How a text says that a body leads all of it, the plainest first.
_LEADS = ("牵头抓总", "统筹协调", "统一领导")
#: Names of no body in particular, which stand beside one in a question (文旅部门).
_ANY_BODY = frozenset(("部门", "单位", "各部门", "有关单位"))
_MOST_ROWS = 8
#: How well a question must name an indicator, and how far ahead of the next one, both from 0 to 1.
_NAMED, _ALONE = 0.75, 0.2


class Register:
    """Answers what one body has to do.

    :param knowledge: the tables of the corpus.
    :param bodies: the names that one body goes by.
    """

    def __init__(self, knowledge: Knowledge, bodies: BodyTable) -> None:
        self._knowledge = knowledge
        self._bodies = bodies
        self._names: dict[str, str] = {}
        for row in knowledge.owners:
            if row.basis == "stated":
                for name in (row.body, row.named_as):
                    self._names.setdefault(fold(name), row.body)
        for name in bodies.names():
            self._names.setdefault(fold(name), name)

    def tasks(self, folded: str, doc_ids: Sequence[str], trees: Mapping[str, ClauseTree]) -> list[Statement]:
        """A statement for each place where the body that is asked about is named, or none where nothing is asked.

        :param folded: the question.
        :param doc_ids: the documents looked into.
        """
        if not _ASKS_TASKS.search(folded):
            return []
        named = [name for name in self._names if name in folded and name not in _ANY_BODY]
        if not named:
            return []
        name = max(named, key=len)
        if _REST.sub("", folded.replace(name, "")):
            return []
        rows = self._knowledge.owners_of(self._names[name], self._bodies, basis="stated")
        kept = {(row.doc_id, row.start): row for row in rows if row.doc_id in doc_ids}
        return [_statement(row, trees[row.doc_id]) for row in list(kept.values())[:_MOST_ROWS]]

    def overall(
        self, question: Question, doc_ids: Sequence[str], trees: Mapping[str, ClauseTree]
    ) -> list[Statement]:
        """Who leads the whole of it, where a question asks that and names no task: the bodies that a document says
        lead and coordinate, or what it says of there being none; or none."""
        if (
            question.kind not in (QuestionKind.WHO, QuestionKind.YES_NO)
            or not _ASKS_LEADER.search(question.folded)
            or question.attribute
            or _WHOLE_REST.sub("", question.folded)
        ):
            return []
        for doc_id in doc_ids:
            rows = [row for row in self._knowledge.owners if row.doc_id == doc_id and row.basis == "stated"]
            for leads in _LEADS:
                leading = [row for row in rows if leads in trees[doc_id].doc.text[row.start : row.end]]
                if leading:
                    return [_statement(leading[0], trees[doc_id])]
            text = trees[doc_id].doc.text
            for start, end in sentence_spans(text):
                if _NO_LEADER.search(text, start, end):
                    evidence = standing_for_itself(trees[doc_id], start, end).evidence()
                    return [Statement(evidence.text, (evidence,))]
        return []

    def inside(self, question: Question, tree: ClauseTree, clause_id: str) -> list[Statement]:
        """Who is named in a clause, or its targets, where that is all that is asked of it; that nobody is named,
        where nobody is."""
        clause = tree.find(clause_id)
        if clause is None or question.attribute or _OWNERS_REST.sub("", question.topic):
            return []
        if question.kind in (QuestionKind.FIGURE, QuestionKind.DATE):
            return _statements(self._knowledge.targets_in(tree.doc_id, clause_id), tree)
        if question.kind is not QuestionKind.WHO:
            return []
        rows = self._knowledge.owners_in(tree.doc_id, clause_id, basis="stated")
        if rows:
            return _statements(rows, tree)
        start = tree.doc.text.find(clause.heading, clause.start) if clause.heading else clause.start
        end = start + len(clause.heading) if clause.heading else clause.end
        evidence = standing_for_itself(tree, start, end).evidence()
        name = f"（{clause.heading}）" if clause.heading else ""
        title = tree.meta.name
        return [Statement(f"《{title}》{clause.label}{name}没有写明责任单位", (evidence,))]

    def counterparts(self, doc_id: str, path: Sequence[str], other_doc_id: str) -> list[str]:
        """The clauses of another document that the innermost clause of a path with a counterpart corresponds to.

        :param path: clause ids from the innermost to the outermost.
        """
        for clause_id in path:
            above = self._knowledge.parents_of(doc_id, clause_id)
            below = self._knowledge.children_of(doc_id, clause_id)
            found = [row.parent_clause_id for row in above if row.parent_doc_id == other_doc_id]
            found += [row.clause_id for row in below if row.doc_id == other_doc_id]
            if ids := [found_id for found_id in found if found_id]:
                return ids
        return []

    def explained(self, question: Question, trees: Mapping[str, ClauseTree]) -> list[Statement]:
        """The place that explains a coinage which the question names, where it stands apart from the name (四链:
        教育链、人才链、产业链、创新链 in another clause); or none."""
        if question.kind not in (QuestionKind.DEFINITION, QuestionKind.WHICH):
            return []
        if any(len(name) == 1 for name in question.quoted):
            # “12368”里的“2” asks for a part of the name.
            return []
        for row in self._knowledge.refs:
            name = fold(row.name)
            if row.kind != "coinage" or row.defined_at is None or not self._asked_about(name, question):
                continue
            doc_id, clause_id = row.defined_at.split("#", 1)
            tree = trees[doc_id]
            clause = tree.find(clause_id)
            number = parse_number(name[0]) if name else None
            if clause is None or not number:
                continue
            for start, end in sentence_spans(tree.doc.text, start=clause.start, end=clause.end):
                for piece in segments(tree.doc.text, start, end):
                    if has_members(piece.text, number) and piece.text.count(row.name[-1]) >= number:
                        evidence = standing_for_itself(tree, piece.start, piece.end).evidence()
                        return [Statement(evidence.text, (evidence,))]
        return []

    @staticmethod
    def _asked_about(name: str, question: Question) -> bool:
        return name in question.quoted or (not question.quoted and name in question.folded)

    def target(
        self, question: Question, doc_ids: Sequence[str], trees: Mapping[str, ClauseTree]
    ) -> list[Statement]:
        """The target whose indicator a figure question names, and no other does nearly as well; or none.

        :param doc_ids: the documents looked into.
        """
        if question.kind is not QuestionKind.FIGURE or question.attribute or question.distributes:
            return []
        if any(elsewhere(question, trees[doc_id]) for doc_id in doc_ids):
            return []
        found = self._knowledge.targets_about(question.topic, doc_ids=doc_ids, top_k=2)
        if not found or found[0][1] < _NAMED or (len(found) > 1 and found[0][1] - found[1][1] < _ALONE):
            return []
        row = found[0][0]
        if not same_unit(question.unit, row.unit) or any(
            year != str(row.deadline) for year in question.years
        ):
            return []
        tree = trees[row.doc_id]
        figures = figures_in(tree.doc.text, row.start, row.end)
        if not figures or comparable(figures[-1].value) != f"{row.value:g}":
            return []
        return [figure_statement(question, standing_for_itself(tree, row.start, row.end), figures[-1])]


def _statements(rows: Sequence[OwnerRow | TargetRow], tree: ClauseTree) -> list[Statement]:
    """The rows of one document, those of one place once."""
    return [_statement(row, tree) for row in {row.start: row for row in rows}.values()][:_MOST_ROWS]


def _statement(row: OwnerRow | TargetRow, tree: ClauseTree) -> Statement:
    clause = tree.at(row.start)
    quote = tree.doc.text[row.start : row.end].rstrip("。；，： \n")
    evidence = Evidence(row.doc_id, clause.clause_id, row.start, row.start + len(quote), quote, 1.0)
    return Statement(f"{clause.label}：{quote}", (evidence,))
