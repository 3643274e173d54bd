"""Reads one year's registry from YAML and proves that it is whole and consistent."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from schemas.errors import RegistryError
from schemas.models import (
    Assessment,
    Deadline,
    Form,
    Indicator,
    Kind,
    Ledger,
    Registry,
    Relation,
    Section,
    Unit,
    Waiver,
    WorkPoint,
)

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

FOLDER = Path(__file__).parent
#: The files of a year.
YEAR_FILES = (
    "work_points.yaml",
    "indicators.yaml",
    "ledgers.yaml",
    "relations.yaml",
    "assessment.yaml",
    "waivers.yaml",
)
#: The files that every year shares.
COMMON_FILES = ("units.yaml", "report.yaml")

#: pydantic's reasons in the office's language; the rest is given as pydantic words it.
_REASONS: Mapping[str, str] = {
    "missing": "缺少该项",
    "extra_forbidden": "不认识的项",
    "string_type": "应为文字（数字代码请加引号）",
    "string_too_short": "不能为空",
    "int_type": "应为整数",
    "float_type": "应为数",
    "bool_type": "应为 true 或 false",
    "model_type": "应为一组“键: 值”",
    "dict_type": "应为一组“键: 值”",
    "tuple_type": "应为列表",
    "list_type": "应为列表",
    "too_short": "不能为空",
}


@lru_cache(maxsize=8)
def load(year: int, folder: Path = FOLDER) -> Registry:
    """The registry of ``year``, read from ``folder/<year>/`` and the files beside it.

    Raises :class:`RegistryError` naming file, key and reason.
    """
    home = folder / str(year)
    if not home.is_dir():
        raise RegistryError(f"schemas/{year}", "", f"没有 {year} 年的要点登记")
    paths = {name: home / name for name in YEAR_FILES} | {name: folder / name for name in COMMON_FILES}
    contents = {name: _bytes(path) for name, path in paths.items()}
    raw = {name: _yaml(name, content) for name, content in contents.items()}

    points = _mapping("work_points.yaml", raw)
    units = _mapping("units.yaml", raw)
    parts: dict[str, Any] = {
        "sections": _many("work_points.yaml", "sections", points.get("sections"), Section),
        "work_points": _many("work_points.yaml", "work_points", points.get("work_points"), WorkPoint),
        "indicators": _many("indicators.yaml", "", raw["indicators.yaml"], Indicator),
        "ledgers": _many("ledgers.yaml", "", raw["ledgers.yaml"], Ledger),
        "relations": _many("relations.yaml", "", raw["relations.yaml"], Relation),
        "units": _many("units.yaml", "units", units.get("units"), Unit),
        "deadline": _one("units.yaml", "deadline", units.get("deadline"), Deadline),
        "assessment": _one("assessment.yaml", "", raw["assessment.yaml"], Assessment),
        "waivers": _many("waivers.yaml", "", raw["waivers.yaml"] or [], Waiver),
        "form": _one("report.yaml", "", raw["report.yaml"], Form),
    }
    head = {
        "year": year,
        "version": _version(contents),
        "notice_title": points.get("notice_title"),
        "issuer": units.get("issuer"),
        "city": units.get("city"),
        "unit_types": units.get("unit_types"),
    }
    registry = _one(f"schemas/{year}", "", head | parts, Registry)
    _prove(registry)
    return registry


def years(folder: Path = FOLDER) -> tuple[int, ...]:
    """The years that have a registry, ascending."""
    return tuple(sorted(int(p.name) for p in folder.iterdir() if p.is_dir() and p.name.isdigit()))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RegistryError(path.name, "", f"读不出文件（{error.strerror}）") from error


def _version(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(name.encode())
        digest.update(contents[name].replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def _yaml(name: str, content: bytes) -> Any:
    try:
        return yaml.safe_load(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RegistryError(name, "", "不是 UTF-8 文字") from error
    except yaml.MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f"第{error.problem_mark.line + 1}行"
        raise RegistryError(name, line, f"YAML 写法有误（{error.problem}）") from error


def _mapping(name: str, raw: Mapping[str, Any]) -> Mapping[str, Any]:
    content = raw[name]
    if not isinstance(content, Mapping):
        raise RegistryError(name, "", "应为一组“键: 值”")
    return content


def _many(file: str, key: str, rows: Any, model: type[M]) -> tuple[M, ...]:
    return _checked(file, key, rows, TypeAdapter(tuple[model, ...]))  # type: ignore[valid-type]


def _one(file: str, key: str, row: Any, model: type[M]) -> M:
    return _checked(file, key, row, TypeAdapter(model))


def _checked(file: str, key: str, value: Any, adapter: TypeAdapter[T]) -> T:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(filter(None, [key, _path(first["loc"], value)]))
        reason = _REASONS.get(first["type"], first["msg"])
        read = first["input"]
        shown = "" if isinstance(read, Mapping | list | tuple) else f"，现为 {read!r}"
        raise RegistryError(file, place, reason + shown) from error


def _path(loc: Iterable[int | str], value: Any) -> str:
    """The key path, with list positions named by the row's own code where it has one."""
    names: list[str] = []
    for step in loc:
        name = str(step)
        if isinstance(step, int) and isinstance(value, list | tuple):
            value = value[step] if step < len(value) else None
            if isinstance(value, Mapping):
                own = next((value[k] for k in ("code", "id", "name", "number") if k in value), None)
                name = f"[{own if own is not None else step + 1}]"
        elif isinstance(value, Mapping):
            value = value.get(step)
        names.append(name)
    return ".".join(names)


def _prove(registry: Registry) -> None:
    """Every reference resolves, every name is single, every work point has an indicator."""
    _unique("work_points.yaml", "work_points", [p.code for p in registry.work_points])
    _unique("work_points.yaml", "sections", [s.number for s in registry.sections])
    _unique("indicators.yaml", "code", [i.code for i in registry.indicators])
    _unique("ledgers.yaml", "name", [ledger.name for ledger in registry.ledgers])
    _unique("relations.yaml", "id", [r.id for r in registry.relations])
    _unique("units.yaml", "code", [u.code for u in registry.units])
    _unique("units.yaml", "name", [n for u in registry.units for n in {*u.names, u.code}])
    sections = {section.number for section in registry.sections}
    for point in registry.work_points:
        if point.section not in sections:
            raise RegistryError("work_points.yaml", point.code, "所属部分没有登记")
    covered = {indicator.work_point for indicator in registry.indicators}
    for point in registry.work_points:
        if point.code not in covered:
            raise RegistryError("indicators.yaml", f"要点 {point.code}", "没有任何指标")
    for indicator in registry.indicators:
        _prove_indicator(registry, indicator)
    for ledger in registry.ledgers:
        _prove_ledger(ledger)
    for name in registry.assessment.defaults:
        if name not in {*Kind, "up", "down"}:
            raise RegistryError("assessment.yaml", f"defaults.{name}", "不认识的项")
    for kind in Kind:
        if kind not in registry.assessment.defaults:
            raise RegistryError("assessment.yaml", f"defaults.{kind}", "缺少该项")
    for code in registry.assessment.methods:
        if code not in registry.indicator:
            raise RegistryError("assessment.yaml", f"methods.{code}", "没有这个指标")
    for code, weight in registry.assessment.weights.items():
        if code not in registry.work_point:
            raise RegistryError("assessment.yaml", f"weights.{code}", "没有这个要点")
        if weight < 0:
            raise RegistryError("assessment.yaml", f"weights.{code}", "权重不能为负")


def _prove_indicator(registry: Registry, indicator: Indicator) -> None:
    def wrong(key: str, reason: str) -> RegistryError:
        return RegistryError("indicators.yaml", f"[{indicator.code}].{key}", reason)

    if indicator.work_point not in registry.work_point:
        raise wrong("code", f"没有要点 {indicator.work_point}")
    known = {*registry.unit_types, *registry.unit}
    for who in indicator.reported_by:
        if who not in known:
            raise wrong("reported_by", f"没有这个单位或单位类型：{who}")
    if (indicator.kind is Kind.RATIO) != (indicator.ratio is not None):
        raise wrong("ratio", "比率指标且只有比率指标要写 ratio")
    if indicator.ratio is not None:
        named = [code for code in indicator.ratio.model_dump().values() if code is not None]
        pair = indicator.ratio.numerator is not None and indicator.ratio.denominator is not None
        if pair == (indicator.ratio.growth_of is not None):
            raise wrong("ratio", "应写 numerator 和 denominator，或只写 growth_of")
        for code in named:
            if code not in registry.indicator:
                raise wrong("ratio", f"没有指标 {code}")
    if indicator.kind is not Kind.MILESTONE and not indicator.unit:
        raise wrong("unit", "缺少计量单位")


def _prove_ledger(ledger: Ledger) -> None:
    def wrong(key: str, reason: str) -> RegistryError:
        return RegistryError("ledgers.yaml", f"[{ledger.name}].{key}", reason)

    _unique("ledgers.yaml", f"[{ledger.name}].columns", [c.name for c in ledger.columns])
    titles = [t for c in ledger.columns for t in (c.title, *c.aliases)]
    _unique("ledgers.yaml", f"[{ledger.name}].columns", titles)
    for name in ledger.key:
        if name not in ledger.by_name:
            raise wrong("key", f"没有列 {name}")
    for column in ledger.columns:
        if (column.type == "choice") != bool(column.choices):
            raise wrong(f"columns.{column.name}", "choice 列且只有 choice 列要写 choices")
        if column.unless is not None and column.unless not in ledger.by_name:
            raise wrong(f"columns.{column.name}.unless", f"没有列 {column.unless}")


def _unique(file: str, key: str, values: Iterable[object]) -> None:
    repeated = [str(value) for value, count in Counter(values).items() if count > 1]
    if repeated:
        raise RegistryError(file, key, f"重复：{'、'.join(repeated)}")


def read_one(path: Path, model: type[M]) -> M:
    """One YAML file as one model; :class:`RegistryError` naming file, key and reason."""
    return _one(path.name, "", _yaml(path.name, _bytes(path)), model)
