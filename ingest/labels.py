"""What a clause is called in front of people: 二、（二）第6项, 第十二条第二款第（三）项, 附件2."""

from __future__ import annotations

from ingest.numerals import to_chinese
from ingest.schema import ClauseKind

_CIRCLED = {number: chr(0x2460 + number - 1) for number in range(1, 21)}


def label_of(
    kind: ClauseKind, number: int | None, suffix: int | None, heading: str, parent_id: str, parent_label: str
) -> str:
    """The label of a clause, after that of its parent.

    >>> label_of("level_3", 6, None, "义务教育优质均衡发展", "2.2", "二、（二）")
    '二、（二）第6项'
    >>> label_of("item", 3, None, "", "art12.p2", "第十二条第二款")
    '第十二条第二款第（三）项'
    """
    if kind == "head":
        return f"{parent_label}文首"
    if kind == "annex":
        return f"附件{number or ''}"
    if kind == "named":
        return f"{parent_label}{'·' if parent_label else ''}{heading}"
    if kind == "paragraph":
        return _paragraph(number or 1, parent_id, parent_label)
    if kind == "table":
        return f"{parent_label}表{number}"
    if kind == "row":
        return f"{parent_label}第{number}行"
    chinese = to_chinese(number) if number and number < 10_000 else str(number or 0)
    if kind == "item":
        # Below an item 项 stands the subitem 目, which is printed in Arabic figures.
        return (
            f"{parent_label}第{number}目"
            if parent_label.endswith("项")
            else f"{parent_label}第（{chinese}）项"
        )
    if kind == "article":
        annex = parent_label if parent_label.startswith("附件") else ""
        return f"{annex}第{chinese}条" + (f"之{to_chinese(suffix)}" if suffix else "")
    return (
        parent_label
        + {
            "part": f"第{chinese}编",
            "chapter": f"第{chinese}章",
            "section": f"第{chinese}节",
            "level_1": f"{chinese}、",
            "level_2": f"（{chinese}）",
            "level_3": f"第{number}项",
            "level_4": f"（{number}）",
            "level_5": _CIRCLED.get(number or 0, f"（{number}）"),
        }[kind]
    )


def _paragraph(number: int, parent_id: str, parent_label: str) -> str:
    """Articles count 款 in Chinese figures, everything else 段 in Arabic ones."""
    if parent_id.rsplit(".", 1)[-1].startswith("art"):
        return f"{parent_label}第{to_chinese(number)}款"
    return f"{parent_label}第{number}段"
