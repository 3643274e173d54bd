"""One seeded year of sample reports, shared by the tests of this folder."""

from __future__ import annotations

import pytest

from flows.demo.sample import SampleReport, sample_year
from schemas import Period, Registry
from schemas.template.layout import Layout, lay_out

YEAR, SEED = 2023, 20230426
Reports = dict[tuple[str, Period], SampleReport]


@pytest.fixture(scope="session")
def reports(registry: Registry) -> Reports:
    return sample_year(registry, YEAR, range(1, 13), SEED)


@pytest.fixture(scope="session")
def june(registry: Registry, reports: Reports) -> SampleReport:
    """禹州市's report of June, which holds every ledger."""
    return reports["411081", Period(YEAR, 6)]


@pytest.fixture(scope="session")
def layout(registry: Registry, june: SampleReport) -> Layout:
    return lay_out(registry, june.unit, june.period)
