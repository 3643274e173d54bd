"""Proof by rebuilding: the month again from the stored originals alone, compared byte for byte."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

import schemas
from flows import archive, consolidate, durable, manifest
from flows.answers import aside_name
from flows.arrange import arrange, newest_registry
from flows.desk import Desk
from flows.home import Home
from flows.inbox import Drop, Waiting
from flows.judging import judge
from flows.merge import merge
from flows.reading import Limits, read_all
from flows.recording import record_reports
from flows.register import batches, entering, record, store, tables
from flows.register.database import open_register
from flows.register.store import Submission
from flows.seal import SEAL, SIGNATURE, foreign, signature_holds
from schemas import Period
from schemas.settings import settings

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
            *_policy_differences(home, period),
            *examine(home, connection, period, public_key=public_key),
        ]
        wanted = _up_to(connection, period)
        damaged = _original_differences(home, wanted)
        if damaged:
            return [*found, "原始文件不完整，无法重建。"]
        with tempfile.TemporaryDirectory() as folder:
            scratch = rebuild(home, _history(connection, wanted), Path(folder))
            with scratch.engine.connect() as again:
                found += _register_differences(connection, again, wanted)
                found += _output_differences(home, again, period)
    return found


def examine(
    home: Home, connection: Connection, period: Period, *, public_key: bytes | None = None
) -> list[str]:
    """What hashes alone can tell, without rebuilding: record, seals, manifests, originals."""
    return [
        *_record_differences(connection),
        *_seal_differences(home, connection, period, public_key),
        *_manifest_differences(home, period, sealed=store.open_seal(connection, period) is not None),
        *_original_differences(home, _up_to(connection, period)),
        *_aside_differences(home, connection),
    ]


def _up_to(connection: Connection, period: Period) -> list[Submission]:
    return [s for s in store.submissions(connection) if s.period <= str(period)]


@dataclass(frozen=True)
class TakenIn:
    """Reports of one month that were judged together; ``held`` as it was when they came."""

    at: str
    period: Period
    reports: tuple[Submission, ...]


@dataclass(frozen=True)
class Released:
    """Reports that had been held, and count since their month was opened again."""

    period: str
    submissions: tuple[str, ...]


Step = TakenIn | Released


def _history(connection: Connection, wanted: Iterable[Submission]) -> list[Step]:
    """What the record says happened to the submissions, in order.

    Whether one counted when another was judged is told by the order in which they came and were
    released, not by how they stand today.
    """
    by_identity = {s.submission_id: s for s in wanted}
    steps: list[Step] = []
    for entry in record.entries(connection):
        detail = entry["detail"]
        if entry["action"] == "reopen":
            released = tuple(one for one in detail["released"] if one in by_identity)
            steps.append(Released(entry["subject"], released))
        elif entry["action"] == "intake" and entry["subject"] in by_identity:
            report = replace(by_identity[entry["subject"]], held=bool(detail.get("held")))
            last = steps[-1] if steps else None
            if isinstance(last, TakenIn) and (last.at, str(last.period)) == (
                report.received_at,
                report.period,
            ):
                steps[-1] = replace(last, reports=(*last.reports, report))
            else:
                steps.append(TakenIn(report.received_at, Period.parse(report.period), (report,)))
    return steps


def rebuild(home: Home, history: Iterable[Step], folder: Path) -> Desk:
    """A new register in ``folder`` with the submissions read and judged again, in their order."""
    scratch = Home(folder)
    engine = open_register(scratch.database_url(None))
    for step in history:
        if isinstance(step, TakenIn):
            _take_in(home, Desk(scratch, engine, dt.datetime.fromisoformat(step.at), "verify"), step)
        else:
            with engine.begin() as connection:
                entering.hold(connection, step.submissions, held=False)
                # Merging asks the record when they began to count.
                record.append(
                    connection,
                    at="",
                    who="verify",
                    action="reopen",
                    subject=step.period,
                    detail={"released": list(step.submissions)},
                )
    return Desk(home=scratch, engine=engine, now=dt.datetime.now(dt.UTC), who="verify")


def _take_in(home: Home, desk: Desk, step: TakenIn) -> None:
    units, originals = newest_registry().unit_by_name, archive.place(home)
    drops = [_drop(home, s, units) for s in step.reports]
    kept = desk.home.root / "originals"
    jobs = [(archive.at_hand(originals, s.file_sha256, kept), s.file) for s in step.reports]
    arrived, _ = arrange(drops, read_all(jobs, limits=Limits()), settings(), dt.date.max)
    judged, _ = judge(desk, arrived, step.period)
    record_reports(desk, judged)
    # Whether a report that came after sealing counts is the office's decision, taken as it stood.
    with desk.engine.begin() as connection:
        entering.hold(connection, [s.submission_id for s in step.reports if s.held])


def _drop(home: Home, submission: Submission, units: Mapping[str, Any]) -> Drop:
    name, _, inner = submission.file.partition("/")  # of a report that came in an archive
    waiting = Waiting(
        path=home.inbox / submission.folder / name,
        folder=submission.folder,
        unit=units.get(submission.folder.split("/", 1)[0]),
        size=submission.size,
        mtime_ns=0,
        inode=0,
    )
    return Drop(waiting, submission.file_sha256, submission.size, inner)


def _record_differences(connection: Connection) -> list[str]:
    lines = [f"工作记录第 {number} 条被改动或前后不接。" for number in record.breaks(connection)]
    fingerprints = {
        entry["subject"]: entry["detail"].get("fingerprint")
        for entry in record.entries(connection)
        if entry["action"] == "intake"
    }
    lines += [
        f"登记库中 {submission.submission_id} 的登记与收件时的记录不符。"
        for submission in store.submissions(connection)
        if fingerprints.pop(submission.submission_id, None) != submission.fingerprint
    ]
    lines += [f"登记库中缺少 {gone}，工作记录里有它。" for gone in sorted(fingerprints)]
    aside = {
        entry["detail"].get("fingerprint"): entry["subject"]
        for entry in record.entries(connection)
        if entry["action"] == "quarantine"
    }
    lines += [
        f"登记库中隔离文件 {entry.receipt} 的登记与收件时的记录不符。"
        for entry in store.quarantined(connection)
        if aside.pop(entry.fingerprint, None) is None
    ]
    lines += [f"登记库中没有与记录相符的隔离文件 {gone}，工作记录里有它。" for gone in aside.values()]
    return lines


def _seal_differences(
    home: Home, connection: Connection, period: Period, public_key: bytes | None
) -> list[str]:
    lines: list[str] = []
    recorded = [
        (entry["subject"], entry["detail"].get("manifest_sha256"), entry["at"], entry["who"])
        for entry in record.entries(connection)
        if entry["action"] == "seal"
    ]
    rows = connection.execute(select(tables.seals).order_by(tables.seals.c.id)).mappings()
    stored = [(r["period"], r["manifest_sha256"], r["sealed_at"], r["sealed_by"]) for r in rows]
    if recorded != stored:
        lines.append("登记库中的封存登记与工作记录不符。")
    path = home.month(period) / manifest.NAME
    content = path.read_bytes() if path.is_file() else b""
    sealed = store.open_seal(connection, period)
    if sealed is not None and archive.digest(content) != sealed["manifest_sha256"]:
        lines.append(f"{manifest.NAME} 与封存时不同。")
    lines += _note_differences(home, period, sealed)
    signature = home.month(period) / SIGNATURE
    if public_key is not None and signature.is_file():
        if not signature_holds(content, signature.read_bytes(), public_key):
            lines.append(f"{SIGNATURE} 不是市局密钥对该清单的签名。")
    elif public_key is not None and sealed is not None:
        lines.append(f"缺少签名 {SIGNATURE}。")
    return lines


def _note_differences(home: Home, period: Period, sealed: Mapping[str, Any] | None) -> list[str]:
    path = home.month(period) / SEAL
    if sealed is None:
        return [f"{SEAL} 在，但登记库里没有封存。"] if path.is_file() else []
    try:
        note = manifest.read(path)
    except (OSError, ValueError):
        return [f"{SEAL} 缺失或读不出。"]
    expected = {
        "period": sealed["period"],
        "manifest_sha256": sealed["manifest_sha256"],
        "sealed_at": sealed["sealed_at"],
        "sealed_by": sealed["sealed_by"],
    }
    return [] if note == expected else [f"{SEAL} 与登记库的封存登记不符。"]


def _manifest_differences(home: Home, period: Period, *, sealed: bool) -> list[str]:
    """Every output against the manifest, and the manifests of earlier months along the chain."""
    folder = home.month(period)
    try:
        content = manifest.read(folder / manifest.NAME)
        outputs = dict(content["outputs"])
        previous = str(content["previous_manifest_sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return [f"{period} 的 {manifest.NAME} 缺失或读不出。"]
    lines: list[str] = []
    for name, sha256 in sorted(outputs.items()):
        path = folder / name
        if not path.is_file():
            lines.append(f"缺少输出 {name}。")
        elif archive.digest(path.read_bytes()) != sha256:
            lines.append(f"输出 {name} 与清单中的指纹不符。")
    lines += [f"多出文件 {name}，清单中没有。" for name in foreign(folder, outputs)]
    before = home.month(period.previous) / manifest.NAME
    standing = archive.digest(before.read_bytes()) if before.is_file() else ""
    # A month that was sealed before the one before it was consolidated begins the chain.
    if standing != previous and not (sealed and not previous):
        lines.append(f"{period.previous} 的 {manifest.NAME} 与本月清单所接的不符。")
    return lines


def _policy_differences(home: Home, period: Period) -> list[str]:
    """Said first, for it explains what follows: by another policy nothing is rebuilt alike."""
    try:
        stated = str(manifest.read(home.month(period) / manifest.NAME)["registry_version"])
    except (OSError, ValueError, KeyError, TypeError):
        return []  # said by others
    now = schemas.load(period.year).version
    if stated == now:
        return []
    changed = f"要点登记或考核设定已改动：本月按版本 {stated} 汇总，现为 {now}；以下差异可能由此而来。"
    return [f"{changed}核对已封存的月份，请用 YAODIAN_SCHEMAS 指向汇总时的 schemas 文件夹。"]


def _aside_differences(home: Home, connection: Connection) -> list[str]:
    """Files that were set aside, against what was registered of them."""
    lines: list[str] = []
    for entry in store.quarantined(connection):
        path = home.quarantine / aside_name(entry)
        if not entry.closed:
            continue
        if not path.is_file():
            lines.append(f"隔离文件夹中缺少 {path.name}。")
        elif archive.digest(path.read_bytes()) != entry.file_sha256:
            lines.append(f"隔离文件 {path.name} 与收件时不同。")
    return lines


def _original_differences(home: Home, wanted: Iterable[Submission]) -> list[str]:
    lines: list[str] = []
    originals = archive.place(home)
    for submission in wanted:
        try:
            archive.fetch(originals, submission.file_sha256)
        except archive.ArchiveDamagedError as error:
            lines.append(f"原始文件损坏（{submission.submission_id} {submission.file}）：{error}")
    return lines


def _register_differences(stored: Connection, again: Connection, wanted: Sequence[Submission]) -> list[str]:
    """The register's rows of each submission against those that reading and judging give now."""
    rebuilt = {s.submission_id: s for s in store.submissions(again)}
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
        for some in batches.chunks(s.submission_id for s in wanted):
            before, after = (store.grouped(c, table, some) for c in (stored, again))
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
    outputs = consolidate.month_outputs(month)
    lines = [f"输出 {name} 与由原始文件重建的不同。" for name in consolidate.stale(folder, outputs)]
    try:
        stated = manifest.read(folder / manifest.NAME)
        previous = str(stated["previous_manifest_sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return lines  # said already
    # Where the chain goes on from was held against the manifest of the month before.
    rebuilt = manifest.manifest(month, outputs, previous)
    if not durable.stands(folder / manifest.NAME, rebuilt):
        wanted = json.loads(rebuilt)
        differing = [key for key in dict.fromkeys([*wanted, *stated]) if wanted.get(key) != stated.get(key)]
        what = f"（{'、'.join(differing)}）" if differing else ""
        lines.append(f"{manifest.NAME} 与由原始文件重建的不同{what}。")
    return lines
