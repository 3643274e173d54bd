"""Columns and cell states of the frames that reading hands to validation: a row per cell, or per ledger row.

Reading, the register, validation and merging all take them from this module.
"""

from __future__ import annotations

#: States of a cell. ``used`` and ``normalised`` carry a value; ``missing`` is blank or absent;
#: ``not_applicable`` was typed as 不适用; ``rejected`` is unreadable, and reading made a finding of it.
STATES = ("used", "normalised", "missing", "not_applicable", "rejected")

#: figures: a row per input cell of 指标表. ``value`` float64 (万元, counts …) for numeric measures, NaN
#: otherwise; ``text`` the status, document number, ISO date or explanation; ``raw`` the text as typed.
FIGURE_COLUMNS = (
    "submission_id",
    "unit_code",
    "period",
    "indicator",
    "measure",
    "value",
    "text",
    "raw",
    "state",
    "sheet",
    "cell",
)

#: progress: a row per input cell of 工作进展; ``field`` is a name of the form's progress columns.
PROGRESS_COLUMNS = (
    "submission_id",
    "unit_code",
    "period",
    "work_point",
    "field",
    "text",
    "raw",
    "state",
    "sheet",
    "cell",
)

#: Each ledger has its own frame: these columns, then for every column ``c`` of the ledger four more:
#: ``c`` (float64 for amount and count; text otherwise, dates in ISO form), ``c.raw``, ``c.state``
#: and ``c.cell``.
LEDGER_COLUMNS = ("submission_id", "unit_code", "period", "sheet", "row")
LEDGER_CELL_PARTS = ("raw", "state", "cell")

#: submissions: a row per report of the batch; ``file`` is the name of its file.
SUBMISSION_COLUMNS = ("submission_id", "unit_code", "unit_type", "period", "file")

#: earlier: figures accepted in earlier months, compared by carry_forward, no_fall and prior_year_agrees;
#: ``value`` float64 for numeric measures, ``text`` the status of a milestone.
EARLIER_COLUMNS = ("unit_code", "period", "indicator", "measure", "value", "text")
