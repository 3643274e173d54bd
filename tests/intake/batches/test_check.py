"""A batch checked in chunks gives what it gives whole, in this process or in others."""

from __future__ import annotations

import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from flows.demo.stage import stage
from flows.intake import collect, decide
from flows.intake.batches import check, policy_version
from flows.intake.batches.check import CheckJob, CheckResult
from flows.intake.batches.local import TRIES, ChunkLostError, check_here, check_in_processes
from flows.intake.decide import DecidedReport
from flows.intake.record import record_reports
from flows.intake.sender import IdentifiedReport, identify_senders
from flows.platform.context import RunContext
from schemas import Registry, RegistryError
from schemas.settings import settings
from tests.intake.batches.deadly import Deadly, deaths
from tests.intake.run import JUNE, MAY, NOW, context_at, wishes

UNITS = ("魏都区", "鄢陵县", "襄城县", "禹州市", "市维权保护中心")


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> RunContext:
    """Two months of five of the demonstration's units lie in the inbox, with every result among them."""
    context = context_at(tmp_path_factory.mktemp("home"))
    units = tuple(unit for unit in registry.units if unit.short in UNITS)
    for sent in stage(registry.model_copy(update={"units": units})):
        path = context.home.inbox / sent.folder / f"{sent.period}-{sent.file}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sent.content)
        os.utime(path, (0, sent.arrival.timestamp()))
    return context


@pytest.fixture(scope="module")
def june(context: RunContext) -> list[IdentifiedReport]:
    """June's reports as they arrived: right, faulty, corrected, repeated; May's are registered."""
    seen = collect.collect(context, wishes())
    arrived, _ = identify_senders(seen.fresh, collect.read(context, seen.fresh), settings(), NOW.date())
    judged, _ = decide.decide_reports(context, [one for one in arrived if one.period == MAY], MAY)
    record_reports(context, judged)
    reports = [one for one in arrived if one.period == JUNE]
    return [*reports, reports[-1]]


@pytest.fixture(scope="module")
def batch(context: RunContext, june: list[IdentifiedReport]) -> CheckJob:
    return decide.number_reports(context, june, JUNE).unchecked


@pytest.fixture(scope="module")
def whole(context: RunContext, june: list[IdentifiedReport]) -> list[DecidedReport]:
    judged, checked = decide.decide_reports(context, june, JUNE)
    assert len(checked) == 1
    return judged


def test_chunks_give_what_the_whole_gives(
    context: RunContext, june: list[IdentifiedReport], whole: list[DecidedReport]
) -> None:
    """Findings in their order, results and counts of rules: the same, however the batch is cut."""
    results = {one.submission.result for one in whole}
    assert results == {"accepted", "queried", "returned", "repeated"}

    def cut(batch: CheckJob) -> list[CheckResult]:
        return [check.check(pickle.loads(pickle.dumps(one))) for one in check.split(batch, 3)]

    judged, checked = decide.decide_reports(context, june, JUNE, cut)
    assert len(checked) > 1
    assert judged == whole


def test_a_worker_with_several_threads_gives_the_same(
    context: RunContext, june: list[IdentifiedReport], whole: list[DecidedReport]
) -> None:
    """Great Expectations would mix up two threads' data without a word; here one waits for the other."""

    def threaded(batch: CheckJob) -> list[CheckResult]:
        with ThreadPoolExecutor(3) as threads:
            return list(threads.map(check.check, check.split(batch, 2)))

    judged, checked = decide.decide_reports(context, june, JUNE, threaded)
    assert len(checked) > 1
    assert judged == whole


@pytest.mark.kills
def test_processes_give_the_same_and_a_killed_one_is_tried_again(
    context: RunContext, june: list[IdentifiedReport], whole: list[DecidedReport], tmp_path: Path
) -> None:
    """A process killed in the middle costs its chunk another try, and nothing else."""

    def killed_once(batch: CheckJob) -> list[CheckResult]:
        first, *others = check.split(batch, 3)
        assert others
        return check_in_processes([replace(first, policy=Deadly(first.policy, tmp_path)), *others], workers=2)

    judged, checked = decide.decide_reports(context, june, JUNE, killed_once)
    assert deaths(tmp_path) == 1
    assert len(checked) > 1
    assert judged == whole


@pytest.mark.kills
def test_a_chunk_that_kills_every_process_is_our_failure(batch: CheckJob, tmp_path: Path) -> None:
    """After a second try the run fails, and says how many reports it was about."""
    one = replace(batch, reports=batch.reports[:2], policy=Deadly(batch.policy, tmp_path, None))
    with pytest.raises(ChunkLostError, match="校验 2 份报表的进程"):
        check_in_processes([one], workers=1)
    assert deaths(tmp_path) == TRIES


def test_a_worker_with_another_policy_is_refused(batch: CheckJob) -> None:
    """Its results would be wrong without a sign of it; what it raises survives the way back."""
    other = replace(batch, reports=batch.reports[:1], policy={2023: "another"})
    with pytest.raises(RegistryError, match="2023 年要点登记与派发任务的机器不一致"):
        check.check(other)
    with pytest.raises(RegistryError, match="2023 年要点登记与派发任务的机器不一致"):
        check_in_processes([other], workers=1)


def test_earlier_figures_go_with_their_units_only(batch: CheckJob) -> None:
    """What a chunk is sent grows with the chunk."""
    parts = check.split(batch, 3)
    assert [one for part in parts for one in part.reports] == list(batch.reports)
    assert max(len(part.reports) for part in parts) == 3
    for part in parts:
        assert set(part.earlier["unit_code"]) <= {report.unit.code for _, report in part.reports}


def test_nothing_to_check_starts_nothing(batch: CheckJob) -> None:
    """A batch of repeats alone has no outcome."""
    nothing = replace(batch, reports=())
    assert check_here(nothing) == []
    assert check.split(nothing, 10) == []
    policy_version.require_same_policy(policy_version.current_versions([2023]))
