"""Sealing a month: its outputs become read-only and its manifest is recorded, chained, signed."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from sqlalchemy import insert, update

from flows.consolidation.merge import merge
from flows.outputs import manifest
from flows.outputs.month import month_outputs, stale_outputs
from flows.platform import atomic_files
from flows.platform.context import RunContext
from flows.register import archive, audit_log, queries, tables, writes
from schemas import Period

SEAL = "seal.json"
SIGNATURE = "manifest.json.sig"


class SealError(Exception):
    """Why the month can't be sealed or reopened now; a Chinese line for the office."""


def seal(context: RunContext, period: Period, signing_key: bytes | None = None) -> str:
    """Freeze the month and return its manifest's SHA-256.

    ``signing_key``: the office's Ed25519 private key (PEM); then a detached signature over the
    manifest is written. Raises :class:`SealError` when the outputs are missing, sealed already, or
    they or their manifest no longer what the register and the month before say.
    """
    folder = context.home.month(period)
    path = folder / manifest.NAME
    with context.engine.connect() as connection:
        if queries.open_seal(connection, period) is not None:
            raise SealError(f"{period.chinese}已经封存")
        if not path.is_file():
            raise SealError(f"{period.chinese}还没有汇总，请先 yaodian consolidate {period}")
        month = merge(connection, period)
    outputs = month_outputs(month)
    stale = stale_outputs(folder, outputs)
    # It is written last: a run that was cut short may have left that of the month before it.
    if not atomic_files.has_content(
        path, manifest.build_manifest(month, outputs, manifest.previous_digest(context.home, month))
    ):
        stale.append(manifest.NAME)
    if stale:
        raise SealError(
            f"{period.chinese}的汇总与登记库不一致（{'、'.join(stale)}），请先 yaodian consolidate {period}"
        )
    if others := foreign_files(folder, outputs):
        raise SealError(
            f"{period.chinese}的汇总文件夹中有不是汇总产生的文件（{'、'.join(others)}），请先移走"
        )
    content = path.read_bytes()
    sha256 = archive.digest(content)
    if signing_key is not None:
        atomic_files.write(folder / SIGNATURE, sign(content, signing_key))
    atomic_files.write(folder / SEAL, _seal_note(context, period, sha256))
    with context.engine.begin() as connection:
        connection.execute(
            insert(tables.seals).values(
                period=str(period), sealed_at=context.at, sealed_by=context.who, manifest_sha256=sha256
            )
        )
        audit_log.append(
            connection,
            at=context.at,
            who=context.who,
            action="seal",
            subject=str(period),
            detail={"manifest_sha256": sha256, "signed": signing_key is not None},
        )
    set_writable(folder, writable=False)
    return sha256


def reopen(context: RunContext, period: Period, reason: str) -> list[str]:
    """Open a sealed month again, on the record; returns submissions that had been held.

    Raises :class:`SealError` when it is not sealed or no reason is given.
    """
    if not reason.strip():
        raise SealError("启封须写明原因")
    with context.engine.begin() as connection:
        sealed = queries.open_seal(connection, period)
        if sealed is None:
            raise SealError(f"{period.chinese}没有封存")
        connection.execute(
            update(tables.seals)
            .where(tables.seals.c.id == sealed["id"])
            .values(reopened_at=context.at, reason=reason)
        )
        released = writes.release(connection, period)
        audit_log.append(
            connection,
            at=context.at,
            who=context.who,
            action="reopen",
            subject=str(period),
            detail={"reason": reason, "released": released},
        )
    folder = context.home.month(period)
    set_writable(folder, writable=True)
    for name in (SEAL, SIGNATURE):
        (folder / name).unlink(missing_ok=True)
    return released


def foreign_files(folder: Path, outputs: Collection[str]) -> list[str]:
    """Files in the month's folder that are neither outputs nor what sealing adds."""
    known = {*outputs, manifest.NAME, SEAL, SIGNATURE}
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    return [name for name in names if name not in known]


def open_months_before(context: RunContext, period: Period) -> list[Period]:
    """Months of the year before ``period`` that are consolidated and not sealed.

    What is corrected in them changes what later months are compared with and chained to.
    """
    with context.engine.connect() as connection:
        return [
            month
            for month in (Period(period.year, number) for number in range(1, period.month))
            if (context.home.month(month) / manifest.NAME).is_file()
            and queries.open_seal(connection, month) is None
        ]


def sealed_months_after(context: RunContext, period: Period) -> list[Period]:
    """Later months of the year that are sealed."""
    with context.engine.connect() as connection:
        later = (Period(period.year, number) for number in range(period.month + 1, 13))
        return [month for month in later if queries.open_seal(connection, month) is not None]


def set_writable(folder: Path, *, writable: bool) -> None:
    """Take away, or give back, the right to write the month's files."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            path.chmod(0o644 if writable else 0o444)


def sign(content: bytes, key: bytes) -> bytes:
    """A detached Ed25519 signature; :class:`SealError` when the key is none."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        loaded = load_pem_private_key(key, password=None)
    except (ValueError, TypeError) as error:
        raise SealError(f"签名密钥读不出：{error}") from error
    if not isinstance(loaded, Ed25519PrivateKey):
        raise SealError("签名密钥不是 Ed25519 私钥")
    return loaded.sign(content)


def signature_holds(content: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether the signature is the key's over exactly this content; :class:`SealError` for no key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        loaded = load_pem_public_key(public_key)
    except (ValueError, TypeError) as error:
        raise SealError(f"验签公钥读不出：{error}") from error
    if not isinstance(loaded, Ed25519PublicKey):
        raise SealError("验签公钥不是 Ed25519 公钥")
    try:
        loaded.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _seal_note(context: RunContext, period: Period, sha256: str) -> bytes:
    note = {
        "period": str(period),
        "manifest_sha256": sha256,
        "sealed_at": context.at,
        "sealed_by": context.who,
    }
    return (json.dumps(note, ensure_ascii=False, indent=2) + "\n").encode()
