"""The main job on either database, in local processes or on Dask: taken in, merged, sealed, verified."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.audit import seal
from flows.audit.trace import trace
from flows.audit.verify import verify
from flows.consolidation.merge import SealedError, merge, merged_month
from flows.demo.stage import Drop, stage
from flows.intake.batches import local
from flows.platform.context import RunContext
from flows.platform.home import Home
from flows.register import queries, writes
from schemas import Period, Registry
from tests.june_register import JUNE, at
from tests.operation.cluster import Cluster

MAY = Period(2023, 5)


@pytest.fixture(scope="module")
def drops(registry: Registry) -> list[Drop]:
    """May and June of three counties: one in order, one returned and corrected, one returned."""
    units = tuple(u for u in registry.units if u.short in ("魏都区", "禹州市", "长葛市"))
    return stage(registry.model_copy(update={"units": units}))


@pytest.fixture(params=["local processes", pytest.param("dask", marks=pytest.mark.dask)])
def workers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of two reports, in processes of this machine or on a cluster."""
    if request.param == "dask":
        from flows.operation import dask_executor

        dask: Cluster = request.getfixturevalue("dask")
        monkeypatch.setenv("YAODIAN_DASK", dask.address)
        monkeypatch.setattr(dask_executor, "READ_TOGETHER", 2)
        monkeypatch.setattr(dask_executor, "CHECK_TOGETHER", 2)
    else:
        monkeypatch.setattr(local, "MANY", 3)
        monkeypatch.setattr(local, "TOGETHER", 2)


@pytest.fixture
def worked(
    engine: Engine,
    register_url: str,
    tmp_path: Path,
    drops: list[Drop],
    workers: None,
    prefect_api: str,
    monkeypatch: pytest.MonkeyPatch,
) -> RunContext:
    """Both months taken in as they came, a file a batch where a unit sent more than one, and merged."""
    from flows.operation import flows

    monkeypatch.setenv("YAODIAN_DATABASE_URL", register_url)
    home = str(tmp_path)
    context = RunContext(home=Home(tmp_path), engine=engine, now=at(15), who="市局")
    rounds: dict[tuple[Period, int], list[Drop]] = {}
    for _, sent in groupby(
        sorted(drops, key=lambda d: (d.period, d.unit_code, d.arrival)), lambda d: (d.period, d.unit_code)
    ):
        for number, drop in enumerate(sent):
            rounds.setdefault((drop.period, number), []).append(drop)
    for _, batch in sorted(rounds.items()):
        for drop in batch:
            path = context.home.inbox / drop.folder / drop.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(drop.content)
            os.utime(path, (0, 0))
        newest = max(drop.arrival for drop in batch)
        asyncio.run(flows.intake_flow(home, newest.isoformat(), "市局"))
    for period in (MAY, JUNE):
        asyncio.run(flows.consolidate_flow(home, str(period), context.at, "市局"))
    return context


@pytest.mark.services
def test_a_month_is_the_same_on_either_database(worked: RunContext, registry: Registry) -> None:
    """Verification rebuilds it on SQLite, in one process, and finds no difference in register or outputs.

    A seal holds.
    """
    assert len(list((worked.home.runs / str(JUNE)).iterdir())) == 3, "a batch of three is two chunks"
    with worked.engine.connect() as connection:
        results = {s.submission_id: s.result for s in queries.submissions(connection, period=JUNE)}
        assert results == {
            "2023-06-411002-01": "accepted",
            "2023-06-411081-01": "returned",
            "2023-06-411081-02": "accepted",
            "2023-06-411082-01": "returned",
        }
        assert queries.unclosed_keys(connection) == set()
        traced = trace(connection, registry, JUNE, registry.unit["411002"], registry.indicator["3105"])
        month = merge(connection, JUNE)
    shown = {cell["measure"]: cell["value"] for cell in traced["cells"] if cell["value"] is not None}
    merged = month.figures.query("unit_code == '411002' and indicator == '3105'").dropna(subset="value")
    assert dict(zip(merged["measure"], merged["value"], strict=True)) == shown
    seal.seal(worked, JUNE)
    with pytest.raises(SealedError):
        merged_month(worked, JUNE)
    assert verify(worked.home, worked.engine, JUNE) == []
    assert seal.reopen(worked, JUNE, "更正") == []


def test_what_excel_can_hold_the_register_can_hold(june: RunContext) -> None:
    """Long texts, every plane of Unicode, braces and quotes come back as they went in."""
    text = "汉字𠮷😀'\"{}%s\\u0000\t" * 3000
    with june.engine.begin() as connection:
        one = queries.quarantined(connection)[0]
        changed = replace(one, number=99, file=text, reason=text)
        writes.add_quarantined(connection, changed)
    with june.engine.connect() as connection:
        assert queries.quarantined(connection)[-1] == changed


def test_a_character_that_no_text_can_hold_is_replaced(june: RunContext) -> None:
    """An .xls may carry the character 0 in a cell; the register takes the rest, on either database."""
    with june.engine.begin() as connection:
        one = queries.quarantined(connection)[0]
        writes.add_quarantined(connection, replace(one, number=99, reason="甲\0乙"))
    with june.engine.connect() as connection:
        assert queries.quarantined(connection)[-1].reason == "甲\ufffd乙"
