"""Collecting seldom ends with the step."""

from __future__ import annotations

import gc
import weakref

import pytest

from flows.platform.memory import infrequent_gc, release_memory


def test_the_collector_is_as_before_after_a_step() -> None:
    """Also after steps within a step, and after one that fails."""
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()

    @infrequent_gc()
    def fails() -> None:
        with infrequent_gc():
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
    with infrequent_gc():
        del knot
    assert held() is not None
    release_memory()
    assert held() is None


class _Knot:
    own: _Knot
