"""Reports that were judged against an earlier month which has been corrected since.

A report is returned or accepted by what had been accepted before it came; that stays on record. The month
is told how the report stands by what counts now, so that nothing is shown to agree which no longer does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from flows.consolidation.month import Overtaken
from flows.register import audit_log, frames, queries
from flows.register.queries import Submission
from flows.register.stored_cells import stored_cells
from schemas import Period, Registry
from schemas.models import MEASURE_TITLES
from validations.findings.finding import Finding
from validations.relations.compared_months import CARRIED, compared_periods


@dataclass(frozen=True)
class Revalidated:
    """What comes out of the reports that were overtaken, by what counts now.

    ``standing``: by report, what was found when it came and still holds. ``fresh``: what is found now;
    ``lifted``: what no longer is. ``tallies``: by report and rule how often it was evaluated, failed, and
    could not be evaluated.
    """

    standing: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    fresh: tuple[Finding, ...] = ()
    lifted: tuple[Finding, ...] = ()
    tallies: Mapping[str, Mapping[str, Sequence[int]]] = field(default_factory=dict)
    unevaluated: tuple[str, ...] = ()


def overtaken(
    connection: Connection, period: Period, counting: Iterable[Submission]
) -> tuple[Overtaken, ...]:
    """Of the month's ``counting`` reports those that it concerns, a line for each earlier month."""
    reports = list(counting)
    found: list[Overtaken] = []
    for earlier in compared_periods(period).values() if reports else ():
        accepted = queries.accepted(connection, earlier)
        released = audit_log.released(connection, str(earlier)) if accepted else {}
        for report in reports:
            chain = accepted.get(report.unit_code)
            if not chain:
                continue
            before = [one for number, one in chain if number < report.number]
            if any(one in released for one in before):
                # It had come before, but did not count until the month was opened again.
                arrived = audit_log.arrived(connection, report.submission_id)
                before = [one for one in before if released.get(one, 0) < arrived]
            (_, now), then = chain[-1], before[-1] if before else ""
            if now != then:
                found.append(Overtaken(report.submission_id, earlier, then, now))
    return tuple(found)


def revalidate(
    connection: Connection,
    registry: Registry,
    counting: Iterable[Submission],
    since: Sequence[Overtaken],
) -> Revalidated:
    """How the reports that ``since`` names stand by what counts now; nothing is evaluated where it is empty.

    All relations of theirs are evaluated, because one cause may break several; those that don't look at
    earlier months give what they gave.
    """
    if not since:
        return Revalidated()
    from flows.reading.frames import batch
    from validations.run import validate

    named = {one.submission_id for one in since}
    reports = [s for s in counting if s.submission_id in named]
    ids = [s.submission_id for s in reports]
    stored = queries.findings(connection, ids)
    read = stored_cells(connection, ids)
    period = Period.parse(reports[0].period)
    outcome = validate(
        batch(
            registry,
            [(s.submission_id, s.unit_code, s.period, read[s.submission_id]) for s in reports],
            [s.file for s in reports],
            [stored.get(one, ()) for one in ids],
            frames.earlier_figures(
                connection, compared_periods(period).values(), {s.unit_code for s in reports}
            ),
        ),
        registry,
    )
    rules = {relation.id for relation in registry.relations}
    before = {one: [f for f in stored.get(one, ()) if f.rule in rules] for one in ids}
    now = {one: [f for f in outcome.findings if f.submission_id == one and f.rule in rules] for one in ids}
    lifted = [f for one in ids for f in before[one] if f not in now[one]]
    new = {one: [f for f in now[one] if f not in before[one]] for one in ids}
    tell = _Telling(connection, registry, period, since)
    tallies: dict[str, dict[str, Sequence[int]]] = {one: {} for one in ids}
    for one, rule, *numbers in outcome.rules.itertuples(index=False, name=None):
        tallies[one][rule] = [int(number) for number in numbers]
    return Revalidated(
        standing={one: tuple(f for f in stored.get(one, ()) if f not in lifted) for one in ids},
        fresh=tuple(told for one in ids for f in new[one] if (told := tell(f, before[one])) is not None),
        lifted=tuple(lifted),
        tallies=tallies,
        unevaluated=tuple(outcome.unevaluated),
    )


class _Telling:
    """Says of what is found now which correction has brought it about."""

    def __init__(
        self, connection: Connection, registry: Registry, period: Period, since: Sequence[Overtaken]
    ) -> None:
        from validations.relations.corrected_months import comparing

        self.registry = registry
        self.comparing = comparing(registry, period)
        self.since = since
        wanted = sorted({one for change in since for one in (change.then, change.now) if one})
        carried = set(CARRIED.values())
        self.shown: dict[tuple[str, str, str], str] = {
            (one, cell.indicator, cell.measure): cell.text or f"{cell.value:.15g}"
            for one, own in stored_cells(connection, wanted).items()
            for cell in own.figures
            if cell.measure in carried and (cell.text or cell.value is not None)
        }

    def __call__(self, found: Finding, before: Iterable[Finding]) -> Finding | None:
        """None where it is no correction that brings it up but a rule that came after the report."""
        from validations.relations.corrected_months import earlier_corrected

        months = {month for rule in (found.rule, *found.also) for month in self.comparing.get(rule, ())}
        changes = [
            self._change(change, found.indicator)
            for change in self.since
            if change.submission_id == found.submission_id and change.period in months
        ]
        if changes:
            return earlier_corrected(found, "；".join(changes))
        # What broke it besides no longer does: it is what had been found, by itself.
        return found if any(found.rule in (one.rule, *one.also) for one in before) else None

    def _change(self, change: Overtaken, indicator: str) -> str:
        month = change.period.chinese
        then = (
            f"{month}以回执 {change.then} 为准{self._value(change.then, indicator)}，该月其后更正"
            if change.then
            else f"{month}还没有已接收的报表"
        )
        return f"本报表接收时{then}，现以回执 {change.now} 为准{self._value(change.now, indicator)}"

    def _value(self, submission_id: str, indicator: str) -> str:
        known: Any = self.registry.indicator.get(indicator)
        measure = CARRIED.get(known.kind, "") if known else ""
        shown = self.shown.get((submission_id, indicator, measure))
        return "" if shown is None else f"（{MEASURE_TITLES[measure]} {shown}）"
