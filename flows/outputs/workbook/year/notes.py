"""说明: what the year's workbook is made of, and where things are in it."""

from __future__ import annotations

from collections.abc import Sequence

from flows.outputs.workbook.drawing.addresses import quoted
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.sheets.page import set_page
from flows.outputs.workbook.year import year_plan as at
from flows.outputs.workbook.year.year_plan import YearPlan

SAYS = {
    at.OVERVIEW: "一页看全：年度得分和名次、各月报送、重点指标",
    at.RANKING: "各单位要点得分、部分得分、总分和同类名次；权重可改",
    at.SCORING: "每项指标怎样计分、由谁设定；目标值可改",
    at.FIGURES: "全部指标逐单位本年累计和全市合计，点名缺报单位",
    at.TREND: "每项发生数、期末数1—12月全市数和走势",
    at.MONTHLY: "每项发生数、期末数各单位1—12月数据",
    at.REPORTING: "各单位各月报送状态、报送率和按时率",
    at.DEFINITIONS: "每项指标的解释、要点条文和原文依据",
}
TEXTS = (
    "本表由系统根据本年各月已接收的报送生成，市局不改动任何单位的数据；更正须由单位重新报送。",
    "年度数据和年度得分取各单位最近一个已接收月份的报送；该月早于全市最近月份的单位，以其自身最近月份为准（少计其后各月），并逐表点名。",
    "年度得分按年度数据用与月度相同的方法、权重和目标值重新计算，不是各月得分的平均。",
    "全年没有已接收报送的单位不计分、不排名，也不在合计之内，在每个合计旁边点名。",
    "合计、比率、报送率和得分都是公式，改动数据、权重或目标值后即时重算；表中存储值由系统另行算出，两者一致。",
    "全市比率为合计之比。跨单位去重的指标，各月按当月全市台账去重；本年累计为各单位累计之和，可能含跨单位重复。",
    "每个数据的来源文件、工作表和单元格见当月考核汇总表的“数据溯源”，或用 yaodian trace 查询。",
)


def draw_notes(canvas: Canvas, plan: YearPlan, names: Sequence[str]) -> None:
    canvas.widths([22, 74])
    canvas.title(f"说明（{plan.year.number}年度考核汇总表）")
    row = 2
    for label, text in _facts(plan):
        canvas.text(row, 0, label, "subheading")
        canvas.text(row, 1, text, "text")
        canvas.fit_row(row, [(text, 74)], least=20)
        row += 1
    row += 1
    canvas.merge(row, 0, row, 1, "目录", "band")
    for name in (name for name in names if name in SAYS):
        row += 1
        canvas.link(row, 0, f"{quoted(name)}!A1")
        canvas.text(row, 0, name, "link")
        canvas.text(row, 1, SAYS[name], "plain")
    row += 2
    canvas.merge(row, 0, row, 1, "口径", "band")
    for n, text in enumerate(TEXTS, start=1):
        canvas.merge(row + n, 0, row + n, 1, f"{n}．{text}", "text")
        canvas.fit_row(row + n, [(text, 92)], least=20)
    set_page(canvas, plan, landscape=False, pages_high=1)


def _facts(plan: YearPlan) -> list[tuple[str, str]]:
    year = plan.year
    behind = [f"{u.short}（{p.month}月）" for u in plan.units if (p := plan.behind_of(u))]
    return [
        ("编制单位", plan.registry.issuer),
        ("年度", f"{year.number}年，截至{year.last.month}月"),
        ("有已接收报送的月份", "、".join(f"{period.month}月" for period in year.accepted)),
        ("计入单位", f"{len(year.latest)}家，应报{len(plan.units)}家"),
        ("以较早月份计入的单位", plan.named(behind) or "无"),
        ("全年未计入单位", plan.absent_names or "无"),
        ("计分设定", f"{plan.scores.set_by}：{plan.scores.note}"),
        ("口径版本", plan.registry.version),
    ]
