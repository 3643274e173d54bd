"""``yaodian trace 2023-06 UNIT CODE``."""

from __future__ import annotations

import json
from typing import Any

import schemas
from flows import environment
from flows.commands import session
from flows.commands.failures import RefusedError, WrongUseError
from flows.consolidate import workbook_name
from flows.home import Home
from flows.register.database import open_register
from flows.trace import NothingToTraceError, trace
from flows.trace_cell import NoSuchCellError, what_stands_in
from schemas import Indicator, Period, Registry, Unit

STATES = {
    "used": "照用",
    "normalised": "规范后采用",
    "missing": "空白",
    "not_applicable": "不适用",
    "rejected": "未能采用",
}


def show_trace(
    home: Home, text: str, unit: str | None, code: str | None, cell: str | None, as_json: bool
) -> int:
    """The origin of a figure, or of a cell of the workbook; 1 when there is none."""
    period = session.the_period(text)
    session.in_use(home)
    registry = schemas.load(period.year)
    if cell is not None:
        wanted, head = _of_cell(home, registry, period, cell)
    else:
        wanted, head = [_named(registry, unit, code)], {}
    with open_register(home.database_url(environment.database())).connect() as connection:
        try:
            traced = [trace(connection, registry, period, *one) for one in wanted]
        except NothingToTraceError as error:
            print(f"{error}。")
            return 1
    if head.get("measure"):
        for one in traced:
            one["cells"] = [c for c in one["cells"] if c["measure"] == head["measure"]] or one["cells"]
    _tell(traced, head, as_json)
    return 0


def _named(registry: Registry, unit: str | None, code: str | None) -> tuple[Unit, Indicator]:
    if unit is None or code is None:
        raise WrongUseError("请给出单位和指标代码，或用 --cell 给出汇总表的单元格")
    if unit not in registry.unit_by_name:
        raise WrongUseError(f"没有这个填报单位：{unit}")
    if code not in registry.indicator:
        raise WrongUseError(f"没有这个指标代码：{code}")
    return registry.unit_by_name[unit], registry.indicator[code]


def _of_cell(
    home: Home, registry: Registry, period: Period, cell: str
) -> tuple[list[tuple[Unit, Indicator]], dict[str, Any]]:
    workbook = home.month(period) / workbook_name(period)
    if not workbook.is_file():
        raise RefusedError(f"{period.chinese}还没有汇总，请先 yaodian consolidate {period}")
    try:
        stands = what_stands_in(workbook, registry, cell)
    except NoSuchCellError as error:
        raise WrongUseError(str(error)) from error
    head = {"cell": cell, "shown": stands.shown, "total": stands.total, "measure": stands.measure}
    return list(stands.parts), head


def _tell(traced: list[dict[str, Any]], head: dict[str, Any], as_json: bool) -> None:
    if as_json:
        shown = head | {"parts": traced} if head else traced[0]
        print(json.dumps(shown, ensure_ascii=False, indent=2, allow_nan=False))
        return
    if head:
        made = f"，由下列 {len(traced)} 项得来" if head["total"] else ""
        print(f"{head['cell']} 显示 {head['shown']}{made}：")
    for one in traced:
        print(worded(one, "  " if head else ""))


def _held(cell: dict[str, Any]) -> str:
    """What became of the cell: its value and how it was taken, or why it has none."""
    value = cell["text"] if cell["value"] is None else f"{cell['value']:.15g}"
    state = STATES[cell["state"]]
    place = f"← {cell['sheet']}!{cell['cell']} 原文“{cell['raw']}”"
    return f"{state}　{place}" if value is None else f"{value}　{place}，{state}"


def worded(traced: dict[str, Any], indent: str = "") -> str:
    """The trace as lines a person reads from top to bottom."""
    point, submission = traced["work_point"], traced["submission"]
    lines = [
        f"{traced['unit']} {traced['period']} {traced['indicator']} {traced['name']}"
        + (f"（{traced['unit_of_measure']}）" if traced["unit_of_measure"] else "")
    ]
    lines += [f"  {c['title']} {_held(c)}" for c in traced["cells"] if c["state"] != "missing"]
    lines += [
        f"  报表 {submission['file']}，回执 {submission['submission_id']}，{submission['received_at']} 收",
        f"  SHA-256 {submission['sha256']}",
        f"  要点 {point['code']} {point['title']}",
        f"  依据“{point['basis']}”",
        f"  口径 {traced['definition']}",
    ]
    for rule in traced["rules"]:
        mark = "相符" if rule["holds"] else "不符"
        said = f"（说明：{rule['explanation']}）" if rule["explanation"] else ""
        lines.append(f"  勾稽 {mark} {rule['rule']}：{rule['note']}{said}")
    for row in traced["ledger"]:
        lines.append(
            f"  台账 {row['sheet']} 第{row['row']}行：{'，'.join(v for v in row['raw'].values() if v)}"
        )
    text = "\n".join(indent + line for line in lines)
    return "\n".join([text, *(worded(part, indent + "  ") for part in traced.get("parts", []))])
