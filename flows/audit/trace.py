"""A figure's origin: dataset row, submission, file and hash, sheet and cell, raw text, clause."""

from __future__ import annotations

import math
from typing import Any

from sqlalchemy import Connection

from flows.consolidation.merge import ledger_frames
from flows.consolidation.revalidation import overtaken, revalidate
from flows.register import frames, queries, tables
from flows.register.queries import Submission
from schemas import Indicator, Kind, Period, Registry, Unit
from schemas.models import MEASURE_TITLES
from validations.declaring.ledger_relation import counted


class NothingToTraceError(Exception):
    """The unit has no accepted report, or does not report the indicator; a Chinese line."""


def trace(
    connection: Connection, registry: Registry, period: Period, unit: Unit, indicator: Indicator
) -> dict[str, Any]:
    """Everything known of one unit's figure, as plain values for text and JSON alike.

    ``cells``: per measure value, text, raw, state, sheet, cell. ``ledger``: for figures that must
    agree with a ledger, the rows behind them. ``parts``: for ratios, the traces of their parts.
    Raises :class:`NothingToTraceError`.
    """
    if not registry.reports(unit, indicator):
        raise NothingToTraceError(f"{unit.short}不填报 {indicator.code} {indicator.name}")
    counting = queries.current(connection, period).get(unit.code)
    if counting is None:
        raise NothingToTraceError(f"{unit.short}{period.chinese}没有已接收的报表")
    point = registry.work_point[indicator.work_point]
    traced: dict[str, Any] = {
        "period": str(period),
        "unit_code": unit.code,
        "unit": unit.short,
        "indicator": indicator.code,
        "name": indicator.name,
        "unit_of_measure": indicator.unit,
        "work_point": {"code": point.code, "title": point.title, "basis": indicator.basis},
        "definition": indicator.definition,
        "submission": submission_of(counting),
        "cells": _cells(connection, counting, indicator),
        "rules": _rules(connection, registry, counting, indicator),
        "ledger": _ledger(connection, registry, counting, indicator),
    }
    if indicator.kind is Kind.RATIO and indicator.ratio is not None:
        named = [code for code in indicator.ratio.model_dump().values() if code is not None]
        traced["parts"] = [
            trace(connection, registry, period, unit, registry.indicator[code]) for code in named
        ]
    return traced


def submission_of(counting: Submission) -> dict[str, Any]:
    """What is told of a report: its number, file, hash, arrival and clerk."""
    return {
        "submission_id": counting.submission_id,
        "file": counting.file,
        "sha256": counting.file_sha256,
        "received_at": counting.received_at,
        "clerk": counting.clerk,
        "registry_version": counting.registry_version,
    }


def _cells(connection: Connection, counting: Submission, indicator: Indicator) -> list[dict[str, Any]]:
    frame = frames.frame(connection, tables.figures, [counting.submission_id])
    own = frame[frame["indicator"] == indicator.code]
    return [
        {
            "measure": row["measure"],
            "title": MEASURE_TITLES[row["measure"]],
            # A frame holds NaN where there is none, and JSON knows no such value.
            "value": None if math.isnan(row["value"]) else row["value"],
            "text": row["text"] if isinstance(row["text"], str) else None,
            "raw": row["raw"],
            "state": row["state"],
            "sheet": row["sheet"],
            "cell": row["cell"],
        }
        for row in own.to_dict("records")
    ]


def _rules(
    connection: Connection, registry: Registry, counting: Submission, indicator: Indicator
) -> list[dict[str, Any]]:
    """The relations that touch the indicator, with what they found in this report, by what counts now."""
    identity = counting.submission_id
    since = overtaken(connection, Period.parse(counting.period), [counting])
    if since:
        again = revalidate(connection, registry, [counting], since)
        found = [*again.standing[identity], *again.fresh]
        evaluated = {rule for rule, (times, *_) in again.tallies[identity].items() if times}
    else:
        found = queries.findings(connection, [identity]).get(identity, [])
        outcomes = frames.frame(connection, tables.rule_outcomes, [identity])
        evaluated = set(outcomes.loc[outcomes["evaluated"] > 0, "rule"])
    rows: list[dict[str, Any]] = []
    for relation in registry.touching(indicator):
        if relation.id not in evaluated:
            continue
        # What holds over a whole kind is broken row by row; what names figures, by all of them together.
        named = indicator.code in registry.codes_in(relation)
        broken = [
            one
            for one in found
            if relation.id in (one.rule, *one.also) and (named or one.indicator == indicator.code)
        ]
        rows.append(
            {
                "rule": relation.id,
                "note": relation.note,
                "severity": relation.severity,
                "holds": not broken,
                "findings": [one.message for one in broken],
                "explanation": "；".join(one.explanation for one in broken if one.explanation),
            }
        )
    return rows


def _ledger(
    connection: Connection, registry: Registry, counting: Submission, indicator: Indicator
) -> list[dict[str, Any]]:
    """The ledger rows that the relations count for the indicator's figure, and no others."""
    behind = [r for r in registry.counting if r.params["indicator"] == indicator.code]
    if not behind:
        return []
    held = ledger_frames(connection, registry, [counting])
    listed: list[dict[str, Any]] = []
    for relation in behind:
        ledger = registry.ledger[relation.params["ledger"]]
        rows = held[ledger.name]
        listed += (
            {
                "rule": relation.id,
                "sheet": row["sheet"],
                "row": int(row["row"]),
                "raw": {column.name: row[f"{column.name}.raw"] for column in ledger.columns},
            }
            for row in rows[counted(relation, rows)].to_dict("records")
        )
    return listed
