"""One month as it stands after merging: all that the outputs are written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from flows.register.results import UnitState
from schemas import Kind, Period, Registry
from validations.findings.finding import Finding

if TYPE_CHECKING:
    import pandas as pd

#: The tidy dataset: system.md's columns. ``value`` float64, ``text`` for statuses, document numbers,
#: dates (ISO) and explanations; ``state`` as in ``validations.frames.STATES``. Texts may be categories.
DATASET_COLUMNS = (
    "period",
    "unit_code",
    "unit",
    "work_point",
    "indicator",
    "measure",
    "value",
    "text",
    "raw",
    "state",
    "unit_of_measure",
    "submission_id",
    "file_sha256",
    "sheet",
    "cell",
)
#: Every submission of the month in order of arrival. ``result``: accepted, queried (accepted with
#: queries), returned, repeated (byte-identical), late_after_seal. ``received_at`` ISO 8601 with offset.
SUBMISSION_COLUMNS = (
    "submission_id",
    "period",
    "unit_code",
    "unit",
    "sequence",
    "file",
    "file_sha256",
    "size",
    "received_at",
    "late",
    "result",
    "current",  # the one that counts
    "errors",
    "queries",
    "notes",
    "clerk",
    "receipt",
    "counts",  # what became of its cells, see flows.reading.model.Counts
)
#: One row per rule and period: how often it was evaluated, passed, failed, could not be evaluated.
RULE_COLUMNS = (
    "rule",
    "kind",
    "severity",
    "trial",
    "title",  # what it asserts, in Chinese
    "work_point",
    "evaluated",
    "passed",
    "failed",
    "not_evaluated",
)
#: Cell-by-cell differences between successive submissions of a unit: those of the month, and those
#: that came for earlier, sealed months and wait for the office's decision.
AMENDMENT_COLUMNS = (
    "unit_code",
    "unit",
    "from_submission",
    "to_submission",
    "indicator",
    "measure",
    "before",
    "after",
    "sheet",
    "cell",
)


@dataclass(frozen=True)
class UnitStatus:
    """A unit in the month. ``state``: reported, queried, returned, missing; the first two may be ``late``."""

    code: str
    state: str
    late: bool
    submission_id: str  # the one that counts; empty where none does
    received_at: str
    returned_again: bool = False  # an accepted report stands, a later correction was returned
    held: tuple[str, ...] = ()  # what came after sealing and waits for the office's decision

    @property
    def counts(self) -> bool:
        """Whether figures of the unit are in the dataset."""
        return self.submission_id != ""


class ReportingCounts(NamedTuple):
    """How many units a month asks, and how many of them stand how; ``deadline`` ISO date."""

    period: Period
    asked: int
    accepted: int
    returned: int
    missing: int
    late: int
    deadline: str


#: The measure of a single month, by kind of indicator.
MEASURE: Mapping[Kind, str] = {Kind.FLOW: "month", Kind.STOCK: "stock"}


@dataclass(frozen=True)
class PriorMonths:
    """The year's earlier months as they stand, of the measures of MEASURE.

    ``sums``: (indicator, measure, month) -> the city's sum over the units accepted then. ``counted``: how
    many these were. ``last``: (indicator, measure) -> unit code -> the value accepted the month before.
    """

    sums: Mapping[tuple[str, str, Period], float] = field(default_factory=dict)
    counted: Mapping[Period, int] = field(default_factory=dict)
    last: Mapping[tuple[str, str], Mapping[str, float]] = field(default_factory=dict)


class Overtaken(NamedTuple):
    """A report, and what counts now for an earlier month in place of what it was judged against.

    ``then`` is empty where nothing had been accepted.
    """

    submission_id: str
    period: Period
    then: str
    now: str


@dataclass(frozen=True)
class Standing:
    """Who stands how in a month. ``work_point_states`` maps (unit code, work point) to REPORTED,
    CONFIRMED_ZERO, MISSING, LATE, RETURNED, NOT_APPLICABLE.
    """

    registry: Registry
    period: Period
    deadline: str  # ISO date
    units: Mapping[str, UnitStatus]
    work_point_states: Mapping[tuple[str, str], str]

    @property
    def turnout(self) -> ReportingCounts:
        """What is said of the month in one line."""
        standing = self.units.values()
        states = [unit.state for unit in standing]
        return ReportingCounts(
            period=self.period,
            asked=len(states),
            accepted=sum(unit.counts for unit in standing),
            returned=states.count(UnitState.RETURNED),
            missing=states.count(UnitState.MISSING),
            late=sum(unit.late for unit in standing),
            deadline=self.deadline,
        )


def _no_figures() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns=list(DATASET_COLUMNS))


@dataclass(frozen=True)
class Month(Standing):
    """The merged month.

    ``figures``, ``progress`` and ``ledgers`` hold the current accepted submissions of the
    month only; of earlier months there is what ``prior`` tells, so that December is no larger
    than January. ``findings``: of each unit's newest report, then ``between``, those that only the
    city can make: those between units, and with earlier months that were corrected since.
    """

    figures: pd.DataFrame
    progress: pd.DataFrame
    ledgers: Mapping[str, pd.DataFrame]
    submissions: pd.DataFrame
    findings: tuple[Finding, ...]
    rules: pd.DataFrame
    amendments: pd.DataFrame
    prior: PriorMonths = PriorMonths()
    between: tuple[Finding, ...] = ()
    #: What was found when a report came, and no longer is, because an earlier month was corrected since.
    lifted: tuple[Finding, ...] = ()
    #: The reports that were therefore looked at again.
    overtaken: tuple[Overtaken, ...] = ()
    #: Checks between units that could not be evaluated, by the name of what they look at.
    unevaluated: tuple[str, ...] = ()
    #: Figures of accepted reports of the month that a later accepted one has replaced.
    superseded: pd.DataFrame = field(default_factory=_no_figures)
