"""What is read or written in batches is the same as in one piece."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from sqlalchemy import Engine, Table, insert

from flows.outputs import dataset
from flows.platform.safe_text import csv_text
from flows.register import frames, id_batches, queries, tables


@pytest.mark.parametrize("table", [tables.figures, tables.progress, tables.ledger_rows])
def test_a_frame_of_small_batches_is_that_of_one(
    table: Table, site_register: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values and types too, also where a batch has nothing but gaps in a column, or no row."""
    with site_register.connect() as connection:
        ids = [one.submission_id for one in queries.submissions(connection)]
        whole = frames.frame(connection, table, ids)
        monkeypatch.setattr(id_batches, "_CHUNK", 1)
        assert_frame_equal(frames.frame(connection, table, ids), whole)
        assert list(frames.frame(connection, table, []).columns) == list(whole.columns)


def test_csv_of_small_batches_is_that_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what pandas would write, with formulas quoted off."""
    frame = pd.DataFrame(
        {"文": ["a,b", '"', None, "=1", "", "一\n二"], "数": [1.0, None, 0.1, -0.0, 1e21, 2.0]}
    )
    whole = b"".join(dataset.csv(frame))
    monkeypatch.setattr(dataset, "_AT_ONCE", 2)
    assert b"".join(dataset.csv(frame)) == whole
    assert b"".join(dataset.csv(pd.DataFrame({"甲": [-5, "-5", True], "乙": "x"}, dtype="object"))) == (
        "\ufeff甲,乙\r\n-5,x\r\n'-5,x\r\nTrue,x\r\n".encode()
    )
    plain = frame.replace({"文": {"=1": "'=1"}}).to_csv(index=False, lineterminator="\r\n")
    assert whole == plain.encode("utf-8-sig")


def test_tallies_of_small_batches_are_those_of_one(
    site_register: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each rule's counts are summed over the submissions, whatever question they came with."""
    rules = [("a", 5, 1, 0), ("b", 3, 0, 2), ("a", 2, 2, 0)]
    with site_register.connect() as connection, connection.begin() as attempt:
        ids = [one.submission_id for one in queries.submissions(connection)][:3]
        rows = [
            {"submission_id": own, "rule": rule, "evaluated": n, "failed": failed, "not_evaluated": missed}
            for own, (rule, n, failed, missed) in zip(ids, rules, strict=True)
        ]
        connection.execute(insert(tables.rule_outcomes), rows)
        whole = queries.tallies(connection, ids)
        assert (whole["a"], whole["b"]) == ([7, 3, 0], [3, 0, 2])
        monkeypatch.setattr(id_batches, "_CHUNK", 1)
        assert queries.tallies(connection, ids) == whole
        assert queries.tallies(connection, []) == {}
        attempt.rollback()


@given(st.text() | st.from_regex(dataset._ORDINARY, fullmatch=True))
@example("＝1")
@example("a\n")
def test_what_passes_for_ordinary_is_what_cleaning_leaves_as_it_is(text: str) -> None:
    """The short way of a csv field changes nothing that the long one would, and the other way round."""
    field = b"".join(dataset.csv(pd.DataFrame({"甲": [text], "乙": "x"}, dtype="object")))
    assert field == f"\ufeff甲,乙\r\n{dataset._quoted(csv_text(text).text)},x\r\n".encode()
