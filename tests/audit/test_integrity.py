"""What sealing and verification notice, and what they must not take for tampering."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from flows.audit.seal import SealError, reopen, seal
from flows.audit.verify import verify
from flows.consolidation.merge import merge
from flows.demo.edits import Edit
from flows.intake.collect import IntakeSummary
from flows.outputs import manifest
from flows.platform.context import RunContext
from flows.register import tables
from tests.intake.remembered import remembered
from tests.intake.run import (
    JUNE,
    MAY,
    NOW,
    at,
    consolidated,
    context_at,
    drop,
    good,
    sample,
    take_in,
    written,
)

UNIT, CODE = "魏都区", "411002"
OTHER = "知识产权促进科"
#: A flow that no other figure depends on.
FLOW = "1201"


@pytest.fixture(scope="module", autouse=True)
def _remembered() -> Iterator[None]:
    """What is asked here is what is noticed, not how reading, checking and drawing work."""
    with remembered():
        yield


@pytest.fixture
def context(tmp_path: Path) -> RunContext:
    return context_at(tmp_path / "home")


def corrected_may() -> bytes:
    """May's report with one more of the month and of the year to date, which June's does not carry on."""
    may = sample(UNIT, MAY)
    keys = [(FLOW, "month"), (FLOW, "ytd")]
    return written(may, [Edit("figures", key, may.figures[key] + 1) for key in keys])


def send(context: RunContext, content: bytes, name: str = "报表", unit: str = UNIT) -> IntakeSummary:
    drop(context.home.root, f"{unit}/{name}.xlsx", content)
    return take_in(context)


def results(taken: IntakeSummary) -> list[tuple[str, str, bool]]:
    return [(s.submission_id, s.result, s.held) for s in taken.submissions]


def altered(context: RunContext, change: Any) -> None:
    """June's manifest, with something of it changed."""
    path = context.home.month(JUNE) / manifest.NAME
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")


def test_a_manifest_that_a_killed_run_left_behind_is_not_sealed(context: RunContext) -> None:
    """The outputs are the new ones, the manifest is the old one: the month is consolidated first."""
    send(context, good(UNIT))
    consolidated(context)
    stale = (context.home.month(JUNE) / manifest.NAME).read_bytes()
    send(at(context, hour=10), good(OTHER), unit=OTHER)
    consolidated(context)
    (context.home.month(JUNE) / manifest.NAME).write_bytes(stale)
    with pytest.raises(SealError, match=r"manifest\.json"):
        seal(context, JUNE)
    consolidated(context)
    seal(context, JUNE)
    assert verify(context.home, context.engine, JUNE) == []


def test_every_field_of_the_manifest_is_held_against_the_register(context: RunContext) -> None:
    """Originals and the registry's version are proved too, and nothing altered can be sealed."""
    send(context, good(UNIT))
    consolidated(context)

    def change(content: dict[str, Any]) -> None:
        content["originals"][0] |= {"sha256": "0" * 64, "unit": "别处"}
        content["registry_version"] = "x"

    altered(context, change)
    policy, line = verify(context.home, context.engine, JUNE)
    assert "版本 x 汇总" in policy
    assert "registry_version、originals" in line
    with pytest.raises(SealError, match=r"manifest\.json"):
        seal(context, JUNE)
    consolidated(context)
    altered(context, lambda content: content.update(note="多出"))
    (line,) = verify(context.home, context.engine, JUNE)
    assert "note" in line


def test_a_chain_that_was_cut_is_noticed(context: RunContext) -> None:
    """A manifest that no longer says which one it continues is not the month's."""
    send(context, good(UNIT, MAY))
    consolidated(context, MAY)
    send(context, good(UNIT))
    consolidated(context)
    altered(context, lambda content: content.update(previous_manifest_sha256=""))
    assert any("2023-05 的 manifest.json" in line for line in verify(context.home, context.engine, JUNE))


def test_what_was_held_counts_in_the_rebuilding_from_when_it_was_released(context: RunContext) -> None:
    """June was judged by the May that counted then: nothing was tampered with, and nothing is said."""
    send(at(context, month=6), good(UNIT, MAY))
    consolidated(context, MAY)
    seal(context, MAY)
    assert results(send(context, corrected_may())) == [(f"2023-05-{CODE}-02", "accepted", True)]
    assert results(send(at(context, hour=10), good(UNIT))) == [(f"2023-06-{CODE}-01", "accepted", False)]
    consolidated(context)
    assert verify(context.home, context.engine, JUNE) == []
    reopen(at(context, hour=11), MAY, "更正")
    consolidated(context, MAY)
    consolidated(context)
    assert verify(context.home, context.engine, JUNE) == []


def test_a_held_report_made_to_count_is_noticed(context: RunContext) -> None:
    """Only the record of a reopening lets it count."""
    send(at(context, month=6), good(UNIT, MAY))
    consolidated(context, MAY)
    seal(context, MAY)
    send(context, corrected_may())
    with context.engine.begin() as connection:
        connection.execute(update(tables.submissions).values(held=False))
    assert any(f"2023-05-{CODE}-02 的 held" in line for line in verify(context.home, context.engine, MAY))


def test_quarantined_files_can_not_be_taken_off_the_register(context: RunContext) -> None:
    """What the record says was set aside is named when no row has it."""
    send(context, b"\x89PNG\r\n\x1a\n", name="照片")
    send(context, good(UNIT))
    consolidated(context)
    with context.engine.begin() as connection:
        connection.execute(tables.quarantined.delete())
    (line,) = verify(context.home, context.engine, JUNE)
    assert "魏都区/照片.xlsx" in line


def test_a_returned_report_is_looked_at_again_when_it_comes_again(context: RunContext) -> None:
    """As long as it is found wrong in the same way it is a repeat; once May is put right it is accepted."""
    send(context, corrected_may())
    assert results(send(context, good(UNIT))) == [(f"2023-06-{CODE}-01", "returned", False)]
    again = send(at(context, hour=10), good(UNIT), name="副本").submissions
    assert [(s.result, s.errors, s.queries) for s in again] == [("repeated", 0, 0)]
    send(at(context, hour=11), good(UNIT, MAY))
    last = at(context, hour=12)
    drop(context.home.root, f"{UNIT}/又一份.xlsx", good(UNIT), second=1)
    assert results(send(last, good(UNIT))) == [
        (f"2023-06-{CODE}-03", "accepted", False),
        (f"2023-06-{CODE}-04", "repeated", False),
    ]
    with context.engine.connect() as connection:
        assert merge(connection, JUNE).units[CODE].submission_id == f"2023-06-{CODE}-03"
    consolidated(context, MAY)
    consolidated(context)
    assert verify(context.home, context.engine, JUNE) == []


def test_a_returned_report_that_is_now_wrong_in_another_way_is_told_so(context: RunContext) -> None:
    """May was put right, but not by as much as June says: the clerk is told against what it is held now."""
    may = sample(UNIT, MAY)
    keys = [(FLOW, "month"), (FLOW, "ytd")]
    send(context, corrected_may())
    send(context, good(UNIT))
    more = written(may, [Edit("figures", key, may.figures[key] + 2) for key in keys])
    send(at(context, hour=10), more)
    (again,) = send(replace(context, now=NOW.replace(hour=11)), good(UNIT)).submissions
    assert (again.result, again.errors > 0) == ("returned", True)


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize(
    ("point", "kept"),
    [("inside-transaction", ["000001-000002"]), ("after-transaction", ["000001-000001", "000002-000002"])],
)
def test_great_expectations_results_are_those_of_what_is_registered(
    context: RunContext, point: str, kept: list[str]
) -> None:
    """A run that is killed before it records leaves none, one that is killed after it loses none."""

    def fault(here: str) -> None:
        if here == point:
            raise Killed

    drop(context.home.root, f"{OTHER}/报表.xlsx", good(OTHER))
    with pytest.raises(Killed):
        take_in(replace(context, fault=fault))
    folder = context.home.runs / str(JUNE)
    assert [path.name for path in folder.iterdir() if not path.name.startswith(".")] == []
    drop(context.home.root, "知识产权保护科/报表.xlsx", good("知识产权保护科"), second=1)
    take_in(context)
    assert sorted(path.name for path in folder.iterdir()) == kept
