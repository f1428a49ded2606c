"""A division-of-labour sheet that staff bring along, joined to the clauses of a document.

Read are xlsx, csv and the tables of a docx. A line finds its clause by the number it gives (第5项, 2.2.5) or,
without one, by what its task says; what finds none, or too little to be sure, is listed and not guessed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.reference import resolve
from ingest.fold import fold
from ingest.rows import numbered_items
from ingest.schema import Clause, ClauseTree

#: A sheet larger than this is no list of tasks.
MAX_BYTES = 5_000_000
MAX_ROWS = 5_000

_TASK = re.compile("任务|事项|内容|举措|措施|工作|项目|目标")
_LEAD = re.compile("牵头|主责|主办|第一责任")
_SUPPORT = re.compile("配合|协同|协办|参与|参加|协助")
_OWNER = re.compile("责任|单位|部门|承办|落实")
_CLAUSE = re.compile("条款|条号|项号|编号|章节|出处")
_SEPARATOR = re.compile(r"[、，,；;\n/]+|(?<=[局委部办会校])[和及与]")
#: A task must share this much of its wording with a clause, and clearly more than with the next one.
_ENOUGH, _CLEARLY = 0.35, 1.15


class SheetError(ValueError):
    """A sheet that cannot be read; the message, in the interface language, says what is accepted."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of a sheet.

    :ivar number: its line in the sheet, from 1, the header counted.
    """

    number: int
    clause: str
    task: str
    lead: tuple[str, ...]
    support: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JoinedLine:
    """A line with the clause it belongs to.

    :ivar by: ``条款号`` or ``任务文字``.
    :ivar score: 1 for a number, else the share of the task's wording that the clause has.
    """

    line: SheetLine
    doc_id: str
    clause_id: str
    label: str
    by: str
    score: float


@dataclass(frozen=True, slots=True)
class Joined:
    """What met, the lines that found no clause (with why), and the items that no line speaks of."""

    matched: tuple[JoinedLine, ...]
    unmatched: tuple[tuple[SheetLine, str], ...]
    uncovered: tuple[Clause, ...]


def read_sheet(name: str, data: bytes) -> tuple[SheetLine, ...]:
    """The lines of a sheet.

    :param name: its file name, which tells the format.
    :raises SheetError: when it is no readable xlsx, csv or docx, or has no columns for tasks and bodies.
    """
    if len(data) > MAX_BYTES:
        raise SheetError(f"{name} 有 {len(data) / 1e6:.1f} MB；分工表不能超过 {MAX_BYTES // 1_000_000} MB。")
    readers = {".xlsx": _xlsx, ".csv": _csv, ".docx": _docx}
    reader = readers.get(Path(name).suffix.lower())
    if reader is None:
        raise SheetError(f"{name} 的格式读不了；分工表可以是 {'、'.join(readers)}。")
    for table in reader(name, data):
        lines = _lines(table)
        if lines is not None:
            return lines
    raise SheetError(
        f"{name} 里没有找到分工表：表头需要有“任务”一类的列和“牵头单位”“责任单位”或“配合单位”一类的列。"
    )


def join(lines: Sequence[SheetLine], tree: ClauseTree) -> Joined:
    """Bring the lines of a sheet and the items of a document together."""
    items = numbered_items(tree)
    folded = {item.clause_id: _pairs(tree.full_text(item)) for item in items}
    headings = {item.clause_id: _pairs(item.heading) for item in items}
    matched: list[JoinedLine] = []
    unmatched: list[tuple[SheetLine, str]] = []
    for line in lines:
        found = _by_number(line, tree)
        if isinstance(found, str):
            unmatched.append((line, found))
        elif found is not None:
            matched.append(JoinedLine(line, tree.doc_id, found.clause_id, found.label, "条款号", 1.0))
        else:
            best = _by_words(line, items, folded, headings)
            if isinstance(best, str):
                unmatched.append((line, best))
            else:
                item, score = best
                matched.append(
                    JoinedLine(line, tree.doc_id, item.clause_id, item.label, "任务文字", round(score, 2))
                )
    covered = {row.clause_id for row in matched}
    uncovered = tuple(
        item
        for item in items
        if item.clause_id not in covered
        and not any(item.clause_id.startswith(f"{clause_id}.") for clause_id in covered)
    )
    return Joined(tuple(matched), tuple(unmatched), uncovered)


def to_columns(joined: Joined) -> list[dict[str, str]]:
    """The joined sheet as a table of strings: matched lines, lines without a clause, open items."""
    rows = [
        _cells(
            row.line, row.label, f"按{row.by}对上" + (f"（相近度{row.score:.2f}）" if row.score < 1 else "")
        )
        for row in joined.matched
    ]
    rows += [_cells(line, "", f"没有对上：{why}") for line, why in joined.unmatched]
    empty = SheetLine(0, "", "", (), ())
    rows += [_cells(empty, f"{item.label}{item.heading}", "分工表没有提到") for item in joined.uncovered]
    return rows


def _cells(line: SheetLine, label: str, state: str) -> dict[str, str]:
    return {
        "行": str(line.number) if line.number else "",
        "任务": line.task,
        "牵头（责任）单位": "、".join(line.lead),
        "配合单位": "、".join(line.support),
        "条款": label,
        "状态": state,
    }


def _by_number(line: SheetLine, tree: ClauseTree) -> Clause | str | None:
    """The clause a line names, a reason why there is none, or None when it names none."""
    written = line.clause.strip()
    if not written:
        return None
    # A bare 5 is the fifth item, not the fifth chapter.
    named = f"第{written}项" if written.isdigit() else written
    for reference in resolve(named, {tree.doc_id: tree}).found:
        clause = tree.find(reference.clause_id)
        if clause is not None:
            return clause
    return tree.find(written) or f"文件里没有“{written}”这一条"


def _by_words(
    line: SheetLine, items: Sequence[Clause], folded: dict[str, set[str]], headings: dict[str, set[str]]
) -> tuple[Clause, float] | str:
    wanted = _pairs(line.task)
    if len(wanted) < 3:
        return "任务写得太短，认不出是哪一条"
    scored = sorted(
        (
            (
                _share(wanted, folded[item.clause_id]) + 0.5 * _share(headings[item.clause_id], wanted),
                item.start,
                item,
            )
            for item in items
        ),
        key=lambda entry: (-entry[0], entry[1]),
    )
    if not scored or scored[0][0] < _ENOUGH:
        return "没有哪一条与它的文字相近"
    best, second = scored[0], scored[1] if len(scored) > 1 else (0.0, 0, None)
    if second[0] and best[0] < _CLEARLY * second[0]:
        other = second[2].label if second[2] is not None else ""
        return f"{best[2].label}和{other}都相近，分不清是哪一条"
    return best[2], min(1.0, best[0])


def _share(pairs: set[str], among: set[str]) -> float:
    return len(pairs & among) / len(pairs) if pairs else 0.0


def _pairs(text: str) -> set[str]:
    plain = "".join(character for character in fold(text) if character.isalnum())
    return {plain[index : index + 2] for index in range(len(plain) - 1)}


Table = list[list[str]]


def _lines(table: Table) -> tuple[SheetLine, ...] | None:
    """The lines below the first row that is a header, or None when no row is one."""
    for number, header in enumerate(table[:20]):
        roles = _columns(header)
        if roles is None:
            continue
        clause, task, leads, supports = roles
        lines = []
        merged = ""
        for offset, row in enumerate(table[number + 1 : MAX_ROWS], start=number + 2):
            cells = [*row, *[""] * (len(header) - len(row))]
            # A merged cell shows its text in its first line only.
            words = " ".join(cells[column] for column in task if cells[column]).strip() or merged
            merged = words
            line = SheetLine(
                offset,
                cells[clause].strip() if clause is not None else "",
                words,
                _bodies(cells[column] for column in leads),
                _bodies(cells[column] for column in supports),
            )
            if line.lead or line.support or line.clause:
                lines.append(line)
        return tuple(lines)
    return None


def _columns(header: list[str]) -> tuple[int | None, list[int], list[int], list[int]] | None:
    clause: int | None = None
    task: list[int] = []
    leads: list[int] = []
    supports: list[int] = []
    for column, name in enumerate(cell.strip() for cell in header):
        if not name or len(name) > 16:
            continue
        if _SUPPORT.search(name):
            supports.append(column)
        elif _LEAD.search(name) or (_OWNER.search(name) and not re.search("责任人|联系", name)):
            leads.append(column)
        elif _CLAUSE.search(name):
            clause = column if clause is None else clause
        elif _TASK.search(name):
            task.append(column)
    has_task = bool(task) or clause is not None
    return (clause, task, leads, supports) if has_task and (leads or supports) else None


def _bodies(cells: Iterable[str]) -> tuple[str, ...]:
    names = [name.strip() for cell in cells for name in _SEPARATOR.split(cell)]
    return tuple(dict.fromkeys(name for name in names if name))


def _xlsx(name: str, data: bytes) -> Iterator[Table]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            rows = sheet.iter_rows(max_row=MAX_ROWS, max_col=40, values_only=True)
            yield [["" if cell is None else str(cell) for cell in row] for row in rows]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise SheetError(f"{name} 不是完好的 xlsx 文件（{error}）。") from error


def _docx(name: str, data: bytes) -> Iterator[Table]:
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = Document(io.BytesIO(data))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise SheetError(f"{name} 不是完好的 docx 文件（{error}）。") from error
    for table in document.tables:
        yield [[cell.text for cell in row.cells] for row in table.rows[:MAX_ROWS]]


def _csv(name: str, data: bytes) -> Iterator[Table]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        first = text.split("\n", 1)[0]
        delimiter = max(",\t;", key=first.count)
        yield [
            row
            for _, row in zip(
                range(MAX_ROWS), csv.reader(io.StringIO(text), delimiter=delimiter), strict=False
            )
        ]
        return
    raise SheetError(f"{name} 不是 UTF-8 或 GB18030 编码的 csv 文件。")
