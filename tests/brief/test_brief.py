"""The month's brief: no figure that isn't in the workbook, and the same bytes each time."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import pytest

from flows.assessment import assess
from flows.brief.write import write_brief
from flows.month import Month
from flows.workbook.write import write_workbook
from schemas import Registry
from tests.workbook.months import make_month
from tests.workbook.recalculation import stored

#: Figures; not years, months, work point codes, section marks or names such as 4·26.
FIGURE = re.compile(r"(?<![\d.·—第])([+-]?\d[\d,]*(?:\.\d+)?)(%?)(?![\d.·年月届]|[^\S\n]*[\u4e00-\u9fff]+局)")


@pytest.fixture(scope="module")
def month(registry: Registry) -> Month:
    return make_month(registry, missing=["411024"], returned=["411025"], late=["4110F2"])


def words(path: Path) -> list[str]:
    document = docx.Document(str(path))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return [*(p.text for p in document.paragraphs), *cells]


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_every_figure_of_the_brief_stands_in_the_workbook(month: Month, tmp_path: Path) -> None:
    """As a value, or inside a text, written with the same decimals."""
    scores = assess(month)
    write_workbook(month, scores, tmp_path / "book.xlsx")
    write_brief(month, scores, tmp_path / "brief.docx")
    values = [v for v in stored(tmp_path / "book.xlsx").values() if isinstance(v, int | float)]
    known = {f"{abs(v):.{d}f}" for v in values for d in (0, 1, 2)} | {f"{abs(100 * v):.1f}%" for v in values}
    texts = {re.sub(r"\d\.\d ", "", text) for text in words(tmp_path / "brief.docx")}
    figures = {(n, p) for text in texts for n, p in FIGURE.findall(text)}
    assert len(figures) > 60
    unknown = {n + p for n, p in figures if n.replace(",", "").lstrip("+-") + p not in known}
    assert unknown == set()


def test_missing_returned_and_late_units_are_named(month: Month, tmp_path: Path) -> None:
    """Each group with its units."""
    write_brief(month, assess(month), tmp_path / "brief.docx")
    said = "\n".join(words(tmp_path / "brief.docx"))
    assert "未报送：鄢陵县；报表被退回、尚未重新报送：襄城县；迟报：经开区分局。" in said
    assert "以上不含鄢陵县（未报送）、襄城县（被退回）的数据。" in said


def test_the_same_month_gives_the_same_bytes(month: Month, tmp_path: Path) -> None:
    """No clock gets into the document."""
    for name in ("one.docx", "two.docx"):
        write_brief(month, assess(month), tmp_path / name)
    assert (tmp_path / "one.docx").read_bytes() == (tmp_path / "two.docx").read_bytes()


def test_a_month_without_reports_says_so(registry: Registry, tmp_path: Path) -> None:
    """No ranking, no chart, no traceback."""
    month = make_month(registry, empty=True)
    write_brief(month, assess(month), tmp_path / "brief.docx")
    said = "\n".join(words(tmp_path / "brief.docx"))
    assert "均没有有效报送" in said
    assert "本期没有可汇总的数据" in said
