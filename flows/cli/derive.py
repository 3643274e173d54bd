"""``yaodian derive NOTICE.txt``."""

from __future__ import annotations

from pathlib import Path

import schemas
from flows.platform.errors import WrongUseError
from flows.platform.home import Home
from schemas.derivation import derive, parse_notice


def compare_with_notice(_home: Home, notice: Path, year: int | None) -> int:
    """1 and the list of gaps when the registry does not follow from the notice."""
    if year is not None and year not in schemas.years():
        raise WrongUseError(f"没有 {year} 年的要点登记")
    registry = schemas.load(year or schemas.years()[-1])
    try:
        text = notice.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUseError(f"{notice} 不是 UTF-8 文字") from error
    except OSError as error:
        raise WrongUseError(f"读不出 {notice}（{error.strerror}）") from error
    gaps = derive(registry, parse_notice(text))
    for gap in gaps:
        print(gap.message)
    if gaps:
        return 1
    print(
        f"{registry.notice_title}：{len(registry.work_points)} 项要点、{len(registry.indicators)} 个指标，"
        "每项都有指标，每条引文都出自本项原文。"
    )
    return 0
