"""Great Expectations' Data Docs beside the site: offline, in words, the same every time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.outputs.site import data_docs
from flows.outputs.site.data_docs import write_data_docs
from flows.platform.home import Home
from schemas import Period
from tests.outputs.site.parsed import parsed
from validations.data_docs import Run, index_page, run_pages, summary


@pytest.fixture(scope="module")
def docs(run: Run) -> dict[str, bytes]:
    return run_pages(run, "2023年6月")


def test_each_result_and_suite_has_a_page(docs: dict[str, bytes]) -> None:
    """A frame's result leads to its suite."""
    assert set(docs) == {
        "relations.report.html",
        "ledger.cases.html",
        "expectations/relations.report.html",
        "expectations/ledger.cases.html",
    }
    assert "expectations/relations.report.html" in parsed(docs["relations.report.html"]).all("href")


def test_an_expectation_is_shown_in_words_with_the_failing_values(docs: dict[str, bytes]) -> None:
    """Title, rule and the values by column stand on the page that Great Expectations rendered."""
    words = parsed(docs["relations.report.html"]).words
    assert "3105 立案合计 = 3102 + 3103（total-3105，expect_total_to_hold）" in words
    assert "3105.month = 30.0，3102.month = 17.0，3103.month = 8.0" in words
    assert "2023-06-411025-01" in words


def test_data_docs_ask_for_nothing_elsewhere(docs: dict[str, bytes]) -> None:
    """No address of another host, no script in the page, no handler."""
    for name, content in docs.items():
        assert re.findall(rb"(?:https?:)?//[a-z0-9.-]+\.[a-z]+", content) == [], name
        page = parsed(content)
        assert all("src" in attrs for tag, attrs in page.tags if tag == "script"), name
        assert [key for _, attrs in page.tags for key in attrs if key.startswith("on")] == [], name


def test_what_was_typed_stays_text_in_data_docs(docs: dict[str, bytes]) -> None:
    """Hostile cells make no element."""
    for name, content in docs.items():
        assert [tag for tag, _ in parsed(content).tags if tag == "img"] == [], name


def test_links_of_data_docs_resolve(home_with_run: Home) -> None:
    """Every address in the written folder leads to a file of it, or back to the month's page."""
    folder = home_with_run.site / "data_docs"
    lost = []
    for path in folder.rglob("*.html"):
        for link in [*parsed(path.read_bytes()).all("href"), *parsed(path.read_bytes()).all("src")]:
            target = (path.parent / link.split("#")[0]).resolve() if link.split("#")[0] else path
            if not target.is_file() and target != (home_with_run.site / "2023/month-06.html").resolve():
                lost.append((path.name, link))
    assert lost == []


def test_a_month_without_runs_has_no_data_docs(tmp_path: Path) -> None:
    """Nothing is written where nothing was validated."""
    assert not write_data_docs(Home(tmp_path), Period(2023, 6))
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_rendered_once(home_with_run: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that stand are left alone."""
    monkeypatch.setattr(data_docs.data_docs, "run_pages", None)
    assert write_data_docs(home_with_run, Period(2023, 6))


@pytest.mark.parametrize("name", ["ledger.cases.html", "expectations/relations.report.html"])
@pytest.mark.parametrize("damage", [b"garbage", None])
def test_a_page_that_was_altered_or_lost_is_drawn_again(
    home_with_run: Home, name: str, damage: bytes | None
) -> None:
    """Also where only a byte of it has turned: its digest is kept."""
    page = home_with_run.site / "data_docs/2023-06/000001-000002" / name
    whole = page.read_bytes()
    page.write_bytes(damage or whole[:-20] + b"?" + whole[-19:])
    write_data_docs(home_with_run, Period(2023, 6))
    assert page.read_bytes() == whole
    page.unlink()
    write_data_docs(home_with_run, Period(2023, 6))
    assert page.read_bytes() == whole


def test_new_looks_reach_runs_that_stand(home_with_run: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade of Great Expectations or of our chrome every run is drawn anew, once."""
    page = home_with_run.site / "data_docs/2023-06/000001-000002/ledger.cases.html"
    with monkeypatch.context() as upgraded:
        upgraded.setattr(data_docs.data_docs, "drawn_with", lambda: "another version")
        upgraded.setattr(data_docs.data_docs, "run_pages", lambda run, _: _new_looks(run))
        write_data_docs(home_with_run, Period(2023, 6))
        assert page.read_bytes() == b"new looks"
        upgraded.setattr(data_docs.data_docs, "run_pages", None)
        write_data_docs(home_with_run, Period(2023, 6))
    write_data_docs(home_with_run, Period(2023, 6))
    assert page.read_bytes() != b"new looks"


def _new_looks(run: Run) -> dict[str, bytes]:
    pages = [f"{frame}.html" for frame in run.results] + [
        f"expectations/{frame}.html" for frame in run.suites
    ]
    return dict.fromkeys(pages, b"new looks")


def test_a_run_whose_pages_stand_is_not_read_again(
    home_with_run: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of runs is the same; what is damaged is made anew."""
    folder = home_with_run.site / "data_docs/2023-06"
    whole = (folder / "index.html").read_bytes()
    monkeypatch.setattr(data_docs, "_run", None)
    (folder / "index.html").unlink()
    write_data_docs(home_with_run, Period(2023, 6))
    assert (folder / "index.html").read_bytes() == whole
    monkeypatch.undo()
    for damaged in (b"", b"[1]", b"[]", b'[{"frame": "ledger.cases"}]'):
        kept = folder / "000001-000002/summary.json"
        kept.write_bytes(damaged)
        write_data_docs(home_with_run, Period(2023, 6))
        assert (folder / "index.html").read_bytes() == whole
        assert kept.read_bytes() != damaged


def test_each_fold_opens_what_is_its_own(docs: dict[str, bytes]) -> None:
    """What is folded away on a page is opened by the one link that stands before it."""
    folds = 0
    for page in docs.values():
        text = page.decode()
        ids = re.findall(r'\bid="?([^" >]+)', text)
        for target in re.findall(r'data-toggle="collapse" href="#([^"]+)"', text):
            assert ids.count(target) == 1, target
            folds += 1
    assert folds


def test_the_index_says_what_failed(run: Run) -> None:
    """The list of runs shows how many expectations failed in each frame."""
    listed = {run.name: summary(run)}
    words = parsed(index_page(listed, "2023年6月 校验运行", ("2023年6月", "../month.html"))).words
    assert "ledger.cases ✕ 有不符 1 0 1 断言集" in words


def test_the_same_run_gives_the_same_bytes_in_another_process(
    home_with_run: Home, docs: dict[str, bytes]
) -> None:
    """Nothing of a page depends on the order of a set, on random identifiers, or on what was loaded when."""
    code = (
        "import sys, hashlib; from pathlib import Path; from flows.outputs.site.data_docs import _run; "
        "from validations.data_docs import run_pages, warm_up; warm_up(); "
        "pages = run_pages(_run(Path(sys.argv[1])), '2023年6月'); "
        "[print(name, hashlib.sha256(pages[name]).hexdigest()) for name in sorted(pages)]"
    )
    folder = str(home_with_run.runs / "2023-06/000001-000002")
    told = subprocess.run(
        [sys.executable, "-c", code, folder],
        env=os.environ | {"PYTHONHASHSEED": "7"},
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    import hashlib

    here = run_pages(data_docs._run(Path(folder)), "2023年6月")
    assert told.split() == [
        word for name in sorted(here) for word in (name, hashlib.sha256(here[name]).hexdigest())
    ]
    assert here == docs
