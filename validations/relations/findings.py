"""Makes findings of broken relations: one for each cause, placed at its cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from schemas.models import Registry
from validations.declaring.relation import Check, Spot
from validations.declaring.wording import IndicatorNames, clause
from validations.expectations.row_test import rows_at
from validations.findings.attribution import Sender, settle_finding, severity_of, word_finding
from validations.findings.causes import Broken, Cause, causes
from validations.findings.finding import Finding
from validations.grid import Grid, Place, first_sheets
from validations.kinds import kind_of
from validations.relations.frames import Narratives

#: Appended to the advice of a query, unless it asks for an explanation already.
_EXPLAIN = "数据无误的，请在本行“核实说明”写明原因。"
_ASKED = "“核实说明”"


@dataclass(frozen=True)
class Failure:
    """A row that fails a check; ``row`` has its operands, ``submission`` is its position in the grid."""

    check: Check
    submission: int
    row: Mapping[str, Any]

    @property
    def indicator(self) -> str:
        """The code of the row's indicator, or of the first that the check names."""
        code = self.row.get("indicator", "")
        return str(code) or next(spot.name for spot in self.check.spots if spot.part == "figures")


def failures(check: Check, frame: pd.DataFrame, failed: np.ndarray) -> Iterator[Failure]:
    """A failure for each of the rows ``failed``, with the row's indicator where the frame has one."""
    indicator = ("indicator",) if "indicator" in frame.columns else ()
    for row in rows_at(frame, failed, ("submission", *indicator, *check.columns)):
        yield Failure(check, row["submission"], row)


def relation_findings(
    grid: Grid,
    told: Narratives,
    ledgers: Mapping[str, pd.DataFrame],
    failed: Sequence[Failure],
    who: Sequence[Sender],
) -> Iterator[Finding]:
    """One finding per cause, in the order of the submissions."""
    by_submission: dict[int, list[Broken]] = defaultdict(list)
    for failure in failed:
        by_submission[failure.submission].append(_broken(grid, failure, who[failure.submission]))
    sheets = {name: first_sheets(frame) for name, frame in ledgers.items()} if by_submission else {}
    for submission in sorted(by_submission):
        for cause in causes(by_submission[submission]):
            place = _place(grid, told, sheets, submission, cause.spot)
            yield _placed(grid, place, cause)


def _broken(grid: Grid, failure: Failure, sender: Sender) -> Broken:
    registry, relation = grid.registry, failure.check.relation
    kind, code = kind_of(relation), failure.indicator
    naming = IndicatorNames(registry, str(failure.row.get("indicator", "")))
    spots = tuple(_own(spot, code, registry) for spot in failure.check.spots)
    point = registry.indicator[code].work_point
    words = kind.words(failure.check, failure.row, naming) | {"clause": clause(registry, point)}
    found = word_finding(
        relation.kind,
        words,
        severity=severity_of(relation),
        rule=relation.id,
        indicator=code,
        work_point=point,
    )
    if found.severity == "query" and _ASKED not in found.action:
        found = replace(found, action=found.action + _EXPLAIN)
    rows = dict.fromkeys(spot.name for spot in spots if spot.part == "figures")
    explanations = filter(None, (grid.explanation(failure.submission, own) for own in rows))
    settled_one = settle_finding(sender.attribute(found), registry, explanation=next(explanations, ""))
    return Broken(spots, kind.title(failure.check, naming), settled_one)


def _own(spot: Spot, code: str, registry: Registry) -> Spot:
    """The place with its name filled in: the row's indicator, or that indicator's work point."""
    if spot.name:
        return spot
    name = registry.indicator[code].work_point if spot.part == "progress" else code
    return spot._replace(name=name)


def _placed(grid: Grid, place: Place, cause: Cause) -> Finding:
    found, spot = cause.main.found, cause.spot
    also = tuple(dict.fromkeys(each.found.rule for each in cause.others if each.found.rule != found.rule))
    titles = dict.fromkeys(each.title for each in cause.others)
    message = found.message + (f"同一处还使以下关系不符：{'；'.join(titles)}。" if titles else "")
    found = replace(found, message=message, also=also, sheet=place.sheet, cell=place.cell)
    if spot.part != "figures":
        return found
    return replace(found, indicator=spot.name, work_point=grid.registry.indicator[spot.name].work_point)


def _place(
    grid: Grid, told: Narratives, sheets: Mapping[str, Mapping[str, str]], submission: int, spot: Spot
) -> Place:
    if spot.part == "figures":
        return grid.place(submission, spot.name, spot.column)
    if spot.part == "progress":
        return told.place(submission, spot.name)
    identity = grid.submissions["submission_id"].iloc[submission]
    return Place(sheets[spot.name].get(identity, grid.registry.ledger[spot.name].title), "", "")
