"""``yaodian trace 2023-06 UNIT CODE``."""

from __future__ import annotations

import json
from typing import Any

import schemas
from flows.commands import session
from flows.commands.failures import WrongUseError
from flows.home import Home
from flows.register.database import open_register
from flows.trace import NothingToTraceError, trace

STATES = {
    "used": "照用",
    "normalised": "规范后采用",
    "missing": "空白",
    "not_applicable": "不适用",
    "rejected": "未能采用",
}


def show_trace(home: Home, text: str, unit: str, code: str, as_json: bool) -> int:
    """The origin of a figure; 1 when there is none."""
    period = session.the_period(text)
    registry = schemas.load(period.year)
    if unit not in registry.unit_by_name:
        raise WrongUseError(f"没有这个填报单位：{unit}")
    if code not in registry.indicator:
        raise WrongUseError(f"没有这个指标代码：{code}")
    with open_register(home.database_url(session.database())).connect() as connection:
        try:
            traced = trace(
                connection, registry, period, registry.unit_by_name[unit], registry.indicator[code]
            )
        except NothingToTraceError as error:
            print(f"{error}。")
            return 1
    print(json.dumps(traced, ensure_ascii=False, indent=2) if as_json else worded(traced))
    return 0


def worded(traced: dict[str, Any], indent: str = "") -> str:
    """The trace as lines a person reads from top to bottom."""
    point, submission = traced["work_point"], traced["submission"]
    lines = [
        f"{traced['unit']} {traced['period']} {traced['indicator']} {traced['name']}"
        + (f"（{traced['unit_of_measure']}）" if traced["unit_of_measure"] else "")
    ]
    for cell in traced["cells"]:
        if cell["state"] != "missing":
            shown = cell["text"] if cell["value"] is None else f"{cell['value']:.15g}"
            lines.append(
                f"  {cell['title']} {shown}　← {cell['sheet']}!{cell['cell']} "
                f"原文“{cell['raw']}”，{STATES[cell['state']]}"
            )
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
