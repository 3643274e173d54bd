"""The site of a small register, written once for all tests of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine as Register

from flows.outputs.site.all_pages import written_pages
from flows.outputs.site.data_docs import write_data_docs
from flows.outputs.site.load import load_site_year
from flows.outputs.site.model import SiteYear
from flows.platform.home import Home
from schemas import Registry
from tests.outputs.site.registered import HOSTILE, JUNE, MAY, registered
from validations.data_docs import Run
from validations.expectations.engine import LINE, ExpectationEngine, Expected
from validations.kinds import kinds


@pytest.fixture(scope="session")
def site_register(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> Register:
    return registered(tmp_path_factory.mktemp("register"), registry)


@pytest.fixture(scope="session")
def site_year(site_register: Register) -> SiteYear:
    with site_register.connect() as connection:
        return load_site_year(connection, 2023, JUNE, published=[MAY, JUNE])


@pytest.fixture(scope="session")
def pages(site_year: SiteYear) -> Mapping[str, bytes]:
    return dict(written_pages(site_year))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, pages: Mapping[str, bytes]) -> Path:
    """The folder of the written site."""
    folder = tmp_path_factory.mktemp("outputs") / "site"
    for name, content in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="session")
def run() -> Run:
    """A real run: a broken total, a choice that is not in the list, and hostile text in both frames."""
    reports = pd.DataFrame(
        {"3105.month": [30.0, 5.0], "3102.month": [17.0, 5.0], "3103.month": [8.0, 0.0], LINE: [0, 1]}
    ).assign(submission_id=["2023-06-411025-01", HOSTILE])
    total = Expected(
        "total-3105/month", "total-3105", "total", ("3105.month", "3102.month", "3103.month"),
        "3105 立案合计 = 3102 + 3103", "error", {"tolerance": 1e-9}, kinds()["total"].holds,
    )  # fmt: skip
    rows = pd.DataFrame({"case_type": ["商标", HOSTILE], LINE: [0, 1], "submission_id": ["a", "b"]})
    choice = Expected(
        "ledger.cases.case_type.in_set", "ledger.cases.case_type.in_set", "in_set", ("case_type",),
        "案件类型为规定的选项", "error", {"value_set": ["商标", "专利"]},
    )  # fmt: skip
    engine = ExpectationEngine()
    evaluated = {
        "relations.report": engine.run("relations.report", reports, [total], ["submission_id"]),
        "ledger.cases": engine.run("ledger.cases", rows, [choice], ["submission_id"]),
    }
    return Run(
        "000001-000002",
        {name: one.result for name, one in evaluated.items()},
        {name: one.suite for name, one in evaluated.items()},
    )


@pytest.fixture
def home_with_run(tmp_path: Path, run: Run) -> Home:
    """A home folder with the Data Docs of that run."""
    home = Home(tmp_path)
    for kind, documents in (("results", run.results), ("suites", run.suites)):
        for name, document in documents.items():
            path = home.runs / "2023-06" / run.name / kind / f"{name}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    assert write_data_docs(home, JUNE)
    return home
