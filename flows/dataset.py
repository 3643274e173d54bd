"""The month's tidy dataset as Parquet and as CSV, with the origin of every value."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

import pandas as pd

from flows.answer.safe_text import csv_text
from flows.collecting import collecting_seldom
from flows.merge import PROVENANCE
from flows.month import DATASET_COLUMNS, Month
from schemas import Ledger


@collecting_seldom()
def exports(month: Month) -> Mapping[str, bytes]:
    """File name -> content: ``figures`` and ``ledger_<name>``, each as ``.parquet`` and ``.csv``.

    figures: ``flows.month.DATASET_COLUMNS``. ledgers: provenance, ``sheet``, ``row``, the ledger's
    columns (dates as dates, amounts in 万元), then each column's text as typed and its cell.
    """
    files: dict[str, bytes] = {}
    frames = {"figures": _typed(month.figures, DATASET_COLUMNS)}
    for ledger in month.registry.ledgers:
        frames[f"ledger_{ledger.name}"] = _ledger(ledger, month.ledgers[ledger.name])
    for name, frame in frames.items():
        files[f"{name}.parquet"] = parquet(frame)
        files[f"{name}.csv"] = csv(frame)
    return files


def parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, engine="pyarrow", compression="zstd")
    return buffer.getvalue()


def csv(frame: pd.DataFrame) -> bytes:
    """UTF-8 with a byte order mark, for Excel; text that could be taken for a formula is quoted off."""
    safe = frame.copy()
    for column in safe.columns:
        if safe[column].dtype.kind not in "fib":
            safe[column] = pd.Series(_fields(safe[column]), index=safe.index, dtype="object")
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _fields(values: pd.Series) -> list[str]:
    """Every value as a field; what repeats, as most of a column does, is looked at once."""
    plain = _plain(values)
    known = {value: "" if value is None else csv_text(str(value)).text for value in set(plain)}
    return [known[value] for value in plain]


def _plain(values: pd.Series) -> Any:
    """An array of objects with None for what is missing."""
    untyped: Any = values  # the stubs know no missing value of None
    return untyped.to_numpy(dtype="object", na_value=None)


def _typed(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Text columns as text even where a month is empty, missing as None."""
    typed = frame[list(columns)].copy()
    for column in columns:
        if column == "value":
            typed[column] = typed[column].astype("float64")
        else:
            typed[column] = _text(typed[column])
    return typed


def _ledger(ledger: Ledger, frame: pd.DataFrame) -> pd.DataFrame:
    built: dict[str, pd.Series] = {name: _text(frame[name]) for name in (*PROVENANCE, "sheet")}
    built["row"] = frame["row"]
    for column in ledger.columns:
        if column.numeric:
            built[column.name] = frame[column.name].astype("float64")
        elif column.type == "date":
            built[column.name] = _dates(frame[column.name])
        else:
            built[column.name] = _text(frame[column.name])
    for part in ("raw", "cell"):
        for column in ledger.columns:
            built[f"{column.name}.{part}"] = _text(frame[f"{column.name}.{part}"])
    return pd.DataFrame(built)


def _text(values: pd.Series) -> pd.Series:
    import pyarrow as pa

    if isinstance(values.dtype, pd.StringDtype):
        return values.astype(pd.ArrowDtype(pa.string()))
    plain = [value if isinstance(value, str) else None for value in _plain(values)]
    return pd.Series(plain, index=values.index, dtype=pd.ArrowDtype(pa.string()))


def _dates(values: pd.Series) -> pd.Series:
    import pyarrow as pa

    days = [dt.date.fromisoformat(value) if isinstance(value, str) and value else None for value in values]
    return pd.Series(days, index=values.index, dtype=pd.ArrowDtype(pa.date32()))
