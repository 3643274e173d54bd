"""Great Expectations' own Data Docs of a month's runs, made to work offline.

The pages are rendered by Great Expectations from the JSON of its runs. Around them it expects style
sheets, fonts, a logo and scripts from eight public addresses; in their place stands what lies in
``docs_chrome``, so that no page asks for anything outside its folder.
"""

from __future__ import annotations

import hashlib
import importlib
import itertools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

_CHROME = Path(__file__).with_name("docs_chrome")
#: How Great Expectations addresses a suite from a result, counting on a folder tree of its own.
_SUITE_LINK = re.compile(r'href="(?:\.\./)+expectations/[^"]*"')


#: A run's frames as the list of runs shows them, plain JSON.
Summary = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Run:
    """A run as it was kept: Great Expectations' JSON of results and of suites, by frame."""

    name: str
    results: Mapping[str, Any]
    suites: Mapping[str, Any]


def run_pages(run: Run, title: str) -> dict[str, bytes]:
    """The pages of one run, by path below the run's own folder; the same bytes for the same run.

    ``<frame>.html`` for each result and ``expectations/<frame>.html`` for each suite. They lie two
    folders below the Data Docs' own (``<period>/<run>/``), where ``static_files`` and the index are.
    """
    gx = _renderers()
    pages: dict[str, bytes] = {}
    for frame, result in sorted(run.results.items()):
        trail = [("Data Docs", "../index.html"), (f"运行 {run.name}", f"../index.html#run-{run.name}")]
        html = gx.result(result, docs_root="../../", docs_title=f"{title} {frame}", docs_trail=trail)
        link = f'href="expectations/{frame}.html"' if frame in run.suites else 'href="../index.html"'
        pages[f"{frame}.html"] = _SUITE_LINK.sub(link, html).encode()
    for frame, suite in sorted(run.suites.items()):
        html = _suite_page(json.dumps(suite), f"{title} {frame} 断言集")
        pages[f"expectations/{frame}.html"] = html.replace(_RUN, run.name).encode()
    return pages


#: Stands for a run's name in a page that is the same for every run.
_RUN = "\0run\0"


@lru_cache(maxsize=64)
def _suite_page(suite: str, title: str) -> str:
    """A policy's suites are the same from run to run, while a run may be a single report's."""
    trail = [("Data Docs", "../../index.html"), (f"运行 {_RUN}", f"../../index.html#run-{_RUN}")]
    return _renderers().suite(json.loads(suite), docs_root="../../../", docs_title=title, docs_trail=trail)


def index_page(runs: Mapping[str, Summary], title: str, back: tuple[str, str]) -> bytes:
    """The list of a month's runs by name, newest first; ``back``: (label, address) of the page above it."""
    template = _index_template()
    shown = [
        {"name": name, "folder": f"{name}/", "rows": rows}
        for name, rows in sorted(runs.items(), reverse=True)
    ]
    text: str = template.render(runs=shown, title=title, trail=[back], root="../")
    return text.encode()


def static_files() -> dict[str, bytes]:
    """Style sheet, script and icon, by path below the Data Docs' folder."""
    return {f"static/{name}": (_CHROME / name).read_bytes() for name in ("docs.css", "docs.js", "icon.svg")}


@lru_cache(maxsize=1)
def drawn_with() -> str:
    """A digest of what has a part in a page besides its run: Great Expectations, our chrome, this file."""
    total = hashlib.sha256(version("great_expectations").encode())
    for path in (Path(__file__), *sorted(_CHROME.iterdir())):
        total.update(path.name.encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def summary(run: Run) -> Summary:
    """What the list of runs tells of one."""
    return [
        {
            "frame": frame,
            "success": result["success"],
            "evaluated": result["statistics"]["evaluated_expectations"],
            "passed": result["statistics"]["successful_expectations"],
            "failed": result["statistics"]["unsuccessful_expectations"],
            "suite": frame in run.suites,
        }
        for frame, result in sorted(run.results.items())
    ]


@lru_cache(maxsize=1)
def _index_template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_CHROME), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("index.html.j2")


def _know_our_kinds() -> None:
    """Great Expectations renders only expectations that it knows; ours register when they are made."""
    from validations.expectations.expectation_types import CORE, expectation_type
    from validations.fields.conditions import CONDITIONS
    from validations.kinds import kinds

    for name in CORE:
        expectation_type(name)
    for name, holds in {**CONDITIONS, **{n: kind.holds for n, kind in kinds().items()}}.items():
        expectation_type(name, holds)


def warm_up() -> None:
    """Load Great Expectations' renderers and templates now; else they are on first use."""
    _renderers().load()


@lru_cache(maxsize=1)
def _renderers() -> _Renderers:
    _know_our_kinds()
    return _Renderers()


class _Renderers:
    """Great Expectations' page renderers and its view, with our chrome around what they give."""

    def __init__(self) -> None:
        from jinja2 import ChoiceLoader, FileSystemLoader

        render = importlib.import_module("great_expectations.render.renderer")
        view = importlib.import_module("great_expectations.render.view")
        core = importlib.import_module("great_expectations.core.expectation_validation_result")
        suites = importlib.import_module("great_expectations.core.expectation_suite")
        self._schema = core.expectationSuiteValidationResultSchema
        self._suite = suites.ExpectationSuite
        self._of_result = render.ValidationResultsPageRenderer(run_info_at_end=False)
        self._of_suite = render.ExpectationSuitePageRenderer()
        self._view = view.DefaultJinjaPageView()
        self._numbers = itertools.count(1)
        environment = self._view.env
        environment.auto_reload = False
        environment.loader = ChoiceLoader([FileSystemLoader(_CHROME), environment.loader])
        environment.filters["render_content_block"] = _escaping(environment.filters["render_content_block"])
        environment.filters["generate_html_element_uuid"] = self._numbered()

    def _numbered(self) -> Callable[..., str]:
        """Fold identifiers are random otherwise, and the same run would give other bytes."""
        from jinja2 import pass_context

        # With the context, or Jinja would ask once, when it compiles a template, for all folds of all pages.
        @pass_context
        def numbered(_context: Any, prefix: str = "") -> str:
            return f"{prefix}{next(self._numbers)}"

        return numbered

    def load(self) -> None:
        for name in self._view.env.list_templates(extensions=["j2"]):
            self._view.env.get_template(name)

    def result(self, result: Mapping[str, Any], **chrome: Any) -> str:
        known = _copy(result)
        for one in known["results"]:
            _describe(one["expectation_config"])
            _name_values(one["expectation_config"]["kwargs"], one["result"])
        return self._page(self._of_result.render(self._schema.load(known)), chrome)

    def suite(self, suite: Mapping[str, Any], **chrome: Any) -> str:
        known = {k: v for k, v in _copy(suite).items() if k in ("name", "expectations", "meta", "notes")}
        for one in known["expectations"]:
            _describe(one)
        return self._page(self._of_suite.render(self._suite(**known)), chrome)

    def _page(self, document: Any, chrome: Mapping[str, Any]) -> str:
        self._numbers = itertools.count(1)
        text: str = self._view.render(document, **chrome)
        return text


def _escaping(original: Callable[..., Any]) -> Callable[..., Any]:
    """Great Expectations' filter, but bare text is text: it writes cells of failing rows unescaped."""
    from jinja2 import pass_context

    @pass_context
    def render(context: Any, block: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(block, str):
            return escape(block)
        if isinstance(block, list):
            block = [escape(one) if isinstance(one, str) else one for one in block]
        return original(context, block, *args, **kwargs)

    return render


def _describe(expectation: dict[str, Any]) -> None:
    """What it asserts, in Chinese; Great Expectations would print its bare arguments for our kinds."""
    meta = expectation.get("meta") or {}
    if "title" in meta:
        expectation["description"] = f"{meta['title']}（{meta.get('rule', '')}，{expectation['type']}）"


def _name_values(arguments: Mapping[str, Any], result: dict[str, Any]) -> None:
    """The values of a failing row as one text that names their columns.

    Great Expectations shows them bare and in the order of a set, which differs from run to run.
    """
    columns = arguments.get("column_list")
    listed = result.get("unexpected_index_list")
    if columns and listed:
        index = result["unexpected_index_column_names"]
        result["unexpected_index_list"] = [
            {"values": "，".join(f"{name} = {row[name]}" for name in columns if name in row)}
            | {name: row[name] for name in index}
            for row in listed
        ]


def _copy(value: Any) -> Any:
    """Plain JSON anew: Great Expectations alters what it is given to render."""
    if isinstance(value, Mapping):
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value
