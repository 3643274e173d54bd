"""The month's tidy dataset as Parquet and as CSV, with the origin of every value."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pandas as pd

from flows.consolidation.merge import PROVENANCE
from flows.consolidation.month import DATASET_COLUMNS, Month
from flows.platform.safe_text import csv_text
from schemas import Ledger


def dataset_files(month: Month) -> Iterator[tuple[str, Iterable[bytes]]]:
    """File name, content in pieces: ``figures`` and ``ledger_<name>``, each as ``.parquet`` and ``.csv``.

    figures: ``flows.consolidation.month.DATASET_COLUMNS``. ledgers: provenance, ``sheet``, ``row``, the
    ledger's columns (dates as dates, amounts in 万元), then each column's text as typed and its cell. Each
    content is to be taken whole before the next is asked for.
    """
    yield from _both("figures", month.figures, partial(_typed, columns=DATASET_COLUMNS))
    for ledger in month.registry.ledgers:
        yield from _both(f"ledger_{ledger.name}", month.ledgers[ledger.name], partial(_ledger, ledger))


#: Rows that have the types of the files at once, a row group of Parquet: a province's million would be a
#: quarter of a gigabyte.
_TYPED = 100_000
#: Rows that are text at once: the million would be a gigabyte.
_AT_ONCE = 50_000

Typed = Callable[[pd.DataFrame], pd.DataFrame]


def _both(name: str, frame: pd.DataFrame, typed: Typed) -> Iterator[tuple[str, Iterable[bytes]]]:
    """As CSV, and as Parquet, which is made from the same rows while the other is written."""
    parquet = io.BytesIO()
    yield f"{name}.csv", _csv(map(typed, _parts(frame, _TYPED)), parquet)
    yield f"{name}.parquet", [parquet.getvalue()]


def _csv(parts: Iterable[pd.DataFrame], parquet: io.BytesIO) -> Iterator[bytes]:
    """The rows as CSV in pieces; at its end ``parquet`` holds the same rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with ExitStack() as open_ones:
        writer: Any = None
        for part in parts:
            table = pa.Table.from_pandas(part, preserve_index=False)
            if writer is None:
                writer = open_ones.enter_context(pq.ParquetWriter(parquet, table.schema, compression="zstd"))
                yield _head(part)
            writer.write_table(table)
            yield from _body(part)


def _parts(frame: pd.DataFrame, length: int) -> Iterator[pd.DataFrame]:
    """The frame in lengths; an empty one is one part."""
    return (frame.iloc[start : start + length] for start in range(0, max(len(frame), 1), length))


def csv(frame: pd.DataFrame) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, for Excel; text that could be taken for a formula is quoted off.

    The frame has several columns: a line that is one empty field would be taken for no line.
    """
    yield _head(frame)
    yield from _body(frame)


def _head(frame: pd.DataFrame) -> bytes:
    head = ",".join(_quoted(str(name)) for name in frame.columns)
    return f"{head}\r\n".encode("utf-8-sig")


def _body(frame: pd.DataFrame) -> Iterator[bytes]:
    if len(frame):
        yield from map(_lines, _parts(frame, _AT_ONCE))


def _lines(some: pd.DataFrame) -> bytes:
    """The rows joined by Arrow: no value of a large month is touched by Python but once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    compute: Any = pc  # its functions are made when it is imported, the stubs know none
    rows = compute.binary_join_element_wise(*(_fields(some.iloc[:, n]) for n in range(some.shape[1])), ",")
    whole = pa.ListArray.from_arrays(pa.array([0, len(rows)], pa.int32()), rows)
    return str(compute.binary_join(whole, "\r\n")[0].as_py() + "\r\n").encode()


def _fields(values: pd.Series) -> Any:
    """An Arrow array of every value as a field; one that repeats, as most do, is looked at once."""
    import pyarrow as pa

    if values.dtype == "object":
        return pa.array(map(_field, _plain(values)), pa.string())
    found = pa.Array.from_pandas(values)
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    found = found.dictionary_encode("encode")
    fields = [_field(value) for value in found.dictionary.to_pylist()]
    return pa.array(fields, pa.string()).take(found.indices)


def _field(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return str(value)
    text = str(value)
    return text if _ORDINARY.fullmatch(text) else _quoted(csv_text(text).text)


#: Texts of which nothing is changed, as nearly all are.
_ORDINARY = re.compile(
    "[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff .:/_\u3001\u3002\uff08\uff09\uff0c\uff1b-]{,2000}"
)


def _quoted(text: str) -> str:
    """As a field of RFC 4180: quoted where it holds what ends a field."""
    if any(mark in text for mark in (",", '"', "\r", "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text


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

    if isinstance(values.dtype, pd.CategoricalDtype):
        coded: Any = pa.Array.from_pandas(values)
        return pd.Series(pd.arrays.ArrowExtensionArray(coded.cast(pa.string())), index=values.index)
    if isinstance(values.dtype, pd.StringDtype):
        return values.astype(pd.ArrowDtype(pa.string()))
    plain = _plain(values).tolist()
    try:
        # Nearly always there are texts and gaps alone.
        made = pa.array(plain, type=pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        made = pa.array([value if isinstance(value, str) else None for value in plain], type=pa.string())
    return pd.Series(pd.arrays.ArrowExtensionArray(made), index=values.index)


def _dates(values: pd.Series) -> pd.Series:
    import pyarrow as pa

    days = [dt.date.fromisoformat(value) if isinstance(value, str) and value else None for value in values]
    return pd.Series(days, index=values.index, dtype=pd.ArrowDtype(pa.date32()))
