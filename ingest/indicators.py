"""The noun phrase that a target measures, freed from what leads up to it."""

from __future__ import annotations

import re

#: Making verbs: what follows is the thing counted (打造微课5个 counts 微课).
_MAKE = [
    "打造",
    "建设",
    "建成",
    "新建",
    "改建",
    "改扩建",
    "扩建",
    "组建",
    "创建",
    "争创",
    "创成",
    "培育",
    "培养",
    "引进",
    "招引",
    "新增",
    "增加",
    "建立",
    "设立",
    "开设",
    "开发",
    "遴选",
    "选树",
    "选派",
    "评选",
    "认定",
    "建好",
    "办好",
    "形成",
    "推出",
    "配备",
    "配齐",
    "发布",
    "制定",
    "制作",
    "出台",
    "实施",
    "推进",
    "推动",
    "落实",
    "支持",
    "建",
    "办",
]
#: Acting verbs: the act is what is counted (招聘教师150名).
_ACT = [
    "招聘",
    "招收",
    "培训",
    "覆盖",
    "开展",
    "举办",
    "组织",
    "开办",
    "完成",
    "掌握",
    "核定",
    "服务",
    "资助",
    "检查",
    "安排",
    "参加",
    "学会",
    "参与",
    "走访",
]
#: Words that set a sentence going and measure nothing.
_LEAD = [
    "力争",
    "争取",
    "确保",
    "努力",
    "实现",
    "促进",
    "逐步",
    "基本",
    "使得",
    "使",
    "让",
    "将",
    "全力",
    "稳步",
    "积极",
    "加快",
    "着力",
    "同时",
    "并",
    "且",
    "其中",
    "每年",
    "年均",
    "力促",
    "保证",
    "保障",
    "至少",
    "各",
    "均",
    "分别",
    "持续",
    "累计",
    "再",
    "通过",
    "要",
    "应",
]
_CHANGE = "提高|提升|增加|增长|扩大|下降|降低|压减|减少|压缩|上升|缩小|缩短"

_TIME = (
    r"(?:(?:到|至|截至|力争|在)?(?:20\d\d|[〇零一二三四五六七八九]{4})年(?:\d{1,2}月)?(?:年?[底末初])?(?:秋季学期|春季学期)?"
    r"(?:之?前|以前|期间)?|[“]?十[一-九]五[”]?(?:期?末|期间|时期)|[一二三四五六七八九十\d]+年[以之]?内)"
)
_LEADING = re.compile(
    rf"^(?:{_TIME}|{'|'.join(sorted(_MAKE + _LEAD, key=len, reverse=True))}"
    r"|规划(?=新建|建设|改建|新增)|较(?:20\d\d年|上年|去年)|[、，,：:和及与并]|以及|——)"
)
_TRAILING = re.compile(
    rf"(?:{_TIME}|实现|保持|稳定|维持|按照?|均|分别|力争|争取|总体|基本|逐步|已|应|要|由20\d\d年的.*|从20\d\d年的.*"
    r"|[较比](?:20\d\d年|上年|去年)|每(?:年|学期|月|周)|年均|逐年|都|、|：|:)$"
)
#: A level or area that an indicator begins with.
_ONE_LEVEL = (
    r"(?:国家(?:级)?|全国|全[省市区县州域]|[省市区县州校](?:级|属|管)|部级|[一二三四五]级"
    r"|[\u4e00-\u9fff]{2,3}[省市区县](?=[“「]|级|[\u4e00-\u9fff]))(?:及?以上)?"
)
LEVEL = re.compile(rf"^{_ONE_LEVEL}(?:[、和及与]{_ONE_LEVEL})*")
_AREA_WORD = re.compile(r"^[\u4e00-\u9fff]{2,3}(?:省|市|区|县)$")
_PER_TIME = re.compile(
    r"每(?:个?工作日|学年|学期|年度|年|月|周|天|日)|一年|一学期|年均|年度(?=[\u4e00-\u9fff]{2})|逐年"
)
_PER_UNIT = re.compile(r"每(?:一)?(?:[个名所位家间]|校|班|生|人)")
_UNTIL_VERB = re.compile(
    rf"(?={'|'.join(sorted(_MAKE + _ACT, key=len, reverse=True))}|至少|在|都|均|应|要|不|达|配|学习|拥有|有|可|不少)"
)
_ACTION_NOUN = re.compile(r"(?:改造|升级|建设|提升|扩容|更新)[和及与]")
_MEASURE_NOUN = re.compile(
    r"(?:率|比例|占比|系数|比|度|数|数量|时间|年限|经费|班额|规模|面积|标准|水平|金额)$"
)


def clean_indicator(text: str) -> str:
    """What an indicator is called, without dates, leading verbs and bracketed remarks.

    >>> clean_indicator("到2027年，新建、改扩建中小学")
    '中小学'
    """
    text = re.sub(r"（[^（）]*）", "", text).strip("　 ，,")
    previous = ""
    while text != previous:
        previous = text
        text = _LEADING.sub("", text).strip("　 ，,")
    previous = ""
    while text != previous:
        previous = text
        text = _TRAILING.sub("", text).strip("　 ，,")
    moved = re.fullmatch(rf"(?P<noun>.+?)(?:每年|年均|逐年|[较比]20\d\d年)(?P<verb>{_CHANGE})", text)
    return f"{moved['noun']}{moved['verb']}" if moved else text


def after_making(indicator: str) -> str:
    """What is made, where a subject stands before the verb: 校企共建产业学院 counts 产业学院."""
    made = re.search(
        r"^[^“]*(?:遴选|打造|组建|创建|共建|联建|新建|建成|评选|选派|引进|招聘)(?P<noun>[^，。；、]{2,})$",
        indicator,
    )
    return made["noun"] if made else indicator


#: Groups that a measure is given for one after the other (小学…、初中…).
_GROUPS = (
    "小学",
    "初中",
    "高中",
    "幼儿园",
    "中职",
    "高职",
    "本科",
    "城市",
    "城镇",
    "城区",
    "农村",
    "乡村",
    "男生",
    "女生",
)


def other_group(indicator: str, previous: str) -> str:
    """初中 after 生均公用经费小学 is 生均公用经费初中."""
    if indicator not in _GROUPS:
        return indicator
    group = next((group for group in _GROUPS if previous.endswith(group) and previous != group), "")
    return f"{previous.removesuffix(group)}{indicator}" if group else indicator


def action_end() -> str:
    """Pattern, ending in ``$``, of the verbs that may directly precede a figure."""
    verbs = sorted([*_MAKE, *_ACT, *_CHANGE.split("|")], key=len, reverse=True)
    return f"(?:{'|'.join(verbs)})$"


def level_of(indicator: str) -> str:
    """The level or area an indicator begins with (市级以上, 全区, 重庆市), or an empty string."""
    match = LEVEL.match(indicator)
    if match is None or match.end() == len(indicator):
        return ""
    level = match[0]
    # 高中学区 and the like only look like the name of an area.
    return (
        ""
        if _AREA_WORD.match(level) and re.search("[学校园社校片]区$|城[市区]|都市$|[小校]区$", level)
        else level
    )


def distributive(text: str) -> str:
    """What a figure is counted per (每天, 每所高中学校, 一年), or an empty string."""
    units = _PER_UNIT.search(text)
    if units:
        rest = text[units.start() :]
        stop = _UNTIL_VERB.search(rest, units.end() - units.start())
        return rest[: stop.start()] if stop else rest
    times = _PER_TIME.search(text)
    return times[0] if times else ""


def complete(indicator: str, previous: str) -> str:
    """An indicator that only gives a level (市级5所) takes its noun from the one before it."""
    level = re.fullmatch(_ONE_LEVEL, indicator) if indicator else None
    if level is None:
        return indicator
    noun = LEVEL.sub("", previous)
    return f"{indicator}{noun}"


def is_topic(text: str) -> bool:
    """Whether a phrase names a measure (…系数, …率) that the next phrases may go on about."""
    return bool(_MEASURE_NOUN.search(text)) and len(text) > 3


def without_action_nouns(text: str) -> str:
    """X改造和Y全覆盖 covers Y alone."""
    matches = list(_ACTION_NOUN.finditer(text))
    return text[matches[-1].end() :] if matches else text
