"""Who has reported what: per unit, and per unit and work point, by presence of cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING

from flows.consolidation.month import UnitStatus
from flows.register.queries import Submission
from flows.register.results import Result, UnitState
from schemas import Period, Registry, RegistryError
from schemas.models import STATUS_NOT_APPLICABLE, STATUSES

if TYPE_CHECKING:
    import pandas as pd

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
    UnitState.REPORTED: "已接收",
    UnitState.QUERIED: "已接收（有核实说明）",
    UnitState.RETURNED: "退回待改",
    UnitState.MISSING: "未报",
}
#: What came of a file in one or two words; a receipt says more (``flows.correspondence.receipts``).
RESULT_TITLES: Mapping[str, str] = {
    Result.ACCEPTED: "已接收",
    Result.QUERIED: "已接收（有核实说明）",
    Result.RETURNED: "退回",
    Result.REPEATED: "重复报送，不计",
    Result.QUARANTINED: "未能受理",
}


def require_known_units(registry: Registry, sent: Iterable[Submission]) -> None:
    """:class:`schemas.RegistryError` where a unit that has reported is gone: its figures must not be lost
    without a word. units.yaml is that of all years."""
    for submission in sent:
        if submission.unit_code not in registry.unit:
            month = Period.parse(submission.period).chinese
            why = f"该单位已报送{month}的报表（回执 {submission.submission_id}），不能删去，请恢复这一单位"
            raise RegistryError("units.yaml", submission.unit_code, why)


def require_known_indicators(registry: Registry, codes: Iterable[str]) -> None:
    """As :func:`require_known_units`, of an indicator: it can go with the next year's notice."""
    gone = [code for code in codes if code not in registry.indicator]
    if gone:
        why = f"{registry.year}年已有单位报送这一指标，年内不能删去，请恢复；可从下一年度的登记中去掉"
        raise RegistryError(f"schemas/{registry.year}/indicators.yaml", min(gone), why)


def sent_late(submission: Submission, chain: Iterable[Submission]) -> bool:
    """Whether it came late, and no acceptable report of the unit had come in time: a correction is not late.

    ``chain``: what was sent for the month, by the unit at least.
    """
    return submission.late and not any(
        s.accepted and not s.late and s.sequence < submission.sequence
        for s in chain
        if s.unit_code == submission.unit_code
    )


def unit_statuses(registry: Registry, chain: Sequence[Submission]) -> dict[str, UnitStatus]:
    """Each unit's standing from the month's submissions in order of arrival.

    Raises :class:`schemas.RegistryError` as :func:`require_known_units`.
    """
    require_known_units(registry, chain)
    sent: dict[str, list[Submission]] = {unit.code: [] for unit in registry.units}
    held: dict[str, list[str]] = {unit.code: [] for unit in registry.units}
    for submission in chain:
        if submission.held:
            held[submission.unit_code].append(submission.submission_id)
        elif submission.result != Result.REPEATED:
            sent[submission.unit_code].append(submission)
    statuses: dict[str, UnitStatus] = {}
    for unit in registry.units:
        own = sent[unit.code]
        accepted = [s for s in own if s.accepted]
        if accepted:
            counting = accepted[-1]
            statuses[unit.code] = UnitStatus(
                code=unit.code,
                state=UnitState.QUERIED if counting.result == Result.QUERIED else UnitState.REPORTED,
                # On time is when an acceptable report first came; a later correction is not late.
                late=accepted[0].late,
                submission_id=counting.submission_id,
                received_at=counting.received_at,
                returned_again=own[-1].result == Result.RETURNED,
                held=tuple(held[unit.code]),
            )
        else:
            statuses[unit.code] = UnitStatus(
                code=unit.code,
                state=UnitState.RETURNED if own else UnitState.MISSING,
                late=False,
                submission_id="",
                received_at=own[-1].received_at if own else "",
                held=tuple(held[unit.code]),
            )
    return statuses


def work_point_states(
    registry: Registry, statuses: Mapping[str, UnitStatus], figures: pd.DataFrame
) -> dict[tuple[str, str], str]:
    """(unit code, work point) -> one of the six states.

    ``figures``: the month's current accepted figures (``flows.consolidation.month.DATASET_COLUMNS``).
    """
    content = _content(figures)
    states: dict[tuple[str, str], str] = {}
    for unit in registry.units:
        asked = {point.code for point in registry.work_points_of(unit)}
        for point in registry.work_points:
            key = unit.code, point.code
            states[key] = (
                _state(statuses[unit.code], content.get(key, frozenset()))
                if point.code in asked
                else "NOT_APPLICABLE"
            )
    return states


def _content(figures: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    """Per unit and work point, which of ``activity``, ``zero``, ``not_applicable`` its cells hold."""
    asked = figures[figures["measure"].isin(["month", "stock", "status"])]
    status = asked["measure"] == "status"
    absent = (asked["state"] == "not_applicable") | (status & (asked["text"] == STATUS_NOT_APPLICABLE))
    valued = asked["state"].isin(["used", "normalised"]) & ~absent
    idle = (asked["value"] == 0).where(~status, asked["text"] == STATUSES[0])
    held: dict[tuple[str, str], set[str]] = {}
    for kind, rows in (("not_applicable", absent), ("zero", valued & idle), ("activity", valued & ~idle)):
        places = asked.loc[rows, ["unit_code", "work_point"]].drop_duplicates()
        for unit, point in zip(places["unit_code"].tolist(), places["work_point"].tolist(), strict=True):
            held.setdefault((unit, point), set()).add(kind)
    return held


def _state(status: UnitStatus, kinds: Set[str]) -> str:
    """The state of a work point that the unit must report on."""
    if not status.counts:
        return "RETURNED" if status.state == UnitState.RETURNED else "MISSING"
    if kinds == {"not_applicable"}:
        return "NOT_APPLICABLE"
    if not kinds:
        return "MISSING"
    if status.late:
        return "LATE"
    return "REPORTED" if "activity" in kinds else "CONFIRMED_ZERO"
