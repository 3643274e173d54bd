"""Months as the site shows them, kept beside its pages so that no earlier month is merged again.

By December eleven months would be merged for each report that is corrected. What the site shows of a
month follows from its submissions, which never change, and from the policy; so it is kept under a key
of the one for as long as the other stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from sys import intern
from typing import Any

import orjson

from flows.consolidation.figure_table import NOTHING, FigureTable, Mark, ShownFigure, current_line
from flows.consolidation.merge import judged
from flows.consolidation.month import Overtaken
from flows.consolidation.status import unit_statuses
from flows.outputs.site import urls
from flows.outputs.site.model import RuleOutcome, SiteMonth
from flows.register.queries import Submission
from schemas import Indicator, Kind, Period, Registry
from schemas.deadline import deadline
from validations.findings.finding import Finding

#: Gives a month as :func:`written` wrote it; None where none is kept.
Kept = Callable[[Period], "bytes | None"]


def line_of(indicator: Indicator) -> str:
    """The line of an indicator that the site shows month by month."""
    return "month" if indicator.kind is Kind.FLOW else current_line(indicator)


def key_of(chain: Sequence[Submission], since: Sequence[Overtaken]) -> str:
    """A digest of the month's submissions: a row of the register never changes, but for its being held.

    ``since``: those of them that have to be looked at again, because an earlier month was corrected.
    """
    told: list[object] = [(one.submission_id, one.file_sha256, one.result, one.held) for one in chain]
    told += since
    return hashlib.sha256(repr(told).encode()).hexdigest()


def shown_month(table: FigureTable, chain: Sequence[Submission]) -> SiteMonth:
    """What the site shows of a merged month; ``chain``: the submissions that it was merged from."""
    month = table.month
    indicators = month.registry.indicators
    return SiteMonth(
        key=key_of(chain, month.overtaken),
        period=month.period,
        deadline=month.deadline,
        units=month.units,
        work_point_states=month.work_point_states,
        judged=judged(chain, month.units),
        between=month.between,
        lifted=frozenset(month.lifted),
        rules=tuple(map(RuleOutcome._make, month.rules.itertuples(index=False))),
        shown={i.code: table.row(i, line_of(i)) for i in indicators},
        city={i.code: table.city(i, line_of(i)) for i in indicators},
    )


def written(month: SiteMonth) -> bytes:
    """All of it that does not follow from the register's submissions at once, as JSON."""
    states: dict[str, dict[str, str]] = {}
    for (unit, point), state in month.work_point_states.items():
        states.setdefault(unit, {})[point] = state
    content = {
        "key": month.key,
        "states": states,
        "between": [finding.as_dict() for finding in month.between],
        "lifted": sorted((finding.as_dict() for finding in month.lifted), key=repr),
        "rules": [list(rule) for rule in month.rules],
        "shown": {code: list(map(_told, row)) for code, row in month.shown.items()},
        "city": month.city,
    }
    return orjson.dumps(content | {"digest": _digest(content)})


def read(
    content: bytes,
    registry: Registry,
    period: Period,
    chain: Sequence[Submission],
    since: Sequence[Overtaken] = (),
) -> SiteMonth | None:
    """The month as :func:`written` wrote it; None where it is of other submissions, or was changed."""
    try:
        told = orjson.loads(content)
        digest = told.pop("digest")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if digest != _digest(told) or told["key"] != key_of(chain, since):
        return None
    return _month(told, registry, period, chain)


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(content)).hexdigest()


def _month(
    told: Mapping[str, Any], registry: Registry, period: Period, chain: Sequence[Submission]
) -> SiteMonth:
    units = unit_statuses(registry, chain)
    # A province's hundred thousand cells are a few thousand different ones: each is held once.
    known: dict[float | str, ShownFigure] = {str(mark): shown for mark, shown in NOTHING.items() if mark}
    return SiteMonth(
        key=told["key"],
        period=period,
        deadline=deadline(registry, period).isoformat(),
        units=units,
        work_point_states={
            (unit, point): intern(state)
            for unit, own in told["states"].items()
            for point, state in own.items()
        },
        judged=judged(chain, units),
        between=tuple(map(Finding.from_dict, told["between"])),
        lifted=frozenset(map(Finding.from_dict, told["lifted"])),
        rules=tuple(RuleOutcome(*rule) for rule in told["rules"]),
        shown={code: tuple(_shown(one, known) for one in row) for code, row in told["shown"].items()},
        city=told["city"],
    )


def _told(shown: ShownFigure) -> float | str:
    """A cell as one value: its number, its text, or its mark, which is no text that a cell can have."""
    return shown.display if shown.number is None else shown.number


def _shown(told: float | str, known: dict[float | str, ShownFigure]) -> ShownFigure:
    shown = known.get(told)
    if shown is None:
        one = (
            ShownFigure(None, told, Mark.VALUE)
            if isinstance(told, str)
            else ShownFigure(told, "", Mark.VALUE)
        )
        shown = known[told] = one
    return shown


def nothing_kept(_: Period) -> None:
    """Every month is merged."""


def kept_in(site: Path) -> Kept:
    """The months kept in the site's folder."""

    def kept(period: Period) -> bytes | None:
        path = site / urls.kept_month(period)
        return path.read_bytes() if path.is_file() else None

    return kept
