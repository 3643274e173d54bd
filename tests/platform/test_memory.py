"""Collecting seldom ends with the step."""

from __future__ import annotations

import gc
import weakref

import pytest

from flows.platform.memory import collecting_seldom, give_back


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


def test_what_refers_to_itself_is_given_back() -> None:
    """A workbook's sheets know their workbook: only the collector lets them go."""
    knot = _Knot()
    knot.own = knot
    held = weakref.ref(knot)
    with collecting_seldom():
        del knot
    assert held() is not None
    give_back()
    assert held() is None


class _Knot:
    own: _Knot
