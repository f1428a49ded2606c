"""Whether a draft may be given as the answer, and if not, why."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.attributes import OF_DATES, states_attribute
from bot.drafts import Draft
from bot.enumerations import NAMED_INSTITUTION, shared_members
from bot.question import Question, QuestionKind
from bot.schema import Reason
from bot.segments import segments
from bot.terms import Topic
from ingest.fold import fold
from ingest.schema import ClauseTree

#: Set on the development half of the questions in eval/; ``python -m eval run --split dev`` shows their effect.
#: Below this share of the topic, headings and clause counted, a question is not about the documents at all.
SCOPE = 0.34
#: Less than this in common, in units of the rarest word, and a question has no word of the documents' own in it (怎么办理身份证).
LEAST_MATCHED = 0.2
#: A word of the documents' own counts as one only above this, in the same unit; below are words like 有 and 到.
_FAINTEST = 0.15
#: Below this share of the topic in the sentence, headings and clause at a discount, it is not what was meant.
#: By kind of question, because a figure belongs to one thing only, and a text that asks nothing must be clear.
SUPPORT = {QuestionKind.FIGURE: 0.5, QuestionKind.OPEN: 0.5, QuestionKind.DEFINITION: 0.5}
SUPPORT_ELSE = 0.36

#: Share of the topic that the words around a figure must cover for it to be the figure asked for.
FIGURE_COVERED = 0.3

#: 哪几家医院, 哪些景点, 书目有哪些: what kind of thing the answer must name.
_ASKED_KIND = re.compile(
    r"哪(?:几|些|一)?(?:个|家|所|门|种|本|处|座|位|名|类)?(?P<after>[\u4e00-\u9fff]{2,4})(?:招生)?$|(?P<before>[\u4e00-\u9fff]{2,4})(?:有|是)哪些$"
)
_NAMING_KINDS = (QuestionKind.WHICH, QuestionKind.DEFINITION, QuestionKind.OPEN, QuestionKind.WHO)
#: 哪些专业, 成员单位有哪些: kinds of which a text may say that there are some without listing them.
_LISTED = (
    r"专业|成员(?:单位)?|企业|公司|医院|学校|幼儿园|中学|小学|高校|景点|景区|研学点|书目|图书|课题|平台名称"
)
_ASKS_LIST = re.compile(
    rf"哪(?:几|些)(?:个|家|所|门|种|本|处)?[\u4e00-\u9fff]{{0,4}}?(?:{_LISTED})$|(?:{_LISTED})(?:都|主要|具体)?(?:有|是|包括|包含|指)(?:的是)?哪(?:些|几(?:个|家|所|门)?)$"
)
_OF_SCHOOLS = re.compile(
    r"(?:学校|幼儿园|中学|小学|高校|医院|企业|公司)(?:都|主要|具体)?(?:有|是|包括|指)?(?:的是)?哪"
)
_LISTS = re.compile(r"、|《[^》]+》")
#: How well the clause must have the thing that a figure is asked of.
_COUNTED = 0.3
#: From this reach on, the place is the one that is meant, whatever word it lacks.
_FAR = 0.75
_OWN_PLACE = re.compile(r"(?:[市省]|^)([\u4e00-\u9fff]{2,3})[区县]")
#: A school by a name of its own (涪陵五中, 城区七小, 实验中学), and the question after which of a kind does it.
_A_SCHOOL = re.compile(r"[一二三四五六七八九十\d]+[中小](?=[、，算是在有能]|$)|实验(?:中学|小学|幼儿园)")
_WHICH_OF_KIND = re.compile(
    r"由?哪(?:几|些|一|两)?[个家所](?:学校|高校|中学|小学|幼儿园|医院|企业|公司|工?厂|药企|景点|景区|研学点)"
    r"|(?:学校|幼儿园|中学|小学|职高|企业|工?厂)[，,]?[^，,]{0,6}哪(?:几|些)[个家所]$"
)
_INSTITUTION = re.compile(r"^(学校|高校|大学|院校|中学|小学|中职|职校|幼儿园|医院|企业|公司)")
#: A district, county, city or province by name; 学区, 地区, 城市, 哪个省 and their like are no names.
_PLACE = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=[和与在跟的问]))"
    r"(?![^区县市省]{0,2}[全我本各哪个几什么咱们跨城学片园地社校新老郊辖示范发展均衡大现代这那每])"
    r"([\u4e00-\u9fff]{2,3}?)(?:区|县|市|省)(?![级域长委里内外教政府属])"
)


#: What it adds to the support of a place that a question is expected of it that is like the one asked.
_EXPECTED_SUPPORT = 1.0
#: From this likeness on, a question like one that is expected of the place is about what the place is about.
_EXPECTED_IN_SCOPE = 0.25
_HOW_MUCH = re.compile("多少|几|钱|元")
#: A word of a title from this length on (教育强区) is what the documents are about, however common in them.
_SUBJECT = 4
_NO_SUBJECT = re.compile(r"[^\u4e00-\u9fff]|实施|方案|规划|纲要|推进|加快|建设|发展")
#: Longer quotations are sayings or titles, which are seldom quoted to the letter.
_LONGEST_NAME = 10
#: The other districts and counties of Chongqing, which are known as places without 区 or 县 behind them.
_NEIGHBOURS = re.compile(
    "万州|黔江|沙坪坝|九龙坡|北碚|渝北|巴南|长寿|江津|合川|永川|南川|綦江|大足|璧山|铜梁|潼南|荣昌|开州|梁平|武隆|城口"
    "|丰都|垫江|忠县|云阳|奉节|巫山|巫溪|石柱|秀山|酉阳|彭水|渝中|大渡口"
)


#: What a place lacks that speaks of another district than the question.
OTHER_PLACE = "问到的地方"


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a question is answered or not.

    :ivar reason: None when it is answered.
    :ivar confidence: of the decision that was taken, from 0 to 1.
    :ivar support: the figures that it was taken on, for the explanation.
    :ivar missing: what the nearest place does not state, where that is why it is not answered.
    """

    reason: Reason | None
    confidence: float
    support: dict[str, float]
    missing: str = ""


def decide(question: Question, topic: Topic, draft: Draft | None, *, inside_clause: bool = False) -> Decision:
    """Answer or abstain.

    Coverage of the question's words says whether the place is the right one; whether it states what is asked
    about the thing (how much, when, the telephone number) is looked at on its own.

    :param inside_clause: whether the question names the clause that the draft was made from.
    """
    if draft is None or not topic.terms:
        return Decision("out_of_scope", 0.9, {})
    lead = draft.lead
    support = {
        "reach": round(lead.reach, 3),
        "coverage": round(lead.coverage, 3),
        "score": round(lead.score, 3),
        "found": round(draft.found, 3),
    }
    if inside_clause:
        # The clause was named: what it says is in scope, and only a figure or a date may be missing.
        if draft.found == 0.0 or _attribute_missing(question, draft):
            return Decision("not_stated", 0.7, support, "问到的属性")
        return Decision(None, 0.9, support)
    matched = sum(
        term.weight * max(pair) for term, *pair in zip(topic.terms, lead.matches, lead.context, strict=True)
    )
    # 2035年的目标 has no rare word, and the year is all that it needs.
    subject = _names_subject(question, lead.tree.meta.title) or any(
        f"到{year}年" in lead.folded for year in question.years
    )
    expected = lead.alike >= _EXPECTED_IN_SCOPE
    if not (subject or expected) and (lead.reach < SCOPE or matched < LEAST_MATCHED * topic.unit):
        # Education is spoken of, but not this: the documents are silent rather than the question astray.
        near = any(term.known and term.weight > _FAINTEST * topic.unit for term in topic.terms)
        return Decision("not_stated" if near else "out_of_scope", 1.0 - lead.reach, support)
    if question.kind is not QuestionKind.YES_NO and _name_missing(question, topic, draft):
        return Decision("not_stated", 0.8, support, "问到的名称")
    if (
        question.kind is QuestionKind.DEFINITION
        and draft.found == 1.0
        and question.quoted
        and not question.attribute
    ):
        return Decision(None, 0.95, support)
    missing = _missing(question, topic, draft)
    if missing:
        return Decision("not_stated", max(0.5, 1.0 - lead.reach * draft.found), support, missing)
    return Decision(None, round(min(0.99, 0.35 + 0.4 * lead.reach + 0.25 * draft.found), 3), support)


def _names_subject(question: Question, title: str) -> bool:
    """Whether a question has words of a title that say what the document is about (教育强区)."""
    folded = fold(title)
    runs = (folded[start : start + _SUBJECT] for start in range(len(folded) - _SUBJECT + 1))
    return any(run in question.folded for run in runs if not _NO_SUBJECT.search(run))


def _missing(question: Question, topic: Topic, draft: Draft) -> str:
    """What of the question the place does not state, by the name that the explanation gives it; empty if nothing."""
    found = FIGURE_COVERED if question.kind is QuestionKind.FIGURE else 0.01
    checks = (
        ("问到的属性", _attribute_missing(question, draft)),
        ("问到的年份", _year_missing(question, draft)),
        ("问到的数字、日期或解释", draft.found < found),
        ("点名的单位", _kind_missing(question, draft)),
        ("逐一列出的名单", _list_missing(question, topic, draft)),
        ("数字所说的事物", _counted_missing(question, topic, draft)),
        (OTHER_PLACE, _other_place(question, draft)),
        ("问题里的主要词语", _support(topic, draft) < SUPPORT.get(question.kind, SUPPORT_ELSE)),
    )
    return next((name for name, missing in checks if missing), "")


def _name_missing(question: Question, topic: Topic, draft: Draft) -> bool:
    """A name in quotation marks, or made of figures (2349), that the documents know and the place does not have."""
    place = _place_text(draft)
    names = [name for name in question.quoted if len(name) <= _LONGEST_NAME]
    names += [
        term.text
        for term in topic.terms
        if term.known and re.fullmatch(r"(?!(?:19|20)\d{2}$)\d{3,}[a-z]?", term.text)
    ]
    if any(shared_members(draft.lead.tree.own_text(draft.lead.clause), name) for name in question.quoted):
        return False
    return any(name in term.text for name in names for term in topic.terms if term.known) and not any(
        name in place for name in names
    )


def _place_text(draft: Draft) -> str:
    """The folded text of the clause that a draft rests on, with its heading."""
    lead = draft.lead
    return fold(lead.tree.own_text(lead.clause)) + fold(lead.clause.heading)


def _attribute_missing(question: Question, draft: Draft) -> bool:
    attribute = question.attribute
    if not attribute or (question.kind is QuestionKind.DATE and attribute not in OF_DATES):
        return False
    if attribute == "名单" and question.kind is QuestionKind.WHO:
        # 名单由谁来审 asks for no list.
        return False
    if attribute == "金额" and question.kind is QuestionKind.YES_NO and not _HOW_MUCH.search(question.folded):
        # 会不会不收学费 asks for no amount.
        return False
    if attribute in ("目前的情况", "总数") and draft.lead.tree.meta.form == "digest":
        # A digest tells the state of things at its own date.
        return False
    return not states_attribute(question.attribute, draft.lead.text)


def _year_missing(question: Question, draft: Draft) -> bool:
    """A question about a year that the place does not name; a claim about one is denied instead."""
    if question.kind is QuestionKind.YES_NO or not question.years:
        return False
    place = _place_text(draft)
    return not any(re.search(rf"{year}", place) for year in question.years)


def _kind_missing(question: Question, draft: Draft) -> bool:
    """A school, hospital or company is asked for by name, and the place names none."""
    school = _A_SCHOOL.search(question.folded)
    if school is not None and school[0] not in _place_text(draft):
        return True
    if _WHICH_OF_KIND.search(question.folded.rstrip("?。! ")):
        return not NAMED_INSTITUTION.search(draft.lead.text)
    match = _ASKED_KIND.search(question.folded.rstrip("?。! "))
    if match is None or question.kind not in _NAMING_KINDS:
        return False
    kind = match.group("after") or match.group("before")
    return bool(_INSTITUTION.match(kind)) and not NAMED_INSTITUTION.search(draft.lead.text)


def _list_missing(question: Question, topic: Topic, draft: Draft) -> bool:
    """Things of one kind are asked for one by one, and the piece that speaks of them lists none."""
    if question.kind not in _NAMING_KINDS or not _ASKS_LIST.search(question.folded.rstrip("?。! ")):
        return False
    lead = draft.lead
    pieces = segments(lead.tree.doc.text, lead.start, lead.end)
    best = max(pieces, key=lambda piece: topic.coverage(topic.matches(fold(piece.text))), default=None)
    if best is None or not _LISTS.search(best.text):
        return True
    return bool(_OF_SCHOOLS.search(question.folded)) and not NAMED_INSTITUTION.search(best.text)


def _counted_missing(question: Question, topic: Topic, draft: Draft) -> bool:
    """A figure is asked of a thing that its clause does not have: of 作业, not of 体育活动."""
    if question.kind is not QuestionKind.FIGURE or draft.lead.reach >= _FAR:
        return False
    known = [(term.weight, place) for place, term in enumerate(topic.terms) if term.known]
    if len(known) < 2:
        return False
    _, heaviest = max(known)
    return max(draft.lead.matches[heaviest], draft.lead.context[heaviest]) < _COUNTED


def elsewhere(question: Question, tree: ClauseTree, spoken: str = "") -> bool:
    """Whether a question asks about another district or city than the document's own.

    :param spoken: folded text of the place that would answer, whose places count as well.
    """
    spoken += fold(tree.meta.title + tree.meta.issuer)
    named = [match.group(1) for match in _PLACE.finditer(question.folded)]
    named += _NEIGHBOURS.findall(question.folded)
    return any(name not in spoken for name in named)


def of_own_district(question: Question, own: ClauseTree) -> bool:
    """Whether a question asks for a figure or a date of the district that a document is of, by its name."""
    place = _OWN_PLACE.search(own.meta.issuer)
    asked = question.kind in (QuestionKind.FIGURE, QuestionKind.DATE)
    return asked and place is not None and place[1] in question.folded


def _other_place(question: Question, draft: Draft) -> bool:
    """A question about another district or city than those that the place speaks of."""
    if question.kind is QuestionKind.YES_NO:
        return False
    lead = draft.lead
    return elsewhere(question, lead.tree, fold(lead.tree.own_text(lead.clause)))


def _support(topic: Topic, draft: Draft) -> float:
    lead = draft.lead
    covered = topic.coverage(lead.matches, [0.7 * value for value in lead.context])
    return covered + _EXPECTED_SUPPORT * lead.alike * (1.0 - covered)
