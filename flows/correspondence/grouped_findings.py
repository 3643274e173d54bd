"""Groups findings so that one cause is one line, the most serious first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from validations.findings.finding import SEVERITY_ORDER, SEVERITY_TITLES, STATUS_TITLES, Finding

#: Like findings whose expected values differ are shown one by one up to this many, because each has to
#: be corrected on its own; more of them have a common cause (a shifted column, a wrong month).
ONE_BY_ONE = 6

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """One line of a list of problems. ``findings`` is never empty and in the order of the cells."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        return self.findings[0]

    @property
    def count(self) -> int:
        return len(self.findings)

    @property
    def closed(self) -> bool:
        """Explained or waived: nothing is left to do."""
        return self.first.status != "open"

    @property
    def same_reading(self) -> bool:
        return len({finding.value for finding in self.findings}) == 1

    @property
    def same_expectation(self) -> bool:
        return len({finding.expected for finding in self.findings}) == 1


def group_findings(findings: Sequence[Finding]) -> tuple[FindingGroup, ...]:
    """Open before closed, error before query before note, whole file before cells, then by place."""
    sheets = {sheet: n for n, sheet in enumerate(dict.fromkeys(f.sheet for f in findings))}

    def rank(finding: Finding) -> tuple[int, ...]:
        return (
            finding.status != "open",
            SEVERITY_ORDER[finding.severity],
            bool(finding.sheet),
            sheets[finding.sheet],
            *position(finding.cell),
        )

    alike: dict[tuple[str, ...], list[Finding]] = {}
    for finding in sorted(findings, key=rank):
        alike.setdefault(_kind(finding), []).append(finding)
    groups = [group for members in alike.values() for group in _split(members)]
    return tuple(FindingGroup(tuple(group)) for group in sorted(groups, key=lambda group: rank(group[0])))


def summary(groups: Sequence[FindingGroup]) -> str:
    """``强制性 3 项（12 处），核实性 1 项（1 处）``; open ones first, then what was settled."""
    lines: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for group in groups:
        name = STATUS_TITLES[group.first.status] if group.closed else SEVERITY_TITLES[group.first.severity]
        lines[name] += 1
        places[name] += group.count
    return "，".join(f"{name} {lines[name]} 项（{places[name]} 处）" for name in lines) or "没有发现问题"


def position(cell: str) -> tuple[int, int]:
    """Row and column of an A1 address or of a range's first cell, from 1; ``(0, 0)`` for none."""
    match = _CELL.match(cell)
    return (0, 0) if match is None else (int(match[2]), _column(match[1]))


def span(findings: Iterable[Finding]) -> str:
    """The cells in few words: ``F12:F15、H3``; runs down one column are joined."""
    runs: list[list[str]] = []
    for cell in dict.fromkeys(f.cell for f in findings if f.cell):
        if runs and _below(runs[-1][-1], cell):
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return "、".join(run[0] if len(run) == 1 else f"{run[0]}:{run[-1]}" for run in runs)


def _kind(finding: Finding) -> tuple[str, ...]:
    """What findings of one cause share; those about a whole sheet or file differ by their words."""
    return (
        finding.severity,
        finding.status,
        finding.code,
        finding.rule,
        finding.sheet,
        finding.waiver,
        finding.explanation,  # it belongs to one figure and must stay readable
        "" if finding.cell else finding.message,
    )


def _split(members: list[Finding]) -> list[list[Finding]]:
    expectations: dict[str, list[Finding]] = {}
    for finding in members:
        expectations.setdefault(finding.expected, []).append(finding)
    return list(expectations.values()) if len(expectations) <= ONE_BY_ONE else [members]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _below(upper: str, lower: str) -> bool:
    (row, column), (next_row, next_column) = position(upper), position(lower)
    return column == next_column and next_row == row + 1 and ":" not in upper + lower
