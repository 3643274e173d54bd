"""Findings as the site's pages list them, each with the address under which it is cited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.site import address
from flows.site.model import Chains, Report, SiteYear
from validations.findings import SEVERITY_ORDER, Finding
from validations.wording import clause

if TYPE_CHECKING:
    from flows.month import Month


@dataclass(frozen=True, slots=True)
class Line:
    """``page`` and ``anchor`` are the finding's own address, ``target`` the anchor of its cell there."""

    finding: Finding
    page: str
    anchor: str
    unit: str  # short name
    clause: str
    target: str = ""
    rule_page: str = ""
    current: bool = True

    @property
    def place(self) -> str:
        one = self.finding
        return f"{one.sheet}!{one.cell}" if one.sheet and one.cell else one.sheet or "整个文件"


def of_report(year: Chains, report: Report, targets: Mapping[tuple[str, str], str]) -> list[Line]:
    """The findings of one submission, numbered as they were recorded, the most serious first.

    ``targets``: (sheet, cell) -> anchor on the submission's page.
    """
    current = year.standing(report) == "current"
    lines = [
        _line(
            year,
            one,
            address.submission(report.id),
            address.finding_anchor(number),
            target=targets.get((one.sheet, one.cell), ""),
            current=current,
        )
        for number, one in enumerate(report.findings, start=1)
    ]
    return sorted(lines, key=_seriousness)


def of_month(year: SiteYear, month: Month) -> list[Line]:
    """The month's current findings: each unit's newest report, then those between units."""
    own = {finding.submission_id for finding in month.findings}
    reports = [r for r in year.reports if r.id in own and r.head.period == str(month.period)]
    lines = [line for report in reports for line in of_report(year, report, {})]
    return sorted(lines, key=_seriousness) + city(year, month)


def city(year: SiteYear, month: Month) -> list[Line]:
    """Findings that only the city can make: they belong to the month, not to a submission's record."""
    recorded = Counter(one for report in year.reports for one in report.findings)
    lines: list[Line] = []
    for one in month.findings:
        if recorded[one] > 0:
            recorded[one] -= 1
            continue
        anchor = f"city-{len(lines) + 1}"
        lines.append(_line(year, one, address.month(month.period), anchor))
    return lines


def counts(findings: Iterable[Finding]) -> Counter[str]:
    """How many of each severity, waived ones apart."""
    return Counter(one.severity for one in findings if one.status != "waived")


def _line(
    year: Chains, one: Finding, page: str, anchor: str, *, target: str = "", current: bool = True
) -> Line:
    unit = year.registry.unit.get(one.unit_code)
    return Line(
        finding=one,
        page=page,
        anchor=anchor,
        unit=unit.short if unit else "",
        clause=clause(year.registry, one.work_point) if one.work_point else "",
        target=target,
        rule_page=address.rule(year.year, one.rule) if one.rule in year.rule else "",
        current=current,
    )


def _seriousness(line: Line) -> tuple[bool, int]:
    # A stable sort: within a severity they stay as they were recorded.
    return line.finding.status != "open", SEVERITY_ORDER[line.finding.severity]
