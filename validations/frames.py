"""The frames that reading hands to validation: one row per cell, or per ledger row.

Columns are fixed here so that reading, the register, validation and merging agree.
"""

from __future__ import annotations

#: States of a cell. ``used`` and ``normalised`` carry a value; ``missing`` is blank or absent;
#: ``not_applicable`` was declared so (不适用); ``rejected`` held something unreadable (a finding says so).
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

#: Each ledger has a frame of its own: these, then for every column ``c`` of the ledger four columns:
#: ``c`` (float64 for amount and count; text otherwise, dates in ISO form), ``c.raw``, ``c.state``
#: and ``c.cell``.
LEDGER_COLUMNS = ("submission_id", "unit_code", "period", "sheet", "row")
LEDGER_CELL_PARTS = ("raw", "state", "cell")

#: submissions: what validation must know of each report in the batch.
SUBMISSION_COLUMNS = ("submission_id", "unit_code", "unit_type", "period", "file")

#: earlier: figures accepted before, numeric and status, for carry_forward, no_fall and
#: prior_year_agrees: ``unit_code, period, indicator, measure, value, text``.
EARLIER_COLUMNS = ("unit_code", "period", "indicator", "measure", "value", "text")
