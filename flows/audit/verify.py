"""Proof by rebuilding: the month again from the stored originals alone, compared byte for byte."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import Connection, Engine

from flows.audit.integrity import check_hashes, original_differences, policy_differences, submissions_up_to
from flows.audit.rebuild import history, rebuild
from flows.consolidation.merge import merge
from flows.outputs import manifest
from flows.outputs.month import month_outputs, stale_outputs
from flows.platform import atomic_files
from flows.platform.home import Home
from flows.register import id_batches, queries, tables
from flows.register.queries import Submission
from schemas import Period

#: What of a submission's row is not rebuilt but held by the record's fingerprint.
_NOT_REBUILT = ("drop_key", "closed", "number", "folder", "file", "received_at")
_CONTENT_TABLES = (
    tables.figures,
    tables.ledger_rows,
    tables.progress,
    tables.findings,
    tables.rule_outcomes,
)


def verify(home: Home, engine: Engine, period: Period, *, public_key: bytes | None = None) -> list[str]:
    """Every difference, each as a Chinese line that names what differs; empty when all holds."""
    with engine.connect() as connection:
        found = [
            *policy_differences(home, period),
            *check_hashes(home, connection, period, public_key=public_key),
        ]
        wanted = submissions_up_to(connection, period)
        damaged = original_differences(home, wanted)
        if damaged:
            return [*found, "原始文件不完整，无法重建。"]
        with tempfile.TemporaryDirectory() as folder:
            scratch = rebuild(home, history(connection, wanted), Path(folder))
            with scratch.engine.connect() as again:
                found += _register_differences(connection, again, wanted)
                found += _output_differences(home, again, period)
    return found


def _register_differences(stored: Connection, again: Connection, wanted: Sequence[Submission]) -> list[str]:
    """The register's rows of each submission against those that reading and judging give now."""
    rebuilt = {s.submission_id: s for s in queries.submissions(again)}
    lines: list[str] = []
    for submission in wanted:
        other = rebuilt.get(submission.submission_id)
        if other is None:
            lines.append(f"{submission.submission_id} 由原始文件重建不出来。")
            continue
        one, two = asdict(submission), asdict(other)
        differing = [name for name in one if name not in _NOT_REBUILT and one[name] != two[name]]
        if differing:
            lines.append(f"登记库中 {submission.submission_id} 的 {'、'.join(differing)} 与重建结果不同。")
    for table in _CONTENT_TABLES:
        # Some at a time: of a province's year, all rows twice over would not fit into memory.
        for some in id_batches.chunks(s.submission_id for s in wanted):
            before, after = (queries.grouped(c, table, some) for c in (stored, again))
            lines += [
                f"登记库中 {identity} 的 {table.name} 与重建结果不同。"
                for identity in some
                if before.get(identity) != after.get(identity)
            ]
    return lines


def _output_differences(home: Home, again: Connection, period: Period) -> list[str]:
    """The outputs and their manifest against those that the rebuilt register gives."""
    folder = home.month(period)
    month = merge(again, period)
    outputs = month_outputs(month)
    lines = [f"输出 {name} 与由原始文件重建的不同。" for name in stale_outputs(folder, outputs)]
    try:
        stated = manifest.read(folder / manifest.NAME)
        previous = str(stated["previous_manifest_sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return lines  # said already
    # Where the chain goes on from was held against the manifest of the month before.
    rebuilt = manifest.build_manifest(month, outputs, previous)
    if not atomic_files.has_content(folder / manifest.NAME, rebuilt):
        wanted = json.loads(rebuilt)
        differing = [key for key in dict.fromkeys([*wanted, *stated]) if wanted.get(key) != stated.get(key)]
        what = f"（{'、'.join(differing)}）" if differing else ""
        lines.append(f"{manifest.NAME} 与由原始文件重建的不同{what}。")
    return lines
