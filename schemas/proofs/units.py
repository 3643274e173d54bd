"""Proves the reporting units: known types, and names that can be used as folder, column or sheet heading."""

from __future__ import annotations

from schemas.errors import RegistryError
from schemas.models import MEASURE_TITLES, STATUSES, Registry, Unit

#: Folder names and headings beside those of units, in the inbox, the workbook and the dataset.
RESERVED = frozenset(
    {"回执", "历史", "代码", "单位", "要点", "指标", "口径", "合计方法", "未计入单位"}
    | {"计分方法", "设定", "目标值", *STATUSES, *MEASURE_TITLES.values()}
)
_CITY = "全市"
#: Names that Windows reserves for devices and refuses for files and folders.
_PORTS = frozenset(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))
_DEVICES = frozenset({"con", "prn", "aux", "nul"}) | _PORTS


def prove_units(registry: Registry) -> None:
    """Raises :class:`RegistryError` for the first unit of an unknown type or an unusable name."""
    for unit in registry.units:
        if unit.type not in registry.unit_types:
            known = "、".join(registry.unit_types)
            raise RegistryError(
                "units.yaml", f"[{unit.code}].type", f"unit_types 中没有 {unit.type}，只有 {known}"
            )
        _prove_names(unit)


def may_name_a_unit(name: str) -> bool:
    """Whether the name is neither reserved nor the city's."""
    return not (name in RESERVED or name.startswith(_CITY) or name.casefold() in _DEVICES)


def _prove_names(unit: Unit) -> None:
    keys = ("name", "short", *("aliases" for _ in unit.aliases))
    for key, name in zip(keys, unit.names, strict=True):
        if not may_name_a_unit(name):
            reason = f"“{name}”在收件箱或汇总表中另有所指，不能用作单位的名称"
            raise RegistryError("units.yaml", f"[{unit.code}].{key}", reason)
        if len(name.splitlines()) > 1:
            raise RegistryError("units.yaml", f"[{unit.code}].{key}", f"名称不能分行：{name}")
