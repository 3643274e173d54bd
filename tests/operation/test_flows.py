"""What a run says when several things went wrong in it."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import Any

import pytest

from flows.consolidation.merge import SealedError
from flows.intake.collect import IntakeSummary
from flows.operation import flows
from flows.operation.flows import NotEvaluatedError


@pytest.mark.parametrize(
    ("unevaluated", "expected"), [([], SealedError), (["carry_forward/ytd"], NotEvaluatedError)]
)
def test_a_rule_without_an_answer_is_told_even_where_the_month_is_sealed(
    monkeypatch: pytest.MonkeyPatch, unevaluated: list[str], expected: type[Exception]
) -> None:
    """Reports were taken in that were not wholly checked: that must not be lost behind the refusal."""

    async def take_in(_desk: object) -> IntakeSummary:
        return IntakeSummary(unevaluated=unevaluated)

    def merge(*_: object) -> Any:
        raise SealedError("2023年6月已封存")

    monkeypatch.setattr(flows, "open_context", lambda *_: nullcontext())
    monkeypatch.setattr(flows, "take_in", take_in)
    monkeypatch.setattr(flows, "prerender_pages", lambda *_: nullcontext())
    monkeypatch.setattr(flows.tasks, "merge", merge)
    with pytest.raises(expected):
        asyncio.run(flows.consolidate(".", "2023-06", "2023-07-04T09:00:00+08:00", "市局"))
