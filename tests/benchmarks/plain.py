"""The script that an analyst would write for the month: no checks, no origins, no receipts.

``python -m tests.benchmarks.plain OUTPUT FOLDER [--most N]``; it knows nothing of this project.
"""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path

import pandas as pd


def main(output: Path, files: list[Path]) -> None:
    """Read every report, put the sheets under each other, add up the figures, save."""
    together: dict[str, list[pd.DataFrame]] = {}
    for file in files:
        book = pd.ExcelFile(file, engine="openpyxl")
        names = [n for n in book.sheet_names if n in ("指标表", "工作进展") or str(n).endswith("台账")]
        for name, frame in pd.read_excel(book, sheet_name=names, header=3).items():
            together.setdefault(str(name), []).append(frame.assign(文件=file.name))
    merged = {name: pd.concat(frames) for name, frames in together.items()}
    figures = merged["指标表"]
    numbers = [c for c in figures.columns if str(c).startswith(("本月数", "本年累计"))]
    figures[numbers] = figures[numbers].apply(pd.to_numeric, errors="coerce")
    with pd.ExcelWriter(output, engine="openpyxl") as writer:
        figures.groupby(["代码", "指标"])[numbers].sum().to_excel(writer, sheet_name="汇总")
        for name, frame in merged.items():
            frame.to_excel(writer, sheet_name=name, index=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("output", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int)
    given = parser.parse_args()
    main(given.output, list(islice(sorted(given.folder.rglob("*.xlsx")), given.most)))
