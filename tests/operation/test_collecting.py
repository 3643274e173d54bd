"""Collecting seldom ends with the step."""

from __future__ import annotations

import gc

import pytest

from flows.collecting import collecting_seldom


def test_the_collector_is_as_before_after_a_step() -> None:
    """Also after steps within a step, and after one that fails."""
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()

    @collecting_seldom()
    def fails() -> None:
        with collecting_seldom():
            pass
        assert gc.get_threshold() != usual
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            fails()
        assert (gc.get_threshold(), gc.get_freeze_count()) == (usual, frozen)
    assert gc.isenabled()
