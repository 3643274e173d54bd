"""What Prefect's own UI shows of a run: tables of who has reported and of what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from flows.consolidation.month import Month
from flows.consolidation.status import RESULT_TITLES, UNIT_TITLES
from flows.intake.collect import IntakeSummary
from flows.operation import prefect_server
from flows.outputs.file_names import workbook_name
from flows.platform.home import Home
from flows.register.results import Result
from schemas import Period
from validations.findings.finding import SEVERITY_TITLES, STATUS_TITLES, Finding

#: Prefect's UI becomes slow with more rows; findings.csv holds them all.
_MOST_ROWS = 500


async def status_table(month: Month) -> None:
    """Reporting status of every unit of the month."""
    rows = [
        {
            "填报单位": unit.short,
            "状态": UNIT_TITLES[month.units[unit.code].state],
            "迟报": "是" if month.units[unit.code].late else "",
            "接收时间": month.units[unit.code].received_at,
            "回执": month.units[unit.code].submission_id,
        }
        for unit in month.registry.units
    ]
    await acreate_table_artifact(
        rows, key=f"status-{month.period}", description=f"{month.period.chinese}报送情况"
    )


async def findings_table(key: str, title: str, found: Sequence[Finding]) -> None:
    """The findings, most serious first, as they are given."""
    rows = [
        {
            "级别": SEVERITY_TITLES[one.severity],
            "状态": STATUS_TITLES[one.status],
            "单位": one.unit_code,
            "位置": f"{one.sheet}!{one.cell}".strip("!"),
            "问题": one.message,
        }
        for one in found[:_MOST_ROWS]
    ]
    await acreate_table_artifact(rows, key=key, description=f"{title}（{len(found)} 条）")


async def intake_table(taken: IntakeSummary) -> None:
    """What one intake took in."""
    rows = [_came_of(s.submission_id, s.file, s.result, s.errors, s.queries) for s in taken.submissions]
    rows += [_came_of(q.receipt, q.file, Result.QUARANTINED, 0, 0) for q in taken.quarantined]
    await acreate_table_artifact(rows, key="intake", description="本次收件")


def _came_of(number: str, file: str, result: str, errors: int, queries: int) -> dict[str, Any]:
    told = {"回执": number, "文件": file, "结果": RESULT_TITLES[result]}
    return told | {"强制性": errors, "核实性": queries}


async def links(home: Home, period: Period) -> None:
    """Where the month's workbook and the site are: as links where ``serve`` shows them."""
    folder = home.month(period).resolve()
    site = prefect_server.announced_addresses(home).get("site", "")
    if site:
        named = quote(workbook_name(period))
        lines = [
            f"- [考核汇总表]({site}/{period}/{named})",
            f"- [校验结果]({site}/{period}/findings.csv)",
            f"- [审计站点]({site}/site/index.html)",
        ]
    else:
        lines = [f"- 审计站点：`{home.site.resolve() / 'index.html'}`"]
    lines.append(f"- 文件夹：`{folder}`")
    await acreate_markdown_artifact(
        "\n".join(lines), key=f"links-{period}", description=f"{period.chinese}的成果在哪里"
    )
