"""The site in real Chromium, from a folder: walked, searched, filtered, measured."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.platform.home import Home

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.chromium

PHONE = {"width": 390, "height": 844}
KINDS = (
    "index.html",
    "2023/index.html",
    "2023/month-06.html",
    "2023/unit/411002.html",
    "2023/submission/2023-06-411002-01.html",
    "2023/submission/2023-06-411002-02.html",
    "2023/clauses.html",
    "2023/indicator/3105.html",
    "2023/indicator/1103.html",
    "2023/rules.html",
    "2023/rule/total-3105.html",
    f"file/{'f' * 64}.html",
    "quarantine.html",
    "record/index.html",
    "record/0001.html",
    "2023/all.html",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[sync_api.Browser]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visit:
    """A page of the browser that remembers what it asked for and what it complained about."""

    def __init__(self, browser: sync_api.Browser, site: Path, **options: object) -> None:
        self.site = site
        self.page = browser.new_context(**options).new_page()
        self.page.set_default_timeout(10_000)
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(f"{self.page.url}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"{self.page.url}: {error}"))
        self.page.on("dialog", lambda dialog: self.said.append(f"{self.page.url}: {dialog.message}"))

    def open(self, path: str) -> sync_api.Page:
        self.page.goto(f"{self.site.as_uri()}/{path}")
        return self.page

    def check(self) -> None:
        """Nothing was asked for outside the site's folder, and the console is clean."""
        assert [url for url in self.asked if not url.startswith(self.site.as_uri())] == []
        assert self.said == []


@pytest.fixture
def visit(chromium: sync_api.Browser, site: Path) -> Iterator[Visit]:
    visiting = Visit(chromium, site)
    yield visiting
    visiting.check()
    visiting.page.context.close()


def test_from_the_year_to_a_finding_to_its_cell_and_its_clause(visit: Visit) -> None:
    """An auditor walks by links alone from the first page to the cell and to the notice's phrase."""
    page = visit.open("index.html")
    page.get_by_role("link", name="2023 年 年度一览").click()
    page.get_by_role("row", name="魏都区").get_by_role("link", name="已接收").nth(1).click()
    page.get_by_role("link", name="2023-06-411002-01").click()
    page.get_by_role("link", name="指标表!E42").first.click()
    assert page.url.endswith("2023-06-411002-01.html#f-3105-month")
    row = page.locator("tr:target")
    assert row.is_visible()
    assert "9" in row.inner_text()
    page.get_by_role("link", name="强制性").click()
    assert page.url.endswith("#finding-2")
    page.locator("#finding-2").get_by_role("link", name="要点三(1)").click()
    assert page.url.endswith("clauses.html#wp-3-1")
    assert page.get_by_text("切实加大商标、专利、地理标志执法办案力度").first.is_visible()


def test_findings_are_filtered_by_severity_and_unit_and_words(visit: Visit) -> None:
    """Choices and words narrow the list together; clearing brings everything back."""
    page = visit.open("2023/month-06.html")
    form, rows = page.get_by_role("form", name="筛选校验问题"), page.locator("#finding-list > li:visible")
    everything = rows.count()
    form.get_by_label("程度").select_option("note")
    assert 0 < rows.count() < everything
    form.get_by_label("单位").select_option("魏都区")
    assert rows.count() == 1
    form.get_by_label("关键词").fill("没有这样的字")
    sync_api.expect(rows).to_have_count(0)
    assert form.get_by_role("status").inner_text() == f"0 / {everything} 项"
    form.get_by_role("button", name="清除").click()
    sync_api.expect(rows).to_have_count(everything)


def test_search_from_any_page_opens_the_list_narrowed(visit: Visit) -> None:
    """The box at the top of every page finds indicators, rules, submissions and files."""
    page = visit.open("2023/submission/2023-06-411002-02.html")
    page.get_by_role("searchbox", name="查找").fill("3105 立案合计")
    page.keyboard.press("Enter")
    page.wait_for_url("**/2023/all.html?q=*")
    rows = page.locator("#all tbody tr:visible")
    assert 0 < rows.count() < 5
    page.get_by_role("link", name="3105 立案合计", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("3105 立案合计")


def test_an_address_carries_a_filter(visit: Visit) -> None:
    """A filtered list can be cited."""
    page = visit.open("2023/rules.html?severity=query&kind=steady")
    assert page.locator("#rule-list tbody tr:visible").count() == 2


def test_a_cited_figure_is_reached_although_a_filter_hides_it(visit: Visit) -> None:
    """Following an anchor into a filtered list shows its target."""
    page = visit.open("2023/submission/2023-06-411002-01.html")
    page.get_by_role("form", name="筛选指标").get_by_label("关键词").fill("5505")
    sync_api.expect(page.locator("#f-3105-month")).to_be_hidden()
    page.evaluate("location.hash = 'f-3105-month'")
    sync_api.expect(page.locator("#f-3105-month")).to_be_visible()


def test_sections_without_a_match_fold_away(visit: Visit) -> None:
    """Filtering figures leaves no empty headings."""
    page = visit.open("2023/submission/2023-06-411002-01.html")
    page.get_by_role("form", name="筛选指标").get_by_label("关键词").fill("立案合计")
    sync_api.expect(page.locator("section.point:visible")).to_have_count(1)


def test_without_a_script_everything_stands(chromium: sync_api.Browser, site: Path) -> None:
    """With scripts switched off no filter is shown and no row is missing."""
    visiting = Visit(chromium, site, java_script_enabled=False)
    page = visiting.open("2023/month-06.html")
    assert page.locator("form.filter:visible").count() == 0
    findings = page.locator("#finding-list > li")
    assert 0 < findings.count() == page.locator("#finding-list > li:visible").count()
    visiting.check()


@pytest.mark.parametrize("path", KINDS)
def test_every_kind_of_page_fits_a_phone(chromium: sync_api.Browser, site: Path, path: str) -> None:
    """On a phone no page is wider than its screen; wide tables scroll in their own frame."""
    visiting = Visit(chromium, site, viewport=PHONE)
    page = visiting.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    visiting.check()


@pytest.mark.parametrize("path", KINDS)
def test_no_serious_violation_of_accessibility(chromium: sync_api.Browser, site: Path, path: str) -> None:
    """axe-core finds nothing serious or critical on any kind of page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
    visiting = Visit(chromium, site, bypass_csp=True)
    results = axe.Axe().run(visiting.open(path)).response
    serious = [
        (one["id"], node["html"][:200], node["failureSummary"])
        for one in results["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]
    assert serious == []


def test_data_docs_work_offline(chromium: sync_api.Browser, home_with_run: Home) -> None:
    """Great Expectations' pages fold, filter and link with local files alone, and no hostile cell acts."""
    visiting = Visit(chromium, home_with_run.site)
    page = visiting.open("data_docs/2023-06/index.html")
    page.get_by_role("link", name="ledger.cases").click()
    assert page.get_by_text("onerror=alert(1)").first.is_visible()
    page.goto(page.url.replace("ledger.cases", "relations.report"))
    page.get_by_role("link", name="Show more info...").click()
    assert page.get_by_text("Great Expectations Version", exact=False).first.is_visible()
    page.get_by_role("link", name="relations.report", exact=True).click()
    assert page.url.endswith("expectations/relations.report.html")
    visiting.check()


def test_the_keyboard_reaches_the_content_first(visit: Visit) -> None:
    """The first stop of the tab key is a link that skips to the content."""
    page = visit.open("2023/month-06.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
