"""Names of the files that the outputs are handed over in."""

from __future__ import annotations

from schemas import Period


def workbook_name(period: Period) -> str:
    return f"考核汇总表_{period}.xlsx"


def brief_name(period: Period) -> str:
    return f"考核通报_{period}.docx"


def year_workbook_name(year: int) -> str:
    return f"年度考核汇总表_{year}.xlsx"
