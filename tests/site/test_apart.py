"""The site drawn by another process is the site drawn here."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.home import Home
from flows.merge import merge
from flows.site import apart, put_site
from flows.site.apart import drawing_apart
from tests.site.conftest import JUNE


def pages(home: Home) -> dict[str, bytes]:
    return {
        path.relative_to(home.site).as_posix(): path.read_bytes()
        for path in sorted(home.site.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def homes(site_register: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    """Two homes on the register; the other process finds it by its address."""
    monkeypatch.setenv("YAODIAN_DATABASE_URL", site_register.url.render_as_string(hide_password=False))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return Home(tmp_path / "here"), Home(tmp_path / "apart")


def test_the_pages_are_the_same(site_register: Engine, homes: tuple[Home, Home]) -> None:
    """Every file, byte for byte; and what is drawn again afterwards is nothing."""
    here, there = homes
    with site_register.connect() as connection:
        month = merge(connection, JUNE)
    # As after the outputs, which the pages link.
    for home in homes:
        (home.month(JUNE)).mkdir(parents=True)
        (home.month(JUNE) / "manifest.json").write_text("{}")
    put_site(here, site_register, JUNE, merged={JUNE: month})
    with drawing_apart(apart.FEWEST) as begin:
        changed = begin(there, site_register, month)()
    assert changed
    assert pages(there) == pages(here)
    assert put_site(there, site_register, JUNE) == []


def test_outputs_that_are_being_written_are_linked(site_register: Engine, homes: tuple[Home, Home]) -> None:
    """The pages do not say that a month has no outputs while the other process writes them."""
    here, there = homes
    with site_register.connect() as connection:
        month = merge(connection, JUNE)
    with drawing_apart(apart.FEWEST) as begin:
        begin(there, site_register, month)()
    (here.month(JUNE)).mkdir(parents=True)
    (here.month(JUNE) / "manifest.json").write_text("{}")
    put_site(here, site_register, JUNE, merged={JUNE: month})
    assert pages(there) == pages(here)


def test_a_process_that_is_killed_costs_nothing(
    site_register: Engine, homes: tuple[Home, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its pages are drawn here instead."""
    here, there = homes
    with site_register.connect() as connection:
        month = merge(connection, JUNE)
    monkeypatch.setattr(apart, "_ready", kill_yourself)
    with drawing_apart(apart.FEWEST) as begin:
        assert begin(there, site_register, month)()
    put_site(here, site_register, JUNE, merged={JUNE: month})
    assert pages(there) == pages(here)


def kill_yourself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_small_month_is_drawn_here(
    site_register: Engine, homes: tuple[Home, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No process is started for a city, nor for a ministry."""
    monkeypatch.setattr(apart, "ProcessPoolExecutor", None)
    with site_register.connect() as connection:
        month = merge(connection, JUNE)
    for home, units in zip(homes, (apart.FEWEST - 1, apart.MOST + 1), strict=True):
        with drawing_apart(units) as begin:
            assert begin(home, site_register, month)()
