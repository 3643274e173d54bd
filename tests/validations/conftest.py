"""A consistent report, built from the registry, that tests then break."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from stdnum.cn import uscc

from schemas import Kind, Period, Registry, Unit
from schemas.models import Column, Ledger
from schemas.template.layout import Layout, lay_out
from validations.fields.identifiers import patent_check
from validations.frames import (
    EARLIER_COLUMNS,
    FIGURE_COLUMNS,
    LEDGER_CELL_PARTS,
    LEDGER_COLUMNS,
    PROGRESS_COLUMNS,
    SUBMISSION_COLUMNS,
)
from validations.run import Batch

if TYPE_CHECKING:
    from validations.findings.finding import Finding

JUNE = Period(2023, 6)


@dataclass
class Report:
    """A report by values: figures by (code, measure), ledger rows, narratives; None is a blank cell."""

    layout: Layout
    submission_id: str
    figures: dict[tuple[str, str], Any]
    ledgers: dict[str, list[dict[str, Any]]]
    progress: dict[str, str | None]
    last_month: dict[str, Any]
    year_before: dict[str, Any]
    states: dict[tuple[str, str], str] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)  # indicator codes whose row is not there

    @cached_property
    def registry(self) -> Registry:
        return self.layout.registry

    def ledger_cell(self, ledger: str, column: str, position: int) -> str:
        return f"{self.layout.ledger_columns[ledger, column]}{self.layout.ledger_first_row + position}"

    def figure_rows(self) -> list[tuple[Any, ...]]:
        rows = []
        for (code, measure), value in self.figures.items():
            if code in self.absent:
                continue
            number = float(value) if isinstance(value, int | float) else None
            text = None if isinstance(value, int | float) else value
            state = self.states.get((code, measure), "missing" if value is None else "used")
            sheet, cell = self.layout.sheet("figures"), self.layout.figures[code, measure]
            raw = "" if value is None else str(value)
            rows.append((*self._head, code, measure, number, text, raw, state, sheet, cell))
        return rows

    def progress_rows(self) -> list[tuple[Any, ...]]:
        sheet = self.layout.sheet("progress")
        return [
            (
                *self._head,
                point,
                "progress",
                text,
                text or "",
                "used" if text else "missing",
                sheet,
                self.layout.progress[point, "progress"],
            )
            for point, text in self.progress.items()
        ]

    def ledger_rows(self, ledger: Ledger) -> list[dict[str, Any]]:
        return [
            self._ledger_row(ledger, n, values) for n, values in enumerate(self.ledgers.get(ledger.name, []))
        ]

    def _ledger_row(self, ledger: Ledger, n: int, values: dict[str, Any]) -> dict[str, Any]:
        row = dict(
            zip(LEDGER_COLUMNS, (*self._head, ledger.title, self.layout.ledger_first_row + n), strict=True)
        )
        for column in ledger.columns:
            value = values.get(column.name)
            row[column.name] = value
            row[f"{column.name}.raw"] = "" if value is None else str(value)
            row[f"{column.name}.state"] = "missing" if value is None else "used"
            row[f"{column.name}.cell"] = self.ledger_cell(ledger.name, column.name, n)
        return row

    def earlier_rows(self) -> list[tuple[Any, ...]]:
        rows = []
        for period, held in (
            (self.layout.period.previous, self.last_month),
            (self.layout.period.year_before, self.year_before),
        ):
            for code, value in held.items():
                kind = self.registry.indicator[code].kind
                measure = {"flow": "ytd", "stock": "stock", "milestone": "status"}[kind]
                numeric = isinstance(value, int | float)
                pair = (float(value), None) if numeric else (float("nan"), value)
                rows.append((self.layout.unit.code, str(period), code, measure, *pair))
        return rows

    @property
    def _head(self) -> tuple[str, str, str]:
        return self.submission_id, self.layout.unit.code, str(self.layout.period)


def batch_of(*reports: Report) -> Batch:
    """The frames that reading would hand to validation."""
    registry = reports[0].registry
    submissions = [
        (
            r.submission_id,
            r.layout.unit.code,
            r.layout.unit.type,
            str(r.layout.period),
            f"{r.submission_id}.xlsx",
        )
        for r in reports
    ]
    figures = pd.DataFrame([row for r in reports for row in r.figure_rows()], columns=list(FIGURE_COLUMNS))
    figures["value"] = figures["value"].astype("float64")
    progress = [row for r in reports for row in r.progress_rows()]
    earlier = pd.DataFrame([row for r in reports for row in r.earlier_rows()], columns=list(EARLIER_COLUMNS))
    earlier["value"] = earlier["value"].astype("float64")
    return Batch(
        submissions=pd.DataFrame(submissions, columns=list(SUBMISSION_COLUMNS)),
        figures=figures,
        progress=pd.DataFrame(progress, columns=list(PROGRESS_COLUMNS)),
        ledgers={ledger.name: ledger_frame(ledger, reports) for ledger in registry.ledgers},
        earlier=earlier.drop_duplicates(["unit_code", "period", "indicator", "measure"]),
    )


def ledger_frame(ledger: Ledger, reports: tuple[Report, ...]) -> pd.DataFrame:
    columns = [*LEDGER_COLUMNS]
    for column in ledger.columns:
        columns += [column.name, *(f"{column.name}.{part}" for part in LEDGER_CELL_PARTS)]
    frame = pd.DataFrame([row for r in reports for row in r.ledger_rows(ledger)], columns=columns)
    for column in ledger.columns:
        if column.numeric:
            frame[column.name] = frame[column.name].astype("float64")
    return frame


class _Filler:
    """Fills every input of a report so that all relations hold."""

    def __init__(self, layout: Layout, seed: int) -> None:
        self.layout = layout
        self.registry = layout.registry
        self.random = random.Random(f"{seed}-{layout.unit.code}-{layout.period}")
        self.ledgers = {ledger.name: self.rows(ledger) for ledger in layout.ledgers}
        self.figures: dict[tuple[str, str], Any] = {}
        self.last_month: dict[str, Any] = {}
        self.year_before: dict[str, Any] = {}

    def rows(self, ledger: Ledger) -> list[dict[str, Any]]:
        """Rows of every sort that the ledger has, and a few more."""
        most = max((len(column.choices) for column in ledger.columns), default=0) or 4
        return [
            {column.name: self.cell(column, ledger, n) for column in ledger.columns}
            for n in range(most + self.random.randint(0, 4))
        ]

    def cell(self, column: Column, ledger: Ledger, n: int) -> Any:
        match column.type:
            case "choice":
                return column.choices[n % len(column.choices)]
            case "yes_no":
                return self.registry.form.wording.yes_no[n % 2]
            case "amount":
                return round(self.random.uniform(1, 90), 2)
            case "count":
                return self.random.randint(5, 90)
        digits = f"2022{self.random.randint(0, 99999999):08d}"
        texts = {
            "date": f"{self.layout.period}-{self.random.randint(1, 28):02d}",
            "uscc": code_of(f"91411000{self.random.randint(0, 5):09d}"),
            "patent": f"ZL{digits}.{patent_check(digits)}",
        }
        return texts.get(column.type, f"{self.layout.unit.code}-{ledger.name}-{column.name}-{n}")

    def aggregate(self, code: str) -> float | None:
        """What the ledgers say of a figure, computed plainly."""
        for relation in self.registry.relations:
            params = relation.params
            if params.get("indicator") != code or "ledger" not in params:
                continue
            rows = [
                row
                for row in self.ledgers[params["ledger"]]
                if all(row[k] == v for k, v in params.get("where", {}).items())
            ]
            if relation.kind == "ledger_count":
                return len(rows)
            values = [row[params["column"]] for row in rows]
            return len(set(values)) if relation.kind == "ledger_distinct" else round(sum(values), 2)
        return None

    def month(self, code: str) -> float:
        known = self.aggregate(code)
        if known is not None:
            return known
        for relation in self.registry.relations:
            params = relation.params
            if relation.kind == "total" and params["whole"] == code:
                return round(sum(self.month(part) for part in params["parts"]), 2)
            if relation.kind == "part_of" and params["part"] == code:
                return min(1, self.month(params["whole"]))
        return 6

    def before(self, code: str) -> float:
        """Last month's year to date: twice the month, so that parts stay within their wholes."""
        return 0 if code == "2202" else round(2 * self.month(code), 2)

    def fill(self) -> None:
        for indicator in self.layout.indicators:
            code = indicator.code
            if indicator.kind is Kind.FLOW:
                month, before = self.month(code), self.before(code)
                self.last_month[code] = before
                ytd = round(month + (0 if self.layout.period.month == 1 else before), 2)
                self.put(code, month=month, ytd=ytd, prior_ytd=ytd)
                self.year_before[code] = ytd
            elif indicator.kind is Kind.STOCK:
                level = self.aggregate(code)
                level = {"3501": 5, "3502": 4}.get(code, 6) if level is None else level
                self.last_month[code] = level
                self.put(code, stock=level, prior_stock=level)
            elif indicator.kind is Kind.MILESTONE:
                self.last_month[code] = "推进中"
                self.put(code, status="推进中", document=None, completed_on=None)

    def put(self, code: str, **measures: Any) -> None:
        for measure, value in measures.items():
            self.figures[code, measure] = value
        self.figures[code, "explanation"] = None


def code_of(seventeen: str) -> str:
    """A valid 统一社会信用代码 from its first 17 characters."""
    return seventeen + uscc.calc_check_digit(seventeen)


Build = Callable[..., Report]


@pytest.fixture(scope="session")
def build(registry: Registry) -> Build:
    """``build(unit, period, seed=…)`` gives a report in which every relation holds."""

    def made(unit: Unit | str = "魏都区", period: Period = JUNE, *, seed: int = 1, again: int = 1) -> Report:
        unit = registry.unit_by_name[unit] if isinstance(unit, str) else unit
        layout = lay_out(registry, unit, period)
        filler = _Filler(layout, seed)
        filler.fill()
        return Report(
            layout=layout,
            submission_id=f"{period}-{unit.code}-{again:02d}",
            figures=filler.figures,
            ledgers=filler.ledgers,
            progress={point.code: "按计划推进。" for point in layout.work_points},
            last_month=filler.last_month,
            year_before=filler.year_before,
        )

    return made


def brief(findings: list[Finding]) -> list[tuple[str, str, str]]:
    """``(sheet, cell, code)`` of each finding."""
    return [(one.sheet, one.cell, one.code) for one in findings]
