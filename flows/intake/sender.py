"""Who is speaking, and about which month: a drop's unit and period, or why it is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import schemas
from flows.intake.inbox import Drop
from flows.reading.model import Reading, Unreadable
from schemas import Period, Unit
from schemas.settings import Settings
from validations.findings.finding import finding_type


@dataclass(frozen=True)
class IdentifiedReport:
    """A report whose unit and period are known."""

    drop: Drop
    reading: Reading
    unit: Unit
    period: Period


@dataclass(frozen=True)
class RefusedDrop:
    """A drop that is no report, or not one that may be taken from where it lay."""

    drop: Drop
    unreadable: Unreadable


def identify_senders(
    drops: Sequence[Drop], readings: Sequence[Reading | Unreadable], settings: Settings, today: dt.date
) -> tuple[list[IdentifiedReport], list[RefusedDrop]]:
    """Settle for each drop who is speaking and about which month.

    The unit whose folder it lies in is the one who speaks; its cover must agree. A month that is
    not over on ``today`` (the office's date) can't have been reported yet.
    """
    arrived: list[IdentifiedReport] = []
    refused: list[RefusedDrop] = []
    for drop, reading in zip(drops, readings, strict=True):
        if isinstance(reading, Unreadable):
            refused.append(RefusedDrop(drop, reading))
            continue
        place = _place(drop, reading, settings, today)
        if isinstance(place, str):
            refused.append(RefusedDrop(drop, _refusal(drop, reading, place)))
        else:
            arrived.append(IdentifiedReport(drop, reading, *place))
    return arrived, refused


def _place(drop: Drop, reading: Reading, settings: Settings, today: dt.date) -> tuple[Unit, Period] | str:
    """The unit and the period, or the code of the finding that refuses the drop."""
    unit = _unit(drop, reading, settings)
    if isinstance(unit, str):
        return unit
    period = _period(reading)
    if period is None:
        return "unknown_period"
    if period.year not in schemas.years():
        return "no_registry_for_year"
    if period.end >= today:
        return "month_not_over"
    return unit, period


def _unit(drop: Drop, reading: Reading, settings: Settings) -> Unit | str:
    cover = reading.cover.get("unit")
    named = schemas.newest().unit_by_name.get(((cover.text if cover else None) or "").strip())
    owner = drop.waiting.unit
    if owner is None:
        if drop.waiting.folder:
            return "unknown_folder"
        if settings.inbox.root_files == "refuse":
            return "outside_unit_folder"
        return named or "unknown_unit"
    if named is not None and named.code != owner.code:
        return "report_of_other_unit"
    return owner


def _period(reading: Reading) -> Period | None:
    cover = reading.cover.get("period")
    for text in (cover.text if cover else None, reading.mark.period if reading.mark else None):
        try:
            return Period.parse(text or "")
        except ValueError:
            continue
    return None


def _refusal(drop: Drop, reading: Reading, code: str) -> Unreadable:
    kind = finding_type(code)
    cover = {name: cell.raw for name, cell in reading.cover.items()}
    words = {
        "folder": drop.waiting.folder or "收件箱",
        "unit": cover.get("unit") or "（空）",
        "period": cover.get("period") or "（空）",
    }
    return Unreadable(
        file=reading.file,
        sha256=drop.sha256,
        size=reading.size,
        code=code,
        reason=kind.message.format(**words),
        action=kind.action.format(**words),
    )
