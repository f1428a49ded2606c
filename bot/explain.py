"""How an answer came about, as lines that a person can read."""

from __future__ import annotations

from bot.schema import Answer

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


def explain(answer: Answer) -> str:
    """The trace of an answer: how it was read, what was found with which scores, what was decided and why."""
    trace = answer.trace
    lines = [
        f"判断：{'回答' if answer.status == 'answered' else '不答，' + str(answer.reason)}（把握 {answer.confidence:.2f}，用时 {answer.latency_ms:.1f} 毫秒）"
    ]
    if kind := trace.get("kind"):
        lines.append(f"题型：{_KINDS.get(kind, kind)}")
    if by_number := trace.get("by_number"):
        lines.append(f"按条款号直接取得：{by_number}")
    if terms := trace.get("terms"):
        lines.append("词与权重：" + "、".join(f"{term['term']} {term['weight']}" for term in terms))
    for written, understood in trace.get("corrections", {}).items():
        lines.append(f"“{written}”按“{understood}”理解")
    for phrase, wordings in trace.get("expansions", {}).items():
        lines.append(f"“{phrase}”同时按“{'、'.join(wordings)}”查找")
    for number, candidate in enumerate(trace.get("candidates", [])[:8], start=1):
        parts = "，".join(f"{name} {value}" for name, value in candidate.items() if name != "clause")
        lines.append(f"候选 {number}：{candidate['clause']}（{parts}）")
    if support := trace.get("support"):
        lines.append("依据：" + "，".join(f"{name} {value}" for name, value in support.items()))
    if missing := trace.get("missing"):
        lines.append(f"不答的原因：最相近的地方没有{missing}")
    return "\n".join(lines)
