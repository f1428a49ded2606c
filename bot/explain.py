"""How an answer came about, in words that a person who has never heard of retrieval can follow."""

from __future__ import annotations

from dataclasses import dataclass

from bot.decide import SCOPE
from bot.schema import Answer

#: Candidates that are shown; those behind them have never been the answer's.
SHOWN = 8

_KINDS = {
    "figure": "问数字",
    "date": "问时间",
    "who": "问责任主体",
    "definition": "问含义",
    "yes_no": "问是否",
    "comparison": "问比较",
    "everything": "问所有出处",
    "measures": "问措施",
    "which": "问是哪些",
    "why": "问原因",
    "open": "一般询问",
}
_REASONS = {
    "out_of_scope": "不答：问的不像是这些文件里的事。",
    "not_stated": "不答：文件里有相近的内容，但没有写明所问的这一点。",
    "no_such_clause": "不答：文件里没有这个编号的条款。",
    "unreadable": "不答：这个问题没有读懂，可能是空的，或者太长。",
}
#: What the parts of a candidate's score are called, and what a high one means.
PARTS = {
    "heading": ("标题字词", "问题里的字词在上级标题和本条标题里"),
    "body": ("正文字词", "问题里的字词在这一条的正文里"),
    "sentence": ("单句字词", "问题里的字词集中在同一句里"),
    "gloss": ("日常说法", "人们平时对这一条的说法里有问题的字词"),
    "expected": ("问法相像", "有人这样问过，答案就在这一条"),
    "lexical": ("字词合计", "前四项合起来；问的是哪份文件也算在内"),
    "dense": ("意思相近", "用小型语言模型比较意思，1为完全相同"),
    "coverage": ("要紧的词", "要紧的词都在"),
    "glossed": ("连平时说法在内", "要紧的词，原文或它的平时说法里都有"),
    "phrase": ("词语相连", "几个字照问题里的样子连在一起"),
    "heading_match": ("标题对上", "标题正是所问的事"),
    "opening": ("年份领起", "这一条以所问的年份开头"),
    "figure": ("数字对上", "问题里的数字也在这一条里"),
    "asked_form": ("写法对上", "问数字的有数字，问时间的有时间，问谁的有单位"),
    "cross_encoder": ("重排模型", "另一个模型把问题和这一条放在一起读过后的打分"),
}
_GROUNDS = {
    "reach": "问题里的词，在这一条连同标题里找到{share}（低于{scope}就当作没有问这些文件）",
    "coverage": "在所引的这一句里找到{share}",
    "found": "所问的内容（数字、时间、单位等）写明了{share}",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause that was looked at: ``doc_id#clause_id``, its score, and the parts of it by name."""

    clause: str
    score: float
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The way from a question to its answer.

    :ivar verdict: why it was answered or not, in one sentence.
    :ivar understood: how the question was read, one sentence each.
    :ivar words: the words that were searched, with their weights; a rarer word weighs more.
    :ivar grounds: what the verdict rests on, one sentence each.
    """

    verdict: str
    understood: tuple[str, ...]
    words: tuple[tuple[str, float], ...]
    candidates: tuple[Candidate, ...]
    grounds: tuple[str, ...]


def explanation(answer: Answer) -> Explanation:
    """What the trace of an answer tells; parts that it does not have are empty."""
    trace = answer.trace
    if answer.status == "answered":
        verdict = "回答：文件里写明了。"
    else:
        verdict = _REASONS.get(str(answer.reason), f"不答：{answer.reason}。")
    understood = []
    if kind := trace.get("kind"):
        understood.append(f"题型：{_KINDS.get(kind, kind)}")
    if trace.get("about") == "document":
        understood.append("问的是文件本身，从文首和目录里找")
    if trace.get("by") == "register":
        understood.append("直接查责任清单和目标台账，没有检索")
    if by_number := trace.get("by_number"):
        understood.append(f"按条款号直接取得：{by_number}")
    for written, meant in trace.get("corrections", {}).items():
        understood.append(f"“{written}”按“{meant}”理解")
    for phrase, wordings in trace.get("expansions", {}).items():
        understood.append(f"“{phrase}”同时按“{'、'.join(wordings)}”查找")
    words = tuple((str(term["term"]), float(term["weight"])) for term in trace.get("terms", []))
    candidates = tuple(
        Candidate(
            candidate["clause"],
            candidate.get("score", 0.0),
            tuple((name, value) for name, value in candidate.items() if name not in ("clause", "score")),
        )
        for candidate in trace.get("candidates", [])[:SHOWN]
    )
    support = trace.get("support", {})
    grounds = [
        said.format(share=f"{support[name]:.0%}", scope=f"{SCOPE:.0%}")
        for name, said in _GROUNDS.items()
        if name in support
    ]
    if llm := trace.get("llm"):
        grounds.append(
            f"大模型 {llm['model']} 没有给出可用的回答（{llm['failure'] or '认为条款没有写明，或没有一句核对得上'}），改用原文"
            if answer.answerer == "extractive"
            else f"由大模型 {llm['model']} 组织文字，每句都与原文核对过"
        )
        grounds += [f"没有采用：{remark}" for remark in llm["dropped"]]
    if missing := trace.get("missing"):
        grounds.append(f"最相近的地方没有写明{missing}")
    return Explanation(verdict, tuple(understood), words, candidates, tuple(grounds))


def part_name(name: str) -> str:
    """What a part of a score is called; one that has no name yet keeps its own."""
    return PARTS[name][0] if name in PARTS else name


def explain(answer: Answer) -> str:
    """The explanation as lines for a terminal."""
    made = explanation(answer)
    lines = [
        f"{made.verdict}（把握{answer.confidence:.2f}，用时{answer.latency_ms:.1f}毫秒）",
        *made.understood,
    ]
    if made.words:
        lines.append("词与权重：" + "、".join(f"{word} {weight}" for word, weight in made.words))
    for number, candidate in enumerate(made.candidates, start=1):
        parts = "，".join(f"{part_name(name)} {value}" for name, value in candidate.parts)
        lines.append(f"候选 {number}：{candidate.clause}（总分 {candidate.score}；{parts}）")
    lines += [f"依据：{ground}" for ground in made.grounds]
    if reply := answer.trace.get("llm", {}).get("reply"):
        lines.append(f"大模型的原话：{reply}")
    return "\n".join(lines)
