"""``yaodian templates 2023``."""

from __future__ import annotations

import schemas
from flows.cli import session
from flows.correspondence.templates import TemplateJob, issue_all_templates
from flows.platform import atomic_files
from flows.platform.errors import WrongUseError
from flows.platform.home import Home
from schemas import Period, Registry, Unit


def issue_templates(home: Home, year: int, unit: str | None, text: str | None) -> int:
    """One file per unit: for its next month to report, or for the month asked."""
    if year not in schemas.years():
        raise WrongUseError(f"没有 {year} 年的要点登记")
    registry = schemas.load(year)
    asked = _asked(year, text)
    units = _units(registry, unit)
    database = home.database_url(session.database_url())
    wanted = [TemplateJob(database, year, one.code, asked) for one in units]
    for one, (period, content) in zip(units, issue_all_templates(wanted), strict=True):
        path = home.templates(year) / f"{one.short}_{period}.xlsx"
        atomic_files.write(path, content)
        print(path)
    return 0


def _asked(year: int, text: str | None) -> Period | None:
    if text is None:
        return None
    period = session.parse_period(text)
    if period.year != year:
        raise WrongUseError(f"报告期 {text} 不在 {year} 年")
    return period


def _units(registry: Registry, name: str | None) -> tuple[Unit, ...]:
    if name is None:
        return registry.units
    if name not in registry.unit_by_name:
        raise WrongUseError(f"没有这个填报单位：{name}")
    return (registry.unit_by_name[name],)
