"""指标表: one row per indicator of the unit, in the notice's order."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from schemas.models import NUMERIC_MEASURES, STATUS_NOT_APPLICABLE, STATUSES, Indicator, Kind
from schemas.template import inputs, looks
from schemas.template.canvas import Canvas, runs
from schemas.template.layout import FIGURES_HEADING_ROW, Layout, column_letter
from schemas.template.looks import Look

_WIDTHS = {
    "code": 7,
    "work_point": 22,
    "indicator": 27,
    "unit_of_measure": 9,
    "month": 12,
    "ytd": 14,
    "prior_ytd": 14,
    "status": 10,
    "document": 20,
    "completed_on": 12.5,
    "explanation": 36,
}
_OTHER_WIDTH = 14
_ROW_HEIGHT = 27
_LOOKS = {
    "status": looks.CHOICE_INPUT,
    "document": replace(looks.SHORT_INPUT, fill=looks.FILLED_FILL),
    "completed_on": replace(looks.DATE_INPUT, fill=looks.FILLED_FILL),
    "explanation": replace(looks.OPTIONAL_INPUT, size=9, vertical="top"),
}
#: Measures that a ratio divides: this year's by this year's, last year's by last year's.
_NOW, _BEFORE = ("ytd", "stock"), ("prior_ytd", "prior_stock")


def draw(canvas: Canvas) -> None:
    layout = canvas.layout
    form = layout.registry.form
    canvas.widths([_WIDTHS.get(field.name, _OTHER_WIDTH) for field in form.figures])
    hint = form.wording.figures_hint.format(not_applicable=STATUS_NOT_APPLICABLE)
    canvas.banner(len(form.figures), layout.sheet("figures"), hint)
    canvas.headings(FIGURES_HEADING_ROW, [field.title for field in form.figures])
    for number, (_, rows) in enumerate(groupby(layout.indicators, key=lambda i: i.work_point)):
        for place, indicator in enumerate(rows):
            _row(canvas, indicator, first=place == 0, shade=number % 2 == 1)
    last = FIGURES_HEADING_ROW + len(layout.indicators)
    letter = column_letter(len(form.figures) - 1)
    canvas.sheet.auto_filter.ref = f"A{FIGURES_HEADING_ROW}:{letter}{last}"
    canvas.sheet.freeze_panes = _after_names(layout)
    _accept_columns(canvas)
    _whiten_filled(canvas)
    canvas.page(len(form.figures), FIGURES_HEADING_ROW)
    canvas.tab(looks.INPUT_TAB)
    canvas.protect()


def asked(layout: Layout) -> list[str]:
    """The cells that every report must fill in: numbers and statuses."""
    measures = {*NUMERIC_MEASURES, "status"}
    return [layout.figures[i.code, m] for i in layout.indicators for m in i.measures if m in measures]


def filled(layout: Layout) -> str:
    """A formula (without =) that counts how many of the cells of :func:`asked` are filled in."""
    first, last = FIGURES_HEADING_ROW + 1, FIGURES_HEADING_ROW + len(layout.indicators)
    sheet = layout.sheet("figures")
    letters = sorted({cell.rstrip("0123456789") for cell in asked(layout)})
    counts = "+".join(f"COUNTA('{sheet}'!${x}${first}:${x}${last})" for x in letters)
    computed = sum(len(ratio_formulas(layout, i)) for i in layout.indicators)
    return f"{counts}-{computed}"


def ratio_formulas(layout: Layout, indicator: Indicator) -> dict[str, str]:
    """Cell -> live formula of a ratio, in per cent, blank while it can't be computed.

    Empty for other kinds, and where the unit does not report both of its figures.
    """
    ratio = indicator.ratio
    if ratio is None:
        return {}
    cells = [layout.ratios[indicator.code, measure] for measure in ("ytd", "prior_ytd")]
    years = (_NOW, _BEFORE)
    if ratio.growth_of is not None:
        now, before = (_figure(layout, ratio.growth_of, year) for year in years)
        return {cells[0]: _percent(f"({now}-{before})", before, (now, before))} if now and before else {}
    parts = [_figure(layout, ratio.numerator, year) for year in years]
    wholes = [_figure(layout, ratio.denominator, year) for year in years]
    return {
        cell: _percent(part, whole, (part, whole))
        for cell, part, whole in zip(cells, parts, wholes, strict=True)
        if part and whole
    }


def _figure(layout: Layout, code: str | None, measures: tuple[str, ...]) -> str:
    """The cell of whichever of ``measures`` the indicator has; empty where the unit doesn't report it."""
    cells = [layout.figures[code, m] for m in measures if code is not None and (code, m) in layout.figures]
    return cells[0] if cells else ""


def _percent(part: str, whole: str, numbers: tuple[str, str]) -> str:
    known = ",".join(f"ISNUMBER({cell})" for cell in numbers)
    return f'=IF(AND({known}),IF({whole}>0,{part}/{whole}*100,""),"")'


def _row(canvas: Canvas, indicator: Indicator, *, first: bool, shade: bool) -> None:
    layout = canvas.layout
    cells = layout.figures
    point = layout.registry.work_point[indicator.work_point]
    prefilled = replace(looks.PREFILLED, fill=looks.PREFILLED_ALTERNATE if shade else looks.PREFILLED_FILL)
    centred = replace(prefilled, horizontal="center")
    names = {
        "code": (indicator.code, centred),
        "work_point": (f"{point.code} {point.short}", prefilled),
        "indicator": (indicator.name, replace(prefilled, bold=True)),
        "unit_of_measure": (indicator.unit, centred),
    }
    row = cells[indicator.code, "code"][1:]
    for number in range(len(layout.registry.form.figures)):
        canvas.blank(f"{column_letter(number)}{row}", replace(looks.CLOSED, rule=first))
    for name, (text, look) in names.items():
        canvas.text(cells[indicator.code, name], text, replace(look, rule=first))
    for cell, formula in ratio_formulas(layout, indicator).items():
        canvas.formula(cell, formula, replace(looks.COMPUTED, rule=first))
    for measure in (*indicator.measures, "explanation"):
        canvas.blank(cells[indicator.code, measure], replace(_look(indicator, measure), rule=first))
    canvas.growing(int(row), _ROW_HEIGHT)
    _accept(canvas, indicator)


def _look(indicator: Indicator, measure: str) -> Look:
    number = replace(looks.COUNT_INPUT, number_format=looks.FORMATS[indicator.decimals])
    return _LOOKS.get(measure) or number


def _accept(canvas: Canvas, indicator: Indicator) -> None:
    """Adds the validations of one row: its numbers, or its status."""
    cells = {m: canvas.layout.figures[indicator.code, m] for m in (*indicator.measures, "explanation")}
    numbers = [cell for measure, cell in cells.items() if measure in NUMERIC_MEASURES]
    if numbers:
        inputs.figure(canvas, numbers, indicator)
    if indicator.kind is Kind.MILESTONE:
        states = (*STATUSES, STATUS_NOT_APPLICABLE)
        inputs.choice(
            canvas, [cells["status"]], indicator.name, states, kind="status", hint=indicator.definition
        )


def _accept_columns(canvas: Canvas) -> None:
    """Adds the validations that are the same in every row, one for each column."""
    layout = canvas.layout
    end = layout.period.end
    for field in layout.registry.form.figures:
        for measure in field.measures:
            cells = [layout.figures[i.code, measure] for i in layout.indicators if _has(i, measure)]
            if measure == "completed_on" and cells:
                inputs.date(canvas, cells, field.title, kind=measure, start=None, end=end)
            elif cells and measure in ("document", "explanation"):
                inputs.text(canvas, cells, field.title, field.limit, kind=measure)


def _has(indicator: Indicator, measure: str) -> bool:
    return measure in indicator.measures or measure == "explanation"


def _after_names(layout: Layout) -> str:
    """The cell at which panes are frozen: below the headings, right of the indicator's name."""
    names = [field.name for field in layout.registry.form.figures]
    return f"{column_letter(names.index('indicator') + 1)}{FIGURES_HEADING_ROW + 1}"


def _whiten_filled(canvas: Canvas) -> None:
    """Turns filled cells white, so that only the empty ones stay yellow."""
    columns: dict[str, list[str]] = {}
    for cell in asked(canvas.layout):
        columns.setdefault(cell.rstrip("0123456789"), []).append(cell)
    # A rule for each column, because the condition refers to the topmost left cell of its range.
    for cells in columns.values():
        canvas.when(" ".join(runs(cells)), f"LEN({cells[0]})>0", looks.FILLED_FILL)
