"""The site of a small register, written once for all tests of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.site import SiteYear, gather, site_pages
from schemas import Registry
from tests.site.registered import JUNE, MAY, registered


@pytest.fixture(scope="session")
def site_register(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> Engine:
    return registered(tmp_path_factory.mktemp("register"), registry)


@pytest.fixture(scope="session")
def site_year(site_register: Engine) -> SiteYear:
    with site_register.connect() as connection:
        return gather(connection, 2023, JUNE, published=[MAY, JUNE])


@pytest.fixture(scope="session")
def pages(site_year: SiteYear) -> Mapping[str, bytes]:
    return site_pages(site_year)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, pages: Mapping[str, bytes]) -> Path:
    """The folder of the written site."""
    folder = tmp_path_factory.mktemp("outputs") / "site"
    for name, content in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder
