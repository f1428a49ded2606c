"""What to ask next: questions on the clauses around an answer, each tried before it is offered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice

from bot.schema import Answer
from bot.web.contract import AskService
from bot.web.suggestions import answers_from, plain_heading
from ingest.schema import Clause, ClauseTree

#: Offered with one answer; more would push the citations out of sight on a phone.
WANTED = 2
#: A heading that names a task has at least this many characters (推动晨读, not 目标).
_TASK = 4

#: Clauses whose suggestions are worked out before anybody asks; a few seconds at the most.
_PREPARED = 1000


class FollowUps:
    """Suggestions by cited clause; worked out once for each, since trying a question costs an answer."""

    def __init__(self, service: AskService) -> None:
        self._service = service
        #: By clause; the tree that they were worked out from tells whether they still hold.
        self._known: dict[tuple[str, str], tuple[ClauseTree | None, tuple[str, ...]]] = {}
        #: Whether the question on a clause is answered from there; neighbours try the same questions.
        self._answered: dict[tuple[str, str], tuple[ClauseTree, bool]] = {}
        self._lock = threading.Lock()

    def after(self, answer: Answer) -> list[str]:
        """Up to ``WANTED`` questions that the documents answer from beside the clause cited first."""
        if not answer.citations:
            return []
        first = answer.citations[0]
        key = (first.doc_id, first.clause_id)
        tree = self._service.trees.get(first.doc_id)
        self._make_ready(key, tree)
        return [question for question in self._known[key][1] if question != answer.question][:WANTED]

    def prepare(self) -> None:
        """Work out the suggestions of every clause now, up to ``_PREPARED`` of them, so that no answer waits for them."""
        clauses = ((tree, clause) for tree in self._service.trees.values() for clause in tree.walk())
        for tree, clause in islice(clauses, _PREPARED):
            self._make_ready((tree.doc_id, clause.clause_id), tree)

    def _make_ready(self, key: tuple[str, str], tree: ClauseTree | None) -> None:
        if not self._holds(key, tree):
            # One at a time: under load, a clause is worked out once and not once a reader.
            with self._lock:
                if not self._holds(key, tree):
                    self._known[key] = tree, tuple(self._work_out(*key))

    def _holds(self, key: tuple[str, str], tree: ClauseTree | None) -> bool:
        return key in self._known and self._known[key][0] is tree

    def _work_out(self, doc_id: str, clause_id: str) -> Iterator[str]:
        tree = self._service.trees.get(doc_id)
        if tree is None:
            return
        found = 0
        for clause in _around(tree, clause_id):
            question = f"{clause.heading}有哪些措施？"
            if self._answers(question, tree, clause.clause_id):
                yield question
                found += 1
            # One more than is shown, since the answer may be to one of them.
            if found > WANTED:
                return

    def _answers(self, question: str, tree: ClauseTree, clause_id: str) -> bool:
        key = (tree.doc_id, clause_id)
        if key not in self._answered or self._answered[key][0] is not tree:
            self._answered[key] = tree, answers_from(self._service, question, *key)
        return self._answered[key][1]


def _around(tree: ClauseTree, clause_id: str) -> Iterator[Clause]:
    """The innermost clause with a heading that holds the cited one, then its neighbours, nearest first."""
    path = [clause for clause in tree.path(clause_id) if plain_heading(clause)]
    if not path:
        return
    own = path[-1]
    parent = tree.parent(own.clause_id)
    siblings = [clause for clause in (parent.children if parent else tree.roots) if plain_heading(clause)]
    at = siblings.index(own)
    for clause in sorted(siblings, key=lambda clause: abs(siblings.index(clause) - at))[:5]:
        # 目标有哪些措施 is no question; a heading that names a task is longer.
        if len(clause.heading) >= _TASK and not any(child.heading for child in clause.children):
            yield clause
