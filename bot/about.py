"""Questions about a document as a whole: number, dates, issuer, structure; answered from its head and its tree."""

from __future__ import annotations

import re

from bot.schema import Evidence
from bot.statements import Statement
from ingest.fold import fold
from ingest.numerals import to_chinese
from ingest.schema import Clause, ClauseTree

#: The question speaks of the document itself and not of a thing in it.
_DOCUMENT = r"(实施方案|方案|文件|通知|规划纲要|纲要|规划|政策|公文|红头|这份|这版|本文|它)"

#: What is asked, as it is asked, and the forms in which a head states it, best first. A form's group
#: ``said`` is what is quoted; without one the whole paragraph is.
_HEAD_FACTS: tuple[tuple[str, re.Pattern[str], tuple[re.Pattern[str], ...]], ...] = (
    (
        "文号",
        re.compile(r"文号|发文字号|几号文|哪号文|多少号文|编号是"),
        (re.compile(r"^发文字号[：:].+"), re.compile(r"(?P<said>\S{2,8}发〔\d{4}〕\d+号)")),
    ),
    ("索引号", re.compile(r"索引号"), (re.compile(r"索引号[：:][^。；，]+"),)),
    (
        "发布日期",
        re.compile(
            r"(发布|公布|公开|刊登|上网|挂网|挂到网上|登出来|挂出来?|上传)(的)?(日期|时间)?.{0,6}(什么时候|何时|哪天|哪一?年|几号|几月|日期|时间)|(什么时候|何时|好久|啥时候|哪[一1]?天|几号)(在网上)?(发布|公布|公开|刊登|上网|挂网|挂到网上|登出来|挂出来?|上传)|发布(日期|时间)"
        ),
        (
            re.compile(r"^发布日期[：:].+"),
            re.compile(r"(?P<said>[^。；，]*\d{4}年\d{1,2}月\d{1,2}日[^。；，]*(发布|公布|刊登))"),
        ),
    ),
    (
        "成文日期",
        re.compile(
            r"落款(日期|时间)?(是|在)?(哪|几|什么)|哪年哪月.{0,4}(印发|发|出台)|(印发|成文|发文|出台|制定|下发|出|发)(的)?(日期|时间|年份)?.{0,4}(什么时候|何时|哪天|哪一?年|几号|几月|日期|时间|年月)|(什么时候|何时|哪天|哪一?年|几号|几月|\d{4}年(\d{1,2}月)?(\d{1,2}日)?)(份)?(印发|成文|发文|出台|制定|下发|出|发)的?|(印发|成文|落款)(日期|时间)"
        ),
        (
            re.compile(r"^成文日期[：:].+"),
            re.compile(r"^(?P<said>\d{4}年\d{1,2}月\d{1,2}日)$"),
            re.compile(
                r"(?P<said>[^。；]*(印发|发布)[^。；]*\d{4}年[^。；]*|[^。；]*\d{4}年[^。；]*(印发|发布)[^。；]*)"
            ),
        ),
    ),
    (
        "经谁同意",
        re.compile(r"(经|谁|哪里|哪个).{0,8}(同意|批准|审定|审议)"),
        (re.compile(r"(?P<said>[^，。；]*已?经[^，。；]{1,20}(同意|批准|审议通过)[^。；]*)"),),
    ),
    (
        "主送",
        re.compile(
            r"主送|(发|印|寄|送)(给|到)(的是|了)?(谁|哪些|什么单位)|印发给(谁|哪些)|哪些(单位|部门).{0,6}(收|接|执行|遵照)|抄送|送到哪"
        ),
        (re.compile(r"^(?P<said>.{4,200})[：:]$"),),
    ),
    (
        "发布机构",
        re.compile(
            r"发布(这份|该|本)?(通知|文件|方案)?的?(机构|单位|部门)|发布机构|(哪个|什么)(机构|网站)发布"
        ),
        (re.compile(r"^发布机构[：:].+"), re.compile(r"(?P<said>[^。；]*(发布|刊登)[^。；]*)")),
    ),
    (
        "印发机关",
        re.compile(
            r"(谁|哪(个|些|里|儿|级|几个|[两几三2-9][家个])?(单位|部门|机关|机构|政府)?|什么(单位|部门|机关))(来|联合|一起|共同)*(印发|发|下发|出台|制定|发布|颁布|出)(的|了)?|由谁(印发|发|制定|发布)|(印发|发文|制定|发布|颁布)(的)?(单位|机关|部门|主体|者)|(教育部|国务院|市政府|区政府|市教委|区教委|市委|区委|省政府).{0,4}(印发|发|制定|发布|出台)的?"
        ),
        (
            re.compile(r"^(?P<said>\S{2,20}(人民政府|委员会|办公室|办公厅|国务院|部|厅|局))$"),
            re.compile(r"(?P<said>[^。；]*由[^，。；]{2,30}印发[^。；]*)"),
            re.compile(r"(?P<said>[^。；：]*印发[^。；]*)"),
        ),
    ),
    (
        "依据",
        re.compile(
            r"(根据|依据|按照|参照)(的|了)?(是)?(上头|上级|上面)?(的)?(什么|哪些|哪个|谁)|(上位|制定|编制)(的)?依据|依据是"
        ),
        (re.compile(r"(?P<said>根据《[^。]*)"), re.compile(r"(?P<said>[^。；：]*依据[^。；]*《[^。；]*)")),
    ),
    (
        "规划期",
        re.compile(r"规划期|管到(哪|什么|\d{4})|有效期|执行到|多少年的规划|期限(是|有)?(多|几|到)|起止"),
        (re.compile(r"(?P<said>[^，。；]*规划期[^。；]*)"), re.compile(r"(?P<said>.*（\d{4}—\d{4}年）)")),
    ),
    (
        "体例",
        re.compile(r"正式(原文|全文|文本)|原文.{0,4}(还是|吗)|是(不是)?(原文|摘编)|整理(过)?的|摘编"),
        (re.compile(r"(?P<said>[^。；]*摘编[^。；]*)"),),
    ),
    (
        "公开",
        re.compile(
            r"全本|删(过|减|节)(的)?(吗|没|版|了)?$|(全文|完整|删减|删节|全部)(的)?(公开|吗|版|内容)?|正式(全文|文本|原文)|是(不是)?(原文|全文|摘编)|摘编|看(得|不)?全|看(得)?到全"
        ),
        (
            re.compile(r"(?P<said>[^（）]*删减[^（）]*公开[^（）]*)"),
            re.compile(r"(?P<said>[^。；]*只核实到[^。；]*)"),
            re.compile(r"(?P<said>[^。；]*摘编[^。；]*)"),
        ),
    ),
    (
        "主题分类",
        re.compile(r"主题分类|体裁分类|属于(哪|什么)(一)?类"),
        (re.compile(r"^(主题|体裁)分类[：:].+"),),
    ),
    (
        "题目",
        re.compile(r"(全称|全名|标题|题目|名称|名字)(是)?(什么|叫|啥)?$|叫什么(名字|名称)?$"),
        (re.compile(r"^(?P<said>.*(方案|纲要|规划|通知|意见|办法|条例|法)(（.*）)?)$"),),
    ),
)

#: Only a document has these.
_ONLY_OF_DOCUMENTS = re.compile(r"文号|发文字号|索引号|主送|成文日期|重点任务(一?共|总共)")

_STRUCTURE = re.compile(
    r"(几|多少|哪些|哪几)(个|大)?(部分|章|块|板块)|(部分|章)(组成|构成|是哪)|结构|框架是|目录|分(为|成)(几|哪)|(分(为|成)|有|共)\d+(个|大)?(部分|章|板块)"
)
_TASKS = re.compile(
    r"(几|多少)(个|项|条|大)?(任务|措施|举措|条款|项|条)$|(任务|条款|条目|措施)(一共|共|总共)?(有|列(了|出)?|包括|包含)?(几|多少)(项|条|个)|(一共|共|总共)(有|列(了|出)?)?(几|多少)(项|条)"
)


def about(question: str, trees: list[ClauseTree], *, named: bool) -> list[Statement]:
    """Statements on the document as a whole, or none where the question asks for something else.

    :param question: folded, without closing punctuation.
    :param trees: the documents that it may mean, the likeliest first.
    :param named: whether the question names a document by title or level.
    """
    bare = question.rstrip("?!。. ")
    first, _, rest = bare.replace("，", ",").partition(",")
    if rest and re.search(_DOCUMENT, first) and re.search("[哪谁几何啥吗]|什么|多少", first):
        # 方案发给哪些单位，要他们照着办: the part that asks may stand for the question.
        whole = about(first, trees, named=named)
        if whole:
            return whole
    for tree in trees:
        for name in (
            tree.meta.title,
            tree.meta.short_title,
            tree.meta.document_number or "",
            *tree.meta.aliases,
        ):
            bare = bare.replace(fold(name), "文件") if name else bare
    if not named and not re.search(_DOCUMENT, bare) and not _ONLY_OF_DOCUMENTS.search(bare):
        return []
    for _, asked, forms in _HEAD_FACTS:
        if asked.search(bare) and _speaks_of_document(bare, asked):
            for tree in trees:
                found = _in_head(tree, forms)
                if found is not None:
                    return [found]
    for asked in (_STRUCTURE, _TASKS):
        if trees and asked.search(bare) and _speaks_of_document(bare, asked):
            return _structure(bare, trees[0])
    return []


def _speaks_of_document(bare: str, asked: re.Pattern[str]) -> bool:
    """What is left of the question, its documents and its asking words aside, is next to nothing."""
    rest = asked.sub("", bare)
    rest = re.sub(_DOCUMENT, "", rest)
    rest = re.sub(
        r"这个|那个|这份|那份|这|那|该|本|此|我们|咱们|咱|你|的|是|了|在|由|被|里|上|中|区|市|国家|涪陵|重庆|级|全|搞|写|上头|上级|按照|记得|只|来|网上|放|这版|别[人个]|还是|整理|过|摘编|原文|联合|一起|共同|给|大家|公众|社会|到|为止|截止|一年|教育|现代化|强区|强市|强国|高质量|发展|实施|加快|建设|推进|新时代|什么|多少|哪|谁|几|何|请问|重点任务|任务|一共|总共|共|列|包括|组成|构成|分成|分为|个|项|条|部分|印发|发布|成文|日期|时间|时候|机构|单位|部门|正式|收|上位|制定|看|能|得|你们|这儿|这里|那儿|哪些|文|为啥|分别|和|公开|刊登|好久|挂|来|吧|吗|呢|啊|有|没|不|出|发|天|头|登|网|抬头|写着|文字|年|月|号|\d|[，,、“”？?\s]",
        "",
        rest,
    )
    return len(rest) <= 2


def _in_head(tree: ClauseTree, forms: tuple[re.Pattern[str], ...]) -> Statement | None:
    head = tree.find("0")
    if head is None:
        return None
    for form in forms:
        for paragraph in head.children:
            text = tree.doc.text[paragraph.start : paragraph.end].rstrip()
            match = form.search(text)
            if match is None:
                continue
            group = "said" if "said" in form.groupindex else 0
            start, end = paragraph.start + match.start(group), paragraph.start + match.end(group)
            said = tree.doc.text[start:end]
            quote = said.rstrip("。；，：: ")
            evidence = Evidence(tree.doc_id, paragraph.clause_id, start, start + len(quote), quote, 1.0)
            return Statement(quote, (evidence,))
    return None


def _structure(bare: str, tree: ClauseTree) -> list[Statement]:
    """Parts, or items, counted in the tree; a digest that tells the structure of its original is quoted."""
    if tree.meta.form == "digest":
        stated = _in_head(tree, (re.compile(r"(?P<said>[^。]*(结构|全文)[^。]*部分[^。]*)"),))
        return [stated] if stated else []
    parts = [clause for clause in tree.walk() if clause.kind == "level_1"]
    items = [clause for clause in tree.walk() if clause.kind == "level_3"]
    if not parts:
        return []
    if _STRUCTURE.search(bare) and not re.search(r"任务|措施", bare):
        names = "；".join(f"{clause.number}{clause.heading}" for clause in parts)
        text = f"全文分{to_chinese(len(parts))}个部分：{names}"
        evidence = tuple(_heading_evidence(tree, clause) for clause in parts)
        return [Statement(text, evidence, (f"{len(parts)}个",))]
    if not items:
        return []
    sections = [
        clause for part in parts for clause in part.children if clause.kind == "level_2" and clause.children
    ]
    owner = next((part for part in parts if any(item in part.walk() for item in items[:1])), parts[0])
    text = (
        f"{owner.heading}共{len(items)}项，从第{items[0].number.rstrip('.．、')}项“{items[0].heading}”"
        f"到第{items[-1].number.rstrip('.．、')}项“{items[-1].heading}”"
    )
    clauses = [owner, items[-1], items[0]]
    counted = (f"{len(items)}项", f"{len(sections)}个")
    if sections:
        text = text.replace(
            "共", f"分（一）至（{to_chinese(len(sections))}）{to_chinese(len(sections))}个方面，共", 1
        )
        clauses += [sections[0], sections[-1]]
    return [Statement(text, tuple(_heading_evidence(tree, clause) for clause in clauses), counted)]


def _heading_evidence(tree: ClauseTree, clause: Clause) -> Evidence:
    own = tree.doc.text[clause.start : clause.end]
    end = clause.start + (
        own.index(clause.heading) + len(clause.heading) if clause.heading in own else len(own.rstrip())
    )
    return Evidence(tree.doc_id, clause.clause_id, clause.start, end, tree.doc.text[clause.start : end], 1.0)
