"""One cause, one finding: notes that only repeat what a finding beside them says are left out."""

from __future__ import annotations

from collections.abc import Sequence

from validations.findings import Finding

#: Said of a cell that was read in another way than it was written; the receipt lists these anyway.
_NORMALISED = "normalised"
_EMPTY = "empty_report"


def without_echoes(found: Sequence[Finding]) -> list[Finding]:
    """The findings in their order, less notes on an empty report and on cells that are wrong anyway."""
    if any(one.code == _EMPTY for one in found):
        return [one for one in found if one.severity != "note"]
    wrong = {(one.sheet, one.cell) for one in found if one.severity != "note" and one.cell}
    return [one for one in found if one.code != _NORMALISED or (one.sheet, one.cell) not in wrong]
