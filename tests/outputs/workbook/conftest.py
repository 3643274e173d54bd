"""The month that the workbook's tests are written from."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.consolidation.month import Month
from flows.consolidation.scoring import assess
from flows.outputs.workbook.write import write_workbook
from schemas import Registry
from tests.outputs.workbook.months import make_month


@pytest.fixture(scope="session")
def month(registry: Registry) -> Month:
    """Nine counted units, one of them late; one missing, one returned; zeros and 不适用."""
    return make_month(registry, missing=["411024"], returned=["411025"], late=["4110F2"])


@pytest.fixture(scope="session")
def written(month: Month, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "book.xlsx"
    write_workbook(month, assess(month), path)
    return path


@pytest.fixture(scope="session")
def written_empty(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month in which nobody has reported."""
    month = make_month(registry, empty=True)
    path = tmp_path_factory.mktemp("workbook") / "empty.xlsx"
    write_workbook(month, assess(month), path)
    return path
