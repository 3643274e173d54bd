"""The sheets of the assessment workbook, one file each, found by their file names."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from functools import lru_cache

from flows.outputs.workbook.sheet_kind import SheetKind


@lru_cache(maxsize=1)
def sheet_kinds() -> Sequence[SheetKind]:
    """Every kind of sheet in its place; a file of this folder that draws one defines ``SHEET``."""
    modules = (
        importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)
    )
    kinds: list[SheetKind] = [module.SHEET for module in modules if hasattr(module, "SHEET")]
    return sorted(kinds, key=lambda kind: kind.place)
