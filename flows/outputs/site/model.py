"""What the site is written from: one year of the register, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from flows.consolidation.month import UnitStatus
from flows.consolidation.status import sent_late
from flows.reading.model import FigureCell, LedgerRow, ProgressCell
from flows.register.queries import Quarantined, Submission
from flows.register.results import Result
from schemas import Period, Registry
from validations.findings.finding import Finding

if TYPE_CHECKING:
    from flows.consolidation.figure_table import ShownFigure


@dataclass(frozen=True)
class Report:
    """A submission with every cell read from it and what was found in it, in recorded order.

    ``detailed`` is false where only head and findings were read, because its page stands already.
    """

    head: Submission
    findings: tuple[Finding, ...] = ()
    figures: tuple[FigureCell, ...] = ()
    progress: tuple[ProgressCell, ...] = ()
    ledgers: tuple[LedgerRow, ...] = ()
    detailed: bool = True

    @property
    def id(self) -> str:
        return self.head.submission_id

    @property
    def repeats(self) -> bool:
        """Byte-identical to the one before: acknowledged, but nothing was read from it."""
        return self.head.result == Result.REPEATED


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the rule register. ``work_point`` is empty for a rule over several."""

    id: str
    kind: str
    severity: str
    trial: bool
    title: str
    work_point: str


@dataclass(frozen=True, slots=True)
class Seal:
    """A month frozen; ``reopened_at`` is empty while it is in force."""

    period: str
    sealed_at: str
    sealed_by: str
    manifest_sha256: str
    reopened_at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What a page may show of the year; its other inputs are listed, see ``site/page_cache.py``.

    A template that is given this, and asks the year for more, fails instead of going stale.
    """

    year: int
    registry: Registry
    rule: Mapping[str, Rule]


@dataclass(frozen=True)
class Chains:
    """Submissions with all of their units' others of the same months: what their pages show, no month merged.

    ``reports``: in order of arrival, superseded and returned ones too. ``current``: those that count.
    """

    year: int
    registry: Registry
    reports: tuple[Report, ...]
    rules: tuple[Rule, ...]
    current: frozenset[str]

    @cached_property
    def by_id(self) -> Mapping[str, Report]:
        return {report.id: report for report in self.reports}

    @cached_property
    def chains(self) -> Mapping[tuple[str, str], tuple[Report, ...]]:
        """(period, unit code) -> the unit's submissions of the month in order of arrival."""
        chains: dict[tuple[str, str], list[Report]] = {}
        for report in self.reports:
            chains.setdefault((report.head.period, report.head.unit_code), []).append(report)
        return {key: tuple(chain) for key, chain in chains.items()}

    @cached_property
    def rule(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def policy(self) -> Policy:
        return Policy(self.year, self.registry, self.rule)

    def chain(self, period: Period, unit_code: str) -> tuple[Report, ...]:
        return self.chains.get((str(period), unit_code), ())

    def standing(self, report: Report) -> str:
        """current, superseded, returned, repeated or held: how it stands in its chain."""
        if report.repeats:
            return "repeated"
        if report.head.held:
            return "held"
        if not report.head.accepted:
            return "returned"
        return "current" if report.id in self.current else "superseded"

    def late(self, report: Report) -> bool:
        """Whether it is marked as late, which a correction of a report that came in time is not."""
        chain = self.chains[report.head.period, report.head.unit_code]
        return sent_late(report.head, (one.head for one in chain))

    def before(self, report: Report) -> Report | None:
        """The submission that this one corrects: the one before in its chain, repeats passed over."""
        chain = self.chains[report.head.period, report.head.unit_code]
        earlier = [one for one in chain if one.head.sequence < report.head.sequence and not one.repeats]
        return earlier[-1] if earlier else None


class RuleOutcome(NamedTuple):
    """How a month stood by a rule (``flows.consolidation.month.RULE_COLUMNS``)."""

    rule: str
    kind: str
    severity: str
    trial: bool
    title: str
    work_point: str
    evaluated: int
    passed: int
    failed: int
    not_evaluated: int


@dataclass(frozen=True)
class SiteMonth:
    """A month as the site shows it: all that its pages, and the year's, tell of it but its submissions.

    ``key``: of the submissions that it was made from. ``judged``: those whose findings are current;
    ``between``: findings that only the city can make; ``lifted``: of the reports' own those that no longer
    hold, because an earlier month was corrected since. ``shown``: by indicator what each unit shows on the
    indicator's line (``month_cache.line_of``), in the order of ``figure_table.units_by_type``; ``city``: the
    city's value of it.
    """

    key: str
    period: Period
    deadline: str
    units: Mapping[str, UnitStatus]
    work_point_states: Mapping[tuple[str, str], str]
    judged: frozenset[str]
    between: tuple[Finding, ...]
    lifted: frozenset[Finding]
    rules: tuple[RuleOutcome, ...]
    shown: Mapping[str, tuple[ShownFigure, ...]]
    city: Mapping[str, float | None]


@dataclass(frozen=True)
class SiteYear(Chains):
    """A year as the site shows it, with every submission of its months.

    ``years`` are all years that the site shows. ``across`` is the policy of pages that belong to no year:
    the newest year's, whichever is being drawn. ``elsewhere`` are the submissions of other years that have
    a page, ``sent_elsewhere`` refused originals that came as reports of another year, which draws their
    page. ``data_docs`` are the months that have Great Expectations' own pages beside the site's.
    """

    months: Mapping[Period, SiteMonth]
    quarantined: tuple[Quarantined, ...]
    record: tuple[Mapping[str, Any], ...]
    seals: tuple[Seal, ...]
    years: tuple[int, ...]
    across: Policy
    elsewhere: frozenset[str] = frozenset()
    sent_elsewhere: frozenset[str] = frozenset()
    published: frozenset[Period] = frozenset()
    data_docs: frozenset[Period] = frozenset()

    @cached_property
    def refused(self) -> frozenset[str]:
        """Originals that were set aside."""
        return frozenset(one.file_sha256 for one in self.quarantined)

    @cached_property
    def sent(self) -> Mapping[Period, tuple[Report, ...]]:
        """The submissions of each month in order of arrival."""
        sent: dict[str, list[Report]] = {str(period): [] for period in self.months}
        for report in self.reports:
            sent.setdefault(report.head.period, []).append(report)
        return {period: tuple(sent[str(period)]) for period in self.months}

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Unit code -> its place among what a month shows of an indicator."""
        from flows.consolidation.figure_table import (
            units_by_type,  # with data frames, which are not wanted everywhere
        )

        return {unit.code: n for n, unit in enumerate(units_by_type(self.registry))}

    @property
    def newest(self) -> SiteMonth:
        """The last month that the site shows."""
        return self.months[max(self.months)]
