"""Actors in the text of a clause: where the grammar puts the one who acts, with the role and the task.

In a note （责任单位：…）, after 由, before a verb of acting, between 支持 or 鼓励 and what is supported, beside
与 in a joint task, in 发挥…作用, before 向…报告, and in the columns of a table of division of labour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.body_names import SIGNS, NamedList, is_bare, read_list
from ingest.rows import parts, sentences
from ingest.schema import Clause, ClauseTree

NOTE = re.compile(
    r"(?P<role>牵头(?:责任)?|责任|主责|主要责任|实施|承办|完成|负责|组织|主管|主办|主体|配合|协同|协办|参与|参加|协助|共同)"
    r"(?:单位|部门|主体|机构|科室)?[：:]\s*(?P<list>(?:（[^（）]*）|[^；;。：:\n（）])+?)(?=[；;。）)】\]\n]|$|[，、]?(?:牵头|责任|配合|协同|参与)(?:单位|部门)[：:])"
)
#: What an actor does: verbs and the words before verbs. After a list of bodies one of these must follow.
_ACTS = [
    "要",
    "应",
    "须",
    "应当",
    "必须",
    "可",
    "负责",
    "牵头",
    "承担",
    "组织",
    "建立",
    "开展",
    "落实",
    "协同",
    "配合",
    "协助",
    "会同",
    "联合",
    "共建",
    "共同",
    "参加",
    "参与",
    "统筹",
    "指导",
    "监督",
    "履行",
    "报送",
    "报告",
    "按",
    "按照",
    "具体",
    "定期",
    "做好",
    "制定",
    "把",
    "将",
    "充分",
    "切实",
    "每年",
    "每学期",
    "每月",
    "打造",
    "开发",
    "主导",
    "尽责",
    "协作",
    "抓好",
    "发布",
    "积极",
    "密切",
    "相结合",
    "升格",
    "升级",
    "转型",
    "建成",
    "创建",
    "增设",
    "开设",
    "整合",
    "利用",
    "围绕",
    "举办",
    "引进",
    "招收",
    "探索",
    "申报",
    "承接",
    "设立",
    "培育",
    "培养",
    "建设",
    "高质量发展",
    "支持",
    "面向",
    "依托",
    "对接",
    "联动",
    "向",
    "年度向",
    "大力",
    "深入",
    "全面",
    "对",
    "在",
    "通过",
    "拓展",
    "创新",
    "改善",
    "优先",
    "适当",
    "依法",
    "严格",
    "主动",
    "各负其责",
    "分级",
]
_ACT = "|".join(sorted(_ACTS, key=len, reverse=True))
_ACTS_NEXT = re.compile(
    rf"(?!应[届用急对变])(?:{_ACT})(?![、])(?!(?:能力|水平|条件|工作机制|标准)(?:$|[、，。]))"
)
#: After 推动 and 推进 the nouns among these do not count (推进学校建设 says nothing about who builds).
_CAUSED_NEXT = re.compile(
    rf"(?!建设|高质量发展|创建|培养|培育|升级|转型|改善|拓展|创新|对接|面向|设立|开设|全面|协同[^，。；]{{0,4}}机制|联合体)(?:{_ACT})(?![、])"
)
_LOOSE_NEXT = re.compile(rf"“|捐|兴办|投入|提供|[、和与及][\u4e00-\u9fff]{{2,6}}?(?:{_ACT})")
#: At the start of a part of a sentence only what cannot be a noun counts, so that 学校建设… is no actor.
_SUBJECT_NEXT = re.compile(
    r"(?:要|应当?(?![届用急对变])|须|必须|负责|牵头|承担|组织(?!建设|部)|建立(?!健全的)|开展|落实|协同|配合|协助|会同|联合|共建|共同|参加|参与|统筹(?!推进机制)"
    r"|指导(?!团队|站|中心)|履行|报送|报告|按(?!劳)|具体|定期|做好|制定|把|将|充分|切实|每[年学月]|打造|开发|主导|密切|设立|发布|大力|分级|年度向|在|加强|强化|优先|依法(?!治)|及时)"
)
_CAUSE = re.compile(
    r"支持|鼓励|引导|推动|促进|督促|动员|要求|允许|依托|委托|(?<!家庭教育)指导|推进|让|力争|确保(?=[^，。；]{2,12}(?:要|按|做|参))"
)
_BY = re.compile(
    r"(?<![理自])由(?=[^，。；]{2,60}?(?:牵头|负责|承担|组织|会同|统筹|共同|联合|参与|实施|协调|指导|办理|参加))"
)
_WITH = re.compile(r"(?<!参)[与同]|会同|联合(?=[^，。；的]{2,10}(?:局|委|部门|院|校|企业))")
_TOGETHER = re.compile(r"(?:的)?(?:密切)?(?:合作|共建|协同|共同|联合|联动|对接|共享|结对)")
_ROLE_PLAY = re.compile(r"发挥好?")
_PAIR = re.compile(
    r"(?P<body>党委|党政|政府|部门|学校|家庭|社会|企业|行业|市场|单位|群团|社区|高校|家长|园区|街道|乡镇|医院|媒体)"
    r"(?P<verb>统一领导|齐抓共管|各负其责|统筹|协作|主导|尽责|参与|负责|牵头|联动|协同|指导|支持|监管|主体|配合|负总责|落实|实施|评价|引导|推动|监督)"
    r"(?=[、，。的；]|$)"
)
_SIGNS = re.compile(
    rf"(?:(?<![\u4e00-\u9fff])|(?<=构建|推动|支持|促进|深化|推进|加强|鼓励))(?P<signs>[{''.join(SIGNS)}]{{2,4}})[”]?(?P<verb>联合|共建|共同|深度融合|协同|共育)"
)
_CONTACT = re.compile(r"(?:多|跨|(?<=加强|强化|推动|促进|完善|健全))部门(?=联动|协同|协作|会商|联合|协调)")
_SHARE = re.compile(r"以(?P<body>政府|财政|社会|企业)投入为主")
_DUTY = re.compile(r"履行[^，。；]{0,10}(?:职责|责任)")
_OFFICE = re.compile(r"办公室设?在(?=[^，。；]{2,20}$)")
_REPORT = re.compile(r"向(?P<to>[^，。；向]{2,20}?)(?:报告|报送|汇报)")

#: What may stand right before a list of bodies, and what a name may well begin with.
_BEFORE_NAME = "、，和及与同对由善索立全化构建设动进强成为"
_NAME_BEGINS = "区县市省镇乡各在"

#: Role of an actor by the words that follow it, first match first.
_ROLES = (
    (
        "报告",
        r"(?:年度|定期|及时|每年|按要求|每[年月季][^，。；]{0,8})?(?:向[^，。；]{2,20}?(?:报告|报送|汇报))",
    ),
    ("牵头", r"(?:充分)?(?:发挥)?牵头|抓总"),
    ("宣传", r"[^。；]{0,60}宣传"),
    (
        "共同",
        r"(?:要)?(?:密切配合|共同|联合|共建|协同|相结合|合作|[与和同][^，。；]{2,40}(?:协同|共同|合作|共建))",
    ),
    ("配合", r"(?:协助|配合|协作|参与|参加|做好配合|按职责|予以支持)"),
    ("协调", r"(?:统筹|协调|联动)"),
    ("责任", r"(?:负责|承担|具体|组织|要|应|须|落实|各负其责|按)"),
)
_NOTE_ROLES = {
    "牵头": "牵头", "牵头责任": "牵头", "配合": "配合", "协同": "配合", "协办": "配合", "参与": "配合", "参加": "配合",
    "协助": "配合", "共同": "共同", "主体": "主体",
}  # fmt: skip
_TASK_COLUMN = re.compile("任务|事项|内容|举措|措施|工作|项目|目标")
_OWNER_COLUMN = re.compile("牵头|责任|配合|主责|承办|协同|实施|参与|单位|部门")


@dataclass(frozen=True, slots=True)
class Actor:
    name: str
    role: str
    task: str
    start: int
    end: int
    printed: str = ""


def actors_in(tree: ClauseTree, clause: Clause) -> Iterator[Actor]:
    if clause.kind == "row":
        yield from _in_row(tree, clause)
        return
    if clause.kind == "table":
        return
    text = tree.doc.text
    for start, end in sentences(tree, clause):
        notes = list(_in_notes(text, start, end, task_of(tree, clause)))
        yield from notes
        if notes and notes[0].start <= start + 1:
            continue
        for part_start, part_end in parts(text, start, end):
            yield from _in_part(text, part_start, part_end, end)
        yield from _in_brackets(text, start, end)


def _in_brackets(text: str, start: int, end: int) -> Iterator[Actor]:
    for bracket in re.finditer(r"[（(【]([^（）()【】]{4,120})[）)】]", text[start:end]):
        if re.search("牵头|负责|配合", bracket[1]) and not NOTE.search(bracket[1]):
            for part_start, part_end in parts(text, start + bracket.start(1), start + bracket.end(1)):
                yield from _in_part(text, part_start, part_end, part_end)


def task_of(tree: ClauseTree, clause: Clause) -> str:
    for step in reversed(tree.path(clause.clause_id)):
        if step.heading:
            return re.sub(
                r"[（(【][^（）()【】]*(?:单位|部门|牵头|责任)[^（）()【】]*[）)】]?", "", step.heading
            )
    return tree.own_text(clause).strip()[:40]


def _in_notes(text: str, start: int, end: int, task: str) -> Iterator[Actor]:
    """（责任单位：…）, 牵头单位：…；配合单位：…"""
    for note in NOTE.finditer(text, start, end):
        role = _NOTE_ROLES.get(note["role"], "责任")
        for name in re.split(r"[、，,](?![^（）]*）)|(?<=[局委部办会校])[和及与]", note["list"]):
            name = name.strip(" 　）)")
            if 2 <= len(name) <= 30:
                yield Actor(name, role, task, note.start(), note.end())


def _in_row(tree: ClauseTree, row: Clause) -> Iterator[Actor]:
    """A row of a table whose header has columns for bodies."""
    table = tree.parent(row.clause_id)
    if table is None:
        return
    header = [cell.strip() for cell in tree.own_text(table).strip().strip("|").split("|")]
    cells = [cell.strip() for cell in tree.own_text(row).strip().strip("|").split("|")]
    owners = [number for number, name in enumerate(header) if _OWNER_COLUMN.search(name) and len(name) <= 12]
    tasks = [
        number for number, name in enumerate(header) if _TASK_COLUMN.search(name) and number not in owners
    ]
    if not owners:
        return
    task = "；".join(cells[number] for number in tasks if number < len(cells) and cells[number])
    end = row.start + len(tree.own_text(row).rstrip())
    for number in owners:
        word = _OWNER_COLUMN.search(header[number])
        role = _NOTE_ROLES.get(word[0] if word else "", "责任")
        for name in re.split(r"[、，,；;\s]+", cells[number] if number < len(cells) else ""):
            if len(name) >= 2:
                yield Actor(name, role, task or " ".join(cells), row.start, end)


def _in_part(text: str, start: int, end: int, sentence_end: int) -> Iterator[Actor]:
    """The actors in one part of a sentence, by the frames of this module."""

    def actors(found: NamedList, role: str, *, task_from: int | None = None) -> Iterator[Actor]:
        task = text[found.end if task_from is None else task_from : sentence_end].strip("，。；：、 \n")
        for name, printed in zip(found.names, found.printed, strict=True):
            yield Actor(name, role, task, start, end, printed)

    yield from _reports(text, start, end)
    subject = _first(text, _after_lead(text, start), end, _SUBJECT_NEXT)
    if subject is not None and not _REPORT.search(text, subject.end, end):
        # Many named in one breath share what follows (教育、公安等部门建立…).
        shared = "共同" if len(subject.names) > 2 else "责任"
        yield from actors(subject, _role(text[subject.end : sentence_end], shared))
    for cause in _CAUSE.finditer(text, start, end):
        nominal = cause[0] in ("推进", "推动", "促进")
        found = _first(text, cause.end(), end, _CAUSED_NEXT if nominal else _ACTS_NEXT)
        if found is None and cause[0] in ("支持", "鼓励", "引导"):
            # 支持长江师范学院“更名升大” names the act in quotation marks; in 鼓励企业、社会资金支持 the list
            # goes on with what is no body.
            found = _first(text, cause.end(), end, _LOOSE_NEXT)
        if found is not None:
            yield from actors(found, _role(text[found.end : end], "主体", narrow=True))
    for by in _BY.finditer(text, start, end):
        found = _first(text, by.end(), end, _ACTS_NEXT)
        if found is not None:
            yield from actors(found, _role(text[found.end : sentence_end], "责任"))
    for partner in _WITH.finditer(text, start, end):
        followed = _ACTS_NEXT if partner[0] in ("会同", "联合") else _TOGETHER
        found = _first(text, partner.end(), end, followed)
        if found is not None:
            yield from actors(found, "配合" if partner[0] == "会同" else "共同", task_from=start)
            before = _ending(text, start, partner.start())
            if before is not None and partner[0] in ("与", "同"):
                yield from actors(before, "共同", task_from=start)
    for play in _ROLE_PLAY.finditer(text, start, end):
        found = _first(text, play.end(), end, re.compile(r"(?=[^，。；]{0,20}作用)(?!教育|治理|办学|文化)"))
        if found is not None:
            role = "协调" if "协调" in found.names[0] else "主体"
            yield from actors(found, _role(text[found.end : end], role, narrow=True), task_from=start)
    yield from _short_frames(text, start, end, sentence_end)


def _short_frames(text: str, start: int, end: int, sentence_end: int) -> Iterator[Actor]:
    task = text[start:sentence_end].strip("，。；：、 \n")
    pairs = list(_PAIR.finditer(text, start, end))
    # 学校主导 alone may be part of anything; two such pairs in a row divide labour.
    if len(pairs) >= 2:
        for pair in pairs:
            yield Actor(pair["body"], _role(pair["verb"], "责任"), task, start, end)
    for signs in _SIGNS.finditer(text, start, end):
        for sign in signs["signs"]:
            yield Actor(SIGNS[sign], "共同", task, start, end)
    for contact in _CONTACT.finditer(text, start, end):
        yield Actor("部门", "协调", text[contact.start() : sentence_end].strip("，。；\n"), start, end)
    for share in _SHARE.finditer(text, start, end):
        yield Actor(share["body"], "主体", task, start, end)
    for duty in _DUTY.finditer(text, start, end):
        found = _ending(text, start, duty.start())
        for name in found.names if found else ():
            yield Actor(name, "主体", text[duty.start() : duty.end()], start, end)
    for office in _OFFICE.finditer(text, start, end):
        found = _first(text, office.end(), end, re.compile("$|[，。；]"))
        for name in found.names if found else ():
            yield Actor(name, "责任", text[start:end], start, end)
    for together in re.finditer(r"相结合|协同推进|共同推进|共同参与|参加的|组成的?|参与的", text[start:end]):
        found = _ending(text, start, start + together.start())
        for name in found.names if found else ():
            yield Actor(name, "配合" if together[0].startswith("参") else "共同", task, start, end)


def _reports(text: str, start: int, end: int) -> Iterator[Actor]:
    for report in _REPORT.finditer(text, start, end):
        to = _first(text, report.start("to"), end, re.compile("报告|报送|汇报"))
        before = re.sub(
            r"(?:年度|定期|及时|每年[^，。；]*|每月|每季度|按要求|要|应当?|须|\s)+$",
            "",
            text[start : report.start()],
        )
        by = _ending(text, start, start + len(before))
        task = text[report.start() : end].strip("，。；\n")
        for name in by.names if by else ():
            yield Actor(name, "报告", task, start, end)
        for name in to.names if to else ():
            yield Actor(name, "听取报告", task, start, end)


def _after_lead(text: str, start: int) -> int:
    """Where a part begins after a bullet, a date or a word of time."""
    lead = re.compile(
        r"(?:——|其中|同时|并|到20\d\d年|20\d\d年[^，。；]{0,4}|每年|每学期|[：:]|构建|形成)*"
    ).match(text, start)
    return lead.end() if lead else start


def _first(text: str, start: int, end: int, followed_by: re.Pattern[str]) -> NamedList | None:
    """The list of bodies at ``start`` that is followed by a match, the longest one first."""
    for found in reversed(read_list(text, start, end)):
        if followed_by.match(text, found.end, end):
            return found
    return None


def _ending(text: str, start: int, end: int) -> NamedList | None:
    """The list of bodies that ends at ``end``: the one with most names, in the fewest characters."""
    best: NamedList | None = None
    for begin in range(start, end - 1):
        if begin > start and text[begin - 1] not in _BEFORE_NAME and text[begin] not in _NAME_BEGINS:
            continue
        for found in read_list(text, begin, end):
            fewer = best is None or (len(found.names) >= len(best.names) and not is_bare(best.names[0]))
            if found.end == end and fewer:
                best = found
    return best


def _role(following: str, default: str, *, narrow: bool = False) -> str:
    for role, pattern in _ROLES:
        if narrow and role in ("责任", "宣传", "协调", "配合"):
            continue
        if re.match(pattern, following):
            return role
    if re.match("主导", following):
        return "主体"
    return "责任" if re.match("尽责", following) else default
