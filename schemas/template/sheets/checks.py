"""自查: every relation that can be checked in one file, as a live formula; broken ones are listed on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from schemas.models import MEASURE_TITLES, SEVERITY_TITLES
from schemas.template import looks
from schemas.template.canvas import Canvas
from schemas.template.checks import BROKEN, HOLDS, OPEN, SelfCheck
from schemas.template.layout import CHECKS_FIRST_ROW, CHECKS_RESULT_COLUMN, CHECKS_TALLY_COLUMN

#: Cell of the one-line verdict; 封面 repeats it.
VERDICT = "A4"
_COUNT_ROW = 6  # headings of the count by severity
_LIST_ROW = 12  # headings of the list of broken relations
_LISTED = CHECKS_FIRST_ROW - 3 - _LIST_ROW - 1
_WIDTHS = (6, 22, 72, 10, 10, 20, 3)
_HEADINGS = ("序号", "工作要点", "应有的关系", "性质", "结果", "查看")
_SECTION = replace(looks.LABEL, border=False, fill="", size=11)
_CENTRED = replace(looks.PREFILLED, fill=looks.PAPER, horizontal="center")
_PLAIN = replace(_CENTRED, horizontal="left")
_LINK = replace(_PLAIN, ink=looks.LINK, underline=True)
_VERDICT = replace(looks.LABEL, size=12.5)
_COUNT = replace(_CENTRED, number_format="0", size=11)
_HIDDEN = replace(_CENTRED, ink=looks.MUTED, size=8, border=False, wrap=False)


def draw(canvas: Canvas, checks: Sequence[SelfCheck]) -> None:
    canvas.widths(_WIDTHS)
    canvas.tab(looks.CHECKS_TAB)
    words = canvas.layout.registry.form.wording
    hint = words.checks_hint.format(
        broken=BROKEN, open=OPEN, explanation=MEASURE_TITLES["explanation"], **SEVERITY_TITLES
    )
    canvas.banner(len(_HEADINGS), canvas.layout.sheet("checks"), hint)
    if not checks:
        canvas.across(4, 1, len(_HEADINGS), words.verdict_none, _VERDICT)
        canvas.page(len(_HEADINGS), 0)
        canvas.protect()
        return
    _verdict(canvas, len(checks))
    _counts(canvas, len(checks))
    _broken(canvas, len(checks))
    canvas.across(CHECKS_FIRST_ROW - 2, 1, len(_HEADINGS), f"全部关系（{len(checks)} 条）", _SECTION)
    canvas.headings(CHECKS_FIRST_ROW - 1, _HEADINGS)
    for row, check in placed(checks):
        _check(canvas, row, check)
    _colour(canvas, len(checks))
    canvas.sheet.column_dimensions[CHECKS_TALLY_COLUMN].hidden = True
    canvas.sheet.auto_filter.ref = f"A{CHECKS_FIRST_ROW - 1}:F{_last(len(checks))}"
    canvas.sheet.freeze_panes = "A5"
    # Prints the verdict and the broken relations only; all relations would take dozens of pages.
    canvas.page(len(_HEADINGS), 0, last_row=_LIST_ROW + _LISTED)
    canvas.protect()


def placed(checks: Sequence[SelfCheck]) -> list[tuple[int, SelfCheck]]:
    """Each check with its row, errors first, so that the broken relations are listed in that order too."""
    order = list(SEVERITY_TITLES)
    by_severity = sorted(checks, key=lambda check: order.index(check.severity))
    return list(enumerate(by_severity, start=CHECKS_FIRST_ROW))


def _last(count: int) -> int:
    return CHECKS_FIRST_ROW + max(count, 1) - 1


def _column(letter: str, count: int) -> str:
    return f"${letter}${CHECKS_FIRST_ROW}:${letter}${_last(count)}"


def _number_of(severity: str, result: str, count: int) -> str:
    """How many checks of a severity have a result, as a formula without ``=``."""
    severities, results = _column("D", count), _column(CHECKS_RESULT_COLUMN, count)
    return f'SUMPRODUCT(({severities}="{SEVERITY_TITLES[severity]}")*({results}="{result}"))'


def _verdict(canvas: Canvas, count: int) -> None:
    """Writes the verdict: a formula that says in one sentence what must be done before sending the report."""
    words = canvas.layout.registry.form.wording
    titles = {**SEVERITY_TITLES, "explanation": MEASURE_TITLES["explanation"]}
    errors, queries = _number_of("error", BROKEN, count), _number_of("query", BROKEN, count)
    still_open = f'COUNTIF({_column(CHECKS_RESULT_COLUMN, count)},"{OPEN}")'
    sentences = [
        (errors, words.verdict_errors),
        (queries, words.verdict_queries),
        (still_open, words.verdict_open),
    ]
    formula = f'"{words.verdict_holds}"'
    for number, sentence in reversed(sentences):
        before, after = sentence.format(count="\0", **titles).split("\0")
        formula = f'IF({number}>0,"{before}"&{number}&"{after}",{formula})'
    canvas.across(4, 1, len(_HEADINGS), "", _VERDICT)
    canvas.formula(VERDICT, f"={formula}", _VERDICT)
    canvas.sheet.row_dimensions[4].height = 30


def _counts(canvas: Canvas, count: int) -> None:
    """Writes the table of results by severity, with what each asks of the clerk."""
    words = canvas.layout.registry.form.wording
    for letter, title in zip("BCDEF", ("性质", "怎么办", BROKEN, HOLDS, OPEN), strict=True):
        canvas.text(f"{letter}{_COUNT_ROW}", title, looks.HEADING)
    canvas.sheet.row_dimensions[_COUNT_ROW].height = 20
    for row, (severity, title) in enumerate(SEVERITY_TITLES.items(), start=_COUNT_ROW + 1):
        canvas.text(f"B{row}", title, replace(_CENTRED, bold=True))
        canvas.text(f"C{row}", words.consequences[severity], _PLAIN)
        for letter, result in zip("DEF", (BROKEN, HOLDS, OPEN), strict=True):
            canvas.formula(f"{letter}{row}", f"={_number_of(severity, result, count)}", _COUNT)
        canvas.sheet.row_dimensions[row].height = 20


def _broken(canvas: Canvas, count: int) -> None:
    """Lists the first broken relations, by the running count in a hidden column."""
    canvas.across(_LIST_ROW - 1, 1, len(_HEADINGS), f"不符的关系（先列 {_LISTED} 条）", _SECTION)
    canvas.headings(_LIST_ROW, _HEADINGS)
    tally = _column(CHECKS_TALLY_COLUMN, count)
    for place in range(1, _LISTED + 1):
        row = _LIST_ROW + place
        match = f"MATCH({place},{tally},0)"
        for letter, look in zip("ABCDE", (_CENTRED, _PLAIN, _PLAIN, _CENTRED, _CENTRED), strict=True):
            value = f'=IFERROR(INDEX({_column(letter, count)},{match}),"")'
            canvas.formula(f"{letter}{row}", value, look)
        place_of = f"INDEX({_column('F', count)},{match})"
        jump = f'=IFERROR(HYPERLINK("#"&{place_of},{place_of}),"")'
        canvas.formula(f"F{row}", jump, _LINK)
        canvas.growing(row, 20)


def _check(canvas: Canvas, row: int, check: SelfCheck) -> None:
    number = row - CHECKS_FIRST_ROW
    registry = canvas.layout.registry
    point = registry.work_point.get(check.work_point)
    severity = SEVERITY_TITLES[check.severity]
    canvas.number(f"A{row}", number + 1, replace(_CENTRED, number_format="0"))
    canvas.text(f"B{row}", f"{point.code} {point.short}" if point else "", _PLAIN)
    canvas.text(f"C{row}", check.title, _PLAIN)
    canvas.text(f"D{row}", severity, _CENTRED)
    # Text in place of a number makes the comparison an error: such a figure counts as not filled in.
    canvas.formula(
        f"{CHECKS_RESULT_COLUMN}{row}", f'=IFERROR({check.formula.removeprefix("=")},"{OPEN}")', _CENTRED
    )
    sheet = check.sheet if check.sheet.isidentifier() else f"'{check.sheet}'"
    canvas.link(f"F{row}", f"{sheet}!{check.cell}", check.sheet, check.cell, _LINK)
    above = f"N({CHECKS_TALLY_COLUMN}{row - 1})" if number else "0"
    broken = f'IF({CHECKS_RESULT_COLUMN}{row}="{BROKEN}",1,0)'
    canvas.formula(f"{CHECKS_TALLY_COLUMN}{row}", f"={above}+{broken}", _HIDDEN)
    canvas.height(row, [(check.title, canvas.width(3), _PLAIN), (check.sheet, canvas.width(6), _LINK)])


def _colour(canvas: Canvas, count: int) -> None:
    """Colours the results: white on dark for broken ones, black on pale for the others, distinct in grey."""
    first = _LIST_ROW + 1
    cells = f"{CHECKS_RESULT_COLUMN}{first}:{CHECKS_RESULT_COLUMN}{_last(count)}"
    first_cell = f"{CHECKS_RESULT_COLUMN}{first}"
    for word, fill, ink in (
        (BROKEN, looks.BROKEN_FILL, looks.BROKEN_INK),
        (HOLDS, looks.HOLDS_FILL, looks.INK),
        (OPEN, looks.OPEN_FILL, looks.MUTED),
    ):
        canvas.when(cells, f'{first_cell}="{word}"', fill, ink=ink, bold=word == BROKEN)
    errors = _number_of("error", BROKEN, count)
    canvas.when(VERDICT, f"{errors}>0", looks.BROKEN_FILL, ink=looks.BROKEN_INK, bold=True)
