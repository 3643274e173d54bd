"""The month's outputs, whole, from the merged month: built aside, then put in place."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from flows import dataset, durable, manifest
from flows.assessment import Scores, assess
from flows.brief.write import write_brief
from flows.collecting import collecting_seldom
from flows.desk import Desk
from flows.merge import merge
from flows.month import Month
from flows.register import store
from flows.spilled import Spilled
from flows.workbook.write import write_workbook
from schemas import Period
from validations.findings import SEVERITY_ORDER, Finding


class SealedError(Exception):
    """The month is sealed; the message is for the office."""


def merged(desk: Desk, period: Period) -> Month:
    """The month as it stands now; :class:`SealedError` when it must not change any more."""
    with desk.engine.connect() as connection:
        if store.open_seal(connection, period) is not None:
            raise SealedError(f"{period.chinese}已封存，不再汇总；确需改动请先 yaodian reopen {period}。")
        return merge(connection, period)


@collecting_seldom()
def month_outputs(month: Month, scores: Scores | None = None) -> Mapping[str, bytes]:
    """Every output of the month but the manifest: path below the month's folder -> content."""
    return Spilled(_outputs(month, scores))


def _outputs(month: Month, scores: Scores | None) -> Iterator[tuple[str, Iterable[bytes]]]:
    for name, pieces in dataset.exports(month):
        yield f"dataset/{name}", pieces
    yield "findings.json", [findings_json(month)]
    yield "findings.csv", dataset.csv(findings_frame(month))
    scores = scores or assess(month)
    yield workbook_name(month.period), [_drawn(write_workbook, month, scores)]
    yield brief_name(month.period), [_drawn(write_brief, month, scores)]


def workbook_name(period: Period) -> str:
    return f"考核汇总表_{period}.xlsx"


def brief_name(period: Period) -> str:
    return f"考核通报_{period}.docx"


def _drawn(draw: Callable[[Month, Scores, Path], None], month: Month, scores: Scores) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn"
        draw(month, scores, path)
        return path.read_bytes()


def put_in_place(desk: Desk, month: Month, files: Mapping[str, bytes]) -> list[Path]:
    """Write the outputs and, last of all, their manifest; returns those that changed."""
    folder = desk.home.month(month.period)
    sealing = manifest.manifest(month, files, manifest.previous_digest(desk.home, month))
    changed: list[Path] = []
    for name in [*sorted(files), manifest.NAME]:
        desk.fault("before-output")
        if durable.write(folder / name, sealing if name == manifest.NAME else files[name]):
            changed.append(folder / name)
    return changed


def stale(folder: Path, outputs: Mapping[str, bytes]) -> list[str]:
    """The outputs that do not stand in the month's folder as they are now."""
    return [name for name in sorted(outputs) if not durable.stands(folder / name, outputs[name])]


def findings_json(month: Month) -> bytes:
    """Findings that are current, most serious first, with each report's count of cells."""
    content = {
        "period": str(month.period),
        "registry_version": month.registry.version,
        "cells": _conservation(month),
        "findings": [_shown(month, one) for one in ordered(month)],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _conservation(month: Month) -> list[dict[str, object]]:
    """Per report what became of its non-empty cells: used, normalised, rejected, ignored by reason."""
    return [
        {"submission_id": identity, "unit": unit, **counts}
        for identity, unit, counts, result in zip(
            *(month.submissions[c] for c in ("submission_id", "unit", "counts", "result")), strict=True
        )
        if result != "repeated"
    ]


def findings_frame(month: Month) -> pd.DataFrame:
    """One row per finding; columns of system.md first, then the rest of what is known."""
    columns = [
        "code", "severity", "status", "unit", "work_point", "indicator", "file", "sheet", "cell",
        "value", "expected", "message", "explanation", "action", "rule", "also", "waiver",
        "unit_code", "period", "submission_id",
    ]  # fmt: skip
    rows = [_shown(month, one) | {"also": "、".join(one.also)} for one in ordered(month)]
    return pd.DataFrame(rows, columns=columns, dtype="object")


def ordered(month: Month) -> list[Finding]:
    """Errors first, then by unit in the registry's order, then by place."""
    units = {unit.code: n for n, unit in enumerate(month.registry.units)}
    return sorted(
        month.findings,
        key=lambda f: (
            f.status != "open",
            SEVERITY_ORDER[f.severity],
            units.get(f.unit_code, len(units)),
            f.submission_id,
            f.sheet,
            f.indicator,
            f.cell,
            f.code,
            f.rule,
        ),
    )


def _shown(month: Month, one: Finding) -> dict[str, object]:
    unit = month.registry.unit.get(one.unit_code)
    return one.as_dict() | {"unit": unit.short if unit else ""}
