"""Who has reported what: per unit, and per unit and work point, by presence of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from flows.month import UnitStatus
from flows.register.store import Submission
from schemas import Registry, Unit
from schemas.models import STATUS_NOT_APPLICABLE, STATUSES

#: The six states of a work point in a unit's month, as shown to the three users.
STATE_TITLES: Mapping[str, str] = {
    "REPORTED": "已报",
    "CONFIRMED_ZERO": "确认为零",
    "MISSING": "未报",
    "LATE": "迟报",
    "RETURNED": "退回",
    "NOT_APPLICABLE": "不适用",
}
UNIT_TITLES: Mapping[str, str] = {
    "reported": "已接收",
    "queried": "已接收（有核实说明）",
    "returned": "退回待改",
    "missing": "未报",
}


def unit_statuses(registry: Registry, chain: Sequence[Submission]) -> dict[str, UnitStatus]:
    """Each unit's standing from the month's submissions in order of arrival."""
    statuses: dict[str, UnitStatus] = {}
    for unit in registry.units:
        own = [s for s in chain if s.unit_code == unit.code and not s.held and s.result != "repeated"]
        accepted = [s for s in own if s.accepted]
        if accepted:
            counting = accepted[-1]
            statuses[unit.code] = UnitStatus(
                code=unit.code,
                state="queried" if counting.result == "queried" else "reported",
                # On time is when an acceptable report first came; a later correction is not late.
                late=accepted[0].late,
                submission_id=counting.submission_id,
                received_at=counting.received_at,
                returned_again=own[-1].result == "returned",
            )
        else:
            statuses[unit.code] = UnitStatus(
                code=unit.code,
                state="returned" if own else "missing",
                late=False,
                submission_id="",
                received_at=own[-1].received_at if own else "",
            )
    return statuses


def work_point_states(
    registry: Registry, statuses: Mapping[str, UnitStatus], figures: pd.DataFrame
) -> dict[tuple[str, str], str]:
    """(unit code, work point) -> one of the six states.

    ``figures``: the month's current accepted figures (``flows.month.DATASET_COLUMNS``).
    """
    content = _content(figures)
    return {
        (unit.code, point.code): _state(registry, unit, point.code, statuses[unit.code], content)
        for unit in registry.units
        for point in registry.work_points
    }


def _content(figures: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    """Per unit and work point, which of ``activity``, ``zero``, ``not_applicable`` its cells hold."""
    asked = figures[figures["measure"].isin(["month", "stock", "status"])]
    held: dict[tuple[str, str], set[str]] = {}
    columns = ["unit_code", "work_point", "measure", "value", "text", "state"]
    for unit, point, measure, value, text, state in asked[columns].itertuples(index=False):
        kind = _kind(str(measure), value, text, str(state))
        if kind:
            held.setdefault((str(unit), str(point)), set()).add(kind)
    return held


def _kind(measure: str, value: object, text: object, state: str) -> str:
    if state == "not_applicable" or (measure == "status" and text == STATUS_NOT_APPLICABLE):
        return "not_applicable"
    if state not in ("used", "normalised"):
        return ""
    idle = text == STATUSES[0] if measure == "status" else value == 0
    return "zero" if idle else "activity"


def _state(
    registry: Registry,
    unit: Unit,
    point: str,
    status: UnitStatus,
    content: Mapping[tuple[str, str], set[str]],
) -> str:
    if all(p.code != point for p in registry.work_points_of(unit)):
        return "NOT_APPLICABLE"
    if not status.counts:
        return "RETURNED" if status.state == "returned" else "MISSING"
    kinds = content.get((unit.code, point), set())
    if kinds == {"not_applicable"}:
        return "NOT_APPLICABLE"
    if not kinds:
        return "MISSING"
    if status.late:
        return "LATE"
    return "REPORTED" if "activity" in kinds else "CONFIRMED_ZERO"
