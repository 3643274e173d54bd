"""The site's pages as files: links, anchors, escaping, sameness."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Mapping
from urllib.parse import unquote

import pytest
from sqlalchemy import Engine

from flows.outputs.site.all_pages import written_pages
from flows.outputs.site.load import load_site_year
from flows.outputs.site.model import SiteYear
from tests.outputs.site.parsed import Page, parsed
from tests.outputs.site.registered import HOSTILE, JUNE, MAY

FIRST = "2023-06-411002"


@pytest.fixture(scope="module")
def read(pages: Mapping[str, bytes]) -> dict[str, Page]:
    return {name: parsed(content) for name, content in pages.items() if name.endswith(".html")}


def test_every_kind_of_page_is_written(pages: Mapping[str, bytes]) -> None:
    """There is a page for each year, month, unit, submission, rule, indicator, file, and the record."""
    expected = {
        "index.html", "quarantine.html", "record/0001.html", "assets/site.css", "assets/site.js",
        "2023/index.html", "2023/all.html", "2023/clauses.html", "2023/rules.html",
        "2023/month-05.html", "2023/month-06.html", "2023/unit/411002.html",
        f"2023/submission/{FIRST}-01.html", "2023/rule/total-3105.html", "2023/indicator/3105.html",
        f"file/{'f' * 64}.html",
    }  # fmt: skip
    assert expected <= set(pages)


def test_every_link_leads_somewhere(read: dict[str, Page], pages: Mapping[str, bytes]) -> None:
    """Each address within the site is a file of it, and each anchor an element of that file."""
    anchors = {name: set(page.all("id")) for name, page in read.items()}
    lost = []
    for name, page in read.items():
        for link in [*page.all("href"), *page.all("src"), *page.all("action")]:
            path, _, anchor = link.partition("#")
            target = (
                posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(path))) if path else name
            )
            if target.startswith("../"):
                continue
            if target not in pages or (anchor and anchor not in anchors[target]):
                lost.append((name, link))
    assert lost == []


def test_links_out_of_the_site_lead_to_the_outputs_beside_it(read: dict[str, Page]) -> None:
    """Outside the site's folder are only the month's outputs and the stored originals."""
    outside = {
        posixpath.normpath(posixpath.join(posixpath.dirname(name), link))
        for name, page in read.items()
        for link in page.all("href")
    }
    known = re.compile(r"\.\./(archive/[0-9a-f]{2}/[0-9a-f]{64}|2023-0[56]/.+\.(xlsx|csv|json))")
    assert [one for one in outside if one.startswith("..") and not known.fullmatch(one)] == []


def test_no_page_asks_for_anything_elsewhere(pages: Mapping[str, bytes]) -> None:
    """No address of another host stands in any page, style sheet or script."""
    found = [
        (name, match)
        for name, content in pages.items()
        for match in re.findall(rb"(?:https?:)?//[a-z0-9.-]+\.[a-z]+[^ ]*", content)
        if b"www.w3.org/2000/svg" not in match
    ]
    assert found == []


def test_an_anchor_is_given_once(read: dict[str, Page]) -> None:
    """No page has the same id twice."""
    doubled = {
        name: [one for one, count in Counter(page.all("id")).items() if count > 1]
        for name, page in read.items()
    }
    assert {name: ids for name, ids in doubled.items() if ids} == {}


def test_pages_are_well_formed(read: dict[str, Page]) -> None:
    """Every element is closed where it should be."""
    assert {name: page.mismatched for name, page in read.items() if page.mismatched or page.open} == {}


def test_nothing_that_was_typed_becomes_markup(read: dict[str, Page]) -> None:
    """Hostile file names, cells, names and explanations stay text: no element, no handler, no style."""
    for name, page in read.items():
        assert not [tag for tag, _ in page.tags if tag in {"img", "iframe", "style", "b>"}], name
        assert all("src" in attrs for tag, attrs in page.tags if tag == "script"), name
        handlers = [key for _, attrs in page.tags for key in attrs if key.startswith("on") or key == "style"]
        assert handlers == [], name


def test_invisible_characters_are_named(read: dict[str, Page], pages: Mapping[str, bytes]) -> None:
    """What turns the reading direction, or cannot be seen, is shown by its code."""
    page = read[f"2023/submission/{FIRST}-02.html"]
    assert "⟦U+202E⟧xcod⟦U+0007⟧" in page.words
    assert [name for name, content in pages.items() if "\u202e" in content.decode()] == []


def test_the_same_year_gives_the_same_bytes(site_register: Engine, pages: Mapping[str, bytes]) -> None:
    """Gathered anew from the register, the site is byte for byte the same."""
    with site_register.connect() as connection:
        again = dict(written_pages(load_site_year(connection, 2023, JUNE, published=[MAY, JUNE])))
    assert list(again) == list(pages)
    assert again == dict(pages)


def test_the_year_shows_each_unit_and_month(read: dict[str, Page]) -> None:
    """Accepted, explained, late and missing stand in words in the grid."""
    words = read["2023/index.html"].words
    assert all(state in words for state in ("已接收", "有说明", "已接收·迟", "未报", "报 3 次", "封存"))


def test_a_finding_leads_to_its_cell_its_rule_and_its_clause(read: dict[str, Page]) -> None:
    """From the returned report's finding there are links to the figure, the rule and the work point."""
    links = read[f"2023/submission/{FIRST}-01.html"].all("href")
    assert {"#f-3105-month", "../../2023/rule/total-3105.html", "../../2023/clauses.html#wp-3-1"} <= set(
        links
    )


def test_a_figure_shows_raw_text_cell_and_state(read: dict[str, Page]) -> None:
    """A normalised figure shows what was typed beside what was used."""
    words = read[f"2023/submission/{FIRST}-02.html"].words
    assert f"本年累计 2 {HOSTILE[:12]}" in words
    assert "指标表!F43" in words
    assert "规范写法后采用" in words


def test_a_correction_shows_what_it_changed(read: dict[str, Page]) -> None:
    """The second report lists each changed cell with both texts, and new ledger rows."""
    words = read[f"2023/submission/{FIRST}-02.html"].words
    assert "与前一份 2023-06-411002-01 逐格比较" in words
    assert "3105 立案合计 本月数 9 6 指标表!E42" in words
    assert "执法案件台账 许市监案〔2023〕1号 案号 空 许市监案〔2023〕1号 执法案件台账!A5" in words


def test_a_repeat_is_shown_without_findings(read: dict[str, Page]) -> None:
    """A byte-identical report is named as such and leads to the same file."""
    repeat, first = read[f"2023/submission/{FIRST}-03.html"], read[f"2023/submission/{FIRST}-02.html"]
    assert "与前一份文件相同，没有另行读取和校验" in repeat.words
    files = [{link for link in page.all("href") if "/file/" in link} for page in (repeat, first)]
    assert files[0] == files[1]


def test_standings_tell_what_counts(site_year: SiteYear) -> None:
    """Of a chain one report is current; others are returned, repeated, or held after a seal."""
    standing = {report.id: site_year.standing(report) for report in site_year.reports}
    assert standing == {
        "2023-05-411002-01": "current",
        "2023-05-411024-01": "held",
        f"{FIRST}-01": "returned",
        f"{FIRST}-02": "current",
        f"{FIRST}-03": "repeated",
        "2023-06-411003-01": "current",
        "2023-06-411024-01": "current",
    }


def test_a_case_claimed_twice_is_found_at_both_units(read: dict[str, Page]) -> None:
    """Findings between units have addresses of the month and stand on both submissions' pages."""
    month = read["2023/month-06.html"]
    assert {"city-1", "city-2"} <= set(month.all("id"))
    for report in (f"{FIRST}-02", "2023-06-411003-01"):
        links = read[f"2023/submission/{report}.html"].all("href")
        assert any(link.startswith("../../2023/month-06.html#city-") for link in links), report


def test_a_rule_lists_failures_of_returned_reports_too(read: dict[str, Page]) -> None:
    """Where a rule failed is kept although a later report corrected it."""
    assert "读到 9，应等于各部分之和 6" in read["2023/rule/total-3105.html"].words
    assert "读到 9，应等于各部分之和 6" in read["2023/rule/part_of-3109.html"].words


def test_an_indicator_quotes_its_phrase_and_names_who_is_absent(
    read: dict[str, Page], site_year: SiteYear
) -> None:
    """The definition, the basis phrase and the units that a city total lacks stand on its page."""
    page, indicator = read["2023/indicator/3105.html"], site_year.registry.indicator["3105"]
    assert indicator.basis in page.words
    assert indicator.definition in page.words
    assert "6月全市数不含：襄城县" in page.words


def test_a_file_tells_how_to_check_it(read: dict[str, Page]) -> None:
    """An original's page gives its hash, where it is stored, and the command that proves it."""
    words = read[f"file/{'f' * 64}.html"].words
    assert f"sha256sum archive/ff/{'f' * 64}" in words
    assert "这是文本文件" in words


def test_the_record_is_checked_as_it_is_shown(site_year: SiteYear) -> None:
    """A record whose chain is broken is shown with an alarm that names the entry."""
    altered = [dict(entry) for entry in site_year.record]
    altered[1]["who"] = "别人"
    broken = SiteYear(**{**_fields(site_year), "record": tuple(altered)})
    pages = dict(written_pages(broken))
    for name in ("record/0001.html", "record/index.html"):
        assert "记录链已断： 第 2 条" in parsed(pages[name]).words


def test_only_named_months_get_submission_pages(site_register: Engine, pages: Mapping[str, bytes]) -> None:
    """With ``detail`` the submission pages of other months are left as they stand, the rest is whole."""
    with site_register.connect() as connection:
        some = dict(
            written_pages(load_site_year(connection, 2023, JUNE, published=[MAY, JUNE], detail=[JUNE]))
        )
    left_out = {name for name in pages if name.startswith("2023/submission/2023-05")}
    assert set(pages) - set(some) == left_out
    assert {name: content for name, content in pages.items() if name in some} == some


def _fields(year: SiteYear) -> dict[str, object]:
    return {name: getattr(year, name) for name in SiteYear.__dataclass_fields__}
