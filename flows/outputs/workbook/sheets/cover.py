"""封面: what this workbook is, and where things are in it."""

from __future__ import annotations

from collections.abc import Sequence

from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.addresses import quoted
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.sheets.page import set_page

SAYS = {
    at.OVERVIEW: "一页看全：报送率、名次、重点指标、强弱要点、缺报",
    at.RANKING: "各单位要点得分、部分得分、总分和同类名次；权重可改",
    at.SCORING: "每项指标怎样计分、由谁设定；目标值可改",
    at.SUMMARY: "全部指标逐单位数据和全市合计；数据链接到来源",
    at.GRID: "节点指标、要点进展和报送状态的色块图",
    at.PROGRESS: "各单位工作进展文字",
    at.TREND: "全市各月数据、环比和走势",
    at.REPORTING: "谁在何时报送、结果如何、文件指纹",
    at.FINDINGS: "每条校验问题、级别、处理和核实说明",
    at.RULES: "勾稽关系清单，相符、不符、无法核对的次数",
    at.AMENDMENTS: "前后两次报送之间改了哪些格",
    at.ORIGINS: "每个数据来自哪个文件、哪张表、哪一格、原文是什么",
    at.DEFINITIONS: "每项指标的解释、要点条文和原文依据",
}
NOTES = (
    "本表由系统根据各单位报送的原件生成，市局不改动任何单位的数据；更正须由单位重新报送。",
    "合计、比率和得分都是公式，改动数据、权重或目标值后即时重算；表中存储值由系统另行算出，两者一致。",
    "全市比率为合计之比；跨单位可能重复的企业数，本月按合并台账去重。",
    "黄底为可改的设定，斜纹为未填、未报送或被退回，“—”为不由该单位填报，“0”为确认的零。",
)


def draw_cover(canvas: Canvas, plan: Plan, names: Sequence[str]) -> None:
    sheet = canvas.sheet
    canvas.widths([4, 22, 62, 4])
    sheet.set_row(1, 34)
    canvas.merge(1, 1, 1, 2, plan.registry.notice_title, "title", font_size=18, align="center")
    sheet.set_row(2, 44)
    canvas.merge(2, 1, 2, 2, "考 核 汇 总 表", "title", font_size=28, align="center")
    sheet.set_row(3, 26)
    canvas.merge(3, 1, 3, 2, plan.month.period.chinese, "title", font_size=14, align="center", bold=False)
    row = 5
    for label, text in _facts(plan):
        canvas.text(row, 1, label, "subheading")
        canvas.text(row, 2, text, "text")
        sheet.set_row(row, 20 if len(text) < 36 else 36)
        row += 1
    row = _draw_contents(canvas, plan, names, row + 1)
    canvas.merge(row, 1, row, 2, "说明", "band")
    for n, note in enumerate(NOTES, start=1):
        canvas.merge(row + n, 1, row + n, 2, f"{n}．{note}", "text")
        sheet.set_row(row + n, 30)
    set_page(canvas, plan, landscape=False, pages_high=1)


def _facts(plan: Plan) -> list[tuple[str, str]]:
    counted = len(plan.tally.counted)
    facts = [
        ("编制单位", plan.registry.issuer),
        ("报告期", plan.month.period.chinese),
        ("报送截止", plan.month.deadline),
        ("计入单位", f"{counted}家，应报{len(plan.units)}家"),
        ("未计入单位", plan.absent_names or "无"),
        ("计分设定", f"{plan.scores.set_by}：{plan.scores.note}"),
        ("口径版本", plan.registry.version),
    ]
    if plan.nothing_reported:
        facts.insert(0, ("提示", "本期没有任何单位的有效报送，以下各表均无数据"))
    return facts


def _draw_contents(canvas: Canvas, plan: Plan, names: Sequence[str], row: int) -> int:
    canvas.merge(row, 1, row, 2, "目录", "band")
    says = SAYS | {
        s.sheet: f"{s.title}：各要点条文、全市数、各单位数和要点得分" for s in plan.registry.sections
    }
    says |= {
        ledger.title: f"全市合并台账，{len(plan.ledger_rows[ledger.name])}条"
        for ledger in plan.registry.ledgers
    }
    for name in names:
        if name == at.COVER:
            continue
        row += 1
        canvas.link(row, 1, f"{quoted(name)}!A1")
        canvas.text(row, 1, name, "link")
        canvas.text(row, 2, says[name], "plain")
    return row + 2
