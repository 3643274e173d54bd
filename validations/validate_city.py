"""Validates a month's merged ledgers: finds numbers that two units claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from schemas.models import Registry
from validations.declaring.relation import CITY, Check
from validations.declaring.wording import IndicatorNames, as_text, clause
from validations.expectations.engine import LINE, Evaluated, ExpectationEngine, Expected
from validations.fields.frames import in_same_form
from validations.findings.attribution import Sender, settle_finding, severity_of, word_finding
from validations.findings.finding import Finding
from validations.grid import VALUED
from validations.kinds import checks_of, kind_of
from validations.outcome import Outcome, arranged, unevaluated_findings
from validations.rule_counts import RuleCounts


def validate_ledgers(ledgers: Mapping[str, pd.DataFrame], registry: Registry) -> Outcome:
    """See :func:`validations.run.validate_city`."""
    checks = [check for check in checks_of(registry) if check.frame.startswith(CITY)]
    ids = pd.Series(
        sorted({identity for frame in ledgers.values() for identity in frame["submission_id"]}), dtype=object
    )
    index, tally, engine = pd.Index(ids), RuleCounts(ids), ExpectationEngine()
    findings: list[Finding] = []
    evaluated: dict[str, Evaluated] = {}
    unevaluated: dict[str, str] = {}
    for check in checks:
        name = check.frame.removeprefix(CITY)
        if name not in ledgers or ledgers[name].empty:
            continue
        frame = _frame(ledgers[name], check)
        expected = _expected(check, registry)
        result = engine.run(check.frame, frame, [expected], ("submission_id", "sheet", "row"))
        evaluated[check.frame] = result
        failed = result.failed.get(check.key)
        complete = frame[list(check.columns)].notna().all(axis=1).to_numpy(dtype=bool)
        tally.add(check.relation.id, index.get_indexer(pd.Index(frame["submission_id"])), complete, failed)
        if failed is None:
            unevaluated[check.key] = expected.title
        else:
            findings.extend(_findings(check, registry, frame, failed))
    return Outcome(
        findings=arranged([*findings, *unevaluated_findings(unevaluated.values())], list(ids)),
        rules=tally.frame(),
        results={name: dict(frame_result.result) for name, frame_result in evaluated.items()},
        suites={name: dict(frame_result.suite) for name, frame_result in evaluated.items()},
        unevaluated=list(unevaluated),
    )


def _frame(rows: pd.DataFrame, check: Check) -> pd.DataFrame:
    """The ledger with the check's columns in the form in which they are compared."""
    frame = rows.reset_index(drop=True).copy()
    for name in check.columns[:-1]:
        valued = frame[f"{name}.state"].isin(VALUED)
        frame[name] = in_same_form(frame[name].astype(object).where(valued, None))
    frame[LINE] = np.arange(len(frame))
    return frame


def _expected(check: Check, registry: Registry) -> Expected:
    kind, relation = kind_of(check.relation), check.relation
    title = kind.title(check, IndicatorNames(registry))
    severity = severity_of(relation)
    return Expected(
        check.key, relation.id, relation.kind, check.columns, title, severity, check.options, kind.holds
    )


def _findings(check: Check, registry: Registry, frame: pd.DataFrame, failed: np.ndarray) -> Iterator[Finding]:
    """A finding for each unit and number, at the first cell in which the unit claims it."""
    relation, keys = check.relation, list(check.columns[:-1])
    ledger = registry.ledger[relation.params["ledger"]]
    codes = registry.codes_behind(ledger)
    point = registry.indicator[codes[0]].work_point if codes else ""
    claimed = frame.loc[failed]
    once = claimed.drop_duplicates([*keys, "unit_code"])
    claimants: dict[tuple[str, ...], list[str]] = {}
    for _, row in once.iterrows():
        claimants.setdefault(tuple(row[name] for name in keys), []).append(row["unit_code"])
    for _, row in once.iterrows():
        units = claimants[tuple(row[name] for name in keys)]
        others = [code for code in units if code != row["unit_code"]]
        typed = {name: as_text(row[f"{name}.raw"]) or row[name] for name in keys}
        told = {**typed, "others": others}
        words = kind_of(relation).words(check, told, IndicatorNames(registry))
        found = word_finding(
            relation.kind,
            words | {"clause": clause(registry, point)},
            severity=severity_of(relation),
            rule=relation.id,
            sheet=str(row["sheet"]),
            cell=str(row[f"{keys[0]}.cell"]),
            work_point=point,
        )
        sender = Sender(str(row["submission_id"]), str(row["unit_code"]), str(row["period"]), "")
        yield settle_finding(sender.attribute(found), registry)
