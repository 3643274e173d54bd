"""The site put in place beside the outputs."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

import schemas
from flows.outputs.site import publish, urls
from flows.outputs.site.publish import publish_site
from flows.platform.home import Home
from flows.register import tables, writes
from schemas import Period, Registry
from tests.outputs.site.parsed import parsed
from tests.outputs.site.registered import JUNE, MAY, add, registered

OLD = "2023/submission/2023-05-411002-01.html"
NEW = "2023/submission/2023-06-411002-02.html"
UNIT = "2023/unit/411002.html"
JANUARY = Period(2024, 1)
LIST = "assets/drawn-from-2023.json"


def _home(folder: Path) -> Home:
    home = Home(folder)
    home.month(JUNE).mkdir(parents=True)
    (home.month(JUNE) / "manifest.json").write_text("{}", "utf-8")
    return home


@pytest.fixture(scope="module")
def published(site_register: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose site has been put in place once."""
    home = _home(tmp_path_factory.mktemp("published") / "home")
    publish_site(home, site_register, JUNE)
    return home.root


@pytest.fixture
def home(published: Path, tmp_path: Path) -> Home:
    """A copy of it."""
    return Home(Path(shutil.copytree(published, tmp_path / "home")))


def test_the_second_time_changes_nothing(site_register: Engine, tmp_path: Path) -> None:
    """Put in place again from the same register, no page is written."""
    home = _home(tmp_path)
    assert OLD in publish_site(home, site_register, JUNE)
    assert publish_site(home, site_register, JUNE) == []


def test_an_earlier_month_put_in_place_again_leaves_the_year_whole(site_register: Engine, home: Home) -> None:
    """Consolidating May after June does not take June out of the site."""
    assert publish_site(home, site_register, MAY) == []


def test_only_months_with_outputs_are_linked_to_them(site_register: Engine, home: Home) -> None:
    """A month that was never consolidated says so instead of giving dead links."""
    assert "尚未汇总产出" in (home.site / "2023/month-05.html").read_text("utf-8")
    assert "../../2023-06/manifest.json" in (home.site / "2023/month-06.html").read_text("utf-8")


def test_a_missing_page_of_an_earlier_month_is_written_again(site_register: Engine, home: Home) -> None:
    """Earlier months' submission pages are left alone only while they stand."""
    (home.site / OLD).unlink()
    assert publish_site(home, site_register, JUNE) == [OLD]


def test_new_looks_draw_every_page_again(site_register: Engine, home: Home) -> None:
    """When the site's looks or the registry have changed, no page of the old kind is left."""
    for name in (OLD, NEW, UNIT):
        _listed_as(home, name, b"old looks")
    assert publish_site(home, site_register, JUNE) == []
    (home.site / "assets/drawn-with-2023.txt").write_text("other", "utf-8")
    assert sorted(publish_site(home, site_register, JUNE)) == sorted((OLD, NEW, UNIT))


def _listed_as(home: Home, name: str, content: bytes) -> None:
    """As if the page had been drawn like that."""
    (home.site / name).write_bytes(content)
    listed = json.loads((home.site / LIST).read_bytes())
    listed[name][1:] = [hashlib.sha256(content).hexdigest()[:32], len(content)]
    (home.site / LIST).write_text(json.dumps(listed), "utf-8")


@pytest.mark.parametrize("name", [NEW, UNIT, "file/{sha256}.html", "2023/index.html", urls.record(1)])
def test_a_damaged_page_is_drawn_again(name: str, site_register: Engine, home: Home) -> None:
    """Also where only a byte of it has turned."""
    name = name.format(sha256=next(path.stem for path in (home.site / "file").glob("*.html")))
    content = bytearray((home.site / name).read_bytes())
    content[-20] ^= 1
    (home.site / name).write_bytes(content)
    assert publish_site(home, site_register, JUNE) == [name]


def _put(home: Home, register: Engine) -> list[Path]:
    return [home.site / name for name in publish_site(home, register, JUNE)]


@pytest.mark.parametrize("content", ["", "[1]", '{"a": 1}', "{", "null"])
def test_a_broken_list_of_pages_draws_them_again(content: str, site_register: Engine, home: Home) -> None:
    """Nothing is believed of it, and nothing fails."""
    listed = (home.site / LIST).read_bytes()
    (home.site / LIST).write_text(content, "utf-8")
    (home.site / NEW).write_text("damaged", "utf-8")
    assert publish_site(home, site_register, JUNE) == [NEW]
    assert (home.site / LIST).read_bytes() == listed


def test_a_run_cut_short_draws_all_again(
    site_register: Engine, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it left half written, with a list that knows nothing of it, does not stay."""
    _listed_as(home, NEW, b"half")

    def ends(*_: object) -> list[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(publish.atomic_files, "write_all", ends)
        with pytest.raises(KeyboardInterrupt):
            publish_site(home, site_register, JUNE)
    assert publish_site(home, site_register, JUNE) == [NEW]


def test_pages_follow_the_register_step_by_step(registry: Registry, tmp_path: Path) -> None:
    """After each event the site is the one that would be drawn from nothing."""
    register, home = registered(tmp_path, registry), _home(tmp_path / "kept")
    counties = [unit for unit in registry.units if unit.type == "county"]
    publish_site(home, register, JUNE)
    events: list[Callable[[Connection], object]] = [
        lambda c: add(c, registry, counties[2], JUNE, 2, result="returned", total=9.0),
        lambda c: add(c, registry, counties[2], JUNE, 3, case=True),
        lambda c: writes.release(c, MAY),
        lambda c: add(c, registry, counties[3], MAY, 1, late=True),
    ]
    for number, event in enumerate(events):
        with register.begin() as connection:
            event(connection)
        changed = publish_site(home, register, JUNE)
        anew = _home(tmp_path / f"anew{number}")
        publish_site(anew, register, JUNE)
        assert _pages(home) == _pages(anew)
        assert f"2023/submission/2023-06-{counties[1].code}-01.html" not in changed or number == 1


def _pages(home: Home) -> dict[str, bytes]:
    return {p.relative_to(home.site).as_posix(): p.read_bytes() for p in home.site.rglob("*") if p.is_file()}


@pytest.fixture
def next_year(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Engine]:
    """A register that goes on in January, and the sites of both years."""
    later = registry.model_copy(
        update={"year": 2024, "version": "next", "notice_title": "2024年许昌市知识产权工作要点"}
    )
    monkeypatch.setattr(schemas, "load", {2023: registry, 2024: later}.__getitem__)
    register, home = registered(tmp_path, registry), _home(tmp_path)
    county = next(unit for unit in registry.units if unit.type == "county")
    publish_site(home, register, JUNE)
    with register.begin() as connection:
        add(connection, later, county, JANUARY, 1)
    publish_site(home, register, JANUARY)
    publish_site(home, register, JUNE)
    return home, register


def test_a_page_does_not_depend_on_which_year_ran_last(next_year: tuple[Home, Engine]) -> None:
    """Where two years take turns, each leaves the other's pages and those of no year as they are."""
    home, register = next_year
    before = _pages(home)
    assert publish_site(home, register, JANUARY) == []
    assert publish_site(home, register, JUNE) == []
    assert _pages(home) == before


def test_pages_of_no_year_go_by_the_newest(next_year: tuple[Home, Engine]) -> None:
    """Record, quarantine, refused originals lead into the newest year; a report's original into its own."""
    home, _ = next_year
    refused = urls.file("f" * 64)
    for name in (urls.QUARANTINE, urls.RECORD, urls.record(1), refused, urls.FRONT):
        page = (home.site / name).read_text("utf-8")
        assert "2024年许昌市知识产权工作要点" in page, name
        assert "2023年许昌市知识产权工作要点" not in page, name
        assert "2024/rules.html" in page, name
    sent = [p for p in (home.site / "file").glob("*.html") if p.stem != "f" * 64]
    assert {("2024年许昌市" in p.read_text("utf-8"), p.stem.startswith(b"2024".hex())) for p in sent} == {
        (True, True),
        (False, False),
    }


def test_the_record_leads_to_the_submissions_of_every_year(next_year: tuple[Home, Engine]) -> None:
    """Each entry's page is that of its own year, and no link is dead."""
    home, _ = next_year
    page = parsed((home.site / urls.record(1)).read_bytes())
    links = [link for link in page.all("href") if "/submission/" in link]
    assert {link.split("/")[1] for link in links} == {"2023", "2024"}
    assert all((home.site / "record" / link).resolve().is_file() for link in links)


def test_a_year_without_pages_is_not_led_to(next_year: tuple[Home, Engine], tmp_path: Path) -> None:
    """The register knows January, the site does not: it shows 2023 alone."""
    _, register = next_year
    alone = _home(tmp_path / "alone")
    publish_site(alone, register, JUNE)
    assert "2024/" not in (alone.site / urls.record(1)).read_text("utf-8")
    assert (alone.site / urls.FRONT).is_file()


def test_a_refused_original_that_came_again_is_drawn_by_its_own_year(
    next_year: tuple[Home, Engine], registry: Registry
) -> None:
    """Refused first, then taken as a report of 2023: January says no less of it than June did."""
    home, register = next_year
    county = next(unit for unit in registry.units if unit.type == "county")
    with register.begin() as connection:
        add(connection, registry, county, MAY, 2)
        connection.execute(
            tables.submissions.update()
            .where(tables.submissions.c.submission_id == f"{MAY}-{county.code}-02")
            .values(file_sha256="f" * 64)
        )
    publish_site(home, register, JUNE)
    page = home.site / urls.file("f" * 64)
    assert "作为报表收到" in page.read_text("utf-8")
    assert page.relative_to(home.site).as_posix() not in publish_site(home, register, JANUARY)
    assert "作为报表收到" in page.read_text("utf-8")
