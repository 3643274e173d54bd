"""The formats that a report may come in, one file each, found by their file names."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import lru_cache

from flows.reading.files.source_format import SourceFormat


@lru_cache(maxsize=1)
def source_formats() -> Mapping[str, SourceFormat]:
    """Every format by name; a file of this folder defines ``FORMAT``."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").FORMAT for name in names}
