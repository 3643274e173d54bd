"""Checking some reports of one month: validation in one run of Great Expectations, over them all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import schemas
from flows.intake.batches import policy_version
from flows.intake.sender import IdentifiedReport
from schemas import Period, Registry, RegistryError

if TYPE_CHECKING:
    import pandas as pd

    from validations.outcome import Outcome

_LOG = logging.getLogger(__name__)
#: Great Expectations is not thread-safe, and a worker may have been started with several threads.
_ONE_AT_A_TIME = threading.Lock()

#: A report with the identity that it has been given.
Named = tuple[str, IdentifiedReport]


@dataclass(frozen=True)
class CheckJob:
    """Reports of one period to be checked.

    ``earlier``: what their units' figures are compared with (``validations.frames.EARLIER_COLUMNS``).
    """

    period: Period
    reports: tuple[Named, ...]
    earlier: pd.DataFrame
    policy: policy_version.Versions


@dataclass(frozen=True)
class CheckResult:
    """What checking gave. ``identities``: of the reports, in order.

    ``failed``: reports on which validation itself fails, our mistake, which costs these only.
    """

    identities: tuple[str, ...]
    outcome: Outcome
    failed: tuple[str, ...] = ()


def check(chunk: CheckJob) -> CheckResult:
    """Validate the reports together, or one by one where that fails.

    Raises the failure itself when it is not any one report's, and :class:`schemas.RegistryError`.
    """
    policy_version.require_same_policy(chunk.policy)
    registry = schemas.load(chunk.period.year)
    with _ONE_AT_A_TIME:
        outcome, failed = _validated(chunk, registry)
    return CheckResult(tuple(identity for identity, _ in chunk.reports), outcome, tuple(failed))


def split(chunk: CheckJob, size: int) -> list[CheckJob]:
    """Even chunks of at most ``size`` reports, in order; each with its units' earlier figures."""
    count = -(-len(chunk.reports) // size)
    if count <= 1:
        return [chunk] if count else []
    bounds = [len(chunk.reports) * n // count for n in range(count + 1)]
    return [_part(chunk, start, end) for start, end in pairwise(bounds)]


def _part(chunk: CheckJob, start: int, end: int) -> CheckJob:
    reports = chunk.reports[start:end]
    units = {report.unit.code for _, report in reports}
    own = chunk.earlier[chunk.earlier["unit_code"].isin(units)].reset_index(drop=True)
    return replace(chunk, reports=reports, earlier=own)


def _validated(chunk: CheckJob, registry: Registry) -> tuple[Outcome, list[str]]:
    import pandas as pd

    from validations.rule_counts import RULE_COLUMNS
    from validations.run import Outcome

    try:
        return _validate(chunk, chunk.reports, registry), []
    except RegistryError:
        raise
    except Exception as error:  # noqa: BLE001 - any failure of ours; it is logged, and told to the office
        _LOG.exception("validation of %s reports failed", len(chunk.reports))
        failure = error
    failed = []
    for identity, report in chunk.reports:
        try:
            _validate(chunk, [(identity, report)], registry)
        except Exception:  # noqa: BLE001 - as above
            _LOG.exception("validation of %s failed", identity)
            failed.append(identity)
    if not failed:  # it is not any one of them
        raise failure
    rest = [(identity, report) for identity, report in chunk.reports if identity not in failed]
    outcome = (
        _validate(chunk, rest, registry) if rest else Outcome([], pd.DataFrame(columns=list(RULE_COLUMNS)))
    )
    return replace(outcome, unevaluated=[*outcome.unevaluated, *failed]), failed


def _validate(chunk: CheckJob, reports: Sequence[Named], registry: Registry) -> Any:
    from flows.reading.frames import batch
    from validations.run import validate

    period = str(chunk.period)
    rows = [(identity, a.unit.code, period, a.reading) for identity, a in reports]
    files = [a.reading.file for _, a in reports]
    found = [a.reading.findings for _, a in reports]
    return validate(batch(registry, rows, files, found, chunk.earlier), registry)
