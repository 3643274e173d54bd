"""Proves that titles can be names of Excel sheets: short enough, of allowed characters, none repeated."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.errors import RegistryError
from schemas.models import Registry

_LONGEST = 31
_FORBIDDEN = frozenset("[]:*?/\\")
#: File, key and sheet name.
KeyedTitle = tuple[str, str, str]


def prove_sheet_names(registry: Registry) -> None:
    """Proves the sheet names of a report, and those that the assessment workbook takes from the policy.

    Raises :class:`RegistryError` for the first title that can't be the name of a sheet.
    """
    forms = [
        ("report.yaml", f"sheets.{name}.title", sheet.title) for name, sheet in registry.form.sheets.items()
    ]
    sections = [("work_points.yaml", f"sections.[{s.number}].title", s.sheet) for s in registry.sections]
    ledgers = [("ledgers.yaml", f"[{ledger.name}].title", ledger.title) for ledger in registry.ledgers]
    _prove([*forms, *ledgers])
    _prove([*sections, *ledgers])


def _prove(titles: Iterable[KeyedTitle]) -> None:
    seen: set[str] = set()
    for file, key, name in titles:
        if len(name) > _LONGEST:
            raise RegistryError(file, key, f"用作工作表名，不能超过 {_LONGEST} 字，现 {len(name)} 字：{name}")
        if _FORBIDDEN & set(name) or name.startswith("'") or name.endswith("'"):
            raise RegistryError(
                file, key, f"用作工作表名，不能含 [ ] : * ? / \\，也不能以单引号开头或结尾，现为“{name}”"
            )
        if name.casefold() in seen:
            raise RegistryError(file, key, f"用作工作表名，不能与别的工作表同名（不分大小写）：{name}")
        seen.add(name.casefold())
