"""The flows: intake, consolidate and consolidate-year. They hold the order of the steps and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from prefect import flow
from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact
from prefect.context import SyncClientContext

from flows.consolidation.merge import SealedError
from flows.consolidation.month import ReportingCounts
from flows.consolidation.year import YearTurnout
from flows.intake import decide
from flows.intake.collect import IntakeSummary
from flows.intake.sender import identify_senders
from flows.operation import artifacts, executor, tasks
from flows.operation.tasks import as_is
from flows.outputs.site.prerender import prerender_pages
from flows.platform import environment
from flows.platform.context import RunContext
from flows.platform.home import Home
from flows.platform.memory import release_memory
from flows.register.database import open_register
from schemas import Period
from schemas.settings import settings

#: Reports whose reading leaves enough behind to be worth a second of giving it back.
_MANY = 500


class NotEvaluatedError(Exception):
    """A rule could not be evaluated: the run has done its work but must not pass for clean."""

    def __init__(self, rules: Sequence[str]) -> None:
        super().__init__(f"有规则未能执行：{'、'.join(rules)}")


async def take_in(context: RunContext) -> IntakeSummary:
    """Collect, read, judge month by month, record, answer."""
    wishes = settings()
    taken = IntakeSummary()
    seen = tasks.collect(context, wishes)
    taken.unsettled, taken.refused = seen.unsettled, seen.refused
    if not seen.fresh and not seen.unanswered:
        return taken
    progress = await acreate_progress_artifact(0.0, key="intake-progress", description="收件进度")
    if seen.fresh:
        with executor.configured_executor() as workers:
            readings = workers.read(context, seen.fresh)
            arrived, refused = identify_senders(seen.fresh, readings, wishes, context.today)
            await aupdate_progress_artifact(progress, 40.0)
            # Month by month: a later month is carried forward from what the earlier one has just settled.
            for period in sorted({one.period for one in arrived}):
                own = [one for one in arrived if one.period == period]
                numbered = decide.number_reports(context, own, period)
                checked = workers.check(numbered.unchecked)
                judged, unevaluated = tasks.judge(context, as_is(numbered), as_is(checked))
                tasks.record(context, as_is(judged))
                taken.submissions += [one.submission for one in judged]
                taken.unevaluated += unevaluated
        if refused:
            taken.quarantined += tasks.set_aside(context, as_is(refused))
    await aupdate_progress_artifact(progress, 80.0)
    tasks.answer(context, as_is([*seen.fresh, *seen.recorded]))
    await aupdate_progress_artifact(progress, 100.0)
    if taken.submissions or taken.quarantined:
        await artifacts.intake_table(taken)
    return taken


@flow(name="intake", validate_parameters=False, persist_result=False)
async def intake_flow(home: str, now: str, who: str) -> IntakeSummary:
    """Take in all that waits in the inbox, once."""
    return await intake(home, now, who)


@flow(name="consolidate", validate_parameters=False, persist_result=False)
async def consolidate_flow(
    home: str, period: str, now: str, who: str
) -> tuple[IntakeSummary, ReportingCounts, list[Path]]:
    """Intake, then the month's dataset, findings, workbook, brief, manifest and the site.

    The result comes quoted, see ``flows.operation.tasks.as_is``. It must not hold the month: Prefect keeps a
    flow's result for as long as anything refers to the run, and a service would hold two of them.
    """
    return as_is(await consolidate(home, period, now, who))


@flow(name="consolidate-year", validate_parameters=False, persist_result=False)
async def consolidate_year_flow(home: str, year: int, now: str, who: str) -> tuple[YearTurnout, list[Path]]:
    """The year's workbook and manifest from what is accepted; nothing is taken in.

    Raises :class:`flows.consolidation.year.NothingAcceptedError`. The result comes quoted, as a month's does.
    """
    with open_context(home, now, who) as context:
        merged = tasks.merge_year(context, year)
        changed = tasks.write_year(context, as_is(merged), as_is(tasks.build_year(as_is(merged))))
        return as_is((merged.turnout, changed))


async def intake(home: str, now: str, who: str) -> IntakeSummary:
    """:class:`NotEvaluatedError` when all is taken in but a rule could not be evaluated."""
    with open_context(home, now, who) as context:
        taken = await take_in(context)
    _hold_evaluated(taken.unevaluated)
    return taken


async def consolidate(
    home: str, period: str, now: str, who: str
) -> tuple[IntakeSummary, ReportingCounts, list[Path]]:
    """Raises as :func:`intake`, also for checks between units, and :class:`SealedError`."""
    with open_context(home, now, who) as context:
        taken = await take_in(context)
        if len(taken.submissions) >= _MANY:
            release_memory()
        with prerender_pages(context, Period.parse(period), taken.submissions) as ahead:
            try:
                month = tasks.merge(context, Period.parse(period))
            except SealedError as sealed:
                _hold_evaluated(taken.unevaluated, sealed)
                raise
            scores = tasks.score(as_is(month))
            changed = tasks.write(
                context,
                as_is(month),
                as_is(tasks.build(as_is(month), as_is(scores))),
            )
            tasks.site(context, as_is(scores), as_is(ahead))
        await artifacts.status_table(month)
        await artifacts.findings_table(
            f"findings-{period}", f"{month.period.chinese}校验结果", month.findings
        )
        await artifacts.links(context.home, month.period)
    _hold_evaluated([*taken.unevaluated, *month.unevaluated])
    return taken, month.turnout, changed


def _hold_evaluated(unevaluated: Sequence[str], cause: Exception | None = None) -> None:
    """:class:`NotEvaluatedError` where there are any: our own failure is said before all else."""
    if unevaluated:
        raise NotEvaluatedError(unevaluated) from cause


@contextmanager
def open_context(home: str, now: str, who: str) -> Iterator[RunContext]:
    """The context of a run; flow parameters are texts so that Prefect can show and store them.

    The register's address is none of them: Prefect would show its password.
    """
    place = Home(Path(home))
    engine = open_register(place.database_url(environment.database_url()))
    try:
        # Each task would else make a client of its own, and read all public certificates for it.
        with SyncClientContext.get_or_create():
            yield RunContext(home=place, engine=engine, now=dt.datetime.fromisoformat(now), who=who)
    finally:
        engine.dispose()
