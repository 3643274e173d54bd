"""A home whose register holds June 2023: one unit accepted, one returned, one whose file was unreadable."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.platform.context import OFFICE_TIME, RunContext
from flows.platform.home import Home
from flows.register import writes
from flows.register.queries import Quarantined, Submission
from schemas import Period, Registry
from validations.findings.finding import Finding

JUNE = Period(2023, 6)


def at(day: int, hour: int = 9) -> dt.datetime:
    """A moment of July 2023, in the office's time. June is due on the 5th."""
    return dt.datetime(2023, 7, day, hour, tzinfo=OFFICE_TIME)


def submission(registry: Registry, short: str, number: int, **changed: object) -> Submission:
    unit = registry.unit_by_name[short]
    plain = Submission(
        submission_id=f"2023-06-{unit.code}-01",
        number=number,
        period="2023-06",
        unit_code=unit.code,
        sequence=1,
        file=f"{short}_2023-06.xlsx",
        folder=short,
        file_sha256=f"{number:064x}",
        size=1000,
        format="xlsx",
        received_at=at(3).isoformat(),
        late=False,
        held=False,
        result="accepted",
        errors=0,
        queries=0,
        notes=0,
        clerk="",
        cover={},
        counts={},
        registry_version=registry.version,
        drop_key=f"{number:064x}",
        closed=True,
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def problem(n: int, severity: str = "error", message: str = "本月数读到 {x}，应为整数") -> Finding:
    return Finding(
        code="not_a_number",
        severity=severity,  # type: ignore[arg-type]
        message=f"{message}（{n}）",
        action="请改正",
        sheet="指标表",
        cell=f"E{n}",
    )


@pytest.fixture
def june(engine: Engine, tmp_path: Path, registry: Registry) -> RunContext:
    """魏都区 accepted, 禹州市 returned with six errors and a query, 长葛市's file set aside."""
    found = [problem(1, "query"), *(problem(n) for n in range(2, 8)), problem(9, "note")]
    with engine.begin() as connection:
        writes.add_submission(connection, submission(registry, "魏都区", 1), None, (), ())
        writes.add_submission(
            connection, submission(registry, "禹州市", 2, result="returned"), None, found, ()
        )
        writes.add_quarantined(connection, set_aside(1, "长葛市", at(2)))
        writes.add_quarantined(
            connection, set_aside(2, "长葛市", dt.datetime(2023, 6, 2, tzinfo=OFFICE_TIME))
        )
    return RunContext(home=Home(tmp_path), engine=engine, now=at(4), who="张三")


def set_aside(number: int, folder: str, when: dt.datetime) -> Quarantined:
    return Quarantined(
        number=number,
        file=f"报表{number}.docx",
        folder=folder,
        file_sha256="0" * 64,
        size=1,
        received_at=when.isoformat(),
        code="not_a_workbook",
        reason="这是 Word 文档。",
        action="请用 Excel 填报。",
        drop_key=f"q{number}",
        closed=True,
    )
