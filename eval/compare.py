"""Two score sheets of the same questions: is the difference more than chance, and where does it lie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.aggregate import paired_test
from eval.errors import EvalError
from eval.measures import MEASURE_NAMES, MEASURES


def compare(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    """The difference of every measure with a paired test, and the questions that changed.

    Only questions that both sheets hold are compared; the others are counted.

    :raises EvalError: when no question is in both.
    """
    rows_a = {row["id"]: row for row in a["details"]}
    rows_b = {row["id"]: row for row in b["details"]}
    shared = [key for key in rows_a if key in rows_b]
    if not shared:
        raise EvalError("两份成绩单没有共同的题，不能比较")
    measures = {}
    for name in MEASURES:
        pairs = [
            (rows_a[key]["values"][name], rows_b[key]["values"][name], rows_a[key]["family"])
            for key in shared
            if rows_a[key]["values"].get(name) is not None and rows_b[key]["values"].get(name) is not None
        ]
        if pairs:
            test = paired_test([p[0] for p in pairs], [p[1] for p in pairs], [p[2] for p in pairs])
            measures[name] = test.to_dict()
    changed = [
        {
            "id": key,
            "question": rows_a[key]["turns"][-1],
            "change": "fixed" if right_b else "broken",
            "stage": rows_a[key]["stage"] if right_b else rows_b[key]["stage"],
            "answer_a": rows_a[key]["answer"],
            "answer_b": rows_b[key]["answer"],
        }
        for key in shared
        if (right_b := rows_b[key]["values"]["fully_right"] == 1.0)
        != (rows_a[key]["values"]["fully_right"] == 1.0)
    ]
    return {
        "a": a["name"],
        "b": b["name"],
        "questions": len(shared),
        "only_a": len(rows_a) - len(shared),
        "only_b": len(rows_b) - len(shared),
        "same_corpus": a["corpus_digest"] == b["corpus_digest"],
        "measures": measures,
        "changed": changed,
        "reworded": sum(rows_a[key]["answer"] != rows_b[key]["answer"] for key in shared),
    }


def comparison_markdown(result: Mapping[str, Any]) -> str:
    """A comparison as Markdown, for a terminal or a pull request."""
    lines = [f"# 对比：{result['a']} → {result['b']}", "", f"共同题目 {result['questions']} 道。"]
    if result["only_a"] or result["only_b"]:
        lines.append(f"只在前者 {result['only_a']} 道，只在后者 {result['only_b']} 道，未计入。")
    if not result["same_corpus"]:
        lines.append("注意：两次所依据的条款文本不同。")
    lines += ["", "| 指标 | 前 | 后 | 差 | p | 题数 |", "|---|---|---|---|---|---|"]
    for name, test in result["measures"].items():
        mark = " *" if test["p_value"] < 0.05 else ""
        lines.append(
            f"| {MEASURE_NAMES[name]} | {test['mean_a']:.3f} | {test['mean_b']:.3f} "
            f"| {test['difference']:+.3f}{mark} | {test['p_value']:.3f} | {test['n']} |"
        )
    lines += ["", "p 来自配对随机化检验（10000 次，按孪生题分组）；* 表示 p < 0.05。"]
    for change, title in (("broken", "变错的题"), ("fixed", "变对的题")):
        rows = [row for row in result["changed"] if row["change"] == change]
        lines += ["", f"## {title}（{len(rows)}）", ""]
        lines += [f"- `{row['id']}` {_one_line(row['question'])}" for row in rows] or ["无。"]
    lines += ["", f"答案文字有变化的共 {result['reworded']} 道。", ""]
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:80]
