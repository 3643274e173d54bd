"""Where everything stands in the year's workbook."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flows.consolidation.figure_table import Mark, lines_of
from flows.consolidation.month import MEASURE
from flows.consolidation.scoring import assess
from flows.consolidation.year import Year
from flows.outputs.workbook.drawing.unit_grid import UnitGrid
from flows.outputs.workbook.plan import LATTICE_TOP, Plan
from flows.outputs.workbook.ranking_plan import RankingPlan
from flows.register.results import UnitState
from schemas import Indicator, Period, Unit

OVERVIEW, RANKING, SCORING, FIGURES = "年度总览", "年度得分", "年度计分", "指标年度"
TREND, MONTHLY, REPORTING, DEFINITIONS, NOTES = "月度走势", "月度明细", "报送情况", "指标解释", "说明"

#: What a unit's month is called in the grids.
ON_TIME, LATE, NOBODY = "按时", "迟报", "无报送"


@dataclass(frozen=True)
class YearPlan(Plan):
    """The composed month's plan under the year's own sheet names; ``year`` has the single months."""

    year: Year

    @property
    def heading(self) -> str:
        return f"{self.registry.notice_title}年度考核汇总表（截至{self.year.last.chinese}）"

    @cached_property
    def summary(self) -> UnitGrid:
        """指标年度: no line of a single month, since units may stand at different months."""
        lines = ((i.code, line) for i in self.registry.indicators for line in lines_of(i) if line != "month")
        monthly = super().summary
        return UnitGrid(
            FIGURES, LATTICE_TOP, tuple(lines), monthly.attributes, self.unit_codes, down=self.large
        )

    @cached_property
    def scoring(self) -> UnitGrid:
        monthly = super().scoring
        return UnitGrid(SCORING, monthly.top, monthly.lines, monthly.attributes, monthly.units, monthly.down)

    @property
    def lists_origins(self) -> bool:
        """Origins are in the months' workbooks."""
        return False

    def as_of(self, unit: Unit) -> str:
        behind = self.year.behind.get(unit.code)
        return f"截至{behind.month}月" if behind else ""

    @cached_property
    def months(self) -> tuple[Period, ...]:
        """All twelve."""
        return tuple(Period(self.year.number, n) for n in range(1, 13))

    @property
    def basis_line(self) -> str:
        """Which months the year-to-date figures are of."""
        at_last = len(self.year.latest) - len(self.year.behind)
        said = f"本年累计取各单位最近一个已接收月份：{at_last}家截至{self.year.last.month}月"
        behind = [f"{unit.short}截至{p.month}月" for unit in self.units if (p := self.behind_of(unit))]
        absent = f"；全年未计入：{self.absent_names}" if self.absent_names else ""
        return said + (f"，{self.named(behind)}" if behind else "") + absent

    def behind_of(self, unit: Unit) -> Period | None:
        return self.year.behind.get(unit.code)

    @cached_property
    def monthly(self) -> tuple[Indicator, ...]:
        """Indicators that are followed from month to month."""
        return tuple(i for i in self.registry.indicators if i.kind in MEASURE)

    def state(self, unit: Unit, month: Period) -> str:
        """按时, 迟报, 被退回, 未报送; 无报送 where no unit has sent anything for the month."""
        if month not in self.year.of:
            return NOBODY
        status = self.year.of[month].units[unit.code]
        if status.counts:
            return LATE if status.late else ON_TIME
        return str(Mark.RETURNED if status.state == UnitState.RETURNED else Mark.MISSING)


def plan_of(year: Year) -> YearPlan:
    scores = assess(year.composed)
    return YearPlan(year.composed, scores.table, scores, year)


def ranking_of(plan: YearPlan) -> RankingPlan:
    return RankingPlan(plan, RANKING)
