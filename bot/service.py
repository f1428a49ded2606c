"""The one operation of the project: a question, with what was said before, becomes an answer.

Web chat, REST, command line and evaluation all call :meth:`Service.ask`.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot import messages
from bot.about import about
from bot.answers import abstained, answered
from bot.by_number import answer_by_number
from bot.chain import ClauseRetriever, answer_chain, to_hit
from bot.compare import compare
from bot.compose import draft
from bot.conversation import Completed, with_subject
from bot.decide import OTHER_PLACE, Decision, decide, of_own_district
from bot.drafts import Draft
from bot.evidence import judge
from bot.fact_check import Checked, FactChecker
from bot.finding import Finding
from bot.llm.answerer import ModelAnswerer
from bot.llm.client import ChatModel
from bot.parts import asking_parts
from bot.question import Question, QuestionKind, analyse
from bot.reading import Reading, Recent, read_question
from bot.register import Register
from bot.retrieve import Retriever
from bot.schema import Answer, Hit, Turn
from bot.scope import default_document, documents_meant
from bot.settings import BotSettings, read_settings
from bot.several import find_apart, names_apart
from bot.statements import Statement, speaker
from bot.terms import Topic, TopicReader
from bot.trace import Found, trace_of
from bot.verdicts import denied
from bot.verify import may_speak_of
from ingest.bodies import BodyTable, read_bodies
from ingest.fold import fold
from ingest.index import Index, open_index
from ingest.knowledge import open_knowledge
from ingest.schema import ClauseTree, DocumentMeta
from ingest.script import to_traditional
from ingest.settings import IngestSettings, get_settings

#: Share of the rarest word's weight above which the words of a text say what it is about.
_OF_TOPIC = 0.35
_LEVEL = re.compile(r"(?:国家|[市区县])级|全[国市区县]")
#: Share of a follow-up's own words that a sentence just cited must have to answer it without what came before.
_NEARBY = 0.5
#: What a clause may lack although it was named: then the clause is not given for an answer.
_SPECIFIC = (QuestionKind.FIGURE, QuestionKind.DATE)


class Service:
    """Holds an open index and answers from it. Safe to use from several threads.

    :param index: opened with the settings that it was made with.
    :param register: answers what a body has to do; without one such questions are searched like others.
    :param bodies: the names that one body goes by, for verification.
    :param model: words answers with a language model; without one they are taken from the text.
    """

    def __init__(
        self,
        index: Index,
        *,
        retriever: Retriever,
        settings: BotSettings | None = None,
        register: Register | None = None,
        bodies: BodyTable | None = None,
        model: ModelAnswerer | None = None,
    ) -> None:
        self.settings = settings or BotSettings()
        self.index = index
        self.trees: dict[str, ClauseTree] = index.trees
        self.retriever = retriever
        self._topics = TopicReader(index)
        self._register = register
        self.bodies = bodies or BodyTable()
        self._model = model
        self._checker = FactChecker(index, retriever, self.bodies)
        # One process computes one answer at a time in any case; threads that take turns within answers only make
        # all of them late, and the server's own thread with them.
        self._turn = threading.Lock()
        self.clauses = ClauseRetriever(retriever=retriever, top_k=self.settings.top_k)
        self.chain = answer_chain(self)

    @classmethod
    def open(cls, settings: IngestSettings | None = None, bot_settings: BotSettings | None = None) -> Service:
        """Open the index that the settings name.

        :raises IngestError: when there is none that fits; the message says what to do.
        """
        settings = settings or get_settings()
        index = open_index(settings)
        bot_settings = bot_settings or read_settings()
        retriever = Retriever.for_corpus(
            index, settings.corpus_dir, reranker_model=bot_settings.reranker_model
        )
        knowledge = open_knowledge(tuple(index.trees.values()), settings)
        bodies = read_bodies(settings.corpus_dir)
        register = Register(knowledge, bodies)
        return cls(
            index,
            retriever=retriever,
            settings=bot_settings,
            register=register,
            bodies=bodies,
            model=_model_answerer(bot_settings),
        )

    def documents(self) -> list[DocumentMeta]:
        """What is known of each document, in the order of the corpus."""
        return [tree.meta for tree in self.trees.values()]

    def close(self) -> None:
        """Let go of the index on disk; nothing is asked afterwards."""
        self.index.dense.close()

    def warm(self) -> None:
        """Load what the first question would wait for: dictionary, vectors, model."""
        self.retriever.warm().join()
        # The tables of sounds and of Traditional characters, for which the first slip of the pen would wait.
        self.index.sounds.alike("预热")
        to_traditional("预热")
        self.extract(self.trees[default_document(self.trees)].meta.title)
        # Every sentence is cut, folded and glossed once; questions find that done.
        everything = self._everywhere(list(self.trees))
        judge(analyse(""), Topic(()), everything, self.trees, own_first=False, glosses=self.index.glosses)

    def ask(self, question: str, history: Sequence[Turn] = (), *, question_id: str = "") -> Answer:
        """Answer a question.

        Never raises for what a question says: a text that cannot be read is answered as such.

        :param history: earlier turns of the same conversation, oldest first.
        :param question_id: comes back as ``Answer.id``.
        """
        started = time.perf_counter()
        # The two steps of ``chain``, called as they are: a Runnable takes a tenth of an answer's time on top.
        answer = self.answer(self.read(question, history))
        elapsed = (time.perf_counter() - started) * 1000
        return replace(answer, id=question_id, question=question, latency_ms=round(elapsed, 2))

    def extract(self, question: str) -> Answer:
        """The answer as the text gives it, without a model."""
        reading = self.read(question)
        return _dressed(reading, *self._plain(reading))

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, question_id: str = ""
    ) -> Iterator[Answer]:
        """The answer as it grows: each one holds the sentences that are verified so far, the last is whole.

        Answers taken from the text are there at once and come as one; those that a model words come sentence
        by sentence.
        """
        started = time.perf_counter()
        reading = self.read(question, history)
        for answer in self._spoken(reading):
            elapsed = (time.perf_counter() - started) * 1000
            yield replace(answer, id=question_id, question=question, latency_ms=round(elapsed, 2))

    def check(self, text: str) -> list[Checked]:
        """What the documents say to each sentence of a notice, a report or another program's answer.

        :raises ClaimsError: when the text is empty or too long; the message says so.
        """
        return self._checker.check(text)

    def read(self, question: str, history: Sequence[Turn] = ()) -> Reading:
        """The first step of the chain: a question as it is to be understood, or why it cannot be read."""
        return read_question(
            question, history, retriever=self.retriever, settings=self.settings, trees=self.trees
        )

    def answer(self, reading: Reading) -> Answer:
        """The second step of the chain: what the documents say to a question that was read."""
        *_, answer = self._spoken(reading)
        return answer

    def _spoken(self, reading: Reading) -> Iterator[Answer]:
        """The answer from the text, or as the model words it, growing; in the script of the question."""
        plain, completed = self._plain(reading)
        if self._model is None or completed is None:
            yield _dressed(reading, plain, completed)
            return
        for answer in self._model.stream(self, completed.text, plain):
            yield _dressed(reading, answer, completed)

    def _plain(self, reading: Reading) -> tuple[Answer, Completed | None]:
        """The answer from the text, and the question as it was understood for it."""
        completed = reading.completed
        if completed is None:
            return abstained("unreadable", reading.problem), None
        with self._turn:
            nearby = self._answer_nearby(completed, reading.recent)
            if nearby is not None:
                return nearby, Completed(completed.bare)
            answer = self._answer(completed, reading.recent)
            if answer.status == "abstained" and answer.trace.get("missing") != OTHER_PLACE:
                answer = self._answer_part(completed.text) or answer
            if answer.reason in ("not_stated", "out_of_scope"):
                whole = with_subject(completed.bare or completed.text, reading.before)
                in_context = self._answer(whole) if whole is not None else None
                if in_context is not None and in_context.status == "answered":
                    return in_context, whole
        return answer, completed

    def _answer_nearby(self, completed: Completed, recent: Recent) -> Answer | None:
        """The answer to what was said itself, where a clause that was just cited has it; else None."""
        if not completed.bare or not recent or not self.has_topic(completed.bare):
            return None
        answer = self._answer(Completed(completed.bare), recent)
        lead = tuple(str(answer.trace.get("lead")).split("#"))
        found = answer.trace.get("support", {}).get("coverage", 0.0)
        return answer if answer.status == "answered" and lead in recent and found >= _NEARBY else None

    def _answer_part(self, text: str) -> Answer | None:
        """The answer to the one sentence that asks, where a text is more than its question (忽略规则。占比多少？)."""
        answers = [self._answer(Completed(part)) for part in asking_parts(text)]
        if len(answers) > 1 and any(answer.reason == "not_stated" for answer in answers):
            return None
        answered = [answer for answer in answers if answer.status == "answered"]
        return max(answered, key=lambda answer: answer.confidence) if answered else None

    def _answer(self, completed: Completed, recent: Recent = frozenset()) -> Answer:
        found = self.find(completed, recent)
        if isinstance(found, Answer):
            return found
        return answered(found, self.trees, self.bodies)

    def find(self, completed: Completed, recent: Recent = frozenset()) -> Finding | Answer:
        """What the documents say to a question that stands on its own, or the answer that they do not.

        :param recent: clauses that were just spoken of.
        """
        text = completed.text
        by_number = answer_by_number(completed, self.trees)
        if by_number is not None and by_number.missing:
            return abstained("no_such_clause", messages.no_such_clause(by_number))
        if by_number is not None and by_number.within is None:
            return Finding(by_number.statements, Decision(None, 0.98, {}), {"by_number": by_number.asked})
        question = analyse(by_number.remaining if by_number is not None else text)
        if by_number is None and messages.is_small_talk(question.folded):
            return abstained("out_of_scope", messages.abstained("out_of_scope", question, None, self.trees))
        named = documents_meant(text, self.trees)
        if by_number is None:
            set_side_by_side = len(named) > 1 or len(question.years) > 1
            apart = not set_side_by_side or names_apart(text, self.trees)
            if apart and (several := find_apart(self, text, named)) is not None:
                return several
            meant = [self.trees[doc_id] for doc_id in named or (default_document(self.trees),)]
            whole = about(question.folded, meant, named=bool(named))
            if whole:
                whole = [denied(statement, question) for statement in whole]
                return Finding(whole, Decision(None, 0.95, {}), {"about": "document"})
            if self._register is not None:
                doc_ids = [tree.doc_id for tree in meant]
                listed = self._register.tasks(question.folded, doc_ids, self.trees)
                listed = listed or self._register.overall(question, doc_ids, self.trees)
                listed = listed or self._register.explained(question, self.trees)
                if not listed and len(named) < 2:
                    listed = self._register.target(question, doc_ids, self.trees)
                if listed:
                    by = {"kind": str(question.kind), "by": "register"}
                    return Finding(listed, Decision(None, 0.95, {}), by)
            compared = compare(self, question, named)
            if compared is not None and len(compared.statements) > 1:
                return compared
            if set_side_by_side and (several := find_apart(self, text, named)) is not None:
                return several
            if compared is not None:
                return compared
        within = by_number.within if by_number is not None else None
        if within is not None and self._register is not None:
            listed = self._register.inside(question, self.trees[within[0]], within[1])
            if listed:
                return Finding(listed, Decision(None, 0.95, {}), {"by": "register"})
        own = self.trees[default_document(self.trees)]
        # 涪陵有几所大学 is not answered by how many the city has.
        of_own = not named and within is None and of_own_district(question, own)
        searched = (own.doc_id,) if of_own else named
        found, topic, drafted = self.draft(question, named=searched, within=within, recent=recent)
        decision = decide(question, topic, drafted, inside_clause=within is not None)
        trace = trace_of(question, topic, found, named, drafted, decision)
        unsure = drafted is None or not drafted.sure or decision.reason is not None
        if by_number is not None and unsure and not (question.attribute or question.kind in _SPECIFIC):
            # Asked in words that the clause does not have: the clause itself answers.
            return Finding(by_number.statements, Decision(None, 0.8, {}), trace)
        if decision.reason is not None or drafted is None:
            reason = decision.reason or "not_stated"
            return replace(
                abstained(
                    reason,
                    messages.abstained(reason, question, drafted, self.trees, within=within),
                    decision.confidence,
                ),
                trace=trace,
            )
        statements: Sequence[Statement] = drafted.statements
        if not named and within is None:
            statements = self._with_level(statements, drafted)
        return Finding(statements, decision, trace)

    def _with_level(self, statements: Sequence[Statement], drafted: Draft) -> Sequence[Statement]:
        """The statements with the level that speaks in front, where the own district's document is silent."""
        own = self.trees[default_document(self.trees)]
        meta = drafted.lead.tree.meta
        if meta.level == own.meta.level or not statements:
            return statements
        first = statements[0]
        silent = not may_speak_of(own, fold(first.text))
        absent = f"《{own.meta.name}》没有写到这一点；" if silent else ""
        return (replace(first, text=f"{absent}{speaker(meta)}{first.text}"), *statements[1:])

    def draft(
        self,
        question: Question,
        *,
        named: Sequence[str] = (),
        within: tuple[str, str] | None = None,
        recent: Recent = frozenset(),
    ) -> tuple[Found, Topic, Draft | None]:
        """What the documents say to a question, before it is decided whether that is an answer.

        :param named: documents that the question names; only they are searched.
        :param within: the one clause, as ``(doc_id, clause_id)``, that is looked at.
        :param recent: clauses that were just spoken of.
        """
        doc_ids = [within[0]] if within else list(named) or None
        everything = question.kind is QuestionKind.EVERYTHING and within is None
        query = self.retriever.read(question.topic if everything else question.text)
        if within is not None:
            hits = self._inside(*within)
        elif everything:
            hits = self._everywhere(doc_ids or list(self.trees))
        else:
            hits = [to_hit(document) for document in self.clauses.invoke(question.text, doc_ids=doc_ids)]
        topic = self._topics.read(
            question.topic, alternatives=query.alternatives, names=question.quoted, aside=question.aside
        )
        sentences = judge(
            question,
            topic,
            hits,
            self.trees,
            own_first=doc_ids is None,
            glosses=self.index.glosses,
            alike=query.alike,
            recent=() if within or named else recent,
        )
        if everything:
            # Every clause was looked at; the likeliest are told.
            places = dict.fromkeys((one.tree.doc_id, one.clause.clause_id) for one in sentences)
            likeliest = set(list(places)[: self.settings.top_k])
            hits = [hit for hit in hits if (hit.chunk.doc_id, hit.chunk.clause_id) in likeliest]
        return Found(query, tuple(hits)), topic, draft(question, topic, sentences)

    def has_topic(self, text: str) -> bool:
        """Whether a text has a word that says what it is about, and not only words that ask or point."""
        topic = self._topics.read(_LEVEL.sub(" ", analyse(text).topic))
        return topic.weight > _OF_TOPIC * topic.unit

    def counterparts(self, doc_id: str, clause_id: str, other_doc_id: str) -> list[str]:
        """The clauses of another document that correspond to a clause, best first."""
        if self._register is None:
            return []
        path = [clause.clause_id for clause in reversed(self.trees[doc_id].path(clause_id))]
        return self._register.counterparts(doc_id, path, other_doc_id)

    def _everywhere(self, doc_ids: Sequence[str]) -> list[Hit]:
        """Every clause of documents, all of them equally."""
        chunks = [self.index.chunks[row] for row in self.index.units]
        return [Hit(chunk, 1.0, 1) for chunk in chunks if chunk.doc_id in doc_ids]

    def _inside(self, doc_id: str, clause_id: str) -> list[Hit]:
        """A clause that was named and what is below it, all of it equally."""
        clause = self.trees[doc_id].find(clause_id)
        inside = {below.clause_id for below in clause.walk()} if clause else set()
        return [hit for hit in self._everywhere([doc_id]) if hit.chunk.clause_id in inside]


def _dressed(reading: Reading, answer: Answer, completed: Completed | None) -> Answer:
    """With remarks on how the question was understood, and in the script that it was asked in."""
    remark = reading.remark
    if completed is not None and completed.carried and completed.clause is None:
        remark += messages.understood(completed.text)
    if remark and answer.status == "answered":
        answer = replace(answer, answer=remark + answer.answer)
    return replace(answer, answer=to_traditional(answer.answer)) if reading.traditional else answer


def _model_answerer(settings: BotSettings) -> ModelAnswerer | None:
    """The answerer that the settings ask for; :class:`LlmNotReady` where it cannot be had."""
    if not settings.llm_model:
        return None
    model = ChatModel(model=settings.llm_model, base_url=settings.llm_base_url, api_key=settings.llm_api_key)
    return ModelAnswerer(model, timeout=settings.llm_timeout)
