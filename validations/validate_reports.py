"""Validates all reports of a batch: fields, then relations, then causes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np
import pandas as pd

from schemas.form import Sheet
from schemas.models import MEASURES, Kind, Ledger, Registry
from validations.declaring.relation import CITY, REPORT, Check
from validations.declaring.wording import IndicatorNames
from validations.expectations.engine import Evaluated, ExpectationEngine, Expected
from validations.expectations.row_test import present
from validations.fields.checks import FIGURE_FRAMES, FieldCheck, field_checks
from validations.fields.conditions import CONDITIONS
from validations.fields.findings import (
    REPEATED,
    UnusableCells,
    figure_findings,
    ledger_findings,
    presence_findings,
)
from validations.fields.frames import figure_frame, ledger_frame
from validations.findings.attribution import Sender, senders, settle_finding, severity_of, word_finding
from validations.findings.finding import Finding
from validations.grid import Grid, grid_of
from validations.kinds import checks_of, kind_of
from validations.outcome import Batch, Outcome, arranged, unevaluated_findings
from validations.relations.findings import Failure, failures, relation_findings
from validations.relations.frames import Narratives, applies, line_frame, narratives, report_frame
from validations.rule_counts import RuleCounts


def validate_reports(batch: Batch, registry: Registry) -> Outcome:
    """See :func:`validations.run.validate`."""
    run = _Run(registry, grid_of(batch.submissions, batch.figures, registry), batch.unread)
    run.told = narratives(registry, run.grid.submissions, batch.progress, run.unread_of("progress"))
    run.leave_out_empty(batch.progress, batch.ledgers)
    run.check_figures()
    run.check_ledgers(batch.ledgers)
    run.check_relations(batch.earlier)
    return run.outcome()


class _Run:
    """State of one run: findings so far, and which values relations may use."""

    told: Narratives

    def __init__(self, registry: Registry, grid: Grid, unread: frozenset[tuple[str, str]]) -> None:
        self.registry = registry
        self.grid = grid
        self.who: list[Sender] = senders(grid.submissions)
        self.unread = unread
        self.reporting = np.ones(len(grid.submissions), dtype=bool)
        self.findings: list[Finding] = []
        self.tainted = UnusableCells()
        self.tally = RuleCounts(grid.submissions["submission_id"])
        self.ledgers: dict[str, pd.DataFrame] = {}
        self.engine = ExpectationEngine()
        self.evaluated: dict[str, Evaluated] = {}
        self.unevaluated: dict[str, str] = {}  # key -> title

    def leave_out_empty(self, progress: pd.DataFrame, ledgers: Mapping[str, pd.DataFrame]) -> None:
        """Give each report without any input one finding, and leave it out of all checks."""
        filled: set[str] = set()
        for frame in (self.grid.figures, progress):
            filled |= set(frame.loc[frame["state"] != "missing", "submission_id"])
        for frame in ledgers.values():
            filled |= set(frame["submission_id"])
        for n, sender in enumerate(self.who):
            if sender.submission_id in filled:
                continue
            self.reporting[n] = False
            if not self._unread(sender.submission_id, self.registry.form.sheets["figures"]):
                found = word_finding("empty_report", {"value": "空"}, rule="empty_report")
                self.findings.append(settle_finding(sender.attribute(found), self.registry))

    def _unread(self, submission_id: str, sheet: Sheet | Ledger) -> bool:
        return any((submission_id, name) in self.unread for name in (sheet.title, *sheet.aliases))

    def check_figures(self) -> None:
        missing = {
            measure: np.zeros(self.grid.shape, dtype=bool) for kind in MEASURES for measure in MEASURES[kind]
        }
        rules: dict[tuple[str, str], str] = {}
        found: list[Finding] = []
        for frame_name, checks in groupby(field_checks(self.registry), key=lambda check: check.frame):
            if frame_name not in FIGURE_FRAMES:
                continue
            frame = figure_frame(self.grid, FIGURE_FRAMES[frame_name], self.reporting)
            owner, column = frame["submission"].to_numpy(), frame["column"].to_numpy()
            for check, failed in self._fields(frame_name, frame, list(checks), owner, "indicator"):
                if check.kind == "required":
                    rules[FIGURE_FRAMES[frame_name], check.target] = check.id
                    missing[check.target][owner[failed], column[failed]] = True
                else:
                    if check.severity == "error":  # relations still compare values that are only queried
                        self.tainted.figure(self.grid, check.target)[owner[failed], column[failed]] = True
                    found.extend(figure_findings(self.grid, check, frame, failed, self.who))
        self.findings.extend(
            presence_findings(self.grid, missing, rules, self.who, self.unread_of("figures"))
        )
        self.findings.extend(found)

    def unread_of(self, name: str) -> frozenset[str]:
        """Submissions whose sheet reading has reported as missing or without a table."""
        sheet = self.registry.form.sheets[name]
        ids = (sender.submission_id for sender in self.who)
        return frozenset(identity for identity in ids if self._unread(identity, sheet))

    def check_ledgers(self, ledgers: Mapping[str, pd.DataFrame]) -> None:
        index = pd.Index(self.grid.submissions["submission_id"])
        who = {sender.submission_id: sender for sender in self.who}
        checks = {
            name: list(group) for name, group in groupby(field_checks(self.registry), key=lambda c: c.frame)
        }
        for ledger in self.registry.ledgers:
            frame = ledger_frame(ledger, ledgers[ledger.name], index[self.reporting])
            self.ledgers[ledger.name] = frame
            owner = index.get_indexer(frame["submission_id"])
            has_rows = np.bincount(owner, minlength=len(self.who)) > 0
            self.tainted.without[ledger.name] = np.array(
                [
                    not has_rows[n] and self._unread(sender.submission_id, ledger)
                    for n, sender in enumerate(self.who)
                ],
                dtype=bool,
            )
            name = f"ledger.{ledger.name}"
            for check, failed in self._fields(name, frame, checks[name], owner, "sheet", "row"):
                target = REPEATED if check.kind == "unique" else check.target
                self.tainted.ledger(ledger.name, target, len(frame))[failed] = True
                self.findings.extend(ledger_findings(self.registry, ledger, check, frame, failed, who))

    def _fields(
        self, name: str, frame: pd.DataFrame, checks: Sequence[FieldCheck], owner: np.ndarray, *index: str
    ) -> Iterator[tuple[FieldCheck, np.ndarray]]:
        """Run the checks on ``frame``; yields each that was evaluated with the lines that fail it."""
        expected = [
            Expected(c.id, c.id, c.kind, c.columns, c.title, c.severity, c.options, CONDITIONS.get(c.kind))
            for c in checks
        ]
        evaluated = self._evaluate(name, frame, expected, *index)
        for check in checks:
            failed = evaluated.failed.get(check.id)
            complete = np.ones(len(frame), dtype=bool)
            if check.kind != "required":
                complete = present(frame, check.columns)
            self.tally.add(check.id, owner, complete, failed)
            if failed is not None:
                yield check, failed

    def check_relations(self, earlier: pd.DataFrame) -> None:
        checks = [check for check in checks_of(self.registry) if not check.frame.startswith(CITY)]
        of_report = [check for check in checks if check.frame == REPORT]
        failed: list[Failure] = []
        frame = report_frame(self.grid, of_report, self.ledgers, self.tainted, self.reporting)
        failed.extend(self._relations(REPORT, frame, of_report))
        for kind in (Kind.FLOW, Kind.STOCK, Kind.MILESTONE):
            over = [check for check in checks if check.frame == kind]
            lines = line_frame(self.grid, kind, earlier, self.told, self.tainted, self.reporting)
            failed.extend(self._relations(kind, lines, over, "indicator"))
        self.findings.extend(relation_findings(self.grid, self.told, self.ledgers, failed, self.who))

    def _relations(
        self, name: str, frame: pd.DataFrame, checks: Sequence[Check], *index: str
    ) -> Iterator[Failure]:
        naming = IndicatorNames(self.registry)
        expected = [
            Expected(
                check.key,
                check.relation.id,
                check.relation.kind,
                check.columns,
                kind_of(check.relation).title(check, naming),
                severity_of(check.relation),
                check.options,
                kind_of(check.relation).holds,
            )
            for check in checks
        ]
        evaluated = self._evaluate(f"relations.{name}", frame, expected, *index)
        owner = frame["submission"].to_numpy()
        for check in checks:
            failed = evaluated.failed.get(check.key)
            applied = applies(self.grid, check)[owner] if check.frame == REPORT else np.ones(len(frame), bool)
            complete = present(frame, check.columns)
            positions = None if failed is None else np.isin(np.nonzero(applied)[0], failed).nonzero()[0]
            self.tally.add(check.relation.id, owner[applied], complete[applied], positions)
            if failed is not None:
                yield from failures(check, frame, failed)

    def _evaluate(
        self, name: str, frame: pd.DataFrame, expected: Sequence[Expected], *index: str
    ) -> Evaluated:
        if frame.empty or not expected:
            nothing = np.zeros(0, dtype="int64")
            return Evaluated({expectation.key: nothing for expectation in expected}, {}, {}, {})
        evaluated = self.engine.run(name, frame, expected, ("submission_id", *index))
        self.evaluated[name] = evaluated
        titles = {expectation.key: expectation.title for expectation in expected}
        self.unevaluated |= {key: titles[key] for key in evaluated.unevaluated}
        return evaluated

    def outcome(self) -> Outcome:
        found = [*self.findings, *unevaluated_findings(self.unevaluated.values())]
        return Outcome(
            findings=arranged(found, list(self.grid.submissions["submission_id"])),
            rules=self.tally.frame(),
            results={name: dict(result.result) for name, result in self.evaluated.items()},
            suites={name: dict(result.suite) for name, result in self.evaluated.items()},
            unevaluated=list(self.unevaluated),
        )
