"""The score sheet as Markdown, for terminals and pull requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.measures import MEASURE_NAMES
from eval.report import TABLE, comparison_table, format_measure, report_view, share
from eval.schema import KIND_NAMES, STYLE_NAMES
from eval.stage import STAGE_HINTS, STAGE_NAMES

#: Wrong answers that are listed; the HTML page has all.
LISTED = 40


def render_markdown(sheets: Sequence[Mapping[str, Any]]) -> str:
    """The main table, the groups of the first sheet, where it fails, and its first wrong answers."""
    main = sheets[0]
    lines = [f"# 评测报告：{main['name']}", "", f"{main['questions']} 道题。", "", *systems_table(sheets), ""]
    view = report_view(main)
    if view["main_stage"]:
        stage = view["main_stage"]
        lines += [
            f"先改：{STAGE_NAMES[stage]}（{view['main_stage_count']} 道）。{STAGE_HINTS[stage]}",
            "",
        ]
    for way, title, names in (
        ("kind", "题型", KIND_NAMES),
        ("style", "问法", STYLE_NAMES),
        ("document", "文件", main["documents"]),
    ):
        lines += [f"## 按{title}", "", f"| {title} | 题数 | 全对 | 95% 区间 |", "|---|---|---|---|"]
        for group, summary in main["by"].get(way, {}).items():
            found = summary["fully_right"]
            name = names.get(group, "不可答的题" if group == "none" else group)
            interval = f"{share(found['low'])}–{share(found['high'])}"
            lines.append(f"| {_cell(name)} | {found['n']} | {share(found['value'])} | {interval} |")
        lines.append("")
    if main["robustness"]:
        lines += ["## 换一种问法的代价", "", "| 问法 | 对数 | 全对率下降 |", "|---|---|---|"]
        for style, drop in main["robustness"].items():
            lines.append(
                f"| {STYLE_NAMES.get(style, style)} | {drop['n']} | {drop['value'] * 100:+.1f} 个百分点 |"
            )
        lines.append("")
    lines += ["## 出错的环节", "", "| 环节 | 题数 |", "|---|---|"]
    lines += [f"| {STAGE_NAMES[stage]} | {count} |" for stage, count in main["stages"].items()]
    lines += ["", f"## 错题（{len(view['wrong'])}）", ""]
    for row in view["wrong"][:LISTED]:
        question = _cell(" → ".join(row["turns"]))
        lines.append(
            f"- `{row['id']}` [{STAGE_NAMES[row['stage']]}] {question}：{_cell('；'.join(row['faults']))}"
        )
    if len(view["wrong"]) > LISTED:
        lines.append(f"- 其余 {len(view['wrong']) - LISTED} 道见 HTML 报告。")
    return "\n".join(lines) + "\n"


def systems_table(sheets: Sequence[Mapping[str, Any]]) -> list[str]:
    """One row a system, as lines of a Markdown table."""
    lines = ["| 系统 | " + " | ".join(MEASURE_NAMES[name] for name in TABLE) + " |"]
    lines.append("|---" * (len(TABLE) + 1) + "|")
    for row in comparison_table(sheets):
        lines.append(f"| {_cell(row['name'])} | " + " | ".join(cell["text"] for cell in row["cells"]) + " |")
    return lines


def headline(sheet: Mapping[str, Any]) -> str:
    """One line for the terminal."""
    parts = [
        f"{MEASURE_NAMES[name]} {format_measure(name, sheet['measures'][name]['value'])}"
        for name in TABLE
        if name in sheet["measures"]
    ]
    return f"{sheet['name']}（{sheet['questions']} 题）：" + "，".join(parts)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
