"""The site put in place beside the outputs."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from flows.home import Home
from flows.site import put_site
from tests.site.registered import JUNE, MAY

OLD = "2023/submission/2023-05-411002-01.html"


def _home(folder: Path) -> Home:
    home = Home(folder)
    home.month(JUNE).mkdir(parents=True)
    (home.month(JUNE) / "manifest.json").write_text("{}", "utf-8")
    return home


def test_the_second_time_changes_nothing(site_register: Engine, tmp_path: Path) -> None:
    """Put in place again from the same register, no page is written."""
    home = _home(tmp_path)
    assert OLD in put_site(home, site_register, JUNE)
    assert put_site(home, site_register, JUNE) == []


def test_an_earlier_month_put_in_place_again_leaves_the_year_whole(
    site_register: Engine, tmp_path: Path
) -> None:
    """Consolidating May after June does not take June out of the site."""
    home = _home(tmp_path)
    put_site(home, site_register, JUNE)
    assert put_site(home, site_register, MAY) == []


def test_only_months_with_outputs_are_linked_to_them(site_register: Engine, tmp_path: Path) -> None:
    """A month that was never consolidated says so instead of giving dead links."""
    home = _home(tmp_path)
    put_site(home, site_register, JUNE)
    assert "尚未汇总产出" in (home.site / "2023/month-05.html").read_text("utf-8")
    assert "../../2023-06/manifest.json" in (home.site / "2023/month-06.html").read_text("utf-8")


def test_a_missing_page_of_an_earlier_month_is_written_again(site_register: Engine, tmp_path: Path) -> None:
    """Earlier months' submission pages are left alone only while they stand."""
    home = _home(tmp_path)
    put_site(home, site_register, JUNE)
    (home.site / OLD).unlink()
    assert put_site(home, site_register, JUNE) == [OLD]


def test_new_looks_draw_every_page_again(site_register: Engine, tmp_path: Path) -> None:
    """When the site's looks or the registry have changed, no page of the old kind is left."""
    home = _home(tmp_path)
    put_site(home, site_register, JUNE)
    (home.site / OLD).write_text("old looks", "utf-8")
    assert put_site(home, site_register, JUNE) == []
    (home.site / "assets/drawn-with.txt").write_text("other", "utf-8")
    assert put_site(home, site_register, JUNE) == [OLD]
