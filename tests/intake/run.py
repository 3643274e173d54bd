"""A whole run without Prefect: the same steps in the same order as ``flows/operation/flows.py``."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import schemas
from flows.consolidation.merge import merged_month
from flows.consolidation.month import Month
from flows.correspondence.deliver import deliver_answers
from flows.demo.edits import Edit, edited
from flows.demo.fast import write_fast
from flows.demo.sample import SampleReport, sample_unit
from flows.intake import collect, decide, validation_results
from flows.intake.collect import IntakeSummary
from flows.intake.record import record_refusal, record_reports
from flows.intake.sender import identify_senders
from flows.outputs.month import month_outputs, put_in_place
from flows.platform.context import OFFICE_TIME, RunContext
from flows.platform.home import Home
from flows.register.database import open_register
from schemas import Period
from schemas.settings import Settings, settings
from schemas.template.layout import Layout, lay_out

MAY, JUNE = Period(2023, 5), Period(2023, 6)
NOW = dt.datetime(2023, 7, 4, 9, 30, tzinfo=OFFICE_TIME)


def context_at(
    root: Path, now: dt.datetime = NOW, fault: Callable[[str], None] = lambda _point: None
) -> RunContext:
    """A context in a home folder, its register opened."""
    home = Home(root)
    return RunContext(home, open_register(home.database_url(None)), now, "市局", fault)


def wishes(**inbox: object) -> Settings:
    """The office's settings with some of the inbox changed."""
    usual = settings()
    return usual.model_copy(update={"inbox": usual.inbox.model_copy(update={"settle_seconds": 0, **inbox})})


def take_in(context: RunContext, how: Settings | None = None) -> IntakeSummary:
    """``flows.operation.flows.take_in``, synchronously."""
    how = how or wishes()
    taken = IntakeSummary()
    validation_results.publish_results(context)
    seen = collect.collect(context, how)
    taken.unsettled, taken.refused = seen.unsettled, seen.refused
    if seen.fresh:
        readings = collect.read(context, seen.fresh)
        arrived, refused = identify_senders(seen.fresh, readings, how, context.today)
        for period in sorted({one.period for one in arrived}):
            own = [one for one in arrived if one.period == period]
            judged, checked = decide.decide_reports(context, own, period)
            validation_results.save_results(context.home, judged, checked)
            taken.unevaluated += [name for chunk in checked for name in chunk.outcome.unevaluated]
            record_reports(context, judged)
            validation_results.publish_results(context)
            taken.submissions += [one.submission for one in judged]
        taken.quarantined += [record_refusal(context, one) for one in refused]
    deliver_answers(context, [*seen.fresh, *seen.recorded])
    return taken


def consolidated(context: RunContext, period: Period = JUNE) -> Month:
    """The month merged and its outputs written."""
    month = merged_month(context, period)
    put_in_place(context, month, month_outputs(month))
    return month


@cache
def sample(unit: str, period: Period = JUNE) -> SampleReport:
    """A report in which nothing is wrong."""
    registry = schemas.load(period.year)
    known = registry.unit_by_name[unit]
    months = {(known.code, p): r for (_, p), r in sample_unit(registry, known, 2023, [5, 6], 7).items()}
    return months[known.code, period]


def layout_of(report: SampleReport) -> Layout:
    return lay_out(schemas.load(report.period.year), report.unit, report.period)


def written(report: SampleReport, edits: Iterable[Edit] = ()) -> bytes:
    """The report as a file, after edits."""
    return write_fast(layout_of(report), edited(report, edits))


@cache
def good(unit: str, period: Period = JUNE) -> bytes:
    """The bytes of a right report."""
    return written(sample(unit, period))


def drop(root: Path, place: str, content: bytes, *, second: int = 0) -> Path:
    """Lay a file into the inbox, as old as if it had been there for an hour, ``second`` later."""
    path = root / "inbox" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    moment = int((NOW.timestamp() - 3600 + second) * 1_000_000_000)
    os.utime(path, ns=(moment, moment))
    return path


def tree(root: Path) -> dict[str, bytes]:
    """Every file below a folder, links as what they point to, without the register and the lock."""
    found: dict[str, bytes] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = str(path.readlink()).encode()
        elif path.is_file() and not path.name.startswith(("register.db", ".lock")):
            found[name] = path.read_bytes()
    return found


def dump(context: RunContext) -> list[str]:
    """The whole register as SQL."""
    connection = context.engine.raw_connection()
    try:
        return list(connection.driver_connection.iterdump())  # type: ignore[union-attr]
    finally:
        connection.close()


def at(context: RunContext, **moment: int) -> RunContext:
    """The same context at another time."""
    return replace(context, now=NOW.replace(**moment))
