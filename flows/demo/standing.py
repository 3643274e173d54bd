"""How the figures of a report stand to one another: what can be changed without breaking more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from flows.demo.edits import Edit
from flows.demo.sample import SampleReport
from schemas.models import Indicator, Kind, Relation
from schemas.template.layout import Layout

Key = tuple[str, str]  # code, measure


class Standing:
    """A report, its layout, and the relations over it. ``before``: the report of last month, if known."""

    def __init__(self, layout: Layout, report: SampleReport, before: SampleReport | None = None) -> None:
        self.layout, self.report, self.before = layout, report, before
        self.relations = layout.registry.relations_of(layout.unit)

    @cached_property
    def free(self) -> dict[Kind, list[Indicator]]:
        """Indicators that no relation names: only those over every flow or stock bear on them."""
        named = {code for r in self.relations for code in self.layout.registry.codes_in(r)}
        return {
            kind: [i for i in self.layout.indicators if i.kind is kind and i.code not in named]
            for kind in Kind
        }

    def number(self, code: str, measure: str) -> float:
        value = self.report.figures[code, measure]
        if not isinstance(value, int | float):
            raise TypeError(f"{code} {measure} is no number: {value!r}")
        return value

    def step(self, code: str) -> float:
        """The least change worth the name: one, or 10.00 of money."""
        return 10.0 if self.layout.registry.indicator[code].is_amount else 1

    def moved(self, code: str, measures: Iterable[str], by: float) -> list[Edit]:
        """The figure moved by ``by`` in each measure, and every total above it as well."""
        wholes = [
            r.params["whole"] for r in self.relations if r.kind == "total" and code in r.params["parts"]
        ]
        return [
            Edit("figures", (each, measure), _rounded(self.number(each, measure) + by))
            for each in (code, *wholes)
            for measure in measures
        ]

    def clean(self, edits: Iterable[Edit], besides: Relation) -> bool:
        """Whether the edited figures keep every other part_of, implies and steady relation."""
        changed = {(str(e.key[0]), str(e.key[1])): e.value for e in edits if e.part == "figures"}
        values = {**self.report.figures, **changed}
        if any(isinstance(value, int | float) and value < 0 for value in changed.values()):
            return False
        return all(_keeps(r, values, changed) for r in self.relations if r.id != besides.id)


def _rounded(value: float) -> float:
    return value if isinstance(value, int) else round(value, 2)


def _keeps(relation: Relation, values: Mapping[Key, Any], changed: Iterable[Key]) -> bool:
    params = relation.params
    match relation.kind:
        case "part_of":
            pairs = zip(params["measures"], params.get("whole_measures", params["measures"]), strict=True)
            return all(values[params["part"], p] <= values[params["whole"], w] for p, w in pairs)
        case "implies" if "when" in params:
            when, then = (values[params[k], params["measure"]] for k in ("when", "then"))
            return not when or bool(then)
        case "steady":
            codes = {code for code, measure in changed if measure in (params["measure"], params["against"])}
            return all(_steady(params, values, code) for code in codes)
        case _:
            return True


def _steady(params: Mapping[str, Any], values: Mapping[Key, Any], code: str) -> bool:
    pair: list[Any] = [values.get((code, params[key])) for key in ("measure", "against")]
    if not all(isinstance(value, int | float) for value in pair):
        return True
    return bool(max(pair) < params["floor"] or max(pair) <= params["factor"] * min(pair))
