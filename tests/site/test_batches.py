"""What is read or written in batches is the same as in one piece."""

from __future__ import annotations

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sqlalchemy import Engine, Table

from flows import dataset
from flows.register import store, tables


@pytest.mark.parametrize("table", [tables.figures, tables.progress, tables.ledger_rows])
def test_a_frame_of_small_batches_is_that_of_one(
    table: Table, site_register: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values and types too, also where a batch has nothing but gaps in a column, or no row."""
    with site_register.connect() as connection:
        ids = [one.submission_id for one in store.submissions(connection)]
        whole = store.frame(connection, table, ids)
        monkeypatch.setattr(store, "_CHUNK", 1)
        assert_frame_equal(store.frame(connection, table, ids), whole)
        assert list(store.frame(connection, table, []).columns) == list(whole.columns)


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
