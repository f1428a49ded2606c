"""What a finished scoring leaves in its folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.junit import render_junit
from eval.markdown import render_markdown
from eval.report import render_report
from eval.score import dump_sheet

FORMATS = ("json", "md", "html", "xml")


def write_reports(
    folder: Path, sheets: Sequence[Mapping[str, Any]], formats: Sequence[str] = FORMATS
) -> list[Path]:
    """``scores.json``, ``report.md``, ``report.html`` and ``junit.xml`` of the first sheet; the others stand
    beside it in the tables. Equal sheets give equal files, byte for byte.

    :returns: the files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts: dict[str, tuple[str, Callable[[], str]]] = {
        "json": ("scores.json", lambda: dump_sheet(sheets[0])),
        "md": ("report.md", lambda: render_markdown(sheets)),
        "html": ("report.html", lambda: render_report(sheets)),
        "xml": ("junit.xml", lambda: render_junit(sheets[0])),
    }
    written = []
    for name in formats:
        file, render = texts[name]
        (folder / file).write_text(render(), encoding="utf-8", newline="\n")
        written.append(folder / file)
    return written
