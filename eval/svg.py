"""Pictures for the report: inline SVG, drawn from numbers, no library and no asset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

ROW = 28
LABEL_WIDTH = 170
BAR_WIDTH = 420
NOTE_WIDTH = 130


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a share in [0, 1], with its interval where there is one, and a note at the end."""

    label: str
    value: float
    low: float | None
    high: float | None
    note: str


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _svg(width: int, height: int, title: str, body: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title>{''.join(body)}</svg>"
    )


def bar_chart(title: str, bars: Sequence[Bar]) -> str:
    """Horizontal bars from 0 to 1 with whiskers for the intervals."""
    width, height = LABEL_WIDTH + BAR_WIDTH + NOTE_WIDTH, ROW * len(bars) + 24
    parts = []
    for step in range(0, 11, 2):
        x = LABEL_WIDTH + BAR_WIDTH * step / 10
        parts.append(f'<line class="grid" x1="{_number(x)}" y1="0" x2="{_number(x)}" y2="{height - 20}"/>')
        parts.append(
            f'<text class="axis" x="{_number(x)}" y="{height - 6}" text-anchor="middle">{step * 10}%</text>'
        )
    for row, bar in enumerate(bars):
        middle = ROW * row + ROW / 2
        length = BAR_WIDTH * min(max(bar.value, 0.0), 1.0)
        parts.append(
            f'<text x="{LABEL_WIDTH - 8}" y="{_number(middle + 5)}" text-anchor="end">'
            f"{escape(bar.label)}</text>"
        )
        parts.append(
            f'<rect class="bar" x="{LABEL_WIDTH}" y="{_number(middle - 8)}" '
            f'width="{_number(length)}" height="16" rx="2"/>'
        )
        if bar.low is not None and bar.high is not None:
            low, high = (LABEL_WIDTH + BAR_WIDTH * min(max(v, 0.0), 1.0) for v in (bar.low, bar.high))
            parts.append(
                f'<path class="whisker" d="M{_number(low)} {_number(middle)}H{_number(high)}'
                f'M{_number(low)} {_number(middle - 5)}v10M{_number(high)} {_number(middle - 5)}v10"/>'
            )
        parts.append(
            f'<text class="note" x="{LABEL_WIDTH + BAR_WIDTH + 10}" y="{_number(middle + 5)}">'
            f"{escape(bar.note)}</text>"
        )
    return _svg(width, height, title, parts)


def count_chart(title: str, counts: Sequence[tuple[str, int]]) -> str:
    """Horizontal bars of counts, the longest as wide as there is room."""
    most = max((count for _, count in counts), default=0) or 1
    parts = []
    for row, (label, count) in enumerate(counts):
        middle = ROW * row + ROW / 2
        parts.append(
            f'<text x="{LABEL_WIDTH - 8}" y="{_number(middle + 5)}" text-anchor="end">{escape(label)}</text>'
        )
        parts.append(
            f'<rect class="fault" x="{LABEL_WIDTH}" y="{_number(middle - 8)}" '
            f'width="{_number(BAR_WIDTH * count / most)}" height="16" rx="2"/>'
        )
        parts.append(
            f'<text class="note" x="{_number(LABEL_WIDTH + BAR_WIDTH * count / most + 8)}" '
            f'y="{_number(middle + 5)}">{count}</text>'
        )
    return _svg(LABEL_WIDTH + BAR_WIDTH + NOTE_WIDTH, ROW * len(counts) + 4, title, parts)


def calibration_chart(title: str, bins: Sequence[Mapping[str, Any]]) -> str:
    """Confidence along, share fully right up; a point for each bin, its area by the number of answers."""
    side, margin = 320, 62
    total = sum(item["n"] for item in bins) or 1
    parts = [
        f'<rect class="frame" x="{margin}" y="10" width="{side}" height="{side}"/>',
        f'<line class="ideal" x1="{margin}" y1="{side + 10}" x2="{margin + side}" y2="10"/>',
    ]
    for step in range(0, 11, 2):
        x, y = margin + side * step / 10, 10 + side * (1 - step / 10)
        label = f"{step * 10}%"
        parts.append(
            f'<text class="axis" x="{_number(x)}" y="{side + 26}" text-anchor="middle">{label}</text>'
        )
        parts.append(
            f'<text class="axis" x="{margin - 6}" y="{_number(y + 4)}" text-anchor="end">{label}</text>'
        )
    for item in bins:
        x = margin + side * item["confidence"]
        y = 10 + side * (1 - item["right"])
        radius = 3 + 17 * (item["n"] / total) ** 0.5
        hint = f"置信度 {item['confidence']:.2f}，全对 {item['right']:.0%}，{item['n']} 题"
        parts.append(
            f'<circle class="point" cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}">'
            f"<title>{escape(hint)}</title></circle>"
        )
    middle = margin + side / 2
    parts.append(
        f'<text class="axis" x="{_number(middle)}" y="{side + 44}" text-anchor="middle">'
        "系统给出的置信度</text>"
    )
    parts.append(
        f'<text class="axis" transform="translate(10 {_number(10 + side / 2)}) rotate(-90)" '
        'text-anchor="middle">实际全对的比例</text>'
    )
    return _svg(side + margin + 20, side + 54, title, parts)
