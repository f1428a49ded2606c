"""What a question, its gold and an answer from anywhere look like.

A question is one line of JSON Lines; ``docs/evaluation.md`` has the table of its fields. An answer is the
Answer object of the project's contract, read leniently: what other systems add is ignored, and of a
citation only ``doc_id`` and ``clause_id`` are needed.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Kind = Literal[
    "figure",
    "date",
    "owner",
    "measures",
    "definition",
    "by_number",
    "multi_clause",
    "yes_no",
    "wrong_premise",
    "comparison",
    "multi_turn",
    "near_miss",
    "document",
    "out_of_scope",
    "small_talk",
    "hostile",
]
Style = Literal["plain", "colloquial", "traditional", "typo", "mixed"]
Script = Literal["hans", "hant", "mixed"]
Difficulty = Literal["easy", "medium", "hard"]
Reason = Literal["out_of_scope", "not_stated", "no_such_clause", "unreadable"]
AnswerStatus = Literal["answered", "abstained", "error"]

KIND_NAMES: dict[str, str] = {
    "figure": "数字",
    "date": "时间",
    "owner": "谁负责、是哪个",
    "measures": "措施",
    "definition": "释义",
    "by_number": "按条号问",
    "multi_clause": "多条合答",
    "yes_no": "是非",
    "wrong_premise": "前提有误",
    "comparison": "上下对照",
    "multi_turn": "多轮",
    "near_miss": "近似而未写",
    "document": "文件本身",
    "out_of_scope": "超出范围",
    "small_talk": "闲谈",
    "hostile": "恶意输入",
}
STYLE_NAMES: dict[str, str] = {
    "plain": "平实",
    "colloquial": "口语",
    "traditional": "繁体",
    "typo": "错字",
    "mixed": "中英混写",
}
REASON_NAMES: dict[str, str] = {
    "out_of_scope": "不在范围",
    "not_stated": "文件未写",
    "no_such_clause": "没有这一条",
    "unreadable": "读不懂",
}


class ClauseRef(BaseModel):
    """A whole clause reference, written ``doc_id#clause_id``."""

    model_config = ConfigDict(frozen=True)

    doc_id: str = Field(min_length=1)
    clause_id: str = Field(min_length=1)

    @classmethod
    def parse(cls, text: str) -> ClauseRef:
        """Read ``doc_id#clause_id``.

        :raises ValueError: when the text has not exactly one ``#`` with something on both sides.
        """
        doc_id, mark, clause_id = text.partition("#")
        if not (doc_id and mark and clause_id) or "#" in clause_id:
            raise ValueError(f"条款编号“{text}”应写作 doc_id#clause_id")
        return cls(doc_id=doc_id, clause_id=clause_id)

    def covers(self, other: ClauseRef) -> bool:
        """Whether ``other`` is this clause or one below it: ``2.2`` covers ``2.2.6``, not ``2.20``."""
        if self.doc_id != other.doc_id:
            return False
        return other.clause_id == self.clause_id or other.clause_id.startswith(self.clause_id + ".")

    def __str__(self) -> str:
        return f"{self.doc_id}#{self.clause_id}"


class Question(BaseModel):
    """A question with its gold.

    :ivar gold: the clauses an answer needs; a citation of one of them or of a clause below it is a hit.
    :ivar acceptable: clauses that may be cited as well, and whose citation is neither needed nor wrong.
    :ivar facts: required facts, each a group of alternatives; one of each group must stand in the answer,
        and the checker proves that one of each group stands in a gold clause.
    :ivar says: like ``facts``, but in the answerer's own words ("未写明", a number that was counted), so
        not looked for in the clauses.
    :ivar owners: every body that the answer must name, by its canonical name of ``bodies.json``.
    :ivar twin_of: the id of the question that this one puts in another script, spelling or manner.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    question: str | None = None
    turns: tuple[str, ...] = ()
    kind: Kind
    style: Style = "plain"
    script: Script = "hans"
    difficulty: Difficulty = "medium"
    answerable: bool
    reason: Reason | None = None
    gold: tuple[ClauseRef, ...] = ()
    acceptable: tuple[ClauseRef, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    says: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    twin_of: str | None = None
    note: str = ""

    @field_validator("gold", "acceptable", mode="before")
    @classmethod
    def _read_refs(cls, value: object) -> object:
        if isinstance(value, (list, tuple)):
            return tuple(ClauseRef.parse(item) if isinstance(item, str) else item for item in value)
        return value

    @field_validator("facts", "says")
    @classmethod
    def _no_empty_group(cls, value: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        if any(not group or not all(alternative.strip() for alternative in group) for group in value):
            raise ValueError("facts 与 says 的每一组至少要有一种写法，且不能是空串")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.question is None) == (not self.turns):
            raise ValueError("question 与 turns 要有且只有一个")
        if len(self.turns) == 1:
            raise ValueError("turns 至少两句；只有一句时请用 question")
        if self.answerable:
            if self.reason is not None:
                raise ValueError("可答的题不写 reason")
            if not self.gold:
                raise ValueError("可答的题要有 gold")
            if not (self.facts or self.says):
                raise ValueError("可答的题要有 facts 或 says")
        else:
            if self.reason is None:
                raise ValueError("不可答的题要写 reason")
            if self.gold or self.facts or self.says or self.owners:
                raise ValueError("不可答的题不写 gold、facts、says、owners")
        if set(self.gold) & set(self.acceptable):
            raise ValueError("同一条款不能既在 gold 又在 acceptable")
        if self.twin_of == self.id:
            raise ValueError("twin_of 不能指向自己")
        return self

    @property
    def turns_asked(self) -> tuple[str, ...]:
        """What is asked, in order; the answer to the last is the one that counts."""
        return self.turns if self.turns else (self.question or "",)

    @property
    def last(self) -> str:
        return self.turns_asked[-1]

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents the gold stands in, in order, each once."""
        return tuple(dict.fromkeys(ref.doc_id for ref in self.gold))


class CitationRecord(BaseModel):
    """A citation as some system gave it; offsets count characters of the document's reading form."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    doc_id: str
    clause_id: str
    ref: int | None = None
    label: str = ""
    quote: str | None = None
    start: int | None = None
    end: int | None = None

    @property
    def clause(self) -> ClauseRef:
        return ClauseRef.model_construct(doc_id=self.doc_id, clause_id=self.clause_id)


class AnswerRecord(BaseModel):
    """An answer from anywhere.

    :ivar retrieved: clauses that were retrieved, best first, where the answerer tells; used only to find
        the stage at fault.
    :ivar message: what went wrong, when ``status`` is ``error``.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    question: str = ""
    status: AnswerStatus
    reason: str | None = None
    answer: str = ""
    citations: tuple[CitationRecord, ...] = ()
    confidence: float | None = None
    answerer: str = ""
    latency_ms: float | None = None
    retrieved: tuple[ClauseRef, ...] = ()
    message: str = ""

    @field_validator("id", mode="before")
    @classmethod
    def _id_may_be_a_number(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value

    @field_validator("question", "answer", "answerer", "message", mode="before")
    @classmethod
    def _no_text_is_empty_text(cls, value: object) -> object:
        return "" if value is None else value

    @field_validator("citations", mode="before")
    @classmethod
    def _no_citations_is_none_of_them(cls, value: object) -> object:
        return () if value is None else value

    @field_validator("retrieved", mode="before")
    @classmethod
    def _read_refs(cls, value: object) -> object:
        if isinstance(value, (list, tuple)):
            return tuple(ClauseRef.parse(item) if isinstance(item, str) else item for item in value)
        return () if value is None else value
