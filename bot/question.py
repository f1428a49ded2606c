"""What a question asks for: its kind, the words that carry its topic, and what an answer must contain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.attributes import ASKS_WHY, asked_attribute
from bot.everything import asks_everything, topic_asked
from ingest.fold import fold
from ingest.numerals import parse_number


class QuestionKind(StrEnum):
    """What form the answer takes."""

    FIGURE = "figure"
    DATE = "date"
    WHO = "who"
    DEFINITION = "definition"
    YES_NO = "yes_no"
    COMPARISON = "comparison"
    EVERYTHING = "everything"
    MEASURES = "measures"
    WHICH = "which"
    WHY = "why"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood.

    :ivar text: as asked, cleaned of what no reader sees.
    :ivar folded: its search form.
    :ivar kind: what form the answer takes.
    :ivar topic: the folded question without the words that only ask.
    :ivar unit: the unit a figure is asked in, ``%`` for shares and rates, empty where any will do.
    :ivar attribute: an attribute that policy texts seldom state (telephone, price), empty if none is asked.
    :ivar years: the years that the question names.
    :ivar month: the month that it names, as ``2025-10``, empty where it names none.
    :ivar figures: the figures with their units that the question claims (``65%``, ``5所``).
    :ivar quoted: what stands in quotation marks or 《》.
    :ivar aside: what it tells before it asks (我家娃儿上四年级), folded; it counts less than what is asked.
    :ivar distributes: whether the answer must name several (各, 分别).
    """

    text: str
    folded: str
    kind: QuestionKind
    topic: str
    unit: str = ""
    attribute: str = ""
    years: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    distributes: bool = False
    month: str = ""
    aside: str = ""


_UNITS = "所|个|样|名|门|节|家|项|条|次|次数|岁|小时|分钟|人|元|万元|天|年|月|种|类|层|级|校|园|堂|间|场|支|位|篇|本|平方米|公里|周|届|批|套|课时|学时|张|座|倍|亩"
_SHARE = re.compile(
    r"占比|占(到|了|整个|全部)?\S{0,8}(多少|几)(?![所个家名])|几个(百分)?点|比例|比重|百分之(多少|几)|百分比|几成|率(?!先)|覆盖面|匹配度|%"
)
_HOW_MANY = re.compile(
    rf"(多少|几|好多(?=要|能)|若干|幾)\s*(?P<unit>{_UNITS})?(?!年前|乎|何)|数量|数目|总数|人数|(?:目标|指标)(?:数|值)|多[大高长久重远]|数值"
)
_NOT_A_COUNT = re.compile(
    r"什么(?:水平|程度|水准|样)|排(?:得|到|在|进)|前[面头]|中等|(?:过|教|干|待|头|前)几[年天]|[十好么就才只没]有?几|位置|位次|名次|前列|几[十百千]|哪几|第几|几(时|号|点|月几)|几乎|几\d|这几|那几"
)
_WHEN = re.compile(
    r"deadline|ddl|最(迟|晚)(要)?(?!.*(多少|几个))|好久(?=能|会|搞|建|开|完|出|公布|印发|发|挂|到|才|可以|得|弄)|什么时候|啥子?时候|何时|几时|哪[一1]?年|哪个?月|哪天|几号|几月|什么时间|何年|时间(是|节点|表)|期限|时限|截止|日期|(?:建成|完成|实现|达到|打造|创建|截止|目标|起止)的?(?:时间|年份|年限|年)$|年份$|多久(?!.{0,6}[一1][次回])|(印发|发布|成文|施行|公布)(的)?时间|到(哪一)?年"
)
_WHO = re.compile(
    r"谁|哪个?班子|哪[两几些2-9]?(家|个)?(单位|部门)?(联合|一起|共同)?(印发|发(的|布)|出(?:台|的))|归(哪|谁|什么)|由(哪|谁|什么|那个?(?:部门|单位))|哪(些|个|几个|家|一个)?(部门|单位|机构|委办局|科室|局|委员会|组织|主体)|(负责|牵头|主管|责任|承担|主办|配合|协办)(的)?(部门|单位|人|机构)|谁(来)?(负责|牵头|管)|找谁|牵头(部门|单位)"
)
_RESPONSIBLE = re.compile(
    r"(由|归|是)?(哪个|哪些|什么|谁).{0,4}(部门|单位).{0,4}(负责|牵头|承担|管)|谁(来)?(负责|牵头|主管)|归(谁|哪|什么).{0,6}(负责|管|办)|由谁(负责|牵头|管)"
)
#: What a programme is for can be told without a definition of its name.
_PURPOSE = re.compile(
    r"(面向|针对|适用(于)?|对象|覆盖)(的)?(是)?(哪|谁|什么)|(管|做|干|要|推|支持|解决|针对|面向|对着|抓|搞)(的是|的)?(些)?(什么|啥)"
)
_DEFINITION = re.compile(
    r"(什么|啥)(是|叫|意思|含义|涵义|内涵|概念)|(是|指)(的是)?(什么|啥)(意思)?$|指(的)?(是)?(什么|啥|哪)|(什么|啥)意思|含义|涵义|全称|怎么(理解|解释)|如何(理解|解释)|的?定义|(代表|意味着)(什么|啥)|分别(指|是|代表)"
)
#: “五名”工程包括哪五类人, “三业”是哪三业: the members of a named set are its definition.
_MEMBERS = re.compile(
    r"(是|指|叫|包括|包含|含|代表|分为)(的)?(是)?[哪那](几|些|[\d一二三四五六七八九十两]+)|[哪那][\d一二三四五六七八九十两]+|(都|分别|具体)(是|叫|有|指)(什么|啥|哪)|(具体)?内容(是|有)(什么|啥|哪些)|怎么(解释|理解)"
)
_NAMES_SET = re.compile(
    r"[一二三四五六七八九十](?:个|大|项|种|类|对|条)(?!月|人|年|星期)[\u4e00-\u9fff]{2,6}|[“\"「『‘][^”\"」』’]{1,16}[”\"」』’]"
)
_OF_PLACES = re.compile("[相有]关|内容有|地方|[哪几][条处]")
_YES_NO = re.compile(
    r"不是说|听说|真的假的|是真的|([\u4e00-\u9fff])[不没]\1(?!少|多|久)|(?<![什怎这那多])么$|是不是|是否|有没有|有无|能不能|可不可以|可以不|行不行|对不对|对吧|是吧|吧$|没错$|要不要|会不会|准不准|让不让|算不算|还是不是|给不给|许不许|允不允许|管不管|没记错|对吗|真的假的|(支|教|补|收|办|用|提|建|写|包)不\S{1,3}$|[了有到]没(有)?$"
)
#: A particle at the end asks for yes or no only where no word asks for more (写了怎么减负吗).
_YES_NO_END = re.compile(r"[吗吧嘛]$|吗[？?,，]")
_ASKS_MORE = re.compile(r"谁|哪|什么|怎么|怎样|如何|多少|几[所个项门名种家条次]|为啥|咋")
#: 哪个单位来办，写了没有: whether it is written is asked besides.
_TAG = re.compile(
    r"[，,](?:文件|方案|纲要|规划)?里?(?:写|说|讲|提|规定|明确|指定)(?:明|清楚|到|过)?了?没有?$|(?<=[\u4e00-\u9fff])没有?$"
)
#: Who tells, of whom, and from whom it was heard.
_STORY = re.compile(
    r"我|咱|娃|孙|外甥|侄|爸|妈|爷|奶|婆|老公|老婆|老汉|邻居|隔壁|同学|听说|说是|新闻|天天|回来说|开会说"
)
_MEASURES = re.compile(
    r"(哪些|什么|啥|哪几(项|种|个))(具体)?(的)?(措施|举措|办法|安排|要求|任务|政策|规定|行动|工作|动作|支持|做法|打算|计划|内容|机制)|怎么(样)?(办|做|搞|推进|开展|落实|保障|提高|加强|改|管|抓|建|解决|支持|发展|保|弄|整|减|写|规定|说|要求|安排)?|如何|咋(个|样|办|搞|弄|整)?|怎样|讲(了)?(什么|啥)|说(了)?(什么|啥)|写(了)?(什么|啥)|做(什么|啥|些什么)|干(什么|啥)"
)
#: 多久选一回 asks for 每年 and not for a figure.
_FREQUENCY = re.compile(r"多久.{0,16}[一1]?[次回]|隔多久|多久(?:开|搞|评|选|考|换|交流|汇报|报告)")
_WHICH = re.compile(r"哪|什么|啥|何种|几类|几种")

_NAMED_THING = r"(?:行动|工程|计划|任务|提升|定位|体系|力量|机制|属性|关系|原则|维度|方面)"
_QUOTED = re.compile(r"[“\"「『‘《](?P<inside>[^”\"」』’》]{1,60})[”\"」』’》]")
#: “12368”里的2是什么 asks for one part of a name.
_LABEL = re.compile(
    r"\d{3,}n?[”\"]?(?:体系架构|体系|架构)?(?:[里中]|里头)?(?:的|那个)[“\"]?(?P<of>\d|n)[”\"]?(?=是|指|代表|即|叫|说|到底|$)"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:年|学年|(?=[^\d]|$))")
_FIGURE = re.compile(rf"(?<![\d.第哪那几])(\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?)?)(%|个百分点|万人|{_UNITS})")

#: Words that ask, point at the documents or hold the sentence together; they are no part of the topic.
_ASKING = re.compile(
    "|".join(
        (
            r"请问(一下)?|你好|您好|我想(知道|问|了解)(一下)?|想(问|知道|了解)(一下|下)?|告诉我|帮(我|忙)(查|看|找)?(一下|下)?|麻烦(你|您)?|(给|跟)我(说|讲|列|查)(一下|下|说|讲)?|能(不能|否)告诉|查(一下|下)",
            r"(这份|这个|该|本|那份|那个|咱们?的?|我们(区)?的?|区里的?|市里的?|国家的?)?(实施方案|方案|文件|通知|规划纲要|纲要|规划|政策|文本|原文)(里面|里头|里边|里|中|上|当中)?(的|是|对|关于|有关)?(怎么|如何|咋|到底)?(规定|要求|提出|提到|明确|写|说|讲|提|写明|涉及|安排)?(了|的|过|着|到|明)?",
            r"区里(?=[要准打怎有对会能给是还])",
            r"(在|从|按照?|根据|依据|就)(?=(方案|文件|规划|纲要))|(里面|里头)",
            r"百分之(多少|几)|几成|几个(百分)?点|好久(?=能|会|搞|建|开|完|出|公布|印发|发|挂|到|才|可以|得|弄)|什么时候|啥子?时候|何时|几时|哪[一1]?年|哪个?月|哪天|什么时间|多久|是多少|要?达?到?多少|有多少|多少|好多|几(?=所|个|名|门|节|家|项|条|次|岁|小时|人|元|堂|种|类|批|年|月)",
            r"(?:什么|啥|怎样的?|哪种)(?:水平|水准|程度|样子|样|地步)(?![的])|有哪些|是哪些|哪几(个|所|家|种|类|项|条|处|方面)?|哪些|哪(个|家|所|一个|里|儿|位|条|方面)|什么(样的?)?|啥子?|为何|为什么|为啥|怎么(样|办(?![理事学])|做|搞|个)?|怎样|如何|咋(个|样|办|搞|整)?|谁(来)?",
            r"(?P<verb>[\u4e00-\u9fff])[不没](?P=verb)(?![了])|是不是|是否|有没有|有无|能不能|可不可以|要不要|会不会|对不对|对吧|是吧|没(?:说|记|搞|弄)错吧?|吗|呢|吧|啊|呀|嘛|么(?=$|[？?])|哦|哈|咯|啦",
            r"(?:是|指|有|为)?[哪那](?:\d{1,2}|[一二两三四五六七八九十])(?:个|名|条|项|种|类|所|家|方面|大|件|样|位|块|级)?",
            r"(?:有|在)?几处(?:提到|提|说|讲|写)?(?:要|了|过)?|都?说了啥|前后都?|(?:帮我)?(?:全部?|都|通通)(?:找|列)(?:出来|一下)?|一共写了",
            r"(?:控制|目标|考核)?指标(?:值|数)?(?=是|要|$|[？?])",
            r"出现在|被?提到|找出来|(找|列|理)(齐|一下)|凡是|指的是|是指|意思|含义|全称|分别|各自|具体|一共|总共|到底|究竟|一下|大概|左右|目前|现在|如今|打算|准备|计划(?=[在到])|需要|应该|应当|必须|可以|能够",
            r"(有(什么|哪些|啥))?(不同|不一样|区别|差别|差异|异同)(之处|吗)?|一样|一致|同一个说法|说法|对比|比较|对应|上下两级|下一步|说白了",
            r"的话|以及|还有|或者|和(?=[^平谐睦解])|与|及其?|跟(?!踪)|对于|关于|有关|针对|相关(的)?|方面|情况|内容|主要|包括|包含|讲(的|了)|说(的|了)|写(的|了)|提(的|了)|介绍|解释|说明|列(出|举)",
        )
    )
)


def analyse(text: str) -> Question:
    """Read a question.

    >>> question = analyse("公办园占比要到多少？")
    >>> (str(question.kind), question.unit, question.topic)
    ('figure', '%', '公办园占比')
    """
    folded = fold(text)
    bare = folded.rstrip("?!。.~… ")
    if _ASKS_MORE.search(untagged := _TAG.sub("", bare)):
        bare = untagged
    share = bool(_SHARE.search(bare))
    many = None if _NOT_A_COUNT.search(bare) else _HOW_MANY.search(bare)
    kind = _kind(bare, folded, many is not None or bool(re.search("百分之(多少|几)|几成", bare)))
    share = share or bool(re.search("几成|[一二三四五六七八九十]成", bare))
    unit = "%" if share else ((many and many.groupdict().get("unit")) or "")
    attribute = asked_attribute(bare)
    quoted = tuple(match.group("inside") for match in _QUOTED.finditer(text))
    label = _LABEL.search(bare)
    if label is not None and label["of"] not in quoted:
        quoted += (label["of"],)
    if label is not None and kind is QuestionKind.OPEN:
        kind = QuestionKind.DEFINITION
    topic = _ASKING.sub(" ", topic_asked(folded) if kind is QuestionKind.EVERYTHING else folded)
    # What is claimed is compared, not looked up: 2030年 and 5所 would drown what they are claimed of.
    if kind is QuestionKind.YES_NO:
        topic = re.sub(r"(?:19|20)\d{2}年(底)?(前)?", " ", topic)
    claimed = _claims(text, folded)
    if kind is not QuestionKind.YES_NO:
        # 8项行动 names a set; only a question for yes or no claims that there are eight.
        claimed = tuple(
            claim for claim in claimed if not re.search(rf"{re.escape(claim)}{_NAMED_THING}", folded)
        )
    for claim in claimed:
        topic = topic.replace(claim, " ")
    topic = re.sub(r"[^\w\u3400-\u9fff%+.\-]+", " ", topic).strip()
    month = re.search(r"((?:19|20)\d{2})年(\d{1,2})月", folded)
    return Question(
        text=text,
        folded=folded,
        kind=kind,
        topic=re.sub(r"\s+", " ", topic),
        unit=unit,
        attribute=attribute,
        years=tuple(dict.fromkeys(_YEAR.findall(folded))),
        figures=claimed,
        month=f"{month[1]}-{int(month[2]):02d}" if month else "",
        quoted=tuple(fold(inside) for inside in quoted),
        aside=_aside(folded),
        distributes=len(re.findall("多少|几(?=[所个名项门次])", bare)) > 1
        or bool(re.search("各(要|是|有|自|几|多少|为|建|创|打|占|到|达)|分别|两(个|者)都", bare)),
    )


def _aside(folded: str) -> str:
    """The parts of a rambling question that tell a story and do not ask."""
    parts = re.split("[,，。；;?？!]", folded)
    asking = [bool(_ASKS_MORE.search(part) or _YES_NO.search(part)) for part in parts]
    if not any(asking):
        return ""
    told = [part for part, asks in zip(parts, asking, strict=True) if not asks and _STORY.search(part)]
    return " ".join(told)


def asks(text: str) -> bool:
    """Whether a text asks anything."""
    return analyse(text).kind is not QuestionKind.OPEN


def claims(text: str) -> bool:
    """Whether a text states a figure that can be held against the documents."""
    return bool(analyse(text).figures)


def _claims(text: str, folded: str) -> tuple[str, ...]:
    """The figures that a question states; 三个 and 六大 in it name a thing rather than claim a number."""
    claims = [
        f"{parse_number(match[1])}0%"
        for match in re.finditer("([一二三四五六七八九])成(?!立|果|员|绩)", folded)
    ]
    # 五名 and 3+2 inside quotation marks are names.
    for match in _FIGURE.finditer(re.sub(r"[“\"「『‘][^”\"」』’]*[”\"」』’]", " ", folded)):
        value, unit = match.groups()
        if unit == "月" or (unit == "年" and len(value) == 4):
            continue
        if unit in ("个", "项", "条", "种", "类", "层", "级", "年", "次") and not re.search(
            rf"{value}\s*{unit}", text
        ):
            continue
        claims.append(value + unit)
    return tuple(claims)


def _kind(bare: str, folded: str, counts: bool) -> QuestionKind:
    if ASKS_WHY.search(bare):
        return QuestionKind.WHY
    if _FREQUENCY.search(bare):
        return QuestionKind.OPEN
    other = _WHO.search(bare) or _WHEN.search(bare) or _PURPOSE.search(bare)
    members = _NAMES_SET.search(bare) and _MEMBERS.search(bare) and not _OF_PLACES.search(bare)
    if members and not other and not (counts and re.search(r"多少\S{0,4}$", bare)):
        return QuestionKind.DEFINITION
    if asks_everything(bare):
        return QuestionKind.EVERYTHING
    if counts:
        return QuestionKind.FIGURE
    if _WHEN.search(bare):
        return QuestionKind.DATE
    if _RESPONSIBLE.search(bare):
        return QuestionKind.WHO
    asked_last = re.split("[,，]", bare)[-1]
    if not _YES_NO.search(asked_last) and re.search("怎么|如何|靠什么|谁|哪", asked_last):
        # 落没落实，靠什么去盯 asks for the means.
        folded = bare = asked_last
    by_particle = (_YES_NO_END.search(bare) or _YES_NO_END.search(folded)) and not _ASKS_MORE.search(bare)
    if by_particle or _YES_NO.search(bare) or _YES_NO.search(folded):
        return QuestionKind.YES_NO
    if _WHO.search(bare):
        return QuestionKind.WHO
    if _PURPOSE.search(bare):
        return QuestionKind.MEASURES
    if _DEFINITION.search(bare):
        return QuestionKind.DEFINITION
    if _SHARE.search(bare) and len(bare) <= 24 and not _MEASURES.search(bare) and not _WHICH.search(bare):
        return QuestionKind.FIGURE
    if _MEASURES.search(bare):
        return QuestionKind.MEASURES
    if _WHICH.search(bare):
        return QuestionKind.WHICH
    return QuestionKind.OPEN
