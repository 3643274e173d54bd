"""How a month is scored, and which findings are waived: the office's own settings of a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Code, Frozen, Number, Text, WorkPointCode

#: Who set what the city office did not.
SET_BY_DEFAULT = "默认"


class Method(Frozen):
    """How an indicator is scored, 0 to 100. ``target`` in the indicator's unit of measure."""

    method: Literal["target", "growth", "milestone", "relative", "fewer", "none"]
    target: Annotated[Number, Field(gt=0, le=1e15)] | None = None
    #: Milestones: the score of each status.
    points: Mapping[str, Annotated[Number, Field(ge=0, le=100)]] | None = None


class Assessment(Frozen):
    """Scoring settings. The notice sets no target and no weight, so every one names who set it."""

    set_by: Text  # 默认, or 市局设定 as soon as anything is set
    note: Text
    defaults: Mapping[str, Method]  # by kind of indicator; "up" and "down" by direction
    methods: Mapping[Code, Method] = {}
    weights: Mapping[WorkPointCode, Annotated[Number, Field(le=1e6)]] = {}  # empty: equal weights


class Waiver(Frozen):
    """A recorded decision that a rule's finding does not return one unit's reports for a while."""

    unit: Text  # unit code
    rule: Text  # relation id
    indicator: Code | None = None  # of a rule over many indicators; empty: all of them
    reason: Text
    who: Text
    until: dt.date
