"""The report template: layout of its cells, live self-checks, and the issued workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.template.checks import SelfCheck
from schemas.template.layout import Layout, lay_out

if TYPE_CHECKING:
    from schemas.template.workbook import issue

__all__ = ["Layout", "SelfCheck", "issue", "lay_out"]


def __getattr__(name: str) -> Any:
    # The writer imports openpyxl, which callers that only need the layout should not wait for.
    if name == "issue":
        from schemas.template.workbook import issue

        return issue
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
