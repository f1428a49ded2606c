"""Follow-up questions: what the words before them have to complete."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.question import QuestionKind, analyse
from bot.schema import Turn
from bot.substitution import SLOT, subject_of, substituted
from ingest.fold import fold
from ingest.schema import Clause, ClauseTree

_PRONOUN = re.compile(
    r"它们?|他们|这(项|条|个|些|件|份|一项|一条|一块)?(工作|任务|事|目标|指标|工程|计划|制度|政策|措施|要求|行动|机制|平台)?(?!份|么|样)|那(项|条|个|些|件)(工作|任务|事|目标|指标|工程|计划)?|其(?!他|它|中|实|余)|该(项|条|校|工程|计划|平台)|前者|后者|上述|上面(说|提)?的?|刚才(说|提)?的?"
)
_ELLIPSIS = re.compile(
    r"^(那么?|还有|以及|另外)?[，, ]?.{1,16}(呢|咧|呐|嘞)[?？]?$|^(那|那么)[，, ]?.{1,24}[?？]?$|^.{0,6}(还有(别的|其他|哪些|什么)?(吗|么)?)[?？]?$"
)
#: 国家也是这么规定的吗: the same question, put to another level.
_SAME_ASKED = re.compile(
    r"^(那么?|那)?[，,]?(?P<slot>国家|市里|区里|市级|区级|全国|全市|全区|纲要|方案)(层面|纲要|规划|方案)?(里|上)?(也|又|都)?(是)?(这么|这样|同样|怎么|如何|一样)(个)?(规定|要求|说|写|提)?(的)?(吗|呢|么)?$"
)
#: 里面有几所示范校, 其中多少个: asked within what came before.
_INSIDE = re.compile(r"^(这|那)?(里面|里头|其中|当中)(的)?")
#: 文旅部门也参加吗: the same matter, asked of another.
_ALSO = re.compile(r"^.{2,10}(也|又).{1,8}(吗|么)$")
_TOPIC_CHANGE = re.compile(
    r"^(换(个|一个)?(话题|问题)|另外(问|再问)?(一下|个)?|再问(一)?个(别的|其他)?(问题)?|顺便问(一下)?|不说这个了|问点别的|(再)?回到(刚才的?|前面的?)?)[，,：:。 ]*"
)
#: What is said to the last answer before the next question.
_ACKNOWLEDGED = re.compile(
    r"^(?:ok(?:ay)?|好的?|嗯+|哦+|行|明白了?|知道了?|要得|谢谢)[，,。 ]+(?=.{3})", re.IGNORECASE
)
#: What leads from one question to the next.
_LEADS_OVER = re.compile(r"^(?:对了|还有|另外|那么|那(?![个些份项条年种边里])|还想问|再问)[，, ]?(?=.{4})")
#: 那乡镇的学校呢，要建几所: what the question is about now, before it asks.
_NEW_SUBJECT = re.compile(r"^(?P<subject>[^，,？?]{2,20}?)(?:呢|咧|呐|嘞)[，,？? ]+(?=.{2})")
#: Characters of a topic from which on a question has a subject of its own.
_OWN_SUBJECT = 5
#: Asked of the document itself, whichever it is.
_OF_DOCUMENT = re.compile(
    r"印发|落款|发给|主送|文号|登出来|公布|发布|出台|(?:几|多少)个?(?:个|大)?部分|附件|抄送|成文|索引号|原文还是|全文"
)
_DOCUMENT = re.compile(
    r"(?:国家|重庆市?|市里?|涪陵区?|区里?|教育部)?(?:的|那|这)?(?:[份个部版]|教育强[国市区])*(?:实施方案|方案|文件|通知|规划纲要|纲要|规划|摘编)"
)
#: What may follow a pronoun that stands for the whole subject.
_VERB_FIRST = re.compile(
    r"怎|咋|由|谁|什么|啥|哪|多|几|要|能|会|是|有|在|归|得|该|可|何|算|叫|需|应|到|达|占|建|办|都|也|还|最|从|对|给|让|把|被|主要|具体"
)
_BODY = re.compile(r"(?:区|市|中央)[\u4e00-\u9fff]{0,8}(?:领导小组|委员会|办公室|教委|政府)")
_NEXT = re.compile(r"(上|下|前|后)(面)?(的)?(一)?(个)?(项|条|款|段|点)")


@dataclass(frozen=True, slots=True)
class Completed:
    """A question as it is to be understood.

    :ivar text: the question that stands on its own.
    :ivar carried: what was taken from earlier turns, for the answer to show; empty when nothing was.
    :ivar clause: where the question moves to a neighbour of a cited clause, ``doc_id#clause_id``.
    :ivar bare: what was said, without the words that lead over to it; empty where it is ``text``.
    """

    text: str
    carried: str = ""
    clause: str | None = None
    bare: str = ""


def complete(text: str, history: Sequence[Turn], trees: dict[str, ClauseTree]) -> Completed:
    """A question as it is to be understood after what was said before, with what was said itself."""
    completed = _complete(text, history, trees)
    if not completed.carried or completed.clause is not None:
        return completed
    return replace(completed, bare=_LEADS_OVER.sub("", _ACKNOWLEDGED.sub("", text.strip())))


def _complete(text: str, history: Sequence[Turn], trees: dict[str, ClauseTree]) -> Completed:
    """Complete a follow-up from the turns before it; a question that stands on its own stays as it is.

    >>> complete("那2035年呢？", [Turn("2027年教育强区的目标是什么？")], {}).text
    '2035年教育强区的目标是什么？'
    """
    said = text.strip()
    changed = _TOPIC_CHANGE.sub("", _ACKNOWLEDGED.sub("", said) if history else said)
    if not history or _TOPIC_CHANGE.search(said):
        return Completed(changed or text)
    neighbour = _neighbour(changed, history, trees)
    if neighbour is not None:
        return Completed(changed, neighbour, neighbour)
    previous = _previous_subject(history)
    if not previous:
        return Completed(changed)
    changed = _LEADS_OVER.sub("", changed)
    new_subject = _NEW_SUBJECT.match(changed)
    if new_subject and analyse(changed[new_subject.end() :]).topic:
        return Completed(f"{new_subject['subject']}，{changed[new_subject.end() :]}")
    folded = fold(changed).rstrip("?？。 ")
    same_asked = _SAME_ASKED.match(folded)
    if same_asked:
        return Completed(*substituted(same_asked.group("slot"), _of_no_document(previous)))
    if _OF_DOCUMENT.search(folded) and not _DOCUMENT.search(folded):
        document = _document_asked_of(history)
        if document:
            return Completed(f"{document}{_PRONOUN_FIRST.sub('', folded)}？", document)
    if _has_own_subject(folded):
        return Completed(changed)
    leading = _LEADING_PRONOUN.match(folded)
    if leading and _points_at_noun(folded[leading.end() :], leading[0]):
        return Completed(folded[leading.end() :] + "？")
    if leading:
        subject = _document_asked_of(history) or _body_answered(history[-1]) or subject_of(previous)
        return Completed(f"{subject}{folded[leading.end() :]}？", subject)
    if _ELLIPSIS.match(changed) or _is_fragment(folded):
        return Completed(*substituted(folded, previous))
    inside = _INSIDE.match(folded)
    if inside or _ALSO.match(folded):
        subject = _clause_named(previous) or subject_of(previous)
        return Completed(f"{subject}{folded[inside.end() :] if inside else folded}？", subject)
    pronoun = _PRONOUN.search(folded)
    if pronoun and not _TOPICAL_PRONOUN.search(folded):
        subject = _body_answered(history[-1]) or subject_of(previous)
        merged = folded[: pronoun.start()] + subject + folded[pronoun.end() :]
        return Completed(merged + "？", subject)
    return Completed(changed)


def last_cited(history: Sequence[Turn]) -> frozenset[tuple[str, str]]:
    """The clauses, as ``(doc_id, clause_id)``, that the last answer with citations stood on."""
    for turn in reversed(history):
        if turn.answer is not None and turn.answer.citations:
            return frozenset((citation.doc_id, citation.clause_id) for citation in turn.answer.citations)
    return frozenset()


def goes_on(text: str) -> bool:
    """Whether a text goes on from what was said before it (那干得好的呢)."""
    return re.match(r"(?:那|还有|另外|对了)|[^你您]+(?:呢|嘞)[？?]?$", text) is not None


def _document_asked_of(history: Sequence[Turn]) -> str:
    """The document that was last named, as it was named, if what was asked of it was about itself."""
    for turn in reversed(history):
        folded = fold(turn.question)
        document = _DOCUMENT.search(folded)
        if document:
            return document[0] if _OF_DOCUMENT.search(folded) else ""
    return ""


def _has_own_subject(folded: str) -> bool:
    """Whether a question says what it is about, in words that do not only point, hold together or name a level."""
    asked = analyse(folded)
    if _PRONOUN.search(folded) or asked.kind is QuestionKind.OPEN:
        return False
    topic = _HOLDING.sub("", SLOT.sub("", asked.topic))
    return len(re.sub(r"[^\u4e00-\u9fffa-z]", "", topic)) >= _OWN_SUBJECT


def _points_at_noun(rest: str, pronoun: str) -> bool:
    """Whether a pronoun goes with a noun of its own (这些资料), which says what is asked about."""
    return pronoun.endswith(("这些", "那些")) and not _VERB_FIRST.match(rest) and len(rest) > 2


def _body_answered(turn: Turn) -> str:
    """The body that was the answer to who it is; it is what 它 then stands for."""
    if (
        turn.answer is None
        or not turn.answer.citations
        or analyse(turn.question).kind is not QuestionKind.WHO
    ):
        return ""
    body = _BODY.search(fold(turn.answer.citations[0].quote))
    return body[0] if body else ""


def _of_no_document(question: str) -> str:
    """A question without the document that it was put to, so that it can be put to another."""
    return re.sub(r"^(?:这份|该|本)?(?:实施方案|方案|文件)(?:里面|里|中)?(?=.{4})", "", question)


def with_subject(text: str, history: Sequence[Turn]) -> Completed | None:
    """A question with the subject of the one before it, or None where that had none."""
    previous = _previous_subject(history)
    subject = subject_of(previous) if previous else ""
    if not subject or _TOPIC_CHANGE.search(text):
        return None
    return Completed(f"{subject}，{fold(text).rstrip('?？。 ')}？", subject)


#: 这份方案, 这个文件: the pronoun points at the document, which needs no completion.
_TOPICAL_PRONOUN = re.compile(r"(这|那|该|本)(份|个|部)?(实施)?(方案|文件|通知|规划|纲要|政策)")

_PRONOUN_FIRST = re.compile(r"^(?:那|那么)?(?:它|这个|那个|这份|那份)?的?(?:是)?")
#: 它们什么时候建成, 这项工作由谁负责: what the pronoun stands for is the subject of the question before.
_LEADING_PRONOUN = re.compile(
    r"^(那么?)?(它们?|他们|这(项|个|些)(工作|任务|工程|计划|制度|指标|目标)?|那(项|个|些)(工作|任务|工程|计划)?|该(项|工程|计划))(?!份|方案|文件|样)"
)


def _clause_named(question: str) -> str:
    """The clause that a question names by its number, as written, or nothing."""
    match = re.search(
        r"(?:第?[\d一二三四五六七八九十]*、?)?(?:[（(][一二三四五六七八九十]+[）)]|第[\d一二三四五六七八九十]+(?:条|项|点|部分))\d*",
        question,
    )
    return f"{match.group(0)}里" if match else ""


def _previous_subject(history: Sequence[Turn]) -> str:
    """The last question that was about the documents, itself completed by the turns before it."""
    for position in range(len(history) - 1, -1, -1):
        turn = history[position]
        if turn.answer is not None and turn.answer.reason in ("out_of_scope", "unreadable"):
            continue
        completed = complete(turn.question, history[:position], {}) if position else Completed(turn.question)
        return fold(completed.text).rstrip("?？。 ")
    return ""


#: Words that hold a question together and say nothing of what it is about.
_HOLDING = re.compile(
    r"[之以][前后]|[要在弄搞做办建完好成到达]|具体|由|部门|单位|负责|一共|总共|实现|完成|建成"
)


def _is_fragment(folded: str) -> bool:
    """Too short to be a question of its own: 市级？ 2035年？ 投多少钱？"""
    topic = re.sub(r"\s", "", analyse(folded).topic)
    return len(folded) <= 12 and (len(topic) <= 4 or not _HOLDING.sub("", topic))


def _neighbour(text: str, history: Sequence[Turn], trees: dict[str, ClauseTree]) -> str | None:
    """The clause before or after the one last cited, where that is all a follow-up asks for."""
    match = _NEXT.search(text)
    if match is None or len(text) > 16 or re.search(r"第.{1,3}[项条]", text):
        return None
    for turn in reversed(history):
        if turn.answer is None or not turn.answer.citations:
            continue
        citation = turn.answer.citations[0]
        tree = trees.get(citation.doc_id)
        if tree is None:
            return None
        step = _step(tree, citation.clause_id, -1 if match.group(1) in "上前" else 1)
        # 上一条的下一条 comes back to where it was.
        return f"{citation.doc_id}#{step.clause_id}" if step is not None else None
    return None


def _step(tree: ClauseTree, clause_id: str, by: int) -> Clause | None:
    clause = tree.find(clause_id)
    while (
        clause is not None and clause.kind in ("paragraph", "row", "table") and tree.parent(clause.clause_id)
    ):
        if clause.clause_id.startswith(("0.", "1.p")):
            break
        clause = tree.parent(clause.clause_id)
    if clause is None:
        return None
    alike = [other for other in tree.walk() if other.kind == clause.kind]
    position = next((i for i, other in enumerate(alike) if other.clause_id == clause.clause_id), -1) + by
    return alike[position] if 0 <= position < len(alike) else None
