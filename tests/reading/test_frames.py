"""Readings as frames: the columns and types that validation and merging rely on."""

from __future__ import annotations

import pytest

from flows.reading import read_report
from flows.reading.frames import figures_frame, ledger_columns, ledger_frames, progress_frame
from flows.reading.model import Reading
from schemas import Registry, Unit
from tests.reading.workbooks import filled
from validations.frames import FIGURE_COLUMNS, PROGRESS_COLUMNS


@pytest.fixture(scope="module")
def reading(registry: Registry, county: Unit) -> Reading:
    answer = read_report(filled(registry, county), "a.xlsx")
    assert isinstance(answer, Reading)
    return answer


def test_empty_frames_keep_their_columns_and_types(registry: Registry) -> None:
    """With nothing read, every frame still has the shape that is promised."""
    assert tuple(figures_frame([]).columns) == FIGURE_COLUMNS
    assert figures_frame([])["value"].dtype == "float64"
    assert tuple(progress_frame([]).columns) == PROGRESS_COLUMNS
    frames = ledger_frames(registry, [])
    assert set(frames) == set(registry.ledger)
    for name, frame in frames.items():
        assert tuple(frame.columns) == ledger_columns(registry.ledger[name])
        numeric = [c.name for c in registry.ledger[name].columns if c.numeric]
        assert all(frame[column].dtype == "float64" for column in numeric)


def test_every_cell_is_a_row_with_its_submission(registry: Registry, county: Unit, reading: Reading) -> None:
    """Rows of two submissions stand together, each under its own number."""
    read = [("s1", county.code, "2023-06", reading), ("s2", county.code, "2023-06", reading)]
    frame = figures_frame(read)
    assert len(frame) == 2 * len(reading.figures)
    each = len(reading.figures)
    assert frame["submission_id"].value_counts().to_dict() == {"s1": each, "s2": each}
    assert (len(progress_frame(read))) == 2 * len(reading.progress)
    cases = ledger_frames(registry, read)["cases"]
    assert cases["case_value"].tolist() == [1.5, 1.5]
    assert cases["case_value.cell"].tolist() == ["H5", "H5"]
    assert cases["uscc.state"].tolist() == ["missing", "missing"]
    assert cases["row"].tolist() == [5, 5]
