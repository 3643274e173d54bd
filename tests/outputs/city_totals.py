"""Adds up the city's totals from the stored originals with openpyxl and nothing else.

    python tests/outputs/city_totals.py HOME/outputs 2023-06

None of the project's own code is used: this is the check that an auditor could write.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

import openpyxl

#: The row's own name in the workbook -> the beginning of the report's column heading, by kind of figure.
MEASURES = {
    "本月数": "本月数",
    "本年累计": "本年累计",
    "期末数": "本年累计",
    "上年同期累计": "上年同期",
    "上年末数": "上年同期",
}


def number(value: object) -> float | None:
    """A typed figure: full-width digits, thousands separators and a written unit allowed."""
    if value is None or isinstance(value, int | float):
        return value
    text = unicodedata.normalize("NFKC", str(value)).replace(",", "").replace(" ", "")
    try:
        return float(text.rstrip("件家项次场个人万元笔篇期所"))
    except ValueError:
        return None


def report(path: Path) -> dict[tuple[str, str], float | None]:
    """(code, heading) -> figure, rows found by code and columns by heading."""
    with path.open("rb") as original:  # by content: an archived original has no extension
        sheet = openpyxl.load_workbook(original, data_only=True)["指标表"]
    heading: list[str] = []
    figures: dict[tuple[str, str], float | None] = {}
    for row in sheet.iter_rows(values_only=True):
        texts = [str(value or "").strip() for value in row]
        if "代码" in texts:
            heading, at = texts, texts.index("代码")
        elif heading and texts[at].isdigit() and len(texts[at]) == 4:
            for title, value in zip(heading, row, strict=True):
                figures[texts[at], title] = number(value)
    return figures


def totals(outputs: Path, period: str) -> dict[tuple[str, str], float]:
    """(code, measure as the workbook names it) -> sum over the reports that count."""
    manifest = json.loads((outputs / period / "manifest.json").read_text("utf-8"))
    added: dict[tuple[str, str], float] = defaultdict(float)
    for original in manifest["originals"]:
        if original["current"]:
            sha256 = original["sha256"]
            for (code, title), value in report(outputs / "archive" / sha256[:2] / sha256).items():
                for measure, beginning in MEASURES.items():
                    if title.startswith(beginning) and value is not None:
                        added[code, measure] += value
    return dict(added)


if __name__ == "__main__":
    for key, value in sorted(totals(Path(sys.argv[1]), sys.argv[2]).items()):
        print(*key, round(value, 6))
