"""Loads one year's registry from YAML and proves that it is complete and consistent."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from schemas.assessment import Assessment, Waiver
from schemas.base import Frozen, Text, UnitType
from schemas.errors import RegistryError
from schemas.form import Form
from schemas.models import Deadline, Indicator, Ledger, Registry, Relation, Section, Unit, WorkPoint
from schemas.proofs.registry import prove_registry
from schemas.reasons import reason
from schemas.yaml_text import parse

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

#: The folder of the policy's files: this package, or one that an office keeps outside the checkout.
FOLDER = Path(os.environ.get("YAODIAN_SCHEMAS") or Path(__file__).parent).resolve()
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


class _Points(Frozen):
    """``work_points.yaml``."""

    notice_title: Text
    sections: tuple[Section, ...]
    work_points: tuple[WorkPoint, ...] = Field(min_length=1)


class _Units(Frozen):
    """``units.yaml``."""

    issuer: Text
    city: Text
    unit_types: Mapping[UnitType, Text]
    deadline: Deadline
    units: tuple[Unit, ...] = Field(min_length=1)


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
    raw = {name: parse(name, content) for name, content in contents.items()}

    points = _one("work_points.yaml", raw["work_points.yaml"], _Points)
    units = _one("units.yaml", raw["units.yaml"], _Units)
    form = _one("report.yaml", raw["report.yaml"], Form)
    registry = Registry(
        year=year,
        version=_version(contents),
        notice_title=points.notice_title,
        issuer=units.issuer,
        city=units.city,
        sections=points.sections,
        work_points=points.work_points,
        indicators=_measured(_many("indicators.yaml", raw["indicators.yaml"], Indicator), form),
        ledgers=_many("ledgers.yaml", raw["ledgers.yaml"], Ledger),
        relations=_many("relations.yaml", raw["relations.yaml"], Relation),
        units=units.units,
        unit_types=units.unit_types,
        deadline=units.deadline,
        assessment=_one("assessment.yaml", raw["assessment.yaml"], Assessment),
        waivers=_many("waivers.yaml", [] if raw["waivers.yaml"] is None else raw["waivers.yaml"], Waiver),
        form=form,
    )
    prove_registry(registry)
    return registry


def _measured(indicators: Iterable[Indicator], form: Form) -> tuple[Indicator, ...]:
    """The indicators, with the decimals of their unit of measure where they don't set their own."""
    return tuple(
        indicator
        if "decimals" in indicator.model_fields_set
        else indicator.model_copy(update={"decimals": form.decimals.get(indicator.unit, 0)})
        for indicator in indicators
    )


@lru_cache(maxsize=8)
def years(folder: Path = FOLDER) -> tuple[int, ...]:
    """The years that have a registry, ascending: those whose folder contains ``indicators.yaml``.

    Raises :class:`RegistryError` if ``folder`` doesn't exist.
    """
    if not folder.is_dir():
        raise RegistryError(str(folder), "", "没有这个文件夹，请检查环境变量 YAODIAN_SCHEMAS")
    year_folders = [path for path in folder.iterdir() if path.name.isdecimal()]
    return tuple(sorted(int(path.name) for path in year_folders if (path / "indicators.yaml").is_file()))


@lru_cache(maxsize=8)
def newest(folder: Path = FOLDER) -> Registry:
    """The newest registry that loads without error, for units and form, which are the same in all years.

    A mistake in next year's files, while the office writes them, must not stop reports of this year.
    Raises :class:`RegistryError` if no year's registry loads: the error of the newest one.
    """
    failure = RegistryError(folder.name, "", "没有任何年度的要点登记")
    for index, year in enumerate(reversed(years(folder))):
        try:
            return load(year, folder)
        except RegistryError as error:
            failure = failure if index else error
    raise failure


def read_yaml_file(path: Path, model: type[M]) -> M:
    """One YAML file as one model; :class:`RegistryError` naming file, key and reason."""
    return _one(path.name, parse(path.name, _bytes(path)), model)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise RegistryError(path.name, "", f"没有这个文件（应为 {path}）") from error
    except OSError as error:
        raise RegistryError(
            path.name, "", f"读不出文件 {path}，请检查它是不是文件、有没有读取权限"
        ) from error


def _version(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(name.encode())
        digest.update(contents[name].replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def _many(file: str, rows: Any, model: type[M]) -> tuple[M, ...]:
    return _checked(file, rows, TypeAdapter(tuple[model, ...]))  # type: ignore[valid-type]


def _one(file: str, row: Any, model: type[M]) -> M:
    return _checked(file, row, TypeAdapter(model))


def _checked(file: str, value: Any, adapter: TypeAdapter[T]) -> T:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        first, *others = error.errors(include_url=False)
        raise RegistryError(
            file, _path(first["loc"], value), reason(first) + _misspelt(first, others)
        ) from error


def _misspelt(first: ErrorDetails, others: Iterable[ErrorDetails]) -> str:
    """Names the unknown keys beside a missing one, because one of them is most often its misspelling."""
    if first["type"] != "missing":
        return ""
    unknown = [
        str(other["loc"][-1])
        for other in others
        if other["type"] == "extra_forbidden" and other["loc"][:-1] == first["loc"][:-1]
    ]
    return f"；其中有不认识的项 {'、'.join(unknown)}，请检查是否写错" if unknown else ""


def _path(loc: Iterable[int | str], value: Any) -> str:
    """The key path, with list positions named by the row's own code where it has one."""
    names: list[str] = []
    for step in (step for step in loc if step != "[key]"):
        name = str(step)
        if isinstance(step, int) and isinstance(value, list | tuple):
            value = value[step] if step < len(value) else None
            name = f"[{step + 1}]"
            if isinstance(value, Mapping):
                code = next((value[k] for k in ("code", "id", "name", "number") if k in value), None)
                name = f"[{code if code is not None else step + 1}]"
        elif isinstance(value, Mapping):
            value = value.get(step)
        names.append(name)
    return ".".join(names)
