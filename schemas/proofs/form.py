"""Proves the form of a report: the sheets, fields and columns that templates and reading need."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from schemas.errors import RegistryError
from schemas.form import Form, FormField
from schemas.models import MEASURE_TITLES, Registry
from schemas.proofs.names import unique
from schemas.sentences import prove_keys, prove_sentences

_FILE = "report.yaml"
_SHEETS = ("cover", "figures", "progress", "checks", "reference", "notes", "mark", "result", "marks")
#: Fields and columns that the program uses by name; further ones may be added.
_REQUIRED: Mapping[str, Collection[str]] = {
    "cover": ("unit", "period", "clerk"),
    "figures": ("code", "work_point", "indicator", "unit_of_measure"),
    "progress": ("work_point", "title", "status", "progress", "problems", "evidence"),
}


def prove_form(registry: Registry) -> None:
    """Raises :class:`RegistryError` for the first sheet, field, column or sentence that can't be used."""
    form = registry.form
    prove_keys("sheets", form.sheets, _SHEETS)
    for table, fields in (("cover", form.cover), ("figures", form.figures), ("progress", form.progress)):
        _prove_table(table, fields)
    names = [n for sheet in form.sheets.values() for n in {sheet.title, *sheet.aliases}]
    names += [n for ledger in registry.ledgers for n in {ledger.title, *ledger.aliases}]
    unique(_FILE, "sheets", names)
    _prove_measures(registry, form)
    prove_sentences(form.wording)


def _prove_table(table: str, fields: Collection[FormField]) -> None:
    unique(_FILE, table, (field.name for field in fields))
    unique(_FILE, table, (t for field in fields for t in {field.title, *field.aliases}))
    for field in fields:
        if (field.type == "choice") != bool(field.choices):
            raise RegistryError(_FILE, f"{table}.[{field.name}]", "choice 项且只有 choice 项要写 choices")
    names = [field.name for field in fields]
    for name in _REQUIRED[table]:
        if name not in names:
            raise RegistryError(_FILE, f"{table}.[{name}]", f"缺少该项，现有 name：{'、'.join(names)}")


def _prove_measures(registry: Registry, form: Form) -> None:
    carried = [(field.name, measure) for field in form.figures for measure in field.measures]
    for name, measure in carried:
        if measure not in MEASURE_TITLES:
            known = "、".join(MEASURE_TITLES)
            raise RegistryError(_FILE, f"figures.[{name}].measures", f"不认识的 {measure}，应为 {known} 之一")
    unique(_FILE, "figures.measures", (measure for _, measure in carried))
    reported = [measure for indicator in registry.indicators for measure in indicator.measures]
    for measure in (*reported, "explanation"):
        if measure not in form.column_of:
            raise RegistryError(_FILE, "figures.measures", f"没有一列承载 {measure}")
