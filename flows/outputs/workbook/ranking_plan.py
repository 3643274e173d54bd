"""Where 考核得分 has its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flows.outputs.workbook.drawing.addresses import absolute, area, quoted
from flows.outputs.workbook.plan import RANKING, Plan
from schemas import Unit

GROUP_ROW, TITLE_ROW, WEIGHT_ROW, SET_BY_ROW, TARGETS_ROW, MEAN_ROW, ORDER_ROW, FIRST_UNIT_ROW = range(3, 11)
TYPE, RANK, UNIT, TOTAL = range(4)
FIRST_SECTION = 4
#: 计分要点, 得分最低的要点, 情况, 序 stand after the work points.
REMARKS = 4


@dataclass(frozen=True)
class RankingPlan:
    """Rows and columns from 0. Units stand by type, in each type by rank, the unscored last."""

    plan: Plan
    sheet: str = RANKING

    @cached_property
    def section_column(self) -> Mapping[int, int]:
        return {s.number: FIRST_SECTION + n for n, s in enumerate(self.plan.registry.sections)}

    @cached_property
    def point_column(self) -> Mapping[str, int]:
        first = FIRST_SECTION + len(self.section_column)
        return {p.code: first + n for n, p in enumerate(self.plan.registry.work_points)}

    @property
    def after(self) -> int:
        """The first column after the work points."""
        return FIRST_SECTION + len(self.section_column) + len(self.point_column)

    @property
    def last_column(self) -> int:
        return self.after + REMARKS - 1

    @property
    def share_title_row(self) -> int:
        """Below the units: what each section adds to the total, in the sections' columns."""
        return self.last_row + 2

    def share_row(self, code: str) -> int:
        return self.share_title_row + 1 + self.row[code] - FIRST_UNIT_ROW

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        scores, worst = self.plan.scores.units, len(self.plan.units) + 1
        ordered: list[Unit] = []
        for kind in self.plan.tally.types:
            ordered += sorted(self.plan.tally.units_of(kind), key=lambda u: scores[u.code].rank or worst)
        return tuple(ordered)

    @cached_property
    def row(self) -> Mapping[str, int]:
        return {unit.code: FIRST_UNIT_ROW + n for n, unit in enumerate(self.units)}

    def type_rows(self, kind: str) -> tuple[int, int]:
        """The first and the last row of a type."""
        return self._type_rows[kind]

    @cached_property
    def _type_rows(self) -> Mapping[str, tuple[int, int]]:
        found = {}
        for kind in self.plan.tally.types:
            rows = [self.row[u.code] for u in self.units if u.type == kind]
            found[kind] = (rows[0], rows[-1])
        return found

    @property
    def last_row(self) -> int:
        return FIRST_UNIT_ROW + len(self.units) - 1

    def column_area(self, column: int, kind: str | None = None, *, local: bool = True) -> str:
        """A column over all units, or over those of one type."""
        first, last = (FIRST_UNIT_ROW, self.last_row) if kind is None else self.type_rows(kind)
        return area(first, column, last, column, "" if local else self.sheet)

    def points_area(self, row: int, *, section: int | None = None, local: bool = True) -> str:
        """The work points of a row, or those of one section."""
        columns = [c for code, c in self.point_column.items() if section is None or code[0] == str(section)]
        return area(row, columns[0], row, columns[-1], "" if local else self.sheet)

    def order_of(self, code: str) -> int:
        """The position of a unit within its type, from 1; equal ranks in the order of the rows."""
        kind = self.plan.registry.unit[code].type
        return self.row[code] - self.type_rows(kind)[0] + 1

    def order_column(self) -> int:
        return self.after + REMARKS - 1

    def ref(self, row: int, column: int) -> str:
        return f"{quoted(self.sheet)}!{absolute(row, column)}"
