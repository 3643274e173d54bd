"""The report as issued: where everything stands in it, its live self-checks, and the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.template.checks import SelfCheck
from schemas.template.layout import Layout, lay_out

if TYPE_CHECKING:
    from schemas.template.workbook import issue

__all__ = ["Layout", "SelfCheck", "issue", "lay_out"]


def __getattr__(name: str) -> Any:
    # The writer brings in openpyxl, which nobody who only asks where a cell stands should wait for.
    if name == "issue":
        from schemas.template.workbook import issue

        return issue
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
