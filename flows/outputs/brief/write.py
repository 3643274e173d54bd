"""Writes 考核通报.docx: the same month gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from flows.consolidation.figure_table import current_line, lines_of
from flows.consolidation.month import Month
from flows.consolidation.scoring import Scores
from flows.outputs.brief import wording
from flows.outputs.brief.chart import add_bars
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.ranking_plan import RankingPlan
from schemas import Indicator, Kind

BODY, HEAD, TITLE = "仿宋", "黑体", "宋体"
#: With more units than this, only the first of each type are listed.
MOST_LISTED = 60
NONE = "—"


def write_brief(month: Month, scores: Scores, path: Path) -> None:
    """Write the month's brief to ``path``. Raises ``OSError`` where the place can't be written."""
    plan = Plan.of(month, scores)
    document = docx.Document()
    _set_up(document, plan)
    title = f"关于{month.period.chinese}知识产权工作要点落实情况的通报"
    _paragraph(document, title, TITLE, 22, centred=True, bold=True)
    _paragraph(document, f"{month.registry.issuer}", BODY, 14, centred=True)
    _section(document, "一、报送情况", wording.reporting(plan))
    _section(document, "二、主要指标", wording.figures(plan))
    _figures_table(document, plan)
    _section(document, "三、考核得分和名次", wording.scoring(plan))
    _ranking(document, plan)
    _section(document, "四、成效较好的要点", wording.praise(plan))
    _section(document, "五、差距和不足", wording.shortfalls(plan) or ["本期没有可评价的要点。"])
    _paragraph(document, NOTE, BODY, 10.5)
    path.write_bytes(stable(document))


NOTE = "注：本通报数据均取自同期《考核汇总表》，各项数据的来源见其中“数据溯源”。"


def stable(document: Document) -> bytes:
    """The document's bytes, without the hour at which it was packed."""
    packed, out = io.BytesIO(), io.BytesIO()
    document.save(packed)
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()


def _set_up(document: Document, plan: Plan) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.0), Cm(2.8)
    section.left_margin, section.right_margin = Cm(2.7), Cm(2.5)
    properties, made = (
        document.core_properties,
        dt.datetime.combine(plan.month.period.end, dt.time(), tzinfo=dt.UTC),
    )
    properties.title, properties.author = plan.heading, plan.registry.issuer
    properties.created = properties.modified = made
    properties.last_modified_by = plan.registry.issuer


def _section(document: Document, title: str, sentences: Iterable[str]) -> None:
    _paragraph(document, title, HEAD, 16, indented=True, keep=True)
    for sentence in sentences:
        _paragraph(document, sentence, BODY, 16, indented=True)


def _paragraph(
    document: Document,
    text: str,
    font: str,
    size: float,
    *,
    centred: bool = False,
    bold: bool = False,
    indented: bool = False,
    keep: bool = False,
) -> Paragraph:
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.space_after, form.space_before = Pt(0), Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(max(16.0, size * 1.75))
    form.keep_with_next = keep
    if indented:
        form.first_line_indent = Pt(2 * size)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph, text, font, size, bold=bold)
    return paragraph


def _write(paragraph: Paragraph, text: str, font: str, size: float, *, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.font.bold = font, Pt(size), bold
    run.font.color.rgb = RGBColor(0, 0, 0)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001


def _table(
    document: Document, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
) -> None:
    table = document.add_table(rows=1 + len(rows), cols=len(heads))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for n, row in enumerate([heads, *rows]):
        cells = table.rows[n].cells
        for column, (text, width) in enumerate(zip(row, widths, strict=True)):
            cells[column].width = Cm(width)
            paragraph = cells[column].paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            left = column == 0 and n > 0
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.CENTER
            _write(paragraph, text, HEAD if n == 0 else BODY, 10.5)
    repeated = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001
    repeated.append(repeated.makeelement(qn("w:tblHeader"), {}))


def _figures_table(document: Document, plan: Plan) -> None:
    heads = ("指标", "单位", "本月", "累计／期末", "上年同期／上年末", "同比／增减")
    rows = [_figure(plan, indicator) for indicator in wording.headlines(plan)]
    _table(document, heads, rows, (4.6, 1.5, 2.2, 2.7, 3.0, 2.2))


def _figure(plan: Plan, indicator: Indicator) -> list[str]:
    flow = indicator.kind is Kind.FLOW
    lines = lines_of(indicator)
    month = wording.number(indicator, plan.tally.city(indicator, "month")) if flow else NONE
    now, before = (plan.tally.city(indicator, name) for name in (current_line(indicator), lines[-2]))
    moved = plan.tally.city(indicator, lines[-1])
    return [
        indicator.name,
        indicator.unit,
        month,
        wording.number(indicator, now),
        wording.number(indicator, before),
        wording.percent(moved) if flow else wording.difference(indicator, moved),
    ]


def _ranking(document: Document, plan: Plan) -> None:
    units = [u for u in RankingPlan(plan).units if _listed(plan, u.code)]
    heads = ("单位", "类别", "名次", "总分", *(s.numeral for s in plan.registry.sections))
    rows = []
    for unit in units:
        scores = plan.scores.units[unit.code]
        total = scores.reason or NONE if scores.total is None else wording.total(scores.total)
        sections = [NONE if v is None else wording.score(v) for v in scores.sections.values()]
        rank = NONE if scores.rank is None else str(scores.rank)
        rows.append([unit.short, plan.registry.unit_types[unit.type], rank, total, *sections])
    _table(document, heads, rows, (3.2, 3.2, 1.3, 1.8, *(1.35 for _ in plan.registry.sections)))
    _paragraph(
        document,
        SECTIONS.format("；".join(s.sheet for s in plan.registry.sections)),
        BODY,
        10.5,
    )
    totals = ((u.short, plan.scores.units[u.code].total) for u in units)
    bars = [(name, value) for name, value in totals if value is not None]
    if bars:
        add_bars(document, "各单位总分", bars, min(18.0, 1.6 + 0.72 * len(bars)))


SECTIONS = "各部分：{}。"


def _listed(plan: Plan, code: str) -> bool:
    if len(plan.units) <= MOST_LISTED:
        return True
    rank = plan.scores.units[code].rank
    return rank is not None and rank <= MOST_LISTED // max(1, len(plan.tally.types))
