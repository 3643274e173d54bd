"""Issued templates of each type of unit, made once, and LibreOffice where there is one."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from schemas import Period, Registry
from schemas.template import Layout, SelfCheck, issue, lay_out
from schemas.template.checks import BROKEN, HOLDS, OPEN

PERIOD = Period(2023, 6)
EARLIER = {("1101", "last_month"): 3.0, ("1101", "year_before"): 2.0, ("1103", "last_month"): "=1+1"}
UNITS = ("魏都区", "禹州市", "示范区分局", "知识产权保护科", "市维权保护中心")


def sample_checks(layout: Layout) -> list[SelfCheck]:
    """A check of each severity in turn: this month's figure is within the year's."""
    checks = []
    severities = ("error", "query", "note")
    flows = [i for i in layout.indicators if "month" in i.measures]
    for number, indicator in enumerate(flows):
        month, ytd = layout.figure_ref(indicator.code, "month"), layout.figure_ref(indicator.code, "ytd")
        result = f'IF({month}<={ytd},"{HOLDS}","{BROKEN}")'
        checks.append(
            SelfCheck(
                rule="sample",
                title=f"{indicator.name}：本月数不超过本年累计",
                severity=severities[number % 3],
                work_point=indicator.work_point,
                indicator=indicator.code,
                formula=f'=IF(AND(ISNUMBER({month}),ISNUMBER({ytd})),{result},"{OPEN}")',
                sheet=layout.sheet("figures"),
                cell=layout.figures[indicator.code, "month"],
            )
        )
    return checks


@pytest.fixture(scope="session", params=UNITS)
def layout(request: pytest.FixtureRequest, registry: Registry) -> Layout:
    return lay_out(registry, registry.unit_by_name[request.param], PERIOD)


@pytest.fixture(scope="session")
def county_layout(registry: Registry) -> Layout:
    return lay_out(registry, registry.unit_by_name["禹州市"], PERIOD)


@pytest.fixture(scope="session")
def template(layout: Layout) -> bytes:
    return issue(layout, sample_checks(layout), EARLIER)


@pytest.fixture
def workbook(template: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(template))


@pytest.fixture(scope="session")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], Workbook]:
    """Opens a workbook's bytes in LibreOffice and gives back what it computed."""
    home = tmp_path_factory.mktemp("libreoffice")

    def recalculate(content: bytes) -> Workbook:
        source, target = Path(home, "in.xlsx"), Path(home, "out")
        source.write_bytes(content)
        profile = f"-env:UserInstallation={Path(home, 'profile').as_uri()}"
        command = ["soffice", "--headless", profile, "--convert-to", "xlsx", "--outdir", target, source]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return openpyxl.load_workbook(target / "in.xlsx", data_only=True)

    return recalculate
