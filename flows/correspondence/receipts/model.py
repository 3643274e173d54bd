"""An answer to one submission: everything that a receipt says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flows.platform.context import OFFICE_TIME
from flows.reading.model import Counts
from flows.register.results import Result
from validations.findings.finding import Finding

RESULT_TITLES: Mapping[Result, str] = {
    Result.ACCEPTED: "已接收",
    Result.QUERIED: "已接收（含核实性问题，说明已随报）",
    Result.RETURNED: "退回修改",
    Result.REPEATED: "重复报送（与已收文件相同）",
    Result.LATE_AFTER_SEAL: "已留存，待市局决定（本月已封存）",
    Result.QUARANTINED: "未能受理",
}


class Repair(NamedTuple):
    """A value that was normalised: as typed, as used, and where."""

    sheet: str
    cell: str
    raw: str
    used: str


class Change(NamedTuple):
    """A figure that differs from the submission before. ``measure`` is its Chinese title."""

    indicator: str
    name: str
    measure: str
    before: str
    after: str
    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class Answer:
    """All texts are shown as they are, escaped; receipt numbers name earlier answers.

    ``received_at`` is ISO 8601 (without an offset: Shanghai time), ``deadline`` an ISO date.
    ``period`` is Chinese (``Period.chinese``), empty where the file did not say.
    """

    number: str
    received_at: str
    unit: str
    period: str
    file: str
    sha256: str
    size: int  # bytes
    result: Result
    issuer: str = ""  # the city office
    deadline: str = ""
    late: bool = False
    correction: bool = False  # came after the deadline, of a report that was in time
    counts: Counts | None = None  # None: the file was not read
    findings: tuple[Finding, ...] = ()
    repairs: tuple[Repair, ...] = ()
    changes: tuple[Change, ...] = ()
    replaces: str = ""  # the accepted receipt that this one supersedes
    same_as: str = ""  # repeated: the receipt of the identical file
    later: tuple[str, ...] = ()  # accepted reports of later months that are compared with this one
    standing: str = ""  # returned: the accepted receipt that still counts
    returned_file: str = ""  # name of the marked copy beside the receipt
    result_sheet: str = ""  # title of its first sheet
    reason: str = ""  # quarantined: why
    action: str = ""  # quarantined: what to do


def chinese_time(received_at: str) -> str:
    """``2023-07-03T01:12:00+00:00`` -> ``2023年7月3日 09:12``. Raises ``ValueError`` for no ISO time."""
    moment = dt.datetime.fromisoformat(received_at)
    local = moment.astimezone(OFFICE_TIME) if moment.tzinfo else moment
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def chinese_date(date: str) -> str:
    """``2023-07-10`` -> ``2023年7月10日``. Raises ``ValueError`` for no ISO date."""
    day = dt.date.fromisoformat(date)
    return f"{day.year}年{day.month}月{day.day}日"
