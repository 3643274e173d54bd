"""A synthetic merged month: seeded figures for every unit, with the usual gaps."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from flows.consolidation.month import (
    AMENDMENT_COLUMNS,
    DATASET_COLUMNS,
    MEASURE,
    RULE_COLUMNS,
    SUBMISSION_COLUMNS,
    Month,
    PriorMonths,
    UnitStatus,
)
from schemas import Indicator, Kind, Period, Registry, Unit
from schemas.models import STATUSES
from validations.findings.finding import Finding
from validations.frames import LEDGER_CELL_PARTS, LEDGER_COLUMNS, PROGRESS_COLUMNS

PERIOD = Period(2023, 6)
COLUMNS = {"month": "E", "ytd": "F", "stock": "F", "prior_ytd": "G", "prior_stock": "G", "status": "H"}


def make_month(
    registry: Registry,
    seed: int = 1,
    *,
    missing: Iterable[str] = (),
    returned: Iterable[str] = (),
    late: Iterable[str] = (),
    empty: bool = False,
) -> Month:
    """A month in which all units but those named have reported; ``empty``: none has."""
    gone = {u.code for u in registry.units} if empty else {*missing}
    draw = random.Random(seed)
    statuses = {u.code: _status(u, gone, set(returned), set(late)) for u in registry.units}
    counted = [u for u in registry.units if statuses[u.code].counts]
    book = _book(registry, counted, draw)
    own = book["period"] == str(PERIOD)
    return Month(
        registry=registry,
        period=PERIOD,
        deadline="2023-07-05",
        units=statuses,
        figures=book[own].reset_index(drop=True),
        progress=_progress(registry, counted, draw),
        ledgers={ledger.name: _ledger(registry, ledger.name, counted, draw) for ledger in registry.ledgers},
        submissions=_submissions(registry, statuses),
        findings=() if empty else _findings(registry, counted),
        rules=_rules(registry, len(counted)),
        amendments=_amendments(registry, counted),
        prior=_prior(book[~own]),
        work_point_states=_states(registry, statuses),
    )


def make_book(registry: Registry, seed: int = 1, *, missing: Iterable[str] = ()) -> pd.DataFrame:
    """The figures of January to June that :func:`make_month` takes its own from."""
    gone = {*missing}
    counted = [u for u in registry.units if u.code not in gone]
    return _book(registry, counted, random.Random(seed))


def _book(registry: Registry, counted: list[Unit], draw: random.Random) -> pd.DataFrame:
    months = [Period(2023, m) for m in range(1, PERIOD.month + 1)]
    book = {u.code: _figures_of(registry, u, draw, months) for u in counted}
    rows = [row for p in months for u in counted for row in book[u.code][p]]
    return pd.DataFrame(rows, columns=list(DATASET_COLUMNS))


def _prior(earlier: pd.DataFrame) -> PriorMonths:
    rows = earlier[earlier["value"].notna() & earlier["measure"].isin(list(MEASURE.values()))]
    keys = ["indicator", "measure", "period"]
    sums = {
        (code, measure, Period.parse(period)): math.fsum(values)
        for (code, measure, period), values in rows.groupby(keys)["value"]
    }
    counted = earlier.groupby("period")["unit_code"].nunique()
    last: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows[rows["period"] == str(PERIOD.previous)].itertuples():
        last.setdefault((row.indicator, row.measure), {})[row.unit_code] = row.value
    return PriorMonths(sums, {Period.parse(p): int(n) for p, n in counted.items()}, last)


def _status(unit: Unit, missing: set[str], returned: set[str], late: set[str]) -> UnitStatus:
    if unit.code in missing:
        return UnitStatus(unit.code, "missing", False, "", "")
    if unit.code in returned:
        return UnitStatus(unit.code, "returned", False, "", "2023-07-03T09:12:00+08:00")
    if unit.code in late:
        return UnitStatus(unit.code, "reported", True, f"S-{unit.code}-1", "2023-07-07T16:40:00+08:00")
    return UnitStatus(unit.code, "reported", False, f"S-{unit.code}-1", "2023-07-04T10:05:00+08:00")


def _figures_of(
    registry: Registry, unit: Unit, draw: random.Random, months: list[Period]
) -> Mapping[Period, list[tuple[Any, ...]]]:
    rows: dict[Period, list[tuple[Any, ...]]] = {p: [] for p in months}
    for n, indicator in enumerate(registry.indicators_of(unit), start=5):
        if indicator.kind is Kind.RATIO:
            continue
        ytd, prior, stock = 0.0, 0.0, float(draw.randint(0, 30))
        base, level = stock, draw.choice([0.0, 1.0, 1.0, 3.0])
        for period in months:
            value = _draw(indicator, draw) * level
            ytd, prior = ytd + value, prior + _draw(indicator, draw)
            stock += draw.choice([0, 0, 1])
            status = STATUSES[min(2, period.month // draw.choice([2, 6, 9]))]
            cells = {
                "month": value, "ytd": ytd, "prior_ytd": prior, "stock": stock, "prior_stock": base,
                "status": status, "document": "", "completed_on": "",
            }  # fmt: skip
            for measure in indicator.measures:
                rows[period].append(_row(period, unit, indicator, measure, cells[measure], n, draw))
    return rows


def _draw(indicator: Indicator, draw: random.Random) -> float:
    return float(round(draw.uniform(0, 900), 2) if indicator.is_amount else draw.choice([0, 0, 1, 2, 5]))


def _row(
    period: Period, unit: Unit, indicator: Indicator, measure: str, cell: Any, n: int, draw: random.Random
) -> tuple[Any, ...]:
    number = isinstance(cell, float | int)
    state = "used" if cell != "" else "missing"
    if measure == "status" and draw.random() < 0.1:
        cell, state = "不适用", "not_applicable"
    return (
        str(period), unit.code, unit.name, indicator.work_point, indicator.code, measure,
        float(cell) if number else float("nan"), None if number or cell == "" else cell, str(cell), state,
        indicator.unit, f"S-{unit.code}-1", unit.code.lower().ljust(64, "0"), "指标表",
        f"{COLUMNS.get(measure, 'I')}{n}",
    )  # fmt: skip


def _progress(registry: Registry, units: list[Unit], draw: random.Random) -> pd.DataFrame:
    rows = []
    words = {
        "progress": "按要点要求组织实施，召开专题会议研究部署，赴企业开展调研走访，形成工作台账。",
        "problems": "企业参与积极性有待提高，下步将加强政策宣传。",
        "evidence": "会议纪要、现场照片",
    }
    for unit in units:
        for n, point in enumerate(registry.work_points_of(unit), start=5):
            status = draw.choice(["推进中", "推进中", "已完成", "未启动"])
            for field, text in {"status": status, **words}.items():
                said = text * draw.choice([1, 1, 3]) if field == "progress" else text
                where = ("used", "工作进展", f"C{n}")
                rows.append(
                    (f"S-{unit.code}-1", unit.code, str(PERIOD), point.code, field, said, said, *where)
                )
    return pd.DataFrame(rows, columns=list(PROGRESS_COLUMNS))


def _ledger(registry: Registry, name: str, units: list[Unit], draw: random.Random) -> pd.DataFrame:
    ledger = registry.ledger[name]
    parts = [f"{c.name}.{part}" for c in ledger.columns for part in LEDGER_CELL_PARTS]
    columns = [*LEDGER_COLUMNS, *(c.name for c in ledger.columns), *parts]
    rows = []
    for unit in (u for u in units if ledger in registry.ledgers_of(u)):
        for n in range(draw.randint(0, 4)):
            values: dict[str, Any] = {"submission_id": f"S-{unit.code}-1", "unit_code": unit.code}
            values |= {"period": str(PERIOD), "sheet": ledger.title, "row": n + 5}
            for column in ledger.columns:
                value = _ledger_value(column.type, column.choices, column.name, n, draw)
                values |= {column.name: value, f"{column.name}.raw": str(value)}
                values |= {f"{column.name}.state": "used", f"{column.name}.cell": f"A{n + 5}"}
            rows.append(values)
    return pd.DataFrame(rows, columns=columns)


def _ledger_value(kind: str, choices: tuple[str, ...], name: str, n: int, draw: random.Random) -> Any:
    if kind == "choice":
        return draw.choice(choices)
    if kind in ("amount", "count"):
        return float(draw.randint(1, 500))
    if kind == "date":
        return dt.date(2023, 6, draw.randint(1, 30)).isoformat()
    if kind == "yes_no":
        return draw.choice(["是", "否"])
    if kind == "uscc":  # few of them, so that units share some
        return f"91411000MA{draw.randint(0, 5):08d}"
    return f"{name}-{n}-{draw.randint(100, 999)}"


def _submissions(registry: Registry, statuses: Mapping[str, UnitStatus]) -> pd.DataFrame:
    sent = [_submission(u, statuses[u.code]) for u in registry.units if statuses[u.code].state != "missing"]
    return pd.DataFrame(sent, columns=list(SUBMISSION_COLUMNS))


def _submission(unit: Unit, status: UnitStatus) -> dict[str, Any]:
    returned = status.state == "returned"
    return {
        "submission_id": f"S-{unit.code}-1", "period": str(PERIOD), "unit_code": unit.code, "unit": unit.name,
        "sequence": 1, "file": f"{unit.short}_2023-06.xlsx", "file_sha256": unit.code.lower().ljust(64, "0"),
        "size": 48213, "received_at": status.received_at, "late": status.late, "current": status.counts,
        "result": "returned" if returned else "accepted", "errors": 2 * returned, "queries": 1, "notes": 3,
        "clerk": "王晓明", "receipt": f"HZ-202306-{unit.code}-1", "counts": {},
    }  # fmt: skip


def _findings(registry: Registry, units: list[Unit]) -> tuple[Finding, ...]:
    place = {"period": str(PERIOD), "file": "报表.xlsx", "sheet": "指标表"}
    queries = [
        Finding(
            code="steady", severity="query", message="本年累计较上年同期变动超过两倍，读到 66，上年同期 8。",
            action="请核对后填写核实说明。", rule="steady-flow", unit_code=unit.code, cell="F23",
            work_point="2.1", indicator="2101", value="66", expected="不超过 24", status="explained",
            explanation="今年集中组织了专利产品备案。", **place,
        )
        for unit in units[:3]
    ]  # fmt: skip
    broken = Finding(
        code="total", severity="error", message="立案合计 12 不等于商标、专利、地理标志立案之和 11。",
        action="请核对 3102—3105 后重新报送。", rule="total-3105", unit_code=registry.units[3].code,
        cell="E40", work_point="3.1", indicator="3105", value="12", expected="11", **place,
    )  # fmt: skip
    return (*queries, broken)


def _rules(registry: Registry, units: int) -> pd.DataFrame:
    rows = []
    for n, relation in enumerate(registry.relations):
        point = min((registry.indicator[c].work_point for c in registry.codes_in(relation)), default="")
        failed, unknown = int(n % 9 == 0), int(n % 7 == 0)
        rows.append((
            relation.id, relation.kind, relation.severity, relation.trial, relation.note or relation.id,
            point,
            units, max(0, units - failed - unknown), failed, unknown,
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(RULE_COLUMNS))


def _amendments(registry: Registry, units: list[Unit]) -> pd.DataFrame:
    rows = [
        (u.code, u.name, f"S-{u.code}-0", f"S-{u.code}-1", "2201", "stock", "5", "7", "指标表", "F20")
        for u in units[:2]
    ]
    return pd.DataFrame(rows, columns=list(AMENDMENT_COLUMNS))


def _states(registry: Registry, statuses: Mapping[str, UnitStatus]) -> dict[tuple[str, str], str]:
    states = {}
    for unit in registry.units:
        own = {p.code for p in registry.work_points_of(unit)}
        status = statuses[unit.code]
        came = "LATE" if status.late else "REPORTED"
        name = {"missing": "MISSING", "returned": "RETURNED"}.get(status.state, came)
        for n, point in enumerate(registry.work_points):
            shown = "CONFIRMED_ZERO" if name == "REPORTED" and n % 6 == 5 else name
            states[unit.code, point.code] = shown if point.code in own else "NOT_APPLICABLE"
    return states
