"""Sealing, reopening, and the proof that nothing was changed."""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from sqlalchemy import select, update

from flows.audit.seal import SEAL, SIGNATURE, SealError, open_months_before, reopen, seal, sealed_months_after
from flows.audit.verify import check_hashes, verify
from flows.consolidation.merge import SealedError, merged_month
from flows.outputs import manifest
from flows.platform.context import OFFICE_TIME, RunContext
from flows.platform.home import Home
from flows.register import audit_log, queries, tables
from flows.register.database import open_register
from schemas import Period
from tests.demonstration import Shown

JUNE = Period(2023, 6)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PRIVATE = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _copied(demo: Shown, folder: Path) -> RunContext:
    home = Home(folder)
    for name in ("2023-05", "2023-06", "archive", "quarantine"):
        shutil.copytree(demo.home / "outputs" / name, home.outputs / name)
    shutil.copy(demo.home / "outputs" / "register.db", home.outputs / "register.db")
    return RunContext(
        home=home,
        engine=open_register(home.database_url(None)),
        now=dt.datetime(2023, 7, 20, 9, tzinfo=OFFICE_TIME),
        who="市局",
    )


@pytest.fixture
def context(demo: Shown, tmp_path: Path) -> RunContext:
    """A copy of the demonstration, as an auditor receives the outputs folder."""
    return _copied(demo, tmp_path)


@pytest.fixture(scope="module")
def sealed(demo: Shown, tmp_path_factory: pytest.TempPathFactory) -> RunContext:
    """June of the demonstration, sealed and signed."""
    context = _copied(demo, tmp_path_factory.mktemp("sealed"))
    seal(context, JUNE, PRIVATE)
    return context


def _examined(context: RunContext) -> list[str]:
    with context.engine.connect() as connection:
        return check_hashes(context.home, connection, JUNE, public_key=PUBLIC)


def test_a_sealed_month_is_read_only_recorded_and_holds(sealed: RunContext) -> None:
    """Outputs lose their write permission, the record has the seal, and the proof succeeds."""
    files = [p for p in sealed.home.month(JUNE).rglob("*") if p.is_file()]
    assert {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o444}
    with sealed.engine.connect() as connection:
        assert [e["action"] for e in audit_log.entries(connection)][-1] == "seal"
    assert verify(sealed.home, sealed.engine, JUNE, public_key=PUBLIC) == []


def test_a_sealed_month_is_neither_sealed_nor_consolidated_again(sealed: RunContext) -> None:
    """Both are refused with a line for the office."""
    with pytest.raises(SealError, match="已经封存"):
        seal(sealed, JUNE)
    with pytest.raises(SealedError, match="已封存"):
        merged_month(sealed, JUNE)


def test_outputs_that_no_longer_follow_from_the_register_are_not_sealed(context: RunContext) -> None:
    """A changed findings file must first be consolidated away."""
    (context.home.month(JUNE) / "findings.csv").write_bytes(b"changed")
    with pytest.raises(SealError, match=r"findings\.csv"):
        seal(context, JUNE)


def test_a_month_with_a_file_that_is_no_output_is_not_sealed(context: RunContext) -> None:
    """The proof would call it foreign at once."""
    (context.home.month(JUNE) / "notes.txt").write_text("x", "utf-8")
    with pytest.raises(SealError, match=r"notes\.txt"):
        seal(context, JUNE)


def test_months_before_that_are_open_and_after_that_are_sealed_are_told(sealed: RunContext) -> None:
    """A correction of May would reach into the sealed June."""
    assert open_months_before(sealed, JUNE) == [JUNE.previous]
    assert open_months_before(sealed, JUNE.previous) == []
    assert sealed_months_after(sealed, JUNE.previous) == [JUNE]
    assert sealed_months_after(sealed, JUNE) == []


@pytest.fixture
def restored() -> Iterator[list[tuple[Path, bytes]]]:
    """Files put back as they were after a test has changed them."""
    kept: list[tuple[Path, bytes]] = []
    yield kept
    for path, content in kept:
        path.chmod(0o644)
        path.write_bytes(content)
        path.chmod(0o444)


def _flip(path: Path, seed: int, kept: list[tuple[Path, bytes]]) -> None:
    content = path.read_bytes()
    kept.append((path, content))
    at = random.Random(seed).randrange(len(content))
    path.chmod(0o644)
    path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])


def test_one_flipped_bit_in_any_output_is_named(
    sealed: RunContext, restored: list[tuple[Path, bytes]]
) -> None:
    """Every file of the sealed month, each at several random places."""
    folder = sealed.home.month(JUNE)
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    assert {manifest.NAME, SEAL, SIGNATURE, "findings.json"} <= set(names)
    for name in names:
        for seed in range(3):
            _flip(folder / name, seed, restored)
            lines = _examined(sealed)
            assert any(name in line for line in lines), name
            path, content = restored.pop()
            path.write_bytes(content)
    assert _examined(sealed) == []


def test_one_flipped_bit_in_any_original_is_named(
    sealed: RunContext, restored: list[tuple[Path, bytes]]
) -> None:
    """An original that changed is named with the submission that it was."""
    with sealed.engine.connect() as connection:
        submissions = queries.submissions(connection)
    for seed, submission in enumerate(submissions):
        sha256 = submission.file_sha256
        _flip(sealed.home.archive / sha256[:2] / sha256, seed, restored)
        assert any(submission.submission_id in line for line in _examined(sealed))
        path, content = restored.pop()
        path.write_bytes(content)
    assert _examined(sealed) == []


def test_a_file_set_aside_is_proved_too(sealed: RunContext, restored: list[tuple[Path, bytes]]) -> None:
    """Changed, or gone."""
    path = next(p for p in sorted(sealed.home.quarantine.iterdir()) if not p.name.endswith(".txt"))
    _flip(path, 7, restored)
    assert _examined(sealed) == [f"隔离文件 {path.name} 与收件时不同。"]
    path.unlink()
    gone = _examined(sealed)
    path.touch()
    assert gone == [f"隔离文件夹中缺少 {path.name}。"]


def test_a_policy_that_has_changed_since_is_said_first(
    sealed: RunContext, restored: list[tuple[Path, bytes]]
) -> None:
    """Hundreds of differences would else look like as many forgeries."""
    path = sealed.home.month(JUNE) / manifest.NAME
    restored.append((path, path.read_bytes()))
    path.chmod(0o644)
    stated = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(stated | {"registry_version": "0123"}, ensure_ascii=False), "utf-8")
    first = verify(sealed.home, sealed.engine, JUNE)[0]
    assert "版本 0123 汇总" in first
    assert "YAODIAN_SCHEMAS" in first


def test_the_manifest_of_the_month_before_is_part_of_the_chain(
    sealed: RunContext, restored: list[tuple[Path, bytes]]
) -> None:
    """Changing May's manifest breaks June's proof."""
    _flip(sealed.home.month(JUNE.previous) / manifest.NAME, 1, restored)
    assert any("2023-05" in line for line in _examined(sealed))


def test_a_foreign_signature_does_not_pass(sealed: RunContext, restored: list[tuple[Path, bytes]]) -> None:
    """A manifest signed with another key is not the office's."""
    path = sealed.home.month(JUNE) / SIGNATURE
    restored.append((path, path.read_bytes()))
    path.chmod(0o644)
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    path.write_bytes(other.sign((path.parent / manifest.NAME).read_bytes()))
    assert any(SIGNATURE in line for line in _examined(sealed))


def test_a_changed_row_of_the_register_is_named(context: RunContext) -> None:
    """A figure, a ledger row, a narrative, a finding, a tally, a result: each is named by its report."""
    with context.engine.connect() as connection:
        counting = list(queries.current(connection, JUNE).values())
    changes = [
        (tables.figures, {"value": 999.0}, counting[0]),
        (tables.ledger_rows, {"row": 999}, counting[1]),
        (tables.progress, {"text": "改"}, counting[2]),
        (tables.rule_outcomes, {"failed": 9}, counting[3]),
        (tables.submissions, {"result": "returned"}, counting[4]),
        (tables.submissions, {"drop_key": "0" * 64}, counting[5]),
    ]
    with context.engine.begin() as connection:
        for table, values, submission in changes:
            connection.execute(
                update(table).where(table.c.submission_id == submission.submission_id).values(values)
            )
    lines = verify(context.home, context.engine, JUNE)
    for _, _, submission in changes:
        assert any(submission.submission_id in line for line in lines)


def test_a_removed_submission_is_noticed(context: RunContext) -> None:
    """What the record says came in must be in the register."""
    with context.engine.begin() as connection:
        gone = queries.submissions(connection)[-1].submission_id
        for table in (*_content(), tables.submissions):
            connection.execute(table.delete().where(table.c.submission_id == gone))
    assert any(gone in line for line in _examined(context))


def _content() -> tuple[tables.Table, ...]:
    return (tables.figures, tables.ledger_rows, tables.progress, tables.findings, tables.rule_outcomes)


def test_reopening_needs_a_reason_and_is_on_record(context: RunContext) -> None:
    """Without a reason nothing happens; with one the month may be written again."""
    seal(context, JUNE)
    with pytest.raises(SealError, match="原因"):
        reopen(context, JUNE, "  ")
    reopen(context, JUNE, "魏都区更正")
    with context.engine.connect() as connection:
        last = list(audit_log.entries(connection))[-1]
        assert (last["action"], last["detail"]["reason"]) == ("reopen", "魏都区更正")
        assert connection.execute(select(tables.seals.c.reopened_at)).scalar() is not None
    assert not (context.home.month(JUNE) / SEAL).exists()
    assert stat.S_IMODE((context.home.month(JUNE) / manifest.NAME).stat().st_mode) == 0o644
    with pytest.raises(SealError, match="没有封存"):
        reopen(context, JUNE, "再来")


def test_the_seal_note_says_who_and_when(sealed: RunContext) -> None:
    """A person with only the folder reads who froze it."""
    note = json.loads((sealed.home.month(JUNE) / SEAL).read_text("utf-8"))
    assert (note["sealed_by"], note["sealed_at"]) == ("市局", "2023-07-20T09:00:00+08:00")
