"""Who is to be reminded of what, and the words for it. Pure: values in, values out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from flows.consolidation.month import UnitStatus
from flows.correspondence.reminders.wording import Wording
from flows.register.queries import Quarantined, Submission
from schemas import Period, Registry, Unit
from validations.findings.finding import Finding

Stage = Literal["before", "due", "after"]
Kind = Literal["missing", "returned"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One unit's reminder. ``about`` says what it is about: the same text never goes twice in a day."""

    period: str
    unit_code: str
    unit: str
    kind: Kind
    about: str  # the submission that went back; empty where none came
    subject: str
    body: str


@dataclass(frozen=True)
class Standing:
    """What the register knows of the month: all that the reminders are made of.

    ``arrived``: the month's submissions in order. ``set_aside``: files that could not be taken
    since the deadline before. ``found``: findings by submission.
    """

    registry: Registry
    period: Period
    deadline: dt.date
    units: Mapping[str, UnitStatus]
    arrived: Sequence[Submission]
    set_aside: Sequence[Quarantined]
    found: Mapping[str, Sequence[Finding]]


def stage(deadline: dt.date, today: dt.date) -> Stage:
    """Where today stands to the deadline: before it, on its day, after it."""
    return "before" if today < deadline else "due" if today == deadline else "after"


def notices(standing: Standing, today: dt.date, wording: Wording) -> list[Notice]:
    """A reminder to each unit that has nothing accepted, in the registry's order.

    A unit whose report came after the month was sealed is not reminded: the next move is the
    office's.
    """
    held = {s.unit_code for s in standing.arrived if s.held}
    return [
        _notice(standing, unit, today, wording)
        for unit in standing.registry.units
        if not standing.units[unit.code].counts and unit.code not in held
    ]


def _notice(standing: Standing, unit: Unit, today: dt.date, wording: Wording) -> Notice:
    own = [s for s in standing.arrived if s.unit_code == unit.code and s.result == "returned"]
    last = own[-1] if own else None
    kind: Kind = "returned" if last else "missing"
    words = _words(standing, unit, today)
    found = _returned(standing, unit, last, wording) if last else _missing(standing, unit, wording)
    closing = wording.closing[stage(standing.deadline, today)][kind]
    lines = [wording.salutation, wording.opening[stage(standing.deadline, today)], *found, closing]
    lines += [wording.signature, wording.dated]
    return Notice(
        period=str(standing.period),
        unit_code=unit.code,
        unit=unit.short,
        kind=kind,
        about=last.submission_id if last else "",
        subject=wording.subject[kind].format_map(words),
        body="\n".join(line.format_map(words) for line in lines) + "\n",
    )


def _words(standing: Standing, unit: Unit, today: dt.date) -> dict[str, object]:
    registry, period = standing.registry, standing.period
    return {
        "unit": unit.name,
        "short": unit.short,
        "period": period.chinese,
        "issuer": registry.issuer,
        "notice": registry.notice_title,
        "indicators": len(registry.indicators_of(unit)),
        "points": len(registry.work_points_of(unit)),
        "deadline": chinese_day(standing.deadline),
        "today": chinese_day(today),
        "days": abs((standing.deadline - today).days),
    }


def _missing(standing: Standing, unit: Unit, wording: Wording) -> list[str]:
    """Nothing came, or only files that could not be taken: those are named with their reason."""
    known = standing.registry.unit_by_name
    own = [q for q in standing.set_aside if known.get(q.folder.split("/", 1)[0].strip()) is unit]
    if not own:
        return [wording.nothing]
    return [wording.set_aside, *(_plain(wording.set_aside_line, _file_words(one)) for one in own)]


def _file_words(one: Quarantined) -> dict[str, object]:
    return {"file": one.file, "reason": one.reason, "action": one.action, "number": one.receipt}


def _returned(standing: Standing, unit: Unit, last: Submission, wording: Wording) -> list[str]:
    """How many problems of which kind, the first of them, and where all are marked."""
    returning = [one for one in standing.found.get(last.submission_id, ()) if one.returns]
    counts = {severity: sum(f.severity == severity for f in returning) for severity in ("error", "query")}
    received = dt.datetime.fromisoformat(last.received_at)
    words = {
        "file": last.file,
        "received": f"{received.month}月{received.day}日",
        "errors": counts["error"],
        "queries": counts["query"],
        "receipt": last.submission_id,
        "folder": unit.short,
    }
    ordered = sorted(returning, key=lambda f: f.severity != "error")
    shown = [
        _plain(wording.finding_line, {"number": n, "place": _place(f), "message": f.message})
        for n, f in enumerate(ordered[: wording.findings_shown], 1)
    ]
    rest = len(ordered) - len(shown)
    more = [_plain(wording.more_line, {"count": rest})] if rest else []
    return [_plain(wording.returned, words), *shown, *more, _plain(wording.receipt, words)]


def _place(one: Finding) -> str:
    return f"{one.sheet} {one.cell}".strip() or one.file


def _plain(template: str, words: Mapping[str, object]) -> str:
    """Filled in, and safe to be filled in again: what clerks typed may hold braces."""
    return template.format_map(words).replace("{", "{{").replace("}", "}}")


def chinese_day(day: dt.date) -> str:
    """``2023年7月5日``."""
    return f"{day.year}年{day.month}月{day.day}日"
