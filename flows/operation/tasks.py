"""The tasks: pure steps that take time, with a name, a log line and nothing that needs a test of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.tasks import exponential_backoff
from prefect.utilities.annotations import quote

from flows.consolidation.merge import merged_month
from flows.consolidation.month import Month
from flows.consolidation.scoring import Scores, assess
from flows.consolidation.year import Year, merged_year
from flows.correspondence.deliver import deliver_answers
from flows.intake import collect as inbox_scan
from flows.intake import decide, validation_results
from flows.intake.batches.check import CheckJob, CheckResult
from flows.intake.batches.local import check_here
from flows.intake.inbox import Drop
from flows.intake.record import record_refusal, record_reports
from flows.intake.sender import RefusedDrop
from flows.outputs.month import month_outputs, put_in_place
from flows.outputs.site.page_cache import Entry
from flows.outputs.site.publish import publish_site
from flows.outputs.year import put_year_in_place, year_outputs
from flows.platform.context import RunContext
from flows.reading.model import Reading, Unreadable
from schemas import Period
from schemas.settings import Settings

T = TypeVar("T")


def as_is(value: T) -> T:
    """A task's argument, or a flow's result, as it is: Prefect would else look into each of a million
    cells, twice, for the results of other tasks. That took longer than all the work on them. A result
    is to be taken out again, by ``unquote()``."""
    return cast("T", quote(value))


@task(name="收件 collect", cache_policy=NO_CACHE)
def collect(context: RunContext, settings: Settings) -> inbox_scan.Collected:
    validation_results.publish_results(context)  # of a run that was killed before it could
    seen = inbox_scan.collect(context, settings)
    get_run_logger().info("收件箱：%d 个新文件，%d 个续办", len(seen.fresh), len(seen.recorded))
    for place, reason in seen.refused:
        get_run_logger().warning("未取 %s：%s", place, reason)
    return seen


@task(name="读表 read", cache_policy=NO_CACHE)
def read(context: RunContext, drops: Sequence[Drop]) -> list[Reading | Unreadable]:
    return inbox_scan.read(context, drops)


@task(name="校验 check", cache_policy=NO_CACHE)
def check(batch: CheckJob) -> list[CheckResult]:
    return check_here(batch)


@task(name="评定 judge", cache_policy=NO_CACHE)
def judge(
    context: RunContext, placed: decide.NumberedReports, checked: Sequence[CheckResult]
) -> tuple[list[decide.DecidedReport], list[str]]:
    judged = decide.decide_results(context, placed, checked)
    validation_results.save_results(context.home, judged, checked)
    unevaluated = [name for chunk in checked for name in chunk.outcome.unevaluated]
    for name in unevaluated:
        get_run_logger().error("规则未能执行：%s", name)
    return judged, unevaluated


@task(name="登记 record", cache_policy=NO_CACHE)
def record(context: RunContext, judged: Sequence[decide.DecidedReport]) -> None:
    record_reports(context, judged)
    validation_results.publish_results(context)
    for one in judged:
        get_run_logger().info("%s %s", one.submission.submission_id, one.submission.result)


@task(name="隔离 set aside", cache_policy=NO_CACHE)
def set_aside(context: RunContext, refused: Sequence[RefusedDrop]) -> list[Any]:
    return [record_refusal(context, one) for one in refused]


@task(name="回执 answer", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=exponential_backoff(1))
def answer(context: RunContext, drops: Sequence[Drop]) -> None:
    # The shared folder may be away for a moment: the one step where trying again can help.
    deliver_answers(context, drops)


@task(name="汇总 merge", cache_policy=NO_CACHE)
def merge(context: RunContext, period: Period) -> Month:
    return merged_month(context, period)


@task(name="考核 assess", cache_policy=NO_CACHE)
def score(month: Month) -> Scores:
    return assess(month)


@task(name="编制 build", cache_policy=NO_CACHE)
def build(month: Month, scores: Scores) -> Mapping[str, bytes]:
    return month_outputs(month, scores)


@task(name="写出 write", cache_policy=NO_CACHE)
def write(context: RunContext, month: Month, files: Mapping[str, bytes]) -> list[Path]:
    changed = put_in_place(context, month, files)
    get_run_logger().info("%s：%d 个文件有变化", month.period, len(changed))
    return changed


@task(name="汇总全年 merge year", cache_policy=NO_CACHE)
def merge_year(context: RunContext, year: int) -> Year:
    return merged_year(context, year)


@task(name="编制全年 build year", cache_policy=NO_CACHE)
def build_year(year: Year) -> dict[str, bytes]:
    return year_outputs(year)


@task(name="写出全年 write year", cache_policy=NO_CACHE)
def write_year(context: RunContext, year: Year, files: dict[str, bytes]) -> list[Path]:
    changed = put_year_in_place(context, year, files)
    get_run_logger().info("%s年：%d 个文件有变化", year.number, len(changed))
    return changed


@task(name="站点 site", cache_policy=NO_CACHE)
def site(context: RunContext, scores: Scores, ahead: Callable[[], Mapping[str, Entry]]) -> None:
    period = scores.table.month.period
    changed = publish_site(context.home, context.engine, period, merged={period: scores.table}, ahead=ahead())
    get_run_logger().info("审计站点：%d 页有变化", len(changed))
