"""A small register with everything that an auditor meets, and with hostile text wherever text may be.

May: all well. June: a returned report and its correction (with a broken total that is waived by
nobody), one with an explained query, one repeated, one late, two units that claim the same case,
one held after the seal of May; and a file in quarantine.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, insert

from flows.reading.model import (
    Counts,
    FigureCell,
    LedgerCell,
    LedgerRow,
    ProgressCell,
    Reading,
)
from flows.register import audit_log, database, queries, tables, writes
from flows.register.queries import Quarantined, Submission
from schemas import Period, Registry, Unit
from schemas.models import Kind
from validations.findings.finding import Finding

HOSTILE = "\"><img src=x onerror=alert(1)><script>alert(2)</script>&amp;{{7*7}}'\u202excod\u0007"
MAY, JUNE = Period(2023, 5), Period(2023, 6)
_COLUMNS = {"month": "E", "ytd": "F", "stock": "F", "prior_ytd": "G", "prior_stock": "G", "status": "H"}
_CASE = {
    "case_no": "许市监案〔2023〕1号", "case_type": "商标", "cause": HOSTILE, "party": "某公司",
    "uscc": "", "filed_on": "2023-06-05", "closed_on": "", "case_value": "1.5", "penalty": "",
    "transferred": "否", "typical": "否",
}  # fmt: skip


def registered(folder: Path, registry: Registry) -> Engine:
    """A register below ``folder`` that holds all of it."""
    engine = database.open_register(f"sqlite:///{folder / 'outputs' / 'register.db'}")
    counties = [unit for unit in registry.units if unit.type == "county"]
    first, second, third = counties[:3]
    with engine.begin() as connection:
        add(connection, registry, first, MAY, 1)
        add(connection, registry, first, JUNE, 1, result="returned", total=9.0)
        add(connection, registry, first, JUNE, 2, case=True)
        add(connection, registry, first, JUNE, 3, result="repeated", read=False)
        add(connection, registry, second, JUNE, 1, result="queried", case=True)
        add(connection, registry, third, JUNE, 1, late=True)
        add(connection, registry, third, MAY, 1, held=True)
        _set_aside(connection)
        connection.execute(
            insert(tables.seals).values(
                period=str(MAY), sealed_at="2023-06-10T10:00:00+08:00", sealed_by="张三<b>",
                manifest_sha256="a" * 64,
            )
        )  # fmt: skip
    return engine


def add(
    connection: Connection,
    registry: Registry,
    unit: Unit,
    period: Period,
    sequence: int,
    *,
    result: str = "accepted",
    total: float = 6.0,
    case: bool = False,
    late: bool = False,
    held: bool = False,
    read: bool = True,
) -> None:
    number = queries.next_number(connection, tables.submissions)
    identity = f"{period}-{unit.code}-{sequence:02d}"
    # A repeat is byte-identical to the one before it.
    same = f"{period}{unit.code}{sequence - (not read)}".encode().hex().ljust(64, "0")
    found = _findings(identity, unit, period, result) if read else []
    submission = Submission(
        submission_id=identity, number=number, period=str(period), unit_code=unit.code, sequence=sequence,
        file=f"{unit.short}_{HOSTILE}.xlsx", folder=unit.short, file_sha256=same, size=4096, format="xlsx",
        received_at=f"{period.following}-0{3 + 4 * late}T16:28:00+08:00", late=late, held=held, result=result,
        errors=sum(f.severity == "error" for f in found), queries=sum(f.severity == "query" for f in found),
        notes=sum(f.severity == "note" for f in found), clerk="王晓明",
        cover={"unit": unit.name, "clerk": HOSTILE},
        counts={"used": 10, "normalised": 1, "rejected": 0, "ignored": {"标题和说明": 2}},
        registry_version=registry.version, drop_key=f"{number:064d}", closed=True,
    )  # fmt: skip
    reading = _reading(registry, unit, period, total, case=case) if read else None
    outcomes = [("total-3105", 3, int(result == "returned"), 0)] if read else []
    writes.add_submission(connection, submission, reading, found, outcomes)
    audit_log.append(
        connection, at=submission.received_at, who=HOSTILE, action="intake", subject=identity,
        detail={"file": submission.file, "sha256": same, "result": result, "held": held},
    )  # fmt: skip


def _findings(identity: str, unit: Unit, period: Period, result: str) -> list[Finding]:
    own = {"unit_code": unit.code, "period": str(period), "submission_id": identity, "file": "f.xlsx"}
    made = [
        Finding(
            code="normalised", severity="note", rule="normalised", sheet="指标表", cell="F43",
            message=f"3106 结案读到“{HOSTILE}”，按“4”采用。", action="相符则不必处理。", value=HOSTILE,
            work_point="3.1", indicator="3106", **own,
        )
    ]  # fmt: skip
    if result == "returned":
        made.append(
            Finding(
                code="total", severity="error", rule="total-3105", sheet="指标表", cell="E42",
                message="3105 立案合计的本月数读到 9，应等于各部分之和 6。", action="请核对合计与各部分。",
                value="9", expected="6", work_point="3.1", indicator="3105", also=("part_of-3109",), **own,
            )
        )  # fmt: skip
    if result == "queried":
        made.append(
            Finding(
                code="steady", severity="query", rule="steady-flow", sheet="指标表", cell="F42",
                message="3105 立案合计的本年累计变动超过 3 倍。", action="请核对。", value="90",
                expected="不超过 24", explanation=f"专项行动{HOSTILE}", status="explained",
                work_point="3.1", indicator="3105", **own,
            )
        )  # fmt: skip
    return made


def _reading(registry: Registry, unit: Unit, period: Period, total: float, *, case: bool) -> Reading:
    figures: list[FigureCell] = []
    for n, indicator in enumerate(registry.indicators_of(unit), start=5):
        row = {"3105": 42, "3106": 43}.get(indicator.code, n + 100)
        value = total if indicator.code == "3105" else 2.0
        for measure in indicator.measures:
            cell = f"{_COLUMNS.get(measure, 'I')}{row}"
            if indicator.kind is Kind.MILESTONE:
                text = "推进中" if measure == "status" else None
                state = "used" if text else "missing"
                figures.append(
                    FigureCell(indicator.code, measure, None, text, text or "", state, "指标表", cell)
                )
            else:
                figures.append(
                    FigureCell(indicator.code, measure, value, None, f"{value:g}", "used", "指标表", cell)
                )
        if indicator.measures:
            figures.append(
                FigureCell(indicator.code, "explanation", None, None, "", "missing", "指标表", f"K{row}")
            )
    figures = [
        c._replace(raw=HOSTILE, state="normalised") if (c.indicator, c.measure) == ("3106", "ytd") else c
        for c in figures
    ]
    progress = [
        ProgressCell(point.code, "progress", HOSTILE, HOSTILE, "used", "工作进展", f"D{n}")
        for n, point in enumerate(registry.work_points_of(unit), start=5)
    ]
    cells = {
        name: _ledger_cell(name, raw, f"{letter}5")
        for letter, (name, raw) in zip("ABCDEFGHIJK", _CASE.items(), strict=True)
    }
    ledgers = [LedgerRow("cases", "执法案件台账", 5, cells)] if case else []
    return Reading(
        file="f.xlsx", sha256="0" * 64, size=4096, format="xlsx", mark=None, cover={}, figures=figures,
        ledgers=ledgers, progress=progress, findings=[], counts=Counts(),
    )  # fmt: skip


def _ledger_cell(name: str, raw: str, cell: str) -> LedgerCell:
    value = float(raw) if name == "case_value" else None
    return LedgerCell(value, raw or None, raw, "used" if raw else "missing", cell)


def _set_aside(connection: Connection) -> None:
    entry = Quarantined(
        number=1, file=f"情况说明{HOSTILE}.xlsx", folder=HOSTILE, file_sha256="f" * 64, size=12,
        received_at="2023-07-03T16:28:00+08:00", code="not_a_workbook", reason=f"这是文本文件{HOSTILE}",
        action="请重新报送。", drop_key="q" * 64, closed=True,
    )  # fmt: skip
    writes.add_quarantined(connection, entry)
    audit_log.append(
        connection, at=entry.received_at, who="系统", action="quarantine",
        subject=f"{entry.folder}/{entry.file}", detail={"sha256": entry.file_sha256, "code": entry.code},
    )  # fmt: skip
