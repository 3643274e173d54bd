"""Pages of submissions drawn ahead, by a process beside the run."""

from __future__ import annotations

import datetime as dt
import multiprocessing
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.outputs.site import prerender
from flows.outputs.site.page_cache import Entry
from flows.outputs.site.publish import publish_site
from flows.platform.context import RunContext
from flows.platform.home import Home
from flows.platform.processes import has_standby_process
from flows.register import queries
from tests.outputs.site.registered import JUNE, MAY

Given = Callable[[], Mapping[str, Entry]]
#: No finding between units names it.
OWN = "2023/submission/2023-06-411002-01.html"


@pytest.fixture
def context(site_register: Engine, tmp_path: Path) -> RunContext:
    moment = dt.datetime(2023, 7, 4, 9, tzinfo=dt.UTC)
    return RunContext(home=Home(tmp_path), engine=site_register, now=moment, who="office")


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handful of reports is drawn ahead too."""
    monkeypatch.setattr(prerender, "_MANY", 1)


def _fresh(context: RunContext) -> list[queries.Submission]:
    with context.engine.connect() as connection:
        return queries.submissions(connection)


def _files(home: Home) -> dict[str, bytes]:
    return {
        str(path.relative_to(home.site)): path.read_bytes() for path in home.site.rglob("*") if path.is_file()
    }


def test_the_site_is_the_same_as_without(context: RunContext, site_register: Engine, tmp_path: Path) -> None:
    """Pages taken up, and the list of them, are byte for byte what the site draws itself."""
    with prerender.prerender_pages(context, JUNE, _fresh(context)) as given:
        changed = publish_site(context.home, site_register, JUNE, ahead=given())
    alone = Home(tmp_path / "alone")
    assert sorted(changed) == sorted(publish_site(alone, site_register, JUNE))
    assert _files(context.home) == _files(alone)


def test_a_finding_between_units_is_not_lost(context: RunContext, site_register: Engine) -> None:
    """Who shares a case with another unit gets the page that says so, not the one drawn ahead."""
    with prerender.prerender_pages(context, JUNE, _fresh(context)) as given:
        laid = given()
        publish_site(context.home, site_register, JUNE, ahead=laid)
    with_findings = [path for path in laid if "city-1" in (context.home.site / path).read_text("utf-8")]
    assert with_findings
    assert OWN in laid
    assert OWN not in with_findings


def test_only_the_month_and_the_units_that_sent_are_drawn(context: RunContext) -> None:
    """A unit's other submissions of the month are drawn too, since their pages name the new one."""
    new = [one for one in _fresh(context) if one.submission_id == "2023-06-411002-02"]
    with prerender.prerender_pages(context, JUNE, new) as given:
        assert sorted(path[-8:-5] for path in given()) == ["-01", "-02", "-03"]
    with prerender.prerender_pages(context, MAY, new) as given:
        assert given() == {}


def test_what_is_not_taken_up_goes(context: RunContext) -> None:
    """A run that fails before the site leaves nothing lying there."""

    def failing() -> None:
        with prerender.prerender_pages(context, JUNE, _fresh(context)) as given:
            assert given()
            assert _files(context.home)
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        failing()
    assert _files(context.home) == {}


def test_few_reports_are_left_to_the_site(context: RunContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another process would cost more than it saves, none is asked."""
    monkeypatch.setattr(prerender, "_MANY", 100)
    monkeypatch.setattr(prerender, "run_in_background", None)
    with prerender.prerender_pages(context, JUNE, _fresh(context)) as given:
        assert given() == {}


def test_another_policy_draws_nothing(context: RunContext, tmp_path: Path) -> None:
    """A process that would go by another registry leaves all pages to the run."""
    database = context.engine.url.render_as_string(hide_password=False)
    units = frozenset(one.unit_code for one in _fresh(context))
    wanted = prerender.PrerenderJob(context.home.site, database, JUNE, units, (), "another")
    assert prerender.draw(wanted) == {}


def test_an_office_of_few_units_keeps_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred megabytes are nothing to a province, and much to a city's computer."""
    with prerender.standby_renderer():
        assert has_standby_process()
        assert not multiprocessing.active_children()
    monkeypatch.setattr(prerender, "_MANY_KEPT", 3)
    with prerender.standby_renderer():
        assert multiprocessing.active_children()
    assert not multiprocessing.active_children()
