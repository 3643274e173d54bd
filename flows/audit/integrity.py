"""What hashes alone can tell without rebuilding: record, seals, manifests, originals, files set aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

import schemas
from flows.audit.seal import SEAL, SIGNATURE, foreign_files, signature_holds
from flows.correspondence.receipts.compose import aside_name
from flows.outputs import manifest
from flows.platform.home import Home
from flows.register import archive, audit_log, queries, tables
from flows.register.queries import Submission
from schemas import Period


def check_hashes(
    home: Home, connection: Connection, period: Period, *, public_key: bytes | None = None
) -> list[str]:
    """What hashes alone can tell, without rebuilding: record, seals, manifests, originals."""
    return [
        *_record_differences(connection),
        *_seal_differences(home, connection, period, public_key),
        *_manifest_differences(home, period, sealed=queries.open_seal(connection, period) is not None),
        *original_differences(home, submissions_up_to(connection, period)),
        *_aside_differences(home, connection),
    ]


def submissions_up_to(connection: Connection, period: Period) -> list[Submission]:
    return [s for s in queries.submissions(connection) if s.period <= str(period)]


def _record_differences(connection: Connection) -> list[str]:
    lines = [f"工作记录第 {number} 条被改动或前后不接。" for number in audit_log.broken_entries(connection)]
    fingerprints = {
        entry["subject"]: entry["detail"].get("fingerprint")
        for entry in audit_log.entries(connection)
        if entry["action"] == "intake"
    }
    lines += [
        f"登记库中 {submission.submission_id} 的登记与收件时的记录不符。"
        for submission in queries.submissions(connection)
        if fingerprints.pop(submission.submission_id, None) != submission.fingerprint
    ]
    lines += [f"登记库中缺少 {gone}，工作记录里有它。" for gone in sorted(fingerprints)]
    aside = {
        entry["detail"].get("fingerprint"): entry["subject"]
        for entry in audit_log.entries(connection)
        if entry["action"] == "quarantine"
    }
    lines += [
        f"登记库中隔离文件 {entry.receipt} 的登记与收件时的记录不符。"
        for entry in queries.quarantined(connection)
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
        for entry in audit_log.entries(connection)
        if entry["action"] == "seal"
    ]
    rows = connection.execute(select(tables.seals).order_by(tables.seals.c.id)).mappings()
    stored = [(r["period"], r["manifest_sha256"], r["sealed_at"], r["sealed_by"]) for r in rows]
    if recorded != stored:
        lines.append("登记库中的封存登记与工作记录不符。")
    path = home.month(period) / manifest.NAME
    content = path.read_bytes() if path.is_file() else b""
    sealed = queries.open_seal(connection, period)
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
    lines += [f"多出文件 {name}，清单中没有。" for name in foreign_files(folder, outputs)]
    before = home.month(period.previous) / manifest.NAME
    standing = archive.digest(before.read_bytes()) if before.is_file() else ""
    # A month that was sealed before the one before it was consolidated begins the chain.
    if standing != previous and not (sealed and not previous):
        lines.append(f"{period.previous} 的 {manifest.NAME} 与本月清单所接的不符。")
    return lines


def policy_differences(home: Home, period: Period) -> list[str]:
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
    for entry in queries.quarantined(connection):
        path = home.quarantine / aside_name(entry)
        if not entry.closed:
            continue
        if not path.is_file():
            lines.append(f"隔离文件夹中缺少 {path.name}。")
        elif archive.digest(path.read_bytes()) != entry.file_sha256:
            lines.append(f"隔离文件 {path.name} 与收件时不同。")
    return lines


def original_differences(home: Home, wanted: Iterable[Submission]) -> list[str]:
    lines: list[str] = []
    originals = archive.open_archive(home)
    for submission in wanted:
        try:
            archive.fetch(originals, submission.file_sha256)
        except archive.ArchiveDamagedError as error:
            lines.append(f"原始文件损坏（{submission.submission_id} {submission.file}）：{error}")
    return lines
