"""回执: one page that says what became of a submission and what to do next.

HTML, because every office computer opens it, offline, without asking for a program; no script,
nothing fetched, tables instead of newer layout, so that old browsers and WPS show it alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flows.correspondence.grouped_findings import FindingGroup, group_findings, span, summary
from flows.correspondence.receipts.model import RESULT_TITLES, Answer, chinese_date, chinese_time
from flows.correspondence.receipts.wording import next_steps, standing_of
from flows.platform.safe_text import clean, single_line
from flows.register.results import Result
from validations.findings.finding import SEVERITY_TITLES, STATUS_TITLES, Finding

if TYPE_CHECKING:
    from jinja2 import Template

#: A list on paper; the returned workbook and findings.json hold all.
MOST_LINES = 60
_TONES = {
    Result.ACCEPTED: "good",
    Result.QUERIED: "good",
    Result.RETURNED: "bad",
    Result.REPEATED: "plain",
    Result.LATE_AFTER_SEAL: "warn",
    Result.QUARANTINED: "bad",
}


def receipt(answer: Answer) -> bytes:
    """A self-contained UTF-8 page, printable on A4; the same bytes for the same answer.

    Raises ``ValueError`` where ``received_at`` or ``deadline`` is no ISO date: our mistake.
    """
    grouped = group_findings(_problems(answer))
    page = _template().render(
        answer=answer,
        title=RESULT_TITLES[answer.result],
        tone=_TONES[answer.result],
        received=chinese_time(answer.received_at),
        under=_under(answer, grouped),
        steps=next_steps(answer),
        standing=standing_of(answer),
        sections=_sections(grouped),
        counts=_counts(answer),
        most=MOST_LINES,
        size=_size(answer.size),
    )
    return clean(page, limit=len(page) * 2).text.encode()


def _problems(answer: Answer) -> list[Finding]:
    """The findings, less the notes that the table of repairs shows with both texts."""
    repaired = {(repair.sheet, repair.cell) for repair in answer.repairs}
    return [f for f in answer.findings if f.severity != "note" or (f.sheet, f.cell) not in repaired]


def place(cause: FindingGroup) -> str:
    """``指标表!F12:F15、H3``; the whole sheet or file where there are no cells."""
    sheet = single_line(cause.first.sheet)
    cells = single_line(span(cause.findings), 120)
    return f"{sheet}!{cells}" if sheet and cells else sheet or "整个文件"


def _under(answer: Answer, grouped: Sequence[FindingGroup]) -> list[str]:
    """The small lines below the result: how many problems, on time or late, why it was not taken."""
    lines = [summary(grouped)] if grouped else []
    if answer.reason:
        lines.append(f"原因：{answer.reason}")
    until = f"（报送期限 {chinese_date(answer.deadline)}）" if answer.deadline else ""
    if answer.late:
        lines.append(f"逾期报送{until}")
    elif until and answer.correction:
        lines.append(f"更正：原报表按期报送{until}")
    elif until and answer.result != Result.QUARANTINED:
        lines.append(f"按期报送{until}")
    return lines


def _sections(grouped: Sequence[FindingGroup]) -> list[tuple[str, str, list[dict[str, str | int]]]]:
    """(heading, style, lines) of each severity that occurs, what is settled last."""
    sections: dict[str, tuple[str, list[dict[str, str | int]]]] = {}
    for cause in grouped:
        style = "settled" if cause.closed else cause.first.severity
        heading = "已说明或已豁免（不需要再改）" if cause.closed else SEVERITY_TITLES[cause.first.severity]
        sections.setdefault(heading, (style, []))[1].append(_row(cause))
    return [(heading, style, rows) for heading, (style, rows) in sections.items()]


def _row(cause: FindingGroup) -> dict[str, str | int]:
    first = cause.first
    action = first.action
    if cause.closed:
        reason = first.waiver if first.status == "waived" else first.explanation
        action = f"{STATUS_TITLES[first.status]}：{reason}"
    return {
        "place": place(cause),
        "count": cause.count if cause.count > 1 else 0,
        "message": first.message,
        "read": single_line(first.value, 80) + ("" if cause.same_reading else " 等"),
        "expected": single_line(first.expected, 120) + ("" if cause.same_expectation else " 等"),
        "action": action,
    }


def _counts(answer: Answer) -> list[tuple[str, int]]:
    """What became of every non-empty cell; the first is the sum of the others."""
    counts = answer.counts
    if counts is None:
        return []
    ignored = [(f"未采用（{reason}）", number) for reason, number in sorted(counts.ignored.items())]
    return [
        ("读到的非空单元格", counts.total),
        ("直接采用", counts.used),
        ("规范写法后采用", counts.normalised),
        *ignored,
        ("有误、未采用", counts.rejected),
    ]


def _size(size: int) -> str:
    if size < 1024:
        return f"{size} 字节"
    return f"{size / 1024:.1f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    source = Path(__file__).with_name("receipt.html.j2").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)
