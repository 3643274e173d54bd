"""The month's outputs, whole, from the merged month: built aside, then put in place."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from flows.consolidation.month import Month
from flows.consolidation.scoring import Scores, assess
from flows.outputs import dataset, manifest
from flows.outputs.brief.write import write_brief
from flows.outputs.file_names import brief_name, workbook_name
from flows.outputs.findings import findings_frame, findings_json
from flows.outputs.spill import TempFileMapping
from flows.outputs.workbook.write import write_workbook
from flows.platform import atomic_files
from flows.platform.context import RunContext
from flows.platform.memory import infrequent_gc


@infrequent_gc()
def month_outputs(month: Month, scores: Scores | None = None) -> Mapping[str, bytes]:
    """Every output of the month but the manifest: path below the month's folder -> content."""
    return TempFileMapping(_outputs(month, scores))


def _outputs(month: Month, scores: Scores | None) -> Iterator[tuple[str, Iterable[bytes]]]:
    for name, pieces in dataset.dataset_files(month):
        yield f"dataset/{name}", pieces
    yield "findings.json", [findings_json(month)]
    yield "findings.csv", dataset.csv(findings_frame(month))
    scores = scores or assess(month)
    yield workbook_name(month.period), [_drawn(write_workbook, month, scores)]
    yield brief_name(month.period), [_drawn(write_brief, month, scores)]


def _drawn(draw: Callable[[Month, Scores, Path], None], month: Month, scores: Scores) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn"
        draw(month, scores, path)
        return path.read_bytes()


def put_in_place(context: RunContext, month: Month, files: Mapping[str, bytes]) -> list[Path]:
    """Write the outputs and, last of all, their manifest; returns those that changed."""
    folder = context.home.month(month.period)
    sealing = manifest.build_manifest(month, files, manifest.previous_digest(context.home, month))
    changed: list[Path] = []
    for name in [*sorted(files), manifest.NAME]:
        context.fault("before-output")
        if atomic_files.write(folder / name, sealing if name == manifest.NAME else files[name]):
            changed.append(folder / name)
    return changed


def stale_outputs(folder: Path, outputs: Mapping[str, bytes]) -> list[str]:
    """The outputs that do not stand in the month's folder as they are now."""
    return [name for name in sorted(outputs) if not atomic_files.has_content(folder / name, outputs[name])]
