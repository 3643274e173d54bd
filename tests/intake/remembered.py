"""The pure and slow steps, remembered by their arguments, so that a run can be repeated a hundred times.

Reading, validation and the writing of a month's outputs are functions of their arguments alone (tests
of their own say so); what is asked of intake is what it does with their results.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import Any

import pandas as pd
import pytest

import validations.run
from flows.audit import rebuild, seal, verify
from flows.correspondence.marked_copies import parallel
from flows.intake import collect
from flows.reading import Limits, read_report
from flows.reading.model import Reading, Unreadable
from flows.reading.worker_pool import Job
from schemas import Registry
from tests.intake import run

#: Where each step is called, and its name there.
_STEPS = (
    (validations.run, "validate"),
    (validations.run, "validate_city"),
    (seal, "month_outputs"),
    (verify, "month_outputs"),
    (run, "month_outputs"),
    (parallel, "returned_copy"),
)


@contextmanager
def remembered() -> Iterator[None]:
    """Inside, equal arguments give the result of the first call."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in _STEPS:
            patch.setattr(module, name, _by_arguments(getattr(module, name)))
        read = _by_arguments(read_report)

        def read_all(jobs: Iterable[Job], limits: Limits) -> list[Reading | Unreadable]:
            return [read(path.read_bytes(), name) for path, name in jobs]

        for module in (collect, rebuild):
            patch.setattr(module, "read_all", read_all)
        yield


_KNOWN: dict[str, dict[str, Any]] = {}


def _by_arguments(function: Callable[..., Any]) -> Callable[..., Any]:
    known = _KNOWN.setdefault(function.__qualname__, {})

    def asked(*arguments: Any, **named: Any) -> Any:
        key = hashlib.sha256(repr([_plain(one) for one in (*arguments, named)]).encode()).hexdigest()
        if key not in known:
            known[key] = function(*arguments, **named)
        return known[key]

    return asked


def _plain(value: Any) -> Any:
    """The value as nested lists, the same for equal values."""
    plain = value
    if isinstance(value, Registry):
        plain = value.version
    elif isinstance(value, pd.DataFrame):
        plain = [list(value.columns), value.astype("object").to_numpy().tolist()]
    elif is_dataclass(value) and not isinstance(value, type):
        plain = [_plain(getattr(value, field.name)) for field in fields(value)]
    elif isinstance(value, dict):
        plain = [(key, _plain(one)) for key, one in value.items()]
    elif isinstance(value, frozenset):
        plain = sorted(value)
    elif isinstance(value, tuple | list):
        plain = [_plain(one) for one in value]
    return plain
