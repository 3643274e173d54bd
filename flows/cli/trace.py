"""``yaodian trace 2023-06 UNIT CODE``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

import schemas
from flows.audit.cell_trace import Cell, NoSuchCellError, OtherCellError, trace_cell
from flows.audit.trace import NothingToTraceError, submission_of, trace
from flows.cli import session
from flows.consolidation.merge import merge
from flows.outputs.file_names import workbook_name
from flows.outputs.workbook.drawing.provenance import CellMeaning, Entry
from flows.outputs.workbook.plan import Plan
from flows.platform import environment
from flows.platform.errors import RefusedError, WrongUseError
from flows.platform.home import Home
from flows.register import queries
from flows.register.database import open_register
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
    period = session.parse_period(text)
    session.require_home(home)
    registry, workbook = schemas.load(period.year), home.month(period) / workbook_name(period)
    if cell is None:
        named = _named(registry, unit, code)
    elif not workbook.is_file():
        raise RefusedError(f"{period.chinese}还没有汇总，请先 yaodian consolidate {period}")
    with open_register(home.database_url(environment.database_url())).connect() as connection:
        try:
            if cell is None:
                traced, head = [trace(connection, registry, period, *named)], {}
            else:
                stands = _stands(workbook, connection, period, cell)
                traced = _behind(connection, registry, period, stands.meaning)
                head = _head(cell, stands, _entry(connection, period, stands.meaning.entry))
        except NothingToTraceError as error:
            print(f"{error}。")
            return 1
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


def _stands(workbook: Path, connection: Connection, period: Period, cell: str) -> Cell:
    """What the cell is. A setting, or a word, is no figure to be traced: :class:`WrongUseError` says so."""
    month = merge(connection, period)
    try:
        stands = trace_cell(workbook, Plan.of(month), cell)
    except NoSuchCellError as error:
        raise WrongUseError(str(error)) from error
    except OtherCellError as error:
        raise RefusedError(str(error)) from error
    if stands.meaning.setting:
        raise WrongUseError(f"{cell}（{stands.shown}）：{stands.meaning.said}")
    return stands


def _behind(
    connection: Connection, registry: Registry, period: Period, meaning: CellMeaning
) -> list[dict[str, Any]]:
    """The figures behind a cell; of an earlier month those of the units that then had one."""
    own = meaning.period or period
    earlier = own != period
    held = queries.current(connection, own) if earlier else {}
    figures = [one for one in meaning.figures if not earlier or one[0].code in held]
    traced = [trace(connection, registry, own, *one) for one in figures]
    if meaning.measure:
        for one in traced:
            one["cells"] = [c for c in one["cells"] if c["measure"] == meaning.measure] or one["cells"]
    return [one for one in traced if not earlier or any(c["value"] is not None for c in one["cells"])]


def _head(cell: str, stands: Cell, entry: dict[str, Any] | None) -> dict[str, Any]:
    meaning = stands.meaning
    head: dict[str, Any] = {
        "cell": cell,
        "shown": stands.shown,
        "said": meaning.said,
        "total": meaning.total,
        "measure": meaning.measure,
        "steps": [step._asdict() for step in meaning.steps],
    }
    return head if entry is None else head | {"ledger": entry}


def _entry(connection: Connection, period: Period, entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    counting = queries.current(connection, period)[entry.unit.code]
    known = entry._asdict() | {"unit": entry.unit.short, "unit_code": entry.unit.code}
    return known | {"submission": submission_of(counting)}


def _tell(traced: list[dict[str, Any]], head: dict[str, Any], as_json: bool) -> None:
    if as_json:
        shown = head | {"parts": traced} if head else traced[0]
        print(json.dumps(shown, ensure_ascii=False, indent=2, allow_nan=False))
        return
    if head:
        print("\n".join(_headed(head, len(traced))))
    for one in traced:
        print(worded(one, "  " if head else ""))


def _headed(head: dict[str, Any], count: int) -> Iterator[str]:
    """What the cell is, the cells of the workbook that it is made of, and its place in a ledger."""
    made = f"，由下列 {count} 项报表数据得来" if head["total"] and count else ""
    yield f"{head['cell']} 显示 {head['shown']}：{head['said']}{made}。"
    for step in head["steps"]:
        # A score has as many places as a float; ``--json`` gives them all.
        value = step["value"] if isinstance(step["value"], str) else f"{round(step['value'], 4):.15g}"
        weight = "" if step["weight"] is None else f"　权重 {step['weight']:g}"
        yield f"  {step['title']} {value}{weight}　← 本表 {step['cell']}"
    if "ledger" in head:
        entry = head["ledger"]
        place = (
            f"{entry['sheet']}!{entry['cell']}" if entry["cell"] else f"{entry['sheet']} 第{entry['row']}行"
        )
        yield f"  {entry['title']} ← {place} 原文“{entry['raw']}”，{STATES[entry['state']]}"
        yield from _sent(entry["submission"], "  ")


def _sent(submission: dict[str, Any], indent: str) -> Iterator[str]:
    file, identity, when = (submission[name] for name in ("file", "submission_id", "received_at"))
    yield f"{indent}报表 {file}，回执 {identity}，{when} 收"
    yield f"{indent}SHA-256 {submission['sha256']}"


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
        *_sent(submission, "  "),
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
