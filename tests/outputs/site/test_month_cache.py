"""Months kept as the site shows them: no earlier month is merged again, and none is shown as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.consolidation.figure_table import Mark
from flows.outputs.site import load, month_cache
from flows.outputs.site.model import SiteYear
from flows.outputs.site.publish import publish_site
from flows.platform.home import Home
from flows.register import queries, writes
from schemas import Period, Registry
from schemas.models import STATUSES
from tests.outputs.site.registered import JUNE, MAY, add, registered

KEPT_MAY = "assets/month-2023-05.json"


@pytest.mark.parametrize("period", [MAY, JUNE])
def test_a_kept_month_is_the_month_itself(
    site_year: SiteYear, site_register: Engine, registry: Registry, period: Period
) -> None:
    """Every cell, state, finding and count comes back as it was."""
    shown = site_year.months[period]
    with site_register.connect() as connection:
        chain = queries.submissions(connection, period=period)
    assert month_cache.read(month_cache.written(shown), registry, period, chain) == shown
    assert {one.mark for row in shown.shown.values() for one in row} >= {
        Mark.VALUE,
        Mark.MISSING,
        Mark.OUTSIDE,
    }


def test_no_mark_reads_like_a_text_of_a_cell() -> None:
    """A kept cell is told by one value: its number, its text, or its mark."""
    assert not {str(mark) for mark in Mark} & set(STATUSES)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b"\xff", "half"])
def test_a_damaged_one_is_none(
    content: bytes | str, site_year: SiteYear, site_register: Engine, registry: Registry
) -> None:
    """It is merged again instead."""
    whole = month_cache.written(site_year.months[MAY])
    with site_register.connect() as connection:
        chain = queries.submissions(connection, period=MAY)
    told = whole[: len(whole) // 2] if isinstance(content, str) else content
    assert month_cache.read(told, registry, MAY, chain) is None
    without = {name: value for name, value in json.loads(whole).items() if name != "rules"}
    assert month_cache.read(json.dumps(without).encode(), registry, MAY, chain) is None


def test_one_that_somebody_changed_is_none(
    site_year: SiteYear, site_register: Engine, registry: Registry
) -> None:
    """Even by one figure: what the register says is shown, not what a file beside the site says."""
    told = json.loads(month_cache.written(site_year.months[MAY]))
    with site_register.connect() as connection:
        chain = queries.submissions(connection, period=MAY)
    same = month_cache.read(json.dumps(told).encode(), registry, MAY, chain)
    assert same == site_year.months[MAY]
    code, row = next((code, row) for code, row in told["shown"].items() if row)
    for changed in ({**told["shown"], code: row[1:]}, {**told["shown"], code: [7.0, *row[1:]]}, {}):
        edited = told | {"shown": changed}
        assert month_cache.read(json.dumps(edited).encode(), registry, MAY, chain) is None


def test_an_earlier_month_is_not_merged_again(
    site_register: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is consolidated again costs what that month costs, not what the year does."""
    home = Home(tmp_path)
    publish_site(home, site_register, JUNE)
    merged: list[Period] = []
    whole = load.merge

    def merge(connection: object, period: Period, **given: bool) -> object:
        merged.append(period)
        return whole(connection, period, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(load, "merge", merge)
    assert publish_site(home, site_register, JUNE) == []
    assert merged == []
    (home.site / KEPT_MAY).write_bytes(b"{")
    assert publish_site(home, site_register, JUNE) == []
    assert merged == [MAY]
    (home.site / "assets/drawn-with-2023.txt").write_text("another program", "utf-8")
    publish_site(home, site_register, JUNE)
    assert merged == [MAY, MAY, JUNE]


@pytest.mark.parametrize("what", ["correction", "release"])
def test_what_changed_in_an_earlier_month_is_shown(what: str, registry: Registry, tmp_path: Path) -> None:
    """The site is the one that is drawn from nothing."""
    register = registered(tmp_path, registry)
    home, anew = Home(tmp_path / "home"), Home(tmp_path / "anew")
    publish_site(home, register, JUNE)
    counties = [unit for unit in registry.units if unit.type == "county"]
    with register.begin() as connection:
        if what == "release":
            writes.release(connection, MAY)
        else:
            add(connection, registry, counties[0], MAY, 2, total=7.0)
    changed = publish_site(home, register, JUNE)
    publish_site(anew, register, JUNE)
    assert _pages(home) == _pages(anew)
    assert {"2023/month-05.html", "2023/indicator/3105.html"} <= set(changed)


def _pages(home: Home) -> Mapping[str, bytes]:
    files = (path for path in home.site.rglob("*") if path.is_file())
    return {path.relative_to(home.site).as_posix(): path.read_bytes() for path in files}
