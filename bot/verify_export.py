"""A checked text as rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from bot.fact_check import Checked, Verdict

#: What a verdict is called on screen and in files.
VERDICT_NAMES: dict[Verdict, str] = {
    "supported": "有依据",
    "contradicted": "与原文不符",
    "not_mentioned": "没有提到",
    "no_claim": "没有陈述",
}


def to_columns(rows: Sequence[Checked]) -> list[dict[str, str]]:
    """A row for each sentence, by the names of its columns."""
    return [
        {
            "序号": str(number),
            "句子": row.text,
            "结论": VERDICT_NAMES[row.verdict],
            "不符之处": "、".join(row.said),
            "原文写的是": "；".join(row.instead),
            "条款": "；".join(citation.label for citation in row.citations),
            "引文": "；".join(citation.quote for citation in row.citations),
            "说明": row.note,
        }
        for number, row in enumerate(rows, start=1)
    ]
