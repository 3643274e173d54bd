"""Where everything will stand, decided before anything is drawn, so that sheets can refer to
each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from flows.consolidation.figure_table import FigureTable, current_line, lines_of
from flows.consolidation.month import Month
from flows.consolidation.scoring import Scores, assess
from flows.outputs.workbook.drawing.addresses import cell_name, quoted
from flows.outputs.workbook.drawing.unit_grid import UnitGrid
from schemas import Indicator, Ledger, Registry, Unit
from schemas.models import MEASURES, STATUSES, Section, WorkPoint
from validations.findings.finding import SEVERITY_ORDER, Finding

#: With more units than this they run down the sheets instead of across.
MOST_ACROSS = 40
#: With more figures than this their origins are left to the dataset and to ``yaodian trace``.
MOST_ORIGINS = 20_000

OVERVIEW, COVER, RANKING, SCORING, SUMMARY = "总览", "封面", "考核得分", "计分明细", "指标汇总"
GRID, PROGRESS, TREND = "节点进度", "工作进展", "月度走势"
REPORTING, FINDINGS, RULES, AMENDMENTS = "报送情况", "校验结果", "勾稽关系", "更正记录"
ORIGINS, DEFINITIONS = "数据溯源", "指标解释"

#: Attributes of the lattices; the texts head their columns.
POINT, CODE, NAME, MEASURE_UNIT, LINE, TOTAL, BASIS, ABSENT = (
    "要点",
    "代码",
    "指标",
    "单位",
    "口径",
    "全市合计",
    "合计方法",
    "未计入单位",
)
METHOD, SET_BY, TARGET = "计分方法", "设定", "目标值"
LATTICE_TOP = 4
LEDGER_FIRST_ROW = 4


@dataclass(frozen=True)
class Plan:
    """The month with its scores, and every position that one sheet needs of another."""

    month: Month
    tally: FigureTable
    scores: Scores

    @classmethod
    def of(cls, month: Month, scores: Scores | None = None) -> Plan:
        """The plan of a month; ``scores`` where they are known already."""
        scores = scores or assess(month)
        return cls(month, scores.table, scores)

    @property
    def registry(self) -> Registry:
        return self.month.registry

    @property
    def units(self) -> tuple[Unit, ...]:
        return self.tally.units

    @property
    def large(self) -> bool:
        return len(self.units) > MOST_ACROSS

    @property
    def heading(self) -> str:
        return f"{self.registry.notice_title}考核汇总表（{self.month.period.chinese}）"

    @property
    def nothing_reported(self) -> bool:
        return not self.tally.counted

    def as_of(self, unit: Unit) -> str:
        """What to say of a unit whose figures are of another month than the workbook's."""
        return ""

    def column_title(self, unit: Unit) -> str:
        as_of = self.as_of(unit)
        return f"{unit.short}\n{as_of}" if as_of else unit.short

    @cached_property
    def unit_codes(self) -> tuple[str, ...]:
        return tuple(unit.code for unit in self.units)

    @cached_property
    def summary(self) -> UnitGrid:
        """指标汇总: a line per indicator and line of it."""
        return UnitGrid(
            sheet=SUMMARY,
            top=LATTICE_TOP,
            lines=tuple((i.code, line) for i in self.registry.indicators for line in lines_of(i)),
            attributes=(POINT, CODE, NAME, MEASURE_UNIT, LINE, TOTAL, BASIS, ABSENT),
            units=self.unit_codes,
            down=self.large,
        )

    @cached_property
    def scoring(self) -> UnitGrid:
        """计分明细: a line per indicator."""
        bests = tuple(best_title(self.registry, kind) for kind in self.tally.types)
        return UnitGrid(
            sheet=SCORING,
            top=LATTICE_TOP,
            lines=tuple(i.code for i in self.registry.indicators),
            attributes=(POINT, CODE, NAME, MEASURE_UNIT, METHOD, SET_BY, TARGET, *reversed(STATUSES), *bests),
            units=self.unit_codes,
            down=self.large,
        )

    @cached_property
    def point_means(self) -> Mapping[str, float | None]:
        """The city's mean score of each work point."""
        units = self.scores.units.values()
        return {p.code: mean_of([u.work_points[p.code] for u in units]) for p in self.registry.work_points}

    @cached_property
    def point_order(self) -> Mapping[str, int]:
        """Work point -> its position by mean score, the best first; ties in the notice's order."""
        scored = [(code, value) for code, value in self.point_means.items() if value is not None]
        return {code: n for n, (code, _) in enumerate(sorted(scored, key=lambda pair: -pair[1]), start=1)}

    def points_of(self, section: Section) -> tuple[WorkPoint, ...]:
        return tuple(p for p in self.registry.work_points if p.section == section.number)

    def indicators_of(self, point: WorkPoint) -> tuple[Indicator, ...]:
        return self.registry.indicators_under[point.code]

    @cached_property
    def file_of(self) -> Mapping[str, str]:
        """Submission -> file name."""
        rows = self.month.submissions
        return dict(zip(rows["submission_id"].tolist(), rows["file"].tolist(), strict=True))

    @cached_property
    def short(self) -> Mapping[str, str]:
        """Unit code -> short name."""
        return {unit.code: unit.short for unit in self.registry.units}

    @cached_property
    def unit_order(self) -> Mapping[str, int]:
        return {code: n for n, code in enumerate(self.unit_codes)}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Errors first, then by unit and place."""
        last = len(self.units)

        def key(finding: Finding) -> tuple[object, ...]:
            unit = self.unit_order.get(finding.unit_code, last)
            place = (finding.work_point, finding.indicator, finding.sheet, finding.cell, finding.code)
            return (SEVERITY_ORDER[finding.severity], unit, *place, finding.message)

        return tuple(sorted(self.month.findings, key=key))

    @cached_property
    def findings_of(self) -> Mapping[tuple[str, str], list[int]]:
        """(unit code, indicator) -> positions in ``findings``."""
        found: dict[tuple[str, str], list[int]] = {}
        for n, finding in enumerate(self.findings):
            found.setdefault((finding.unit_code, finding.indicator), []).append(n)
        return found

    @cached_property
    def origins(self) -> pd.DataFrame:
        """The figures in the order of 数据溯源: unit, indicator, measure. Blank explanations left out."""
        # Categories sort, and are mapped, by the order in which they came.
        figures = self.month.figures.astype("object")
        said = (figures["measure"] != "explanation") | figures["text"].notna()
        figures = figures[said & figures["unit_code"].isin(self.unit_order)]
        codes = {i.code: n for n, i in enumerate(self.registry.indicators)}
        measures = {m: n for n, m in enumerate(dict.fromkeys(m for ms in MEASURES.values() for m in ms))}
        keys = pd.DataFrame(
            {
                "unit": figures["unit_code"].map(self.unit_order),
                "code": figures["indicator"].map(codes).fillna(len(codes)),
                "measure": figures["measure"].map(measures).fillna(len(measures)),
            }
        )
        order = keys.sort_values(["unit", "code", "measure"], kind="stable").index
        return figures.loc[order]

    @property
    def lists_origins(self) -> bool:
        return len(self.month.figures) <= MOST_ORIGINS

    @cached_property
    def origin_row(self) -> Mapping[tuple[str, str, str], int]:
        """(unit code, indicator, measure) -> row of 数据溯源, from 0; empty where not listed."""
        if not self.lists_origins:
            return {}
        rows = self.origins
        keys = zip(*(rows[name].tolist() for name in ("unit_code", "indicator", "measure")), strict=True)
        return {key: LATTICE_TOP + n for n, key in enumerate(keys)}

    def origin_place(self, unit: str, code: str, measure: str) -> str:
        """Where a figure's origin is listed, as a link's target; empty where it is not."""
        row = self.origin_row.get((unit, code, measure))
        return "" if row is None else f"{quoted(ORIGINS)}!A{row + 1}"

    def definition_place(self, code: str) -> str:
        return f"{quoted(DEFINITIONS)}!A{LATTICE_TOP + self._indicator_order[code] + 1}"

    def finding_place(self, position: int) -> str:
        return f"{quoted(FINDINGS)}!A{LATTICE_TOP + position + 1}"

    def figure_place(self, unit: str, code: str) -> str:
        """Where the leading figure of a unit stands in 指标汇总."""
        line = current_line(self.registry.indicator[code])
        row, column = self.summary.place((code, line), unit)
        return f"{quoted(self.summary.sheet)}!{cell_name(row, column)}"

    @cached_property
    def _indicator_order(self) -> Mapping[str, int]:
        return {i.code: n for n, i in enumerate(self.registry.indicators)}

    @cached_property
    def ledger_rows(self) -> Mapping[str, pd.DataFrame]:
        """Merged ledgers with rows, by unit and place in the file."""
        return {ledger.name: self._sorted(ledger) for ledger in self.registry.ledgers}

    def _sorted(self, ledger: Ledger) -> pd.DataFrame:
        rows = self.month.ledgers.get(ledger.name)
        if rows is None or rows.empty:
            return pd.DataFrame()
        rows = rows[rows["unit_code"].isin(self.unit_order)]
        order = rows["unit_code"].map(self.unit_order)
        return rows.assign(**{"·": order}).sort_values(["·", "row"], kind="stable").drop(columns="·")

    @cached_property
    def absent_names(self) -> str:
        """Units of the month without figures, each with the reason."""
        marks = ((unit, self.tally.absence(unit)) for unit in self.units)
        return self.named([f"{unit.short}（{mark}）" for unit, mark in marks if mark is not None])

    def named(self, names: list[str], most: int = MOST_ACROSS) -> str:
        """Names in a row; of very many the first, and how many there are."""
        if len(names) <= most:
            return "、".join(names)
        return "、".join(names[:most]) + f" 等{len(names)}家"


def best_title(registry: Registry, kind: str) -> str:
    return f"最优·{registry.unit_types[kind]}"


def mean_of(values: list[float | None]) -> float | None:
    """The plain mean of the units that have a score."""
    numbers = [v for v in values if v is not None]
    return sum(numbers) / len(numbers) if numbers else None
