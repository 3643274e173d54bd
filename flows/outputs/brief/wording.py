"""The brief's sentences: plain official Chinese, and no figure that isn't in the workbook."""

from __future__ import annotations

from collections.abc import Iterable

from flows.consolidation.figure_table import Mark, current_line
from flows.consolidation.scoring import TOTAL_DECIMALS, published
from flows.outputs.workbook.plan import Plan, mean_of
from schemas import Indicator, Kind, Unit
from schemas.models import STATUSES

#: How many work points are named as the best and as the weakest.
NAMED = 3
#: Decimals of shares and changes in per cent, and of scores, as the workbook has them.
RATE_DECIMALS = SCORE_DECIMALS = 1
UNRANKED = "名次只在同类单位之间排列，未报送、被退回的单位不计分、不排名。"


def number(indicator: Indicator, value: float | None) -> str:
    """As the workbook writes it."""
    return "—" if value is None else written(value, indicator.decimals)


def difference(indicator: Indicator, value: float | None) -> str:
    return "—" if value is None else _signed(value, indicator.decimals)


def percent(value: float | None) -> str:
    """A fraction's change in per cent."""
    return "—" if value is None else f"{_signed(100 * value, RATE_DECIMALS)}%"


def written(value: float, decimals: int) -> str:
    return f"{published(value, decimals):,.{decimals}f}"


def share(part: int, whole: int) -> str:
    return f"{written(100 * part / whole, RATE_DECIMALS)}%"


def _signed(value: float, decimals: int) -> str:
    return ("+" if published(value, decimals) > 0 else "") + written(value, decimals)


def joined(names: Iterable[str]) -> str:
    return "、".join(names) or "无"


def reporting(plan: Plan) -> list[str]:
    """Who has reported, and who is missing, returned or late."""
    due, counted = len(plan.units), len(plan.tally.counted)
    late = [u.short for u in plan.tally.counted if plan.month.units[u.code].late]
    on_time = counted - len(late)
    if plan.nothing_reported:
        return [f"截至本通报编制时，应报送的{due}家单位均没有有效报送，本期不计分、不排名。"]
    month = plan.month.period.chinese
    whole = f"{month}应报送单位{due}家，计入{counted}家，报送率{share(counted, due)}"
    said = [f"{whole}；其中按时报送{on_time}家，按时率{share(on_time, due)}。"]
    groups = {
        "未报送": _absent(plan, Mark.MISSING),
        "报表被退回、尚未重新报送": _absent(plan, Mark.RETURNED),
        "迟报": late,
    }
    told = [f"{title}：{joined(names)}" for title, names in groups.items() if names]
    return [*said, "；".join(told) + "。"] if told else [*said, "没有未报送、被退回和迟报的单位。"]


def _absent(plan: Plan, mark: Mark) -> list[str]:
    return [u.short for u in plan.units if plan.tally.absence(u) is mark]


def figures(plan: Plan) -> list[str]:
    """The headline flows that can be compared with the year before."""
    said = []
    for indicator in headlines(plan):
        if indicator.kind is not Kind.FLOW:
            continue
        now, change = plan.tally.city(indicator, "ytd"), plan.tally.city(indicator, "yoy")
        if now is None:
            continue
        text = f"{indicator.name}{number(indicator, now)}{indicator.unit}"
        said.append(text if change is None else f"{text}，{_moved(change)}")
    absent = plan.absent_names
    note = [f"以上不含{absent}的数据。"] if absent and said else []
    month = plan.month.period.month
    span = "1月" if month == 1 else f"1—{month}月"
    return [f"{span}，全市{'；'.join(said)}。", *note] if said else ["本期没有可汇总的数据。"]


def headlines(plan: Plan) -> list[Indicator]:
    return [i for i in plan.registry.indicators if i.headline and i.kind in (Kind.FLOW, Kind.STOCK)]


def _moved(change: float) -> str:
    if published(100 * change, RATE_DECIMALS) == 0:
        return "与上年同期持平"
    return f"同比{'增长' if change > 0 else '下降'}{written(100 * abs(change), RATE_DECIMALS)}%"


def scoring(plan: Plan) -> list[str]:
    scores = plan.scores
    mean = mean_of([s.total for s in scores.units.values()])
    said = [f"计分设定：{scores.note}（{scores.set_by}）。{UNRANKED}"]
    if mean is not None:
        firsts = [
            u for u in plan.units if scores.units[u.code].rank == 1 and len(plan.tally.units_of(u.type)) > 1
        ]
        told = [
            f"{plan.registry.unit_types[u.type]}第一名{u.short}，{total(own)}分"
            for u in firsts
            if (own := scores.units[u.code].total) is not None
        ]
        said.append(f"全市平均总分{total(mean)}分。" + ("；".join(told) + "。" if told else ""))
    return said


def praise(plan: Plan) -> list[str]:
    """The work points with the best mean score, and who leads in them."""
    return [_about(plan, code, best=True) for code in _named(plan)[:NAMED]] or ["本期没有可评价的要点。"]


def shortfalls(plan: Plan) -> list[str]:
    """The work points with the weakest mean score, who trails, and milestones not begun."""
    order = _named(plan)
    weak = [code for code in reversed(order) if code not in order[:NAMED]][:NAMED]
    return [_about(plan, code, best=False) for code in weak] + _not_begun(plan)


def _named(plan: Plan) -> list[str]:
    order = plan.point_order
    return sorted(order, key=lambda code: order[code])


def _about(plan: Plan, code: str, *, best: bool) -> str:
    point, mean = plan.registry.work_point[code], plan.point_means[code] or 0.0
    scored = [
        (own, u) for u in plan.units if (own := plan.scores.units[u.code].work_points[code]) is not None
    ]
    edge = (max if best else min)(own for own, _ in scored)
    who = joined(u.short for own, u in scored if own == edge)
    word = "得分最高" if best else "得分最低"
    return f"{point.code} {point.title}：全市平均{score(mean)}分，{who}{word}，为{score(edge)}分。"


def total(value: float) -> str:
    """Of a unit, or the city's mean of them."""
    return written(value, TOTAL_DECIMALS)


def score(value: float) -> str:
    """Of a work point or a section."""
    return written(value, SCORE_DECIMALS)


def _not_begun(plan: Plan) -> list[str]:
    told = []
    for indicator in plan.registry.indicators:
        if indicator.kind is Kind.MILESTONE:
            row = plan.tally.row(indicator, current_line(indicator))
            behind: list[Unit] = [u for u, s in zip(plan.units, row, strict=True) if s.text == STATUSES[0]]
            if behind:
                told.append(f"“{indicator.name}”（{joined(u.short for u in behind)}）")
    return [f"尚未启动的节点：{'、'.join(told)}。"] if told else []
