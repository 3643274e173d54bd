"""Draws one sheet of the template: cells, row heights for wrapped Chinese, page set-up and protection."""

from __future__ import annotations

import math
from collections.abc import Sequence

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from schemas.template import looks
from schemas.template.layout import Layout, column_letter
from schemas.template.looks import Look, Palette

#: Excel's limit of characters in a cell.
_LONGEST_TEXT = 32_767
#: Pixels of one unit of column width, and of one point of type.
_PIXELS_PER_WIDTH, _PIXELS_PER_POINT = 7, 96 / 72


class Canvas:
    """Draws on one sheet of the template; every cell goes through ``text``, ``number`` or ``formula``."""

    def __init__(self, sheet: Worksheet, palette: Palette, layout: Layout) -> None:
        self.sheet = sheet
        self.palette = palette
        self.layout = layout

    def text(self, cell: str, text: str, look: Look) -> None:
        """Writes text as text: never as a formula, even if it begins with ``=``."""
        target = self.sheet[cell]
        target.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:_LONGEST_TEXT]
        target.data_type = "s"
        self.palette.put_on(target, look)

    def number(self, cell: str, value: float, look: Look) -> None:
        target = self.sheet[cell]
        target.value = value
        self.palette.put_on(target, look)

    def formula(self, cell: str, formula: str, look: Look) -> None:
        target = self.sheet[cell]
        target.value = formula
        target.data_type = "f"
        self.palette.put_on(target, look)

    def blank(self, cell: str, look: Look) -> None:
        self.palette.put_on(self.sheet[cell], look)

    def link(self, cell: str, text: str, sheet: str, target: str, look: Look) -> None:
        """Writes text with a link to the cell ``target`` of a sheet of this workbook."""
        self.text(cell, text, look)
        location = f"'{sheet}'!{target}"
        self.sheet[cell].hyperlink = Hyperlink(ref=cell, location=location, display=text)
        self.palette.put_on(self.sheet[cell], look)

    def banner(self, columns: int, title: str, hint: str) -> None:
        """Writes rows 1 to 3: the sheet's title, unit and month, and how to fill it in."""
        wording = self.layout.registry.form.wording
        subtitle = wording.subtitle.format(unit=self.layout.unit.name, period=self.layout.period.chinese)
        for row, text, look in (
            (1, title, looks.TITLE),
            (2, subtitle, looks.SUBTITLE),
            (3, hint, looks.HINT),
        ):
            self.across(row, 1, columns, text, look)

    def across(self, row: int, first: int, last: int, text: str, look: Look) -> None:
        """Merges several columns (1-based) of a row, writes text in them and fits the row's height to it."""
        for column in range(first, last + 1):
            self.blank(f"{column_letter(column - 1)}{row}", look)
        self.text(f"{column_letter(first - 1)}{row}", text, look)
        if last > first:
            self.sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
        width = sum(self.width(column) for column in range(first, last + 1))
        self.height(row, [(text, width, look)])

    def headings(self, row: int, titles: Sequence[str], look: Look = looks.HEADING) -> None:
        for index, title in enumerate(titles):
            self.text(f"{column_letter(index)}{row}", title, look)
        self.height(row, [(title, self.width(n), look) for n, title in enumerate(titles, start=1)])

    def widths(self, widths: Sequence[float]) -> None:
        for index, width in enumerate(widths):
            self.sheet.column_dimensions[column_letter(index)].width = width

    def width(self, column: int) -> float:
        return float(self.sheet.column_dimensions[column_letter(column - 1)].width)

    def height(self, row: int, texts: Sequence[tuple[str, float, Look]]) -> None:
        """Makes the row high enough for wrapped texts: (text, width of its column, look) each."""
        needed = max(lines(text, width, look.size) * look.size * 1.45 for text, width, look in texts)
        self.sheet.row_dimensions[row].height = min(math.ceil(needed) + 6, 409)

    def growing(self, row: int, height: float) -> None:
        """Gives the row a height that still grows when more is typed into it."""
        self.sheet.row_dimensions[row] = _GrowingRow(self.sheet, index=row, ht=height)

    def when(self, cells: str, condition: str, fill: str, *, ink: str = "", bold: bool = False) -> None:
        """Conditional formatting: another fill, and ink, where ``condition`` holds.

        ``condition`` is a formula over the first of ``cells``; Excel shifts it for the others.
        """
        font = Font(color=ink, bold=bold) if ink else None
        style = DifferentialStyle(font=font, fill=PatternFill("solid", bgColor=fill))
        rule = Rule(type="expression", dxf=style, formula=[condition])
        self.sheet.conditional_formatting.add(cells, rule)

    def page(self, columns: int, title_row: int, *, landscape: bool = True, last_row: int = 0) -> None:
        """Sets up printing: A4, one page wide, headings on every page, unit and page number in the footer.

        Prints as far as ``last_row``; 0 prints all rows.
        """
        sheet = self.sheet
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.orientation = "landscape" if landscape else "portrait"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_margins.left = sheet.page_margins.right = 0.45
        sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.75
        sheet.page_margins.header = sheet.page_margins.footer = 0.35
        sheet.print_options.horizontalCentered = True
        if title_row:
            sheet.print_title_rows = f"{title_row}:{title_row}"
        sheet.print_area = f"A1:{column_letter(columns - 1)}{last_row or sheet.max_row}"
        unit = self.layout.unit.name.replace("&", "&&")
        footer = HeaderFooterItem()
        footer.left.text = f"{unit}　{self.layout.period.chinese}"
        footer.right.text = "第 &P 页，共 &N 页"
        footer.left.size = footer.right.size = 9
        sheet.HeaderFooter.oddFooter = footer
        sheet.sheet_view.showGridLines = False

    def tab(self, colour: str) -> None:
        self.sheet.sheet_properties.tabColor = colour

    def protect(self, *, rows_may_be_inserted: bool = False) -> None:
        """Locks all cells but the inputs, without a password; widths, heights and filters can be changed."""
        protection = self.sheet.protection
        protection.sheet = True
        protection.formatColumns = protection.formatRows = protection.autoFilter = False
        protection.insertRows = not rows_may_be_inserted
        protection.sort = True


class _GrowingRow(RowDimension):
    """A row with a height that isn't marked as custom: Excel never grows a row with a custom height."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 - openpyxl's name
        return False


def runs(cells: Sequence[str]) -> list[str]:
    """Joins adjacent cells of one column, listed top down, to ranges: ``E5 E6 E7 E9`` -> ``E5:E7 E9``."""
    areas: list[list[str]] = []
    for cell in cells:
        letters = cell.rstrip("0123456789")
        above = f"{letters}{int(cell[len(letters) :]) - 1}"
        if areas and areas[-1][-1] == above:
            areas[-1].append(cell)
        else:
            areas.append([cell])
    return [area[0] if len(area) == 1 else f"{area[0]}:{area[-1]}" for area in areas]


def lines(text: str, width: float, size: float) -> int:
    """The number of lines of a text in a column; a Chinese character is as wide as its font size."""
    available = width * _PIXELS_PER_WIDTH - 8
    em = size * _PIXELS_PER_POINT
    return sum(
        max(1, math.ceil(sum(em if ord(c) > 0x2000 else em * 0.58 for c in part) / available))
        for part in text.split("\n")
    )
