"""The year's outputs from its accepted months: built in memory, then put in place."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.consolidation.year import Year
from flows.outputs import manifest
from flows.outputs.file_names import year_workbook_name
from flows.outputs.workbook.year.write import write_year_workbook
from flows.platform import atomic_files
from flows.platform.context import RunContext
from flows.register.archive import digest
from schemas import Period


def year_outputs(year: Year) -> dict[str, bytes]:
    """Every output of the year but the manifest: path below the year's folder -> content."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn"
        write_year_workbook(year, path)
        return {year_workbook_name(year.number): path.read_bytes()}


def put_year_in_place(context: RunContext, year: Year, files: Mapping[str, bytes]) -> list[Path]:
    """Write the outputs and, last of all, their manifest; returns those that changed."""
    folder = context.home.year(year.number)
    placed = [*sorted(files.items()), (manifest.NAME, year_manifest(year, files))]
    return [folder / name for name, content in placed if atomic_files.write(folder / name, content)]


def year_manifest(year: Year, outputs: Mapping[str, bytes]) -> bytes:
    """Canonical JSON: SHA-256 of every output and of every original whose figures are in them.

    ``to_date``: whether the year-to-date figures are that report's.
    """
    content: dict[str, Any] = {
        "year": year.number,
        "registry_version": year.registry.version,
        "months": [str(period) for period in year.accepted],
        "outputs": {name: digest(content) for name, content in sorted(outputs.items())},
        "originals": [original for month in year.months for original in _originals(year, month.period)],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _originals(year: Year, period: Period) -> list[dict[str, Any]]:
    sent = year.of[period].submissions
    return [
        {
            "period": row.period,
            "submission_id": row.submission_id,
            "unit": row.unit,
            "file": row.file,
            "sha256": row.file_sha256,
            "received_at": row.received_at,
            "to_date": year.latest[str(row.unit_code)] == period,
        }
        for row in sent[sent["current"].astype(bool)].itertuples(index=False)
    ]
