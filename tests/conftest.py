"""What the tests share: the registry of 2023 and a unit of each type."""

from __future__ import annotations

import pytest

import schemas
from schemas import Registry, Unit


@pytest.fixture(scope="session")
def registry() -> Registry:
    return schemas.load(2023)


@pytest.fixture(scope="session")
def county(registry: Registry) -> Unit:
    return registry.unit_by_name["魏都区"]
