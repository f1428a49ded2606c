"""Tables as files: CSV that spreadsheets open without mojibake, and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: A cell that begins so could run as a formula when a spreadsheet opens the file.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Widest column of a sheet, in characters.
_WIDEST = 60


def to_csv(rows: Sequence[dict[str, str]]) -> str:
    """A table with a header line; the byte order mark tells spreadsheets that it is UTF-8.

    Empty when there is no row, since the rows carry the columns.
    """
    if not rows:
        return ""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _harmless(cell) for name, cell in row.items()} for row in rows)
    return "\ufeff" + out.getvalue()


def to_xlsx(sheets: dict[str, Sequence[dict[str, str]]]) -> bytes:
    """A workbook with one sheet for each table; the header stays in sight and can be filtered by.

    :raises ValueError: when there is no sheet.
    """
    if not sheets:
        raise ValueError("a workbook needs at least one sheet, got none")
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title[:31])
        header = list(rows[0]) if rows else ["（没有符合条件的行）"]
        sheet.append(header)
        for row in rows:
            sheet.append([_harmless(cell) for cell in row.values()])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for number, name in enumerate(header, start=1):
            longest = max((len(row[name]) for row in rows), default=0)
            width = 2 + 2 * min(_WIDEST // 2, max(len(name), longest))
            sheet.column_dimensions[get_column_letter(number)].width = width
        for line in sheet.iter_rows(min_row=2):
            for cell in line:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
