"""How a milestone advances through the year: not begun, under way, done with number and date."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from flows.demo.draws import weekday
from flows.demo.rowcells import Scene
from schemas import Period
from schemas.models import STATUS_NOT_APPLICABLE, STATUSES, Indicator


@dataclass(frozen=True, slots=True)
class Milestone:
    """Begun in one month of the year and done on a day, or not within the year (None)."""

    begins: int
    done_on: dt.date | None
    document: str
    applies: bool = True

    def at(self, period: Period) -> dict[str, str | dt.date | None]:
        """Status, document number and date as the report of that month gives them."""
        if not self.applies:
            return {"status": STATUS_NOT_APPLICABLE, "document": None, "completed_on": None}
        not_begun, under_way, done = STATUSES
        if self.done_on is not None and self.done_on <= period.end:
            return {"status": done, "document": self.document, "completed_on": self.done_on}
        status = under_way if period.month >= self.begins else not_begun
        return {"status": status, "document": None, "completed_on": None}


def milestone_plan(indicator: Indicator, scene: Scene, rng: random.Random) -> Milestone:
    habits = scene.words.milestones
    applies = rng.random() >= habits.not_applicable.get(indicator.code, 0)
    month = habits.usual_month.get(indicator.code, habits.other_month) + rng.choice((-1, 0, 0, 1, 2))
    begins = max(1, min(month, 12) - rng.randint(1, 4))
    period = Period(scene.year, max(1, min(month, 12)))
    done_on = weekday(rng, period.start, period.end) if month <= 12 else None
    document = scene.words.document.format(place=scene.place, year=scene.year, number=rng.randint(5, 90))
    return Milestone(begins, done_on, document, applies)
