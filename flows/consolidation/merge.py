"""From the register to the month: current accepted reports, merged city-wide with provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sys import intern
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

import schemas
from flows.consolidation.amendments import month_amendments
from flows.consolidation.month import (
    DATASET_COLUMNS,
    RULE_COLUMNS,
    SUBMISSION_COLUMNS,
    Month,
    PriorMonths,
    Standing,
    UnitStatus,
)
from flows.consolidation.prior_months import prior_months
from flows.consolidation.revalidation import Revalidated, overtaken, revalidate
from flows.consolidation.status import require_known_indicators, sent_late, unit_statuses, work_point_states
from flows.platform.context import RunContext
from flows.platform.memory import infrequent_gc
from flows.register import frames, queries, tables
from flows.register.queries import Submission
from flows.register.results import Result
from schemas import Ledger, Period, Registry
from schemas.deadline import deadline
from validations.findings.finding import Finding
from validations.frames import LEDGER_CELL_PARTS

if TYPE_CHECKING:
    from validations.outcome import Outcome

#: Provenance at the head of every merged frame.
PROVENANCE = ("period", "unit_code", "unit", "submission_id", "file_sha256")


@infrequent_gc()
def merge(connection: Connection, period: Period, *, prior: bool = True) -> Month:
    """The month as the register holds it; empty frames where nothing was accepted.

    Without ``prior`` nothing is told of earlier months, for who only looks at this one. Raises
    :class:`schemas.RegistryError` when the period's year has no registry, or the registry no longer has
    a unit or an indicator of which the register holds figures.
    """
    registry = schemas.load(period.year)
    chain = queries.submissions(connection, period=period)
    statuses = unit_statuses(registry, chain)
    counting = [s for s in chain if statuses[s.unit_code].submission_id == s.submission_id]
    figures = _dataset(connection, registry, counting)
    ledgers = ledger_frames(connection, registry, counting)
    since = overtaken(connection, period, counting)
    again = revalidate(connection, registry, counting, since)
    found, city, rules = _judgements(connection, registry, chain, statuses, ledgers, again)
    between = (*city.findings, *again.fresh)
    return Month(
        registry=registry,
        period=period,
        deadline=deadline(registry, period).isoformat(),
        units=statuses,
        figures=figures,
        progress=_progress(connection, registry, counting),
        ledgers=ledgers,
        submissions=_submissions(registry, chain, counting),
        findings=(*found, *between),
        rules=rules,
        amendments=month_amendments(connection, registry, period, chain),
        work_point_states=work_point_states(registry, statuses, figures),
        prior=prior_months(connection, registry, period) if prior else PriorMonths(),
        between=between,
        lifted=again.lifted,
        overtaken=since,
        unevaluated=(*city.unevaluated, *again.unevaluated),
        superseded=_dataset(connection, registry, _superseded(statuses, chain)),
    )


def standing(connection: Connection, period: Period) -> Standing:
    """Who stands how in the month: of :func:`merge` what needs no more than a few columns of the figures.

    Raises :class:`schemas.RegistryError` as :func:`merge`.
    """
    registry = schemas.load(period.year)
    statuses = unit_statuses(registry, queries.submissions(connection, period=period))
    unit = {status.submission_id: code for code, status in statuses.items() if status.counts}
    names = ("submission_id", "indicator", "measure", "value", "text", "state")
    cells = _known(registry, frames.category_frame(connection, tables.figures, unit, names))
    point = {i.code: i.work_point for i in registry.indicators}
    told = {"unit_code": ("submission_id", unit), "work_point": ("indicator", point)}
    figures = cells.assign(**{column: _told(cells[key], known) for column, (key, known) in told.items()})
    return Standing(
        registry=registry,
        period=period,
        deadline=deadline(registry, period).isoformat(),
        units=statuses,
        work_point_states=work_point_states(registry, statuses, figures),
    )


def _superseded(statuses: Mapping[str, UnitStatus], chain: Sequence[Submission]) -> list[Submission]:
    """Accepted ones that a later one has replaced."""
    return [s for s in chain if s.accepted and statuses[s.unit_code].submission_id != s.submission_id]


def _dataset(connection: Connection, registry: Registry, counting: Sequence[Submission]) -> pd.DataFrame:
    cells = frames.category_frame(connection, tables.figures, [s.submission_id for s in counting])
    merged = _headed(registry, _known(registry, cells), counting)
    for column, told in (
        ("work_point", {i.code: i.work_point for i in registry.indicators}),
        ("unit_of_measure", {i.code: i.unit for i in registry.indicators}),
    ):
        merged[column] = _told(merged["indicator"], told)
    return _ordered(registry, merged[list(DATASET_COLUMNS)])


def _known(registry: Registry, cells: pd.DataFrame) -> pd.DataFrame:
    """The cells, all of indicators that the registry has; :class:`schemas.RegistryError` otherwise."""
    require_known_indicators(registry, cells["indicator"].cat.categories)
    return cells


def _headed(registry: Registry, cells: pd.DataFrame, counting: Sequence[Submission]) -> pd.DataFrame:
    """The cells, each with the provenance of its submission."""
    heads = {
        "period": {s.submission_id: s.period for s in counting},
        "unit_code": {s.submission_id: s.unit_code for s in counting},
        "unit": {s.submission_id: registry.unit[s.unit_code].short for s in counting},
        "file_sha256": {s.submission_id: s.file_sha256 for s in counting},
    }
    return cells.assign(**{column: _told(cells["submission_id"], told) for column, told in heads.items()})


def _told(keys: pd.Series, told: Mapping[str, str]) -> pd.Series:
    """What is told of each key; keys and what is told are categories."""
    values = [told[key] for key in keys.cat.categories]
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    place = np.array([places[value] for value in values], dtype="int32")
    texts = pd.Categorical.from_codes(place[keys.cat.codes], pd.Index(list(places), dtype="object"))
    return pd.Series(texts, index=keys.index)


def _ordered(registry: Registry, frame: pd.DataFrame) -> pd.DataFrame:
    """Units in the registry's order, rows as they were read."""
    order = {unit.code: n for n, unit in enumerate(registry.units)}
    places = frame["unit_code"].astype("object").map(order)
    return frame.iloc[np.argsort(places.to_numpy(), kind="stable")].reset_index(drop=True)


def _progress(connection: Connection, registry: Registry, counting: Sequence[Submission]) -> pd.DataFrame:
    cells = frames.category_frame(connection, tables.progress, [s.submission_id for s in counting])
    merged = _headed(registry, cells, counting)
    columns = [*PROVENANCE, *(c for c in cells.columns if c != "submission_id")]
    return _ordered(registry, merged[columns])


def ledger_frames(
    connection: Connection, registry: Registry, counting: Sequence[Submission]
) -> dict[str, pd.DataFrame]:
    """The submissions' ledger rows by ledger: PROVENANCE, sheet, row, and what each column holds."""
    own = {
        s.submission_id: (
            s.period,
            s.unit_code,
            registry.unit[s.unit_code].short,
            s.submission_id,
            s.file_sha256,
        )
        for s in counting
    }
    flat: dict[str, list[list[Any]]] = {ledger.name: [] for ledger in registry.ledgers}
    names = {ledger.name: [column.name for column in ledger.columns] for ledger in registry.ledgers}
    for submission_id, ledger, sheet, number, cells in queries.ledger_rows(connection, own):
        if ledger in names:
            row = [*own[submission_id], sheet, number]
            for name in names[ledger]:
                row += cells.get(name, _NO_CELL)
            flat[ledger].append(row)
    return {ledger.name: _ledger(registry, ledger, flat.pop(ledger.name)) for ledger in registry.ledgers}


#: A column that a report does not have: value, text, raw, state, cell.
_NO_CELL = (None, None, "", "missing", "")


def _ledger(registry: Registry, ledger: Ledger, rows: list[list[Any]]) -> pd.DataFrame:
    """``rows``: provenance, sheet, row, then five values for each of the ledger's columns."""
    own = [*PROVENANCE, "sheet", "row"]
    values = list(zip(*rows, strict=True)) if rows else [()] * (len(own) + 5 * len(ledger.columns))
    built: dict[str, pd.Series] = {
        name: pd.Series(told, dtype="int64") if name == "row" else _texts(told)
        for name, told in zip(own, values, strict=False)
    }
    for column, first in zip(ledger.columns, range(len(own), len(values), 5), strict=True):
        value, text, *parts = values[first : first + 5]
        built[column.name] = pd.Series(value, dtype="float64") if column.numeric else _texts(text)
        for part, told in zip(LEDGER_CELL_PARTS, parts, strict=True):
            built[f"{column.name}.{part}"] = _texts(told)
    return _ordered(registry, pd.DataFrame(built))


def _texts(values: Sequence[str | None]) -> pd.Series:
    """Equal ones as one object: a column of a large month is mostly a few different texts."""
    return pd.Series([None if value is None else intern(value) for value in values], dtype="object")


def _submissions(
    registry: Registry, chain: Sequence[Submission], counting: Sequence[Submission]
) -> pd.DataFrame:
    current = {s.submission_id for s in counting}
    rows = [
        (
            s.submission_id,
            s.period,
            s.unit_code,
            registry.unit[s.unit_code].short,
            s.sequence,
            s.file,
            s.file_sha256,
            s.size,
            s.received_at,
            sent_late(s, chain),
            Result.LATE_AFTER_SEAL if s.held else s.result,
            s.submission_id in current,
            s.errors,
            s.queries,
            s.notes,
            s.clerk,
            s.submission_id,
            dict(s.counts),
        )
        for s in chain
        if not s.held
    ]
    return pd.DataFrame(rows, columns=list(SUBMISSION_COLUMNS))


def _judgements(
    connection: Connection,
    registry: Registry,
    chain: Sequence[Submission],
    statuses: Mapping[str, UnitStatus],
    ledgers: Mapping[str, pd.DataFrame],
    again: Revalidated,
) -> tuple[tuple[Finding, ...], Outcome, pd.DataFrame]:
    """What is current: findings on each unit's newest report; what there is between units; all rules'
    tallies. ``again``: what stands of the reports that were looked at again."""
    from validations.run import rule_register, validate_city

    shown = judged(chain, statuses)
    by_submission = queries.findings(connection, [s.submission_id for s in chain if s.submission_id in shown])
    city = validate_city(ledgers, registry)
    newest = [s.submission_id for s in _newest(chain).values()]
    tallied = queries.tallies(connection, [one for one in newest if one not in again.tallies])
    more = city.rules[["rule", "evaluated", "failed", "not_evaluated"]].to_numpy().tolist()
    more += [[rule, *told] for one in newest for rule, told in again.tallies.get(one, {}).items()]
    for rule, *numbers in more:
        tallied[rule] = [a + b for a, b in zip(tallied.get(rule, (0, 0, 0)), numbers, strict=True)]
    rows = []
    for rule in rule_register(registry):
        evaluated, failed, missed = tallied.get(rule.id, (0, 0, 0))
        rows.append(
            (
                rule.id,
                rule.kind,
                rule.severity,
                rule.trial,
                rule.title,
                rule.work_point,
                evaluated,
                evaluated - failed,
                failed,
                missed,
            )
        )
    found = tuple(one for many in {**by_submission, **again.standing}.values() for one in many)
    return found, city, pd.DataFrame(rows, columns=list(RULE_COLUMNS))


def judged(chain: Sequence[Submission], statuses: Mapping[str, UnitStatus]) -> frozenset[str]:
    """The submissions of a month whose findings are current: those that count, and each unit's newest."""
    counting = {status.submission_id for status in statuses.values() if status.counts}
    return frozenset(counting | {s.submission_id for s in _newest(chain).values()})


def _newest(chain: Sequence[Submission]) -> dict[str, Submission]:
    return {s.unit_code: s for s in chain if s.result != Result.REPEATED and not s.held}


class SealedError(Exception):
    """The month is sealed; the message is for the office."""


def merged_month(context: RunContext, period: Period) -> Month:
    """The month as it stands now; :class:`SealedError` when it must not change any more."""
    with context.engine.connect() as connection:
        if queries.open_seal(connection, period) is not None:
            raise SealedError(f"{period.chinese}已封存，不再汇总；确需改动请先 yaodian reopen {period}。")
        return merge(connection, period)
