"""What stands beside units, in the inbox and in the workbook, is no unit's name."""

from __future__ import annotations

import pytest

from flows.correspondence import deliver
from flows.intake import inbox
from flows.outputs.workbook import plan
from schemas.proofs.units import RESERVED, may_name_a_unit

BESIDE = (inbox.ANSWERS, deliver.HISTORY, plan.POINT, plan.CODE, plan.NAME, plan.MEASURE_UNIT)
ATTRIBUTES = (plan.LINE, plan.TOTAL, plan.BASIS, plan.ABSENT, plan.METHOD, plan.SET_BY, plan.TARGET)


@pytest.mark.parametrize("word", sorted({*BESIDE, *ATTRIBUTES, *RESERVED}))
def test_a_word_with_a_meaning_of_its_own_names_no_unit(word: str) -> None:
    """A heading that were a unit's name would be traced as that unit's column."""
    assert not may_name_a_unit(word)
    assert may_name_a_unit(f"{word}县" if not word.startswith("全市") else "全县")
