"""The very-hidden sheet by which reading recognises the template."""

from __future__ import annotations

import hashlib

from schemas.template import looks
from schemas.template.canvas import Canvas
from schemas.template.layout import Layout

_KEY = looks.Look(border=False, wrap=False)


def draw(canvas: Canvas) -> None:
    """Writes keys in column A, values in column B, as text."""
    for row, (key, value) in enumerate(entries(canvas.layout).items(), start=1):
        canvas.text(f"A{row}", key, _KEY)
        canvas.text(f"B{row}", value, _KEY)
    canvas.sheet.sheet_state = "veryHidden"
    canvas.protect()


def entries(layout: Layout) -> dict[str, str]:
    """Keys and values of the mark: year, version, unit_code, period and digest."""
    return {
        "year": str(layout.registry.year),
        "version": layout.registry.version,
        "unit_code": layout.unit.code,
        "period": str(layout.period),
        "digest": digest(layout),
    }


def digest(layout: Layout) -> str:
    """SHA-256 over the registry's version and the addresses of figures, progress, ledgers and cover.

    Two templates with equal digests have the same cells.
    """
    addresses = [
        *(f"figure {code} {name} {cell}" for (code, name), cell in layout.figures.items()),
        *(f"progress {code} {name} {cell}" for (code, name), cell in layout.progress.items()),
        *(f"ledger {name} {column} {letter}" for (name, column), letter in layout.ledger_columns.items()),
        *(f"cover {name} {cell}" for name, cell in layout.cover.items()),
    ]
    text = "\n".join([layout.registry.version, *sorted(addresses)])
    return hashlib.sha256(text.encode()).hexdigest()
