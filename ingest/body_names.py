"""How bodies are called: the heads of their names, lists of them, and what kind of body a name means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

BodyKind = Literal[
    "organ", "generic", "group", "school", "research", "company", "media", "medical", "society"
]

#: Words that a name ends with, by kind; within a kind and over all kinds the longest fits first.
_HEADS: dict[BodyKind, str] = {
    "organ": (
        "领导小组 工作小组 委员会 管委会 联席会议 协调机制 会商机制 工作专班 指挥部 人民政府 政府办公室 政府办 办公室 "
        "组织部 宣传部 统战部 政法委 网信办 编办 工委 教委 党工委 督导委 监委 纪委 检察院 法院 消防救援支队 支队 大队 "
        "发展改革委 发改委 卫健委 卫生健康委 经济信息委 农业农村委 文化旅游委 住房城乡建委 城乡建委 文旅委 国资委 "
        "督导室 审计机关 机关 教育部 财政部 科技部 公安部 民政部 人社部 局 厅 教管中心 审计署"
    ),
    "generic": (
        "各级各部门 各部门 多部门 部门 单位 县（市、区）人民政府 县（市、区） 各镇 乡镇（街道） 镇（街） 镇（街道） 镇街 乡镇街道 街镇 街道办事处 街道 乡镇 "
        "党委 党政 党组织 党组 党支部 政府 地方 区县 县区 有关方面"
    ),
    "group": (
        "妇联 团区委 团县委 团市委 团委 共青团 残联 总工会 工会 科协 关工委 协会 学会 商会 基金会 行业组织 社会组织 "
        "群团组织 群团 社会力量 志愿者组织 指导团队 少先队"
    ),
    "school": (
        "职业技术大学 师范大学 大学 师院 职院 职业技术学院 师范学院 科创学院 学院 技师学院 技工院校 职业院校 高等院校 院校 高校 "
        "高中学校 中小学校 中小学 职业学校 中职学校 高职学校 学校 幼儿园 托育机构 培训机构 普通高中 高中 中学 小学 "
        "职业教育中心 职教中心 教师发展中心 教师进修学校 党校 教科院 教科所 教研室 教育集团 中职 高职"
    ),
    "research": "科研院所 科研机构 研究院 研究所 科研单位 研究机构",
    "company": "企业 公司 园区 金融机构 银行 产业园",
    "media": "新闻媒体 新闻单位 融媒体中心 媒体 电视台 报社 广播电台",
    "medical": "医疗机构 医疗卫生机构 医院 卫生院 疾控中心 妇幼保健院",
    "society": "家庭 社会 社区 家长",
}
_KIND_OF_HEAD: dict[str, BodyKind] = {head: kind for kind, heads in _HEADS.items() for head in heads.split()}
_HEAD = "|".join(
    # 布局, 格局 and 大局 are no offices.
    "(?<![布格结大全开时])局" if head == "局" else re.escape(head)
    for head in sorted(_KIND_OF_HEAD, key=len, reverse=True)
)
#: 区民政局 and the like: a level before, a short word and one sign after.
_LEVELLED = "(?:区|县|市|省|州|旗)(?:委|[\u4e00-\u9fff]{1,10}?(?:委|办|(?<![布格结大全开时])局|院|部(?!分)|中心|总队|厅)|政府)"

_MODIFIER = re.compile(
    r"^(?:有条件的|符合条件的|具备[^，。；、]{1,12}的|全[区县市省]各级|全[区县市省]|各级各类|各级|各类|各|多|每(?:一)?[所个家名]"
    r"|[\d一二两三四五六七八九十]+(?:[—–-]\d+)?所|所有|相关|有关|其他|区域内)"
)
_ITEM = rf"(?:{_LEVELLED}|[\u4e00-\u9fffA-Za-z“”·]{{0,14}}?(?:{_HEAD}))(?:（[\u4e00-\u9fff]{{1,8}}）)?"
_FUNCTION_LIST = r"[\u4e00-\u9fff]{2,6}(?:、[\u4e00-\u9fff]{2,8})+(?:(?:和|及|与)[\u4e00-\u9fff]{2,6})?等(?:相关|有关)?(?:职能)?部门"
_LIST = re.compile(
    rf"(?P<functions>{_FUNCTION_LIST})|(?P<items>{_ITEM}(?:(?:、|和|及|与|以及|，(?=各)){_ITEM})*)(?P<rest>等(?:[\u4e00-\u9fff“”]{{0,10}}?(?:{_HEAD}))?)?"
)
_HEAD_ENDS = re.compile(rf"(?:{_HEAD}|{_LEVELLED}|）)$")
#: 和 inside the names of departments.
_INNER_AND = re.compile(
    "(?<=资源)和(?=规划|社会)|(?<=工业)和(?=信息)|(?<=文化)和(?=旅游)|(?<=发展)和(?=改革)|(?<=住房)和(?=城乡)|(?<=规划)和(?=自然)"
)
_SEPARATOR = re.compile(r"、|以及|和(?!平)|及|与|，")
#: No name: a verb or a particle inside says that the words run on over something else.
_NOT_A_NAME = re.compile(
    r"的|建设|推动|推进|支持|鼓励|加强|完善|健全|实施|落实|开展|深化|促进|提升|提高|优化|建立|构建|打造|强化|加大"
    r"|规范|发挥|做好|办好|通过|依托|围绕|运用|利用|面向|覆盖|根据|按照|关于|进入|探索|组建|下设|会同|协助|配合|高质量|[是了由向]|以(?![上下内])|(?<!主)要|指导(?!团队)|(?<![中高初])等(?!级)|[与和及、]"
)


@dataclass(frozen=True, slots=True)
class NamedList:
    """One or more bodies named together, and the span ``[start, end)`` of the list.

    :ivar names: a name for each that stands alone: 教育部门 of 教育、公安等部门.
    :ivar printed: the same as printed: 教育.
    """

    names: tuple[str, ...]
    start: int
    end: int
    printed: tuple[str, ...]


def read_list(text: str, start: int, end: int) -> list[NamedList]:
    """The readings of the list of bodies that begins at ``start``, shortest first; empty when there is none.

    A name may end at more than one of its heads (职业学校 in 职业学校党组织), so what follows must decide.
    """
    lead = 0
    while modifier := _MODIFIER.match(text[start + lead : end]):
        lead += modifier.end()
    if lead and start + lead >= end:
        return []
    begin = start + lead
    readings: list[NamedList] = []
    match = _LIST.match(text, begin, end)
    while match is not None:
        names = _names(match)
        if names and text.startswith("各级各部门", start):
            names = ("各级各部门", *names[1:])
        if names:
            readings.append(NamedList(names, begin, match.end(), _printed(match, names)))
            if len(names) > 1 and not match["functions"]:
                # 企业、社会资金: the list may end before its last name.
                last = text.rindex(names[-1], begin, match.end())
                readings.insert(0, NamedList(names[:-1], begin, last - 1, names[:-1]))
        # A longer reading ends at a later head.
        match = _longer(text, begin, match.end(), end)
        if len(readings) > 12:
            break
    return readings


def _longer(text: str, begin: int, beyond: int, end: int) -> re.Match[str] | None:
    for stop in range(beyond + 1, min(end, beyond + 14) + 1):
        if _HEAD_ENDS.search(text, max(begin, stop - 8), stop):
            match = _LIST.fullmatch(text, begin, stop)
            if match is not None:
                return match
    return None


def _printed(match: re.Match[str], names: tuple[str, ...]) -> tuple[str, ...]:
    if match["functions"]:
        return tuple(name if name in match[0] else name.removesuffix("部门") for name in names)
    return names


def _names(match: re.Match[str]) -> tuple[str, ...]:
    if match["functions"]:
        words = re.sub(r"等(?:相关|有关)?(?:职能)?部门$", "", match["functions"])
        return tuple(name if kind_of(name) else f"{name}部门" for name in _split(words))
    names = tuple(_strip(name) for name in _split(match["items"]))
    if any(not name or _NOT_A_NAME.search(_bare(name)) or kind_of(name) is None for name in names):
        return ()
    return names


def _split(words: str) -> list[str]:
    """The names of a list; 和 within a name (自然资源和规划局) does not part it, nor does a list in brackets."""
    covered = re.sub(r"（[^（）]*）", lambda match: "（" + "#" * (len(match[0]) - 2) + "）", words)
    covered = _INNER_AND.sub("#", covered)
    names, start = [], 0
    for separator in _SEPARATOR.finditer(covered):
        names.append(words[start : separator.start()])
        start = separator.end()
    return [name for name in (*names, words[start:]) if name]


def _bare(name: str) -> str:
    return _INNER_AND.sub("", re.sub(r"（[^（）]*）", "", name))


def _strip(name: str) -> str:
    previous = ""
    while name != previous:
        previous = name
        stripped = _MODIFIER.sub("", name)
        name = stripped or name
    return name


def heads(*kinds: BodyKind) -> tuple[str, ...]:
    """The words that names of these kinds of body end with, longest first."""
    found = [head for head, kind in _KIND_OF_HEAD.items() if kind in kinds]
    return tuple(sorted(found, key=lambda head: (-len(head), head)))


def is_bare(name: str) -> bool:
    """Whether a name consists of its head alone (乡镇（街道）, 高校)."""
    return name in _KIND_OF_HEAD


def kind_of(name: str) -> BodyKind | None:
    """What kind of body a name means, by its last word, or None when it is no body.

    >>> [kind_of(name) for name in ("区委教育工作领导小组", "长江师范学院", "新闻媒体", "教育部门", "质量")]
    ['organ', 'school', 'media', 'organ', None]
    """
    bare = re.sub(r"（[^（）]*）$", "", name)
    match = re.search(rf"(?:{_HEAD})$", bare) or re.search(rf"(?:{_HEAD})$", name)
    if match is None:
        return "organ" if re.fullmatch(_LEVELLED, bare) else None
    kind = _KIND_OF_HEAD[match[0]]
    # 教育部门 is one department, 区级部门 and 有关部门 are any.
    if (
        match[0] == "部门"
        and len(bare) > 2
        and not re.search("^(?:区级|县级|市级|各级|有关|相关|多|各)", bare)
    ):
        return "organ"
    return kind


def normal_name(name: str) -> str:
    """A printed name without quantifiers (各, 有关, 多 …): 区级相关部门 is 区级部门."""
    if re.match("各级各部门", name):
        return "各级各部门"
    name = re.sub("(?:相关|有关)(?=部门|单位|职能)", "", name)
    return _strip(name).strip("“”") if not name.startswith("“") else _strip(name)


#: Bodies written by one sign each (校企, 政地校企).
SIGNS = {
    "政": "政府", "地": "地方", "园": "园区", "校": "学校", "企": "企业", "研": "科研机构", "院": "科研院所", "行": "行业组织",
}  # fmt: skip
