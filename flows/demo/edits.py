"""One mistake put into a sample report: the cells changed, and the cell at which it should be found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from flows.demo.cells import ledger_cell
from flows.demo.rowcells import Value
from flows.demo.sample import SampleReport
from schemas.template.layout import Layout

Part = Literal["cover", "figures", "explanation", "progress", "ledger"]
LastMonth = Literal["any", "given", "absent"]


@dataclass(frozen=True, slots=True)
class Edit:
    """A new value for one input.

    ``key``: (field,) of the cover; (code, measure) of a figure; (code,) of an explanation;
    (work point, field) of the progress; (ledger, row from 0, column) of a ledger.
    """

    part: Part
    key: tuple[str | int, ...]
    value: Value

    def place(self, layout: Layout) -> tuple[str, str]:
        """The sheet's title and the cell."""
        names = [str(k) for k in self.key]
        match self.part:
            case "cover":
                return layout.sheet("cover"), layout.cover[names[0]]
            case "figures":
                return layout.sheet("figures"), layout.figures[names[0], names[1]]
            case "explanation":
                return layout.sheet("figures"), layout.figures[names[0], "explanation"]
            case "progress":
                return layout.sheet("progress"), layout.progress[names[0], names[1]]
            case "ledger":
                return layout.sheet(names[0]), ledger_cell(layout, names[0], names[2], int(self.key[1]))


@dataclass(frozen=True)
class Fault:
    """A report with one thing wrong, or with one oddity that is harmless.

    ``code`` is the kind of finding expected (a relation's kind, else a key of findings.yaml),
    ``rule`` the relation or check, ``sheet`` and ``cell`` the place a person would point at.
    ``last_month``: whether it shows alone only when last month's figures are known (given) or not
    known (absent).
    """

    name: str
    report: SampleReport
    edits: tuple[Edit, ...]
    code: str
    rule: str
    severity: str
    sheet: str
    cell: str
    changed: frozenset[tuple[str, str]]
    last_month: LastMonth = "any"
    explained: bool = False


def fault(
    name: str,
    layout: Layout,
    report: SampleReport,
    edits: Iterable[Edit],
    *,
    code: str,
    rule: str = "",
    severity: str = "error",
    at: tuple[str, str] | None = None,
    last_month: LastMonth = "any",
    explained: bool = False,
) -> Fault:
    """The fault made by ``edits``, to be found ``at`` a place, by default that of the first edit."""
    made = tuple(edits)
    sheet, cell = at or made[0].place(layout)
    return Fault(
        name=name,
        report=edited(report, made),
        edits=made,
        code=code,
        rule=rule,
        severity=severity,
        sheet=sheet,
        cell=cell,
        changed=frozenset(edit.place(layout) for edit in made),
        last_month=last_month,
        explained=explained,
    )


def edited(report: SampleReport, edits: Iterable[Edit]) -> SampleReport:
    """A copy with the edits; the report itself stays as it is."""
    cover, figures = dict(report.cover), dict(report.figures)
    explanations, progress = dict(report.explanations), dict(report.progress)
    ledgers = {name: [dict(row) for row in rows] for name, rows in report.ledgers.items()}
    for edit in edits:
        names = [str(k) for k in edit.key]
        match edit.part:
            case "cover":
                cover[names[0]] = edit.value
            case "figures":
                figures[names[0], names[1]] = edit.value
            case "explanation":
                explanations[names[0]] = str(edit.value)
            case "progress":
                progress[names[0], names[1]] = None if edit.value is None else str(edit.value)
            case "ledger":
                ledgers[names[0]][int(edit.key[1])][names[2]] = edit.value
    return replace(
        report,
        cover=cover,
        figures=figures,
        explanations=explanations,
        progress=progress,
        ledgers=ledgers,
    )
