"""One page that tells a newcomer how good the answers are and what to mend next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.measures import MEASURE_NAMES
from eval.schema import KIND_NAMES, REASON_NAMES, STYLE_NAMES
from eval.stage import STAGE_HINTS, STAGE_NAMES
from eval.svg import Bar, bar_chart, calibration_chart, count_chart

TEMPLATES = Path(__file__).resolve().parent / "templates"
#: Measures of the table of systems, and those explained at the end.
TABLE = (
    "fully_right",
    "first_citation",
    "clause_recall",
    "citation_precision",
    "facts",
    "quotes_verbatim",
    "figure_fidelity",
    "false_answer",
    "false_refusal",
    "length",
)
#: Measures that are better when they are smaller, or that are no shares.
LOWER_IS_BETTER = ("false_answer", "false_refusal")
COUNTS = ("length",)

DIFFICULTY_NAMES = {"easy": "容易", "medium": "中等", "hard": "困难"}

EXPLANATIONS: Mapping[str, str] = {
    "fully_right": "一题全对才得 1 分：可答的题要求首条引用正确、要点齐全、无禁用说法、引文逐字；"
    "不可答的题要求拒答。",
    "first_citation": "第一条引用落在应引或可引的条款（或其下级）。",
    "clause_hit": "任何一条引用落在应引条款。",
    "clause_recall": "应引条款中被引到的比例。",
    "citation_precision": "所引条款中属于应引或可引的比例。",
    "path_credit": "引错时按条款路径的相同深度给部分分，如应引 2.2.6 而引了 2.2.5 得三分之二。",
    "facts": "应答要点在答案文字里出现的比例；数字、全半角、繁简先归一，5所 不算在 25所 里。",
    "forbidden_free": "答案里没有题目列出的错误说法。",
    "quotes_verbatim": "引文逐字见于所引条款的比例。",
    "figure_fidelity": "答案里的数字能在所引条款（或问题本身）里找到的比例。",
    "owner_f1": "答案点名的部门与应点名部门的 F1。",
    "answered_rightly": "该答的答了、该拒的拒了的比例。",
    "reason_right": "不可答的题，拒答理由与标注相同的比例；只报告，不影响全对。",
    "length": "已答题目的平均字数，不含 [n]。",
    "false_answer": "不可答的题里给了答案的比例，越低越好。",
    "false_refusal": "可答的题里没有给答案的比例，越低越好。",
}


def render_report(
    sheets: Sequence[Mapping[str, Any]], timings: Sequence[Mapping[str, float] | None] = ()
) -> str:
    """The page as one self-contained HTML text; the first sheet is the one it is about.

    The same sheets give the same text. Timings are shown only when they are passed.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["share"] = share
    main = sheets[0]
    view = report_view(main)
    return environment.get_template("report.html").render(
        main=main,
        view=view,
        charts={name: Markup(svg) for name, svg in charts(main).items()},
        table=comparison_table(sheets),
        timings=list(zip([sheet["name"] for sheet in sheets], timings, strict=False)),
        names=MEASURE_NAMES,
        explanations=EXPLANATIONS,
        kinds=KIND_NAMES,
        styles=STYLE_NAMES,
        reasons=REASON_NAMES,
        stages=STAGE_NAMES,
        hints=STAGE_HINTS,
    )


def share(value: float | None, digits: int = 1) -> str:
    """A share as per cent; a dash for none."""
    return "—" if value is None else f"{value * 100:.{digits}f}%"


def format_measure(name: str, value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.1f}" if name in COUNTS else share(value)


def comparison_table(sheets: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row a system: its name and, for each measure of the table, text and interval."""
    rows = []
    for sheet in sheets:
        cells = []
        for name in TABLE:
            found = sheet["measures"].get(name)
            interval = ""
            if found is not None:
                interval = f"{format_measure(name, found['low'])}–{format_measure(name, found['high'])}"
            cells.append(
                {"name": name, "text": format_measure(name, found and found["value"]), "interval": interval}
            )
        rows.append({"name": sheet["name"], "cells": cells})
    return rows


def report_view(sheet: Mapping[str, Any]) -> dict[str, Any]:
    """What the page says in words: the headline, what to mend first, and the wrong answers."""
    wrong = [row for row in sheet["details"] if row["stage"]]
    stages = sorted(sheet["stages"].items(), key=lambda item: -item[1])
    kinds = sorted(sheet["by"].get("kind", {}).items(), key=lambda item: item[1]["fully_right"]["value"])
    order = {stage: place for place, (stage, _) in enumerate(stages)}
    # Worst first: the most frequent fault, and within it the most confident mistakes.
    worst = sorted(wrong, key=lambda row: (order[row["stage"]], -(row["confidence"] or 0.0), row["id"]))
    return {
        "wrong": worst,
        "main_stage": stages[0][0] if wrong else None,
        "main_stage_count": stages[0][1] if wrong else 0,
        "weak_kinds": [
            (KIND_NAMES.get(name, name), group["fully_right"])
            for name, group in kinds[:3]
            if group["fully_right"]["value"] < 1.0
        ],
        "robustness": [(STYLE_NAMES.get(style, style), drop) for style, drop in sheet["robustness"].items()],
    }


def charts(sheet: Mapping[str, Any]) -> dict[str, str]:
    """The pictures by name, each an inline SVG."""
    documents = {**sheet["documents"], "none": "不可答的题"}
    naming: Mapping[str, Mapping[str, str]] = {
        "kind": KIND_NAMES,
        "style": STYLE_NAMES,
        "document": {key: _short(title) for key, title in documents.items()},
        "difficulty": DIFFICULTY_NAMES,
    }
    titles = {"kind": "按题型", "style": "按问法", "document": "按文件", "difficulty": "按难度"}
    drawn = {
        way: bar_chart(f"{titles[way]}的全对率", _bars(sheet["by"].get(way, {}), names))
        for way, names in naming.items()
    }
    stages = [(STAGE_NAMES[stage], count) for stage, count in sheet["stages"].items()]
    drawn["stages"] = count_chart("出错的环节", stages)
    drawn["calibration"] = calibration_chart("置信度是否可信", sheet["calibration"]["bins"])
    return drawn


def _short(title: str) -> str:
    return title if len(title) <= 11 else f"{title[:10]}…"


def _bars(groups: Mapping[str, Any], names: Mapping[str, str]) -> list[Bar]:
    bars = []
    for group, summary in groups.items():
        found = summary["fully_right"]
        note = f"{share(found['value'], 0)}（{found['n']} 题）"
        bars.append(Bar(names.get(group, group), found["value"], found["low"], found["high"], note))
    return sorted(bars, key=lambda bar: (bar.value, bar.label))
