"""Findings as the site's pages list them, each with the address under which it is cited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flows.outputs.site import urls
from flows.outputs.site.model import Chains, Report, SiteMonth, SiteYear
from validations.declaring.wording import clause
from validations.findings.finding import SEVERITY_ORDER, Finding


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
            urls.submission(report.id),
            urls.finding_anchor(number),
            target=targets.get((one.sheet, one.cell), ""),
            current=current,
        )
        for number, one in enumerate(report.findings, start=1)
    ]
    return sorted(lines, key=_seriousness)


def of_month(year: SiteYear, month: SiteMonth) -> list[Line]:
    """The month's current findings: each unit's newest report, then those that only the city can make."""
    reports = [report for report in year.sent[month.period] if report.id in month.judged]
    lines = [line for report in reports for line in of_report(year, report, {})]
    lines = [line for line in lines if line.finding not in month.lifted]
    return sorted(lines, key=_seriousness) + city(year, month)


def city(year: Chains, month: SiteMonth) -> list[Line]:
    """Findings that only the city can make: they belong to the month, not to a submission's record."""
    page = urls.month(month.period)
    return [_line(year, one, page, f"city-{n}") for n, one in enumerate(month.between, start=1)]


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
        rule_page=urls.rule(year.year, one.rule) if one.rule in year.rule else "",
        current=current,
    )


def _seriousness(line: Line) -> tuple[bool, int]:
    # A stable sort: within a severity they stay as they were recorded.
    return line.finding.status != "open", SEVERITY_ORDER[line.finding.severity]
