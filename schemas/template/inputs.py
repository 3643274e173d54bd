"""Adds data validation to inputs: what Excel accepts, hints and refuses, worded from ``report.yaml``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl.worksheet.datavalidation import DataValidation

from schemas.errors import RegistryError
from schemas.form import FormField
from schemas.models import STATUS_NOT_APPLICABLE, Column, Indicator
from schemas.periods import Period
from schemas.template.canvas import Canvas, runs

#: Excel's limits: title, hint and refusal of a message, and the list of choices in a validation.
_TITLE, _HINT, _REFUSAL, _LIST = 32, 180, 225, 255
#: Earlier dates are refused: they come from a count typed into a date column.
_EARLIEST = dt.date(2000, 1, 1)
#: The most characters in a text cell of a ledger.
_TEXT = 200
_LEDGER_RULES: Mapping[str, Mapping[str, Any]] = {
    "amount": {"type": "decimal", "operator": "greaterThanOrEqual", "formula1": "0"},
    "count": {"type": "whole", "operator": "greaterThanOrEqual", "formula1": "0"},
    "uscc": {"type": "textLength", "operator": "equal", "formula1": "18"},
    # 12 digits and a check character, with or without a point and ZL.
    "patent": {"type": "textLength", "operator": "between", "formula1": "13", "formula2": "18"},
}


def figure(canvas: Canvas, cells: Sequence[str], indicator: Indicator) -> None:
    """Figures of 指标表: not negative, whole numbers for counts, or the word 不适用."""
    cell = cells[0]
    bounds = [f"{cell}>=0"]
    if not indicator.is_amount:
        bounds.append(f"{cell}=INT({cell})")
    if indicator.maximum is not None:
        bounds.append(f"{cell}<={indicator.maximum:g}")
    kind = "figure_amount" if indicator.is_amount else "figure_count"
    words = {
        "definition": indicator.definition,
        "unit": indicator.unit,
        "decimals": "零一两"[indicator.decimals],
        "maximum": "" if indicator.maximum is None else f"{indicator.maximum:g}",
        "not_applicable": STATUS_NOT_APPLICABLE,
    }
    _add(
        canvas,
        cells,
        kind if indicator.maximum is None else "figure_bounded",
        indicator.name,
        words,
        type="custom",
        formula1=f'IF(ISNUMBER({cell}),AND({",".join(bounds)}),{cell}="{STATUS_NOT_APPLICABLE}")',
    )


def choice(
    canvas: Canvas, cells: Sequence[str], title: str, choices: Sequence[str], *, kind: str, hint: str
) -> None:
    """A list to choose from. Raises :class:`RegistryError` where Excel could not hold the list."""
    listed = ",".join(choices)
    if len(listed) > _LIST or any("," in item or '"' in item for item in choices):
        raise RegistryError("schemas", title, "选项合计过长，或选项中有半角逗号、引号，Excel 列表放不下")
    words = {"title": title, "definition": hint, "choices": "、".join(choices)}
    _add(canvas, cells, kind, title, words, type="list", formula1=f'"{listed}"')


def date(
    canvas: Canvas, cells: Sequence[str], title: str, *, kind: str, start: dt.date | None, end: dt.date | None
) -> None:
    """A date between ``start`` and ``end``, both included; either may be open."""
    words = {"title": title, "start": _iso(start), "end": _iso(end)}
    first, last = _date(start or _EARLIEST), _date(end or dt.date(9998, 12, 31))
    _add(canvas, cells, kind, title, words, type="date", operator="between", formula1=first, formula2=last)


def text(canvas: Canvas, cells: Sequence[str], title: str, limit: int, *, kind: str = "text") -> None:
    """Text up to a length."""
    words = {"title": title, "limit": limit}
    _add(
        canvas,
        cells,
        kind,
        title,
        words,
        type="textLength",
        operator="lessThanOrEqual",
        formula1=str(limit),
    )


def form_field(canvas: Canvas, cells: Sequence[str], field: FormField, period: Period) -> None:
    """A field of the cover or a column of 工作进展."""
    if field.type == "choice":
        choice(canvas, cells, field.title, field.choices, kind="choice", hint="")
    elif field.type == "date":
        date(canvas, cells, field.title, kind="date_on", start=period.start, end=None)
    else:
        text(canvas, cells, field.title, field.limit)


def ledger_column(
    canvas: Canvas, column: Column, *, letter: str, rows: tuple[int, int], single_key: bool
) -> None:
    """All rows of a ledger's column, ``rows`` being the first and the last."""
    cells = [f"{letter}{row}" for row in range(rows[0], rows[1] + 1)]
    choices = canvas.layout.registry.form.wording.yes_no if column.type == "yes_no" else column.choices
    if choices:
        choice(canvas, cells, column.title, choices, kind="choice", hint="")
    elif column.type == "date":
        _ledger_date(canvas, cells, column)
    elif column.type in _LEDGER_RULES:
        words = {"title": column.title, "unit": column.unit}
        _add(canvas, cells, column.type, column.title, words, **_LEDGER_RULES[column.type])
    elif single_key:
        first, where = f"{letter}{rows[0]}", f"${letter}${rows[0]}:${letter}${rows[1]}"
        # SUMPRODUCT and not COUNTIF, which compares long numbers by their first 15 digits only.
        single = f"AND(LEN({first})<={_TEXT},SUMPRODUCT(--({where}={first}))=1)"
        _add(
            canvas,
            cells,
            "key",
            column.title,
            {"title": column.title, "limit": _TEXT},
            type="custom",
            formula1=single,
        )
    else:
        text(canvas, cells, column.title, _TEXT)


def _ledger_date(canvas: Canvas, cells: Sequence[str], column: Column) -> None:
    period = canvas.layout.period
    # A case filed earlier may be listed because it was closed this month: see Column.unless.
    whole = column.within == "period" and column.unless is None
    date(
        canvas,
        cells,
        column.title,
        kind="date_within" if whole else "date_until",
        start=period.start if whole else None,
        end=period.end,
    )


def _add(
    canvas: Canvas,
    cells: Sequence[str],
    kind: str,
    title: str,
    words: Mapping[str, object],
    **rule: Any,
) -> None:
    prompt = canvas.layout.registry.form.wording.prompts[kind]
    validation = DataValidation(
        allow_blank=True,
        showErrorMessage=True,
        showInputMessage=True,
        errorStyle="stop",
        errorTitle=_cut(title, _TITLE),
        error=_cut(prompt.refusal.format(**words), _REFUSAL),
        promptTitle=_cut(title, _TITLE),
        prompt=_hint(prompt.hint, words),
        **rule,
    )
    for area in runs(cells):
        validation.add(area)
    canvas.sheet.add_data_validation(validation)


def _hint(template: str, words: Mapping[str, object]) -> str:
    """The hint within Excel's limit: the definition is shortened first, so that the text after it is kept."""
    full = template.format(**words)
    definition = str(words.get("definition", ""))
    over = len(full) - _HINT
    if over > 0 and definition:
        words = {**words, "definition": _cut(definition, max(len(definition) - over, 20))}
    return _cut(template.format(**words), _HINT)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _date(day: dt.date) -> str:
    return f"DATE({day.year},{day.month},{day.day})"


def _iso(day: dt.date | None) -> str:
    return "" if day is None else day.isoformat()
