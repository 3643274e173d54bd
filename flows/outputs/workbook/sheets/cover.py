"""封面: what this workbook is, and where things are in it."""

from __future__ import annotations

from collections.abc import Mapping

from flows.outputs.workbook import plan as at
from flows.outputs.workbook.drawing.addresses import quoted
from flows.outputs.workbook.drawing.canvas import Canvas
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.sheet_kind import SheetKind, one_sheet
from flows.outputs.workbook.sheets.page import set_page

NOTES = (
    "本表由系统根据各单位报送的原件生成，市局不改动任何单位的数据；更正须由单位重新报送。",
    "合计、比率和得分都是公式，改动数据、权重或目标值后即时重算；表中存储值由系统另行算出，两者一致。",
    "全市比率为合计之比；跨单位可能重复的企业数，本月按合并台账去重。",
    "黄底为可改的设定，斜纹为未填、未报送或被退回，“—”为不由该单位填报，“0”为确认的零。",
)


def draw_cover(canvas: Canvas, plan: Plan, contents: Mapping[str, str]) -> None:
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
    row = _draw_contents(canvas, contents, row + 1)
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


def _draw_contents(canvas: Canvas, contents: Mapping[str, str], row: int) -> int:
    canvas.merge(row, 1, row, 2, "目录", "band")
    for title, about in contents.items():
        if title == at.COVER:
            continue
        row += 1
        canvas.link(row, 1, f"{quoted(title)}!A1")
        canvas.text(row, 1, title, "link")
        canvas.text(row, 2, about, "plain")
    return row + 2


SHEET = SheetKind(
    place=20,
    titles=one_sheet(at.COVER, ""),
    draw=lambda canvas, drawing, _title: draw_cover(canvas, drawing.plan, drawing.contents),
    drawn_last=1,
    kept=True,
)
