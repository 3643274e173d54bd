"""The month's brief: no figure that isn't in the workbook, and the same bytes each time."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import docx
import pytest

from flows.consolidation.month import Month
from flows.consolidation.scoring import assess
from flows.outputs.brief import wording
from flows.outputs.brief.write import write_brief
from flows.outputs.workbook.plan import Plan
from flows.outputs.workbook.write import write_workbook
from schemas import Period, Registry
from tests.outputs.workbook.months import make_month
from tests.outputs.workbook.recalculation import stored

#: Figures; not years, months, work point codes, section marks or names such as 4·26.
FIGURE = re.compile(r"(?<![\d.·—第])([+-]?\d[\d,]*(?:\.\d+)?)(%?)(?![\d.·年月届]|[^\S\n]*[\u4e00-\u9fff]+局)")


@pytest.fixture(scope="module")
def month(registry: Registry) -> Month:
    return make_month(registry, missing=["411024"], returned=["411025"], late=["4110F2"])


def words(path: Path) -> list[str]:
    document = docx.Document(str(path))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return [*(p.text for p in document.paragraphs), *cells]


def shown(value: float, decimals: int) -> str:
    """As Excel and WPS show the size of a number: a half is rounded up."""
    step = Decimal(1).scaleb(-decimals)
    return str(abs(Decimal(f"{value:.15g}")).quantize(step, ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.125, 2, "0.13"), (85.125, 2, "85.13"), (82.25, 1, "82.3"), (1234.5, 0, "1,235"), (0.0, 1, "0.0")],
)
def test_a_half_is_rounded_up_as_in_the_workbook(value: float, decimals: int, text: str) -> None:
    """Not to the even digit: the workbook beside it would show another figure."""
    assert wording.written(value, decimals) == text
    assert wording.written(-value, decimals) == (f"-{text}" if value else text)


@pytest.mark.parametrize(
    ("change", "text"), [(0.0625, "+6.3%"), (-0.0625, "-6.3%"), (0.0, "0.0%"), (-0.0001, "0.0%"), (None, "—")]
)
def test_changes_have_a_sign_unless_there_is_none(change: float | None, text: str) -> None:
    """As the workbook's format for them."""
    assert wording.percent(change) == text


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_the_brief_shows_a_half_as_the_workbook_does(registry: Registry, tmp_path: Path) -> None:
    """2.125 万元 after 2: 2.13, up by 6.3 %."""
    month = make_month(registry)
    figures, only = month.figures.copy(), {"month": 0.125, "ytd": 2.125, "prior_ytd": 2.0}
    own = figures["indicator"] == "4201"
    for measure, value in only.items():
        rows = figures.index[own & (figures["measure"] == measure)]
        figures.loc[rows, "value"] = [value, *(0.0 for _ in rows[1:])]
    month = replace(month, figures=figures)
    scores = assess(month)
    write_workbook(month, scores, tmp_path / "book.xlsx")
    write_brief(month, scores, tmp_path / "brief.docx")
    values = stored(tmp_path / "book.xlsx").values()
    assert {0.125, 2.125, 0.0625} <= {v for v in values if isinstance(v, float)}
    (table, *_) = docx.Document(str(tmp_path / "brief.docx")).tables
    row = next(r for r in table.rows if r.cells[0].text == registry.indicator["4201"].name)
    assert [cell.text for cell in row.cells][2:] == ["0.13", "2.13", "2.00", "+6.3%"]
    assert "2.13万元，同比增长6.3%" in "".join(words(tmp_path / "brief.docx"))


def test_in_january_the_year_has_one_month(month: Month) -> None:
    """1月, not 1—1月."""
    january = replace(month, period=Period(2023, 1))
    plan = Plan.of(january)
    assert wording.figures(plan)[0].startswith("1月，全市")


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_every_figure_of_the_brief_stands_in_the_workbook(month: Month, tmp_path: Path) -> None:
    """As a value, or inside a text, written with the same decimals."""
    scores = assess(month)
    write_workbook(month, scores, tmp_path / "book.xlsx")
    write_brief(month, scores, tmp_path / "brief.docx")
    values = [v for v in stored(tmp_path / "book.xlsx").values() if isinstance(v, int | float)]
    known = {shown(v, d) for v in values for d in (0, 1, 2)} | {f"{shown(100 * v, 1)}%" for v in values}
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
