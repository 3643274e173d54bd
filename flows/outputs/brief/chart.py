"""A bar chart in the document itself, as Word draws it: no picture, and no embedded workbook."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from docx.document import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Cm
from docx.text.paragraph import Paragraph

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
WORD = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
TEXT = (
    '<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="900"/></a:pPr>'
    '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
)


def add_bars(document: Document, name: str, bars: Sequence[tuple[str, float]], height: float) -> Paragraph:
    """A horizontal bar for each (label, value from 0 to 100); ``height`` in centimetres."""
    uri = PackURI("/word/charts/chart1.xml")
    blob = _chart(name, bars).encode("utf-8")
    part = Part(uri, CONTENT_TYPE, blob, document.part.package)
    relation = document.part.relate_to(part, RELATION)
    paragraph = document.add_paragraph()
    paragraph.add_run()._r.append(parse_xml(_inline(name, relation, int(Cm(15)), int(Cm(height)))))  # noqa: SLF001
    return paragraph


def _inline(name: str, relation: str, width: int, height: int) -> str:
    chart = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    return (
        f'<w:drawing {WORD} {NAMESPACES}><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="1" name="{escape(name)}" descr="{escape(name)}"/>'
        f'<a:graphic><a:graphicData uri="{chart}"><c:chart r:id="{relation}"/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing>"
    )


def _chart(name: str, bars: Sequence[tuple[str, float]]) -> str:
    labels = "".join(
        f'<c:pt idx="{n}"><c:v>{escape(label)}</c:v></c:pt>' for n, (label, _) in enumerate(bars)
    )
    values = "".join(f'<c:pt idx="{n}"><c:v>{value!r}</c:v></c:pt>' for n, (_, value) in enumerate(bars))
    count = f'<c:ptCount val="{len(bars)}"/>'
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {NAMESPACES}>'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        '<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'<c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:v>{escape(name)}</c:v></c:tx>'
        '<c:spPr><a:solidFill><a:srgbClr val="2F5597"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        '<c:dLbls><c:numFmt formatCode="0.00" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>'
        f'{TEXT}<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f"<c:cat><c:strLit>{count}{labels}</c:strLit></c:cat>"
        f"<c:val><c:numLit><c:formatCode>0.00</c:formatCode>{count}{values}</c:numLit></c:val></c:ser>"
        '<c:gapWidth val="50"/><c:axId val="1001"/><c:axId val="1002"/></c:barChart>'
        '<c:catAx><c:axId val="1001"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="low"/>{TEXT}'
        '<c:crossAx val="1002"/></c:catAx>'
        '<c:valAx><c:axId val="1002"/><c:scaling><c:orientation val="minMax"/>'
        '<c:max val="100"/><c:min val="0"/></c:scaling><c:delete val="1"/><c:axPos val="b"/>'
        '<c:numFmt formatCode="0" sourceLinked="0"/>'
        '<c:crossAx val="1001"/></c:valAx></c:plotArea><c:plotVisOnly val="1"/></c:chart></c:chartSpace>'
    )
