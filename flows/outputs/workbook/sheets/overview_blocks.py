"""The blocks of 总览: cards, ranking, charts, work points, and who is missing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from flows.consolidation.month import UnitStatus
from flows.outputs.workbook.drawing.addresses import absolute, area, quoted
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.drawing.provenance import CellMeaning
from flows.outputs.workbook.drawing.styles import FONT
from flows.outputs.workbook.plan import OVERVIEW, RANKING, Plan, mean_of
from flows.outputs.workbook.ranking_plan import MEAN_ROW, ORDER_ROW, RANK, TITLE_ROW, TOTAL, UNIT, RankingPlan
from flows.outputs.workbook.sheets.reporting import LATE, STATE_TITLES
from flows.outputs.workbook.sheets.score_meanings import mean_meaning, rank_meaning, total_meaning
from schemas import Unit

COLUMNS = 28
#: No more places than this are shown in the ranking, shared among the types.
MOST_PLACES = 16
RANKING_WIDTH = 11
SHADES = ("#1F3864", "#5B84C4", "#A9C1E6", "#7F8B99", "#D5DAE1")
NONE = "—"


class Place(NamedTuple):
    """The n-th place of a type, from 1."""

    kind: str
    number: int


def ranked_places(ranking: RankingPlan) -> list[Place]:
    """Which places the ranking shows: all, or of very many units the first of each type."""
    types = ranking.plan.tally.types
    sizes = {kind: len(ranking.plan.tally.units_of(kind)) for kind in types}
    if sum(sizes.values()) > MOST_PLACES:
        share = max(1, MOST_PLACES // len(types))
        spare = MOST_PLACES - sum(min(size, share) for size in sizes.values())
        biggest = max(sizes, key=lambda kind: sizes[kind])
        sizes = {k: min(size, share + (spare if k == biggest else 0)) for k, size in sizes.items()}
    return [Place(kind, n) for kind, size in sizes.items() for n in range(1, size + 1)]


def draw_cards(canvas: Canvas, plan: Plan, ranking: RankingPlan, row: int) -> None:
    """Seven cards of four columns: a label, a figure, and what it is made of."""
    counted, due = len(plan.tally.counted), len(plan.units)
    on_time = sum(not plan.month.units[u.code].late for u in plan.tally.counted)
    mean = mean_of([s.total for s in plan.scores.units.values()])
    errors, queries = (sum(f.severity == level for f in plan.findings) for level in ("error", "query"))
    explained = sum(f.severity == "query" and f.status == "explained" for f in plan.findings)
    units = ranking.column_area(UNIT, local=False) if plan.units else ""
    due_cell, counted_cell, time_cell = (absolute(row + 1, 4 * n) for n in range(3))
    done, points = sum(v is not None for v in plan.point_means.values()), len(plan.registry.work_points)
    cards = (
        ("应报单位（家）", f"COUNTA({units})" if units else "", due, "0", "要点印发的单位"),
        ("计入单位（家）", "", counted, "0", "已接收、数据进入合计"),
        ("其中按时（家）", "", on_time, "0", f"迟报{counted - on_time}家"),
        ("报送率", _share(counted_cell, due_cell), counted / due if due else NONE, "0.0%", "计入÷应报"),
        ("按时率", _share(time_cell, due_cell), on_time / due if due else NONE, "0.0%", "按时÷应报"),
        (
            "全市平均总分", ranking.ref(MEAN_ROW, TOTAL) if units else "", NONE if mean is None else mean,
            "0.00", f"已评{done}个要点，共{points}个",
        ),
        ("强制性问题（条）", "", errors, "0", f"核实性{queries}条，已说明{explained}条"),
    )  # fmt: skip
    whose, levels = "（各家见“报送情况”）", "（逐条见“校验结果”）"
    told = (
        f"应报单位家数：登记的填报单位{whose}", f"计入单位家数：本月报表已接收的单位{whose}",
        f"计入单位中按时报送的家数{whose}", "报送率：计入单位家数÷应报单位家数",
        "按时率：按时报送家数÷应报单位家数", "", f"本月各报表的强制性问题条数{levels}",
    )  # fmt: skip
    for n, said in enumerate(told):
        mean_of_all = partial(mean_meaning, ranking, TOTAL)
        canvas.note(row + 1, 4 * n, partial(CellMeaning, said) if said else mean_of_all)
    canvas.sheet.set_row(row + 1, 30)
    for n, (label, formula, value, number, said) in enumerate(cards):
        first, last = 4 * n, 4 * n + 3
        edge: dict[str, Any] = {"left": 2, "left_color": "#FFFFFF"}
        canvas.merge(row, first, row, last, label, "label", **edge)
        canvas.merge(row + 1, first, row + 1, last, "", "figure", num_format=number, **edge)
        canvas.merge(row + 2, first, row + 2, last, said, "label", font_size=8, **edge)
        look: dict[str, Any] = {"num_format": number, **edge}
        if formula:
            canvas.formula(row + 1, first, formula, value, "figure", **look)
        elif isinstance(value, str):
            canvas.text(row + 1, first, value, "figure", **look)
        else:
            canvas.number(row + 1, first, value, "figure", **look)


def _share(part: str, whole: str) -> str:
    return f'IF({whole}=0,"{NONE}",{part}/{whole})'


def draw_ranking_table(
    canvas: Canvas, plan: Plan, ranking: RankingPlan, places: list[Place], row: int
) -> int:
    """The ranking, which orders itself anew when a score changes. Returns the row after it."""
    more = "（各类前列，全部见“考核得分”）" if len(places) < len(plan.units) else ""
    canvas.merge(row, 0, row, RANKING_WIDTH - 1, f"一、得分和名次（同类排名）{more}", "block")
    row += 1
    heads = (("名次", 1), ("单位", 3), ("总分", 2), *((s.numeral, 1) for s in plan.registry.sections))
    column = 0
    for title, width in heads:
        canvas.merge(row, column, row, column + width - 1, title, "subheading", font_size=9)
        column += width
    for place in places:
        row += 1
        canvas.sheet.set_row(row, 20)
        _draw_place(canvas, plan, ranking, place, row)
    return row + 1


def _draw_place(canvas: Canvas, plan: Plan, ranking: RankingPlan, place: Place, row: int) -> None:
    first, _ = ranking.type_rows(place.kind)
    unit = next(u for u in ranking.units if ranking.row[u.code] == first + place.number - 1)
    scores = plan.scores.units[unit.code]
    edge: dict[str, Any] = {"top": 2, "top_color": "#1F3864"} if place.number == 1 else {}
    found = f"MATCH({place.number},{ranking.column_area(ranking.order_column(), place.kind, local=False)},0)"

    def formula(column: int) -> str:
        return f"INDEX({ranking.column_area(column, place.kind, local=False)},{found})"

    canvas.note(row, 0, partial(rank_meaning, ranking, unit))
    canvas.note(row, 4, partial(total_meaning, ranking, unit))
    rank = NONE if scores.rank is None else scores.rank
    canvas.formula(row, 0, formula(RANK), rank, "centre", bold=True, font_size=9, **edge)
    canvas.merge(row, 1, row, 3, "", "plain", **edge)
    canvas.formula(row, 1, formula(UNIT), unit.short, "plain", font_size=9, bold=place.number == 1, **edge)
    total = scores.total if scores.total is not None else scores.reason or NONE
    canvas.merge(row, 4, row, 5, "", "number", **edge)
    canvas.formula(row, 4, formula(TOTAL), total, "total", font_size=9, num_format="0.00", **edge)
    for n, section in enumerate(plan.registry.sections, start=6):
        value = scores.sections[section.number]
        canvas.note(row, n, partial(total_meaning, ranking, unit, section.number))
        column = ranking.section_column[section.number]
        shown = NONE if value is None else value
        canvas.formula(
            row,
            n,
            formula(column),
            shown,
            "number",
            font_size=8,
            num_format="0.0",
            shrink=True,
            indent=0,
            **edge,
        )


def draw_charts(
    canvas: Canvas, book: Workbook, plan: Plan, ranking: RankingPlan, places: list[Place], row: int
) -> None:
    first_column, middle = RANKING_WIDTH + 1, RANKING_WIDTH + 9
    canvas.merge(row, first_column, row, middle - 2, "总分对比", "block")
    canvas.merge(row, middle, row, COLUMNS - 1, "总分由各部分构成", "block")
    if not places:
        return
    height = 20 + 26.67 * len(places)
    top, last = row + 2, row + 1 + len(places)
    totals = book.add_chart({"type": "bar"})
    totals.add_series(
        {
            "name": "总分",
            "categories": "=" + area(top, 1, last, 1, OVERVIEW),
            "values": "=" + area(top, 4, last, 4, OVERVIEW),
            "fill": {"color": "#2F5597"},
            "gap": 45,
            "data_labels": {"value": True, "num_format": "0.0;;", "font": _font(8)},
        }
    )
    _finish(totals, legend=False)
    totals.set_size({"width": 37 * 8, "height": height})
    canvas.sheet.insert_chart(
        row + 1, first_column, totals, {"description": "各单位总分", "object_position": 1}
    )
    parts = _shares_chart(book, plan, ranking)
    parts.set_size({"width": 37 * 8, "height": height})
    canvas.sheet.insert_chart(
        row + 1, middle, parts, {"description": "总分由各部分构成", "object_position": 1}
    )


def _shares_chart(book: Workbook, plan: Plan, ranking: RankingPlan) -> Chart:
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    first = ranking.share_title_row + 1
    last = first + min(len(plan.units), MOST_PLACES) - 1
    for n, section in enumerate(plan.registry.sections):
        column = ranking.section_column[section.number]
        chart.add_series(
            {
                "name": f"={quoted(RANKING)}!{absolute(ranking.share_title_row, column)}",
                "categories": "=" + area(first, UNIT, last, UNIT, RANKING),
                "values": "=" + area(first, column, last, column, RANKING),
                "fill": {"color": SHADES[n % len(SHADES)]},
                "border": {"color": "#FFFFFF", "width": 0.5},
                "gap": 45,
            }
        )
    _finish(chart, legend=True)
    return chart


def _font(size: int) -> dict[str, object]:
    return {"name": FONT, "size": size, "color": "#1F2937"}


def _finish(chart: Chart, *, legend: bool) -> None:
    chart.set_title({"none": True})
    chart.set_x_axis(
        {
            "min": 0,
            "max": 100,
            "major_unit": 20,
            "num_font": _font(8),
            "major_gridlines": {"visible": True, "line": {"color": "#E3E7ED"}},
            "line": {"none": True},
        }
    )
    chart.set_y_axis(
        {
            "reverse": True,
            "num_font": _font(8),
            "major_gridlines": {"visible": False},
            "line": {"color": "#BFC7D2"},
            "major_tick_mark": "none",
        }
    )
    chart.set_legend({"position": "bottom", "font": _font(8)} if legend else {"none": True})
    chart.set_chartarea({"border": {"none": True}})


def draw_work_points(canvas: Canvas, plan: Plan, ranking: RankingPlan, row: int, column: int) -> int:
    """The three best and the three weakest work points by the city's mean score."""
    last = COLUMNS - 1
    canvas.merge(row, column, row, last, "三、要点强弱（全市平均分）", "block")
    means = plan.point_means
    order = plan.point_order
    scored = len(order)
    best = list(range(1, min(3, scored) + 1))
    weak = list(range(scored, max(scored - 3, 3), -1))
    titles = ranking.points_area(TITLE_ROW, local=False)
    orders, values = (ranking.points_area(r, local=False) for r in (ORDER_ROW, MEAN_ROW))
    for label, numbers in (("得分最高", best), ("得分最低", weak)):
        row += 1
        canvas.merge(row, column, row, last, label, "subheading", font_size=9)
        for n in numbers:
            row += 1
            code = next(code for code, number in order.items() if number == n)
            point = plan.registry.work_point[code]
            backwards = f"COUNT({orders})" + (f"-{scored - n}" if scored > n else "")
            found = f"MATCH({n if label == '得分最高' else backwards},{orders},0)"
            canvas.merge(row, column, row, last - 2, "", "plain")
            name = f'SUBSTITUTE(INDEX({titles},1,{found}),CHAR(10)," ")'
            canvas.formula(row, column, name, f"{code} {point.short}", "plain", font_size=9)
            canvas.merge(row, last - 1, row, last, "", "number")
            canvas.note(row, last - 1, partial(mean_meaning, ranking, ranking.point_column[code]))
            mean = means[code] or 0.0
            canvas.formula(
                row, last - 1, f"INDEX({values},1,{found})", mean, "total", num_format="0.0", font_size=9
            )
    return row + 1


def draw_absent(canvas: Canvas, plan: Plan, row: int, last_row: int, column: int) -> None:
    """Who is missing, returned or late."""
    last = COLUMNS - 1
    canvas.merge(row, column, row, last, "四、缺报、退回和迟报", "block")
    lines = [f"{title}：{_who(plan, test)}" for title, test in _GROUPS]
    canvas.merge(row + 1, column, last_row, last, "\n".join(lines), "text", font_size=9, valign="top")


_GROUPS: tuple[tuple[str, Callable[[UnitStatus], bool]], ...] = (
    (STATE_TITLES["missing"], lambda status: status.state == "missing"),
    (STATE_TITLES["returned"], lambda status: status.state == "returned"),
    (LATE, lambda status: status.counts and status.late),
)


def _who(plan: Plan, test: Callable[[UnitStatus], bool]) -> str:
    found: list[Unit] = [u for u in plan.units if test(plan.month.units[u.code])]
    return plan.named([u.short for u in found], 8) or "无"
