"""Our marks in a clerk's workbook: colours and comments, and how they are taken away again.

A clerk corrects the returned copy itself and sends it back. So a very hidden sheet remembers each
marked cell as a formula that refers to it, which spreadsheet programs keep right when rows are
inserted or sheets renamed, with the cell's own fill beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import copy
from itertools import islice

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from flows.correspondence.marked_copies.cells import cells_in, cells_of, reference, referred
from flows.correspondence.marked_copies.conditional_formats import colour_over, remove_colours_over
from flows.correspondence.marked_copies.text_size import lines_needed
from flows.platform.safe_text import clean
from validations.findings.finding import SEVERITY_ORDER, SEVERITY_TITLES, Finding, Severity

#: Fill of a marked cell, ARGB: each unusual enough to be known again as ours.
COLOURS: Mapping[Severity, str] = {"error": "FFFCC5BF", "query": "FFFFE49C", "note": "FFD3E5F8"}
#: So many cells of a workbook are marked, the most serious ones; the list names all.
MOST_MARKS = 3_000

_OPENING = "【校验结果】"
_KEPT = "—— 原有批注"
_KEPT_LINES = re.compile(rf"\n*{_KEPT}(?:（(?P<author>[^\n]*)）)? ——\n(?P<text>.*)\Z", re.DOTALL)
_COMMENT_WIDTH, _COMMENT_COLUMNS = 300, 44  # pixels; Latin characters in a line of nine points
_COMMENT_LIMIT = 2_000  # characters of ours in one comment


def mark(book: Workbook, findings: Sequence[Finding], *, memory: str, listed_on: str) -> None:
    """Colour and comment every cell that an open finding names; remember all on a new sheet ``memory``.

    Findings without a cell, or whose sheet does not exist, leave no mark. ``listed_on`` is the
    title of the list, which every comment names.
    """
    cells = _by_cell(book, findings)
    remembered = book.create_sheet(memory)
    remembered.sheet_state = "veryHidden"
    coloured: dict[str, dict[str, list[Cell]]] = {}  # sheet, colour
    for row, (cell, own) in enumerate(islice(cells.items(), MOST_MARKS), start=1):
        remembered.cell(row, 1).value = f"={reference(cell)}"
        remembered.cell(row, 2).fill = _fill_of(cell)
        colour = COLOURS[own[0].severity]
        cell.fill = PatternFill("solid", fgColor=colour)
        coloured.setdefault(own[0].sheet, {}).setdefault(colour, []).append(cell)
        _comment(cell, own, listed_on)
    for sheet in book.worksheets:
        if sheet.title in coloured:
            colour_over(sheet, coloured[sheet.title])


def unmark(book: Workbook, *, memory: str) -> None:
    """Take away colours and comments of an earlier return; the clerk's own fills and comments stay."""
    if memory in book.sheetnames:
        _restore_fills(book, book[memory])
        book.remove(book[memory])
    ours: dict[int, bool] = {}  # by style, because a sheet has many cells and few styles
    for sheet in book.worksheets:
        remove_colours_over(sheet)
        for cell in cells_in(sheet):
            if cell.style_id not in ours:
                ours[cell.style_id] = _is_ours(cell)
            if ours[cell.style_id]:  # a marked cell that the clerk copied elsewhere
                cell.fill = PatternFill()
            if cell.comment is not None and _OPENING in cell.comment.text:
                _restore_comment(cell, cell.comment)


def _by_cell(book: Workbook, findings: Sequence[Finding]) -> dict[Cell, list[Finding]]:
    """Open findings by cell, the worst first within a cell and between cells."""
    placed: dict[Cell, list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: SEVERITY_ORDER[f.severity]):
        if finding.status == "open":
            for cell in cells_of(book, finding):
                own = placed.setdefault(cell, [])
                if finding not in own:
                    own.append(finding)
    return placed


def _restore_fills(book: Workbook, remembered: Worksheet) -> None:
    for place, own in remembered.iter_rows(max_col=2):
        cell = referred(book, place.value)
        if cell is not None and _is_ours(cell) and isinstance(own, Cell):
            cell.fill = _fill_of(own)


def _fill_of(cell: Cell) -> PatternFill:
    fill: PatternFill = copy(cell.fill)  # type: ignore[assignment]  # openpyxl gives a read-only proxy
    return fill


def _comment(cell: Cell, findings: Sequence[Finding], listed_on: str) -> None:
    parts = [f"{_OPENING}{SEVERITY_TITLES[f.severity]}\n{f.message}\n→ {f.action}" for f in findings]
    text = "\n\n".join(parts)[:_COMMENT_LIMIT] + f"\n（全部问题见第一张表“{listed_on}”）"
    before = cell.comment
    if before is not None and before.text.strip():
        author = f"（{before.author}）" if before.author else ""
        text = f"{text}\n\n{_KEPT}{author} ——\n{before.text}"
    cell.comment = _sized(text, listed_on)


def _restore_comment(cell: Cell, comment: Comment) -> None:
    kept = _KEPT_LINES.search(comment.text)
    cell.comment = None
    if kept is not None:
        cell.comment = _sized(kept["text"], kept["author"] or "")


def _sized(text: str, author: str) -> Comment:
    """A comment whose box shows all of its text without being dragged larger."""
    shown = clean(text).text
    height = min(480, 14 + 17 * lines_needed(shown, _COMMENT_COLUMNS))
    return Comment(shown, author, width=_COMMENT_WIDTH, height=height)


def _is_ours(cell: Cell) -> bool:
    fill = cell.fill
    return fill.fill_type == "solid" and fill.fgColor.type == "rgb" and fill.fgColor.rgb in COLOURS.values()
