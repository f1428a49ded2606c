"""What falls due when, as a picture: inline SVG without scripts, fonts or addresses of its own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.table_views import deadline
from bot.web.links import clause_address
from ingest.align import figure
from ingest.targets import TargetRow

#: Pixels.
_WIDTH, _LINE, _TOP, _LEFT = 960, 22, 44, 120
_LEGEND = "● 本句写明期限　○ 承前文或未写"
#: Longest text of a line, in characters; the full quote is in the tooltip.
_LONGEST = 46


def timeline_svg(rows: Sequence[TargetRow], *, title: str = "目标时间轴") -> str:
    """Targets by the year they are due, those without a date at the end; each links to its clause.

    Filled dots are dates that the sentence states, open ones come from the text before it.
    """
    years = sorted({row.deadline for row in rows if row.deadline is not None})
    groups = [(f"{year}年", [row for row in rows if row.deadline == year]) for year in years]
    undated = [row for row in rows if row.deadline is None]
    if undated:
        groups.append(("未写期限", undated))
    height = _TOP + sum(_LINE * len(group) + 18 for _, group in groups) + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="group" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="13">',
        f"<title>{escape(title)}</title>",
        f'<text x="12" y="24" font-size="16" font-weight="bold" fill="currentColor">{escape(title)}</text>',
        f'<text x="{_WIDTH - 12}" y="24" text-anchor="end" fill="currentColor">{_LEGEND}</text>',
    ]
    y = _TOP
    for name, group in groups:
        bottom = y + _LINE * len(group)
        parts.append(
            f'<line x1="{_LEFT}" y1="{y}" x2="{_LEFT}" y2="{bottom}" stroke="#8a8f98" stroke-width="2"/>'
            f'<text x="{_LEFT - 14}" y="{y + 16}" text-anchor="end" font-weight="bold" fill="currentColor">'
            f"{name}</text>"
        )
        for row in group:
            parts.append(_target(row, y + _LINE // 2))
            y += _LINE
        y += 18
    parts.append("</svg>")
    return "".join(parts)


def _target(row: TargetRow, y: int) -> str:
    stated = row.deadline is not None and row.deadline_stated
    fill = "#b3261e" if stated else "none"
    text = f"{row.indicator} {figure(row).split('（到')[0]}".strip()
    short = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    address = clause_address(row.doc_id, row.clause_id or "", row.start, row.end)
    tip = f"{row.label}：{row.quote}（期限：{deadline(row)}）"
    return (
        f'<a href="{escape(address, quote=True)}"><title>{escape(tip)}</title>'
        f'<circle cx="{_LEFT}" cy="{y}" r="5" fill="{fill}" stroke="#b3261e" stroke-width="2"/>'
        f'<text x="{_LEFT + 16}" y="{y + 5}" fill="currentColor">{escape(short)}</text>'
        f'<text x="{_WIDTH - 12}" y="{y + 5}" text-anchor="end" fill="#6b7078">{escape(row.label)}</text></a>'
    )
