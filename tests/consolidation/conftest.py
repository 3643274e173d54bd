"""The month that the scores are computed from."""

from __future__ import annotations

import pytest

from flows.consolidation.month import Month
from schemas import Registry
from tests.outputs.workbook.months import make_month


@pytest.fixture(scope="session")
def month(registry: Registry) -> Month:
    """One unit missing, one returned, one late; zeros and 不适用."""
    return make_month(registry, missing=["411024"], returned=["411025"], late=["4110F2"])
