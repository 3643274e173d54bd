"""Single faults for a valid report: each breaks one thing and knows where it should be found."""

from __future__ import annotations

from flows.demo.draws import stream
from flows.demo.edits import Edit, Fault, fault
from flows.demo.field_faults import field_faults
from flows.demo.relation_faults import relation_faults
from flows.demo.sample import SampleReport
from flows.demo.standing import Standing
from flows.demo.words import words
from schemas.models import Kind
from schemas.template.layout import Layout

__all__ = ["Edit", "Fault", "faults", "find_fault", "oddities"]

_WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．－")


def faults(
    layout: Layout, report: SampleReport, seed: int, before: SampleReport | None = None
) -> list[Fault]:
    """Every fault that the report lets be made, one thing each; the seed chooses where.

    ``before`` is the report of last month, without which figures cannot be made to fall.
    """
    standing = Standing(layout, report, before)
    rng = stream(seed, report.unit.code, report.period, "faults")
    return [*relation_faults(standing, rng), *field_faults(standing, rng)]


def find_fault(made: list[Fault], name: str, rule: str = "") -> Fault:
    """The first fault of that name, of the rule where one is given. Raises ``KeyError``."""
    for one in made:
        if one.name == name and rule in ("", one.rule):
            return one
    raise KeyError(f"no fault {name} {rule}")


def oddities(layout: Layout, report: SampleReport, seed: int) -> list[Fault]:
    """Right figures oddly written (full width, grouped, with their unit): each is read and put on record."""
    standing = Standing(layout, report)
    rng = stream(seed, report.unit.code, report.period, "oddities")
    flows = [i for i in layout.indicators if i.kind is Kind.FLOW and standing.number(i.code, "ytd") > 0]
    rng.shuffle(flows)
    made = []
    for pattern in words().mistakes.oddities:
        for indicator in flows:
            value = standing.number(indicator.code, "ytd")
            texts = {"value": value, "wide": str(value).translate(_WIDE), "grouped": f"{value:,}"}
            # Digits are grouped where there are enough of them.
            if "grouped" not in pattern or value >= 1000:
                edits = [
                    Edit("figures", (indicator.code, "ytd"), pattern.format(unit=indicator.unit, **texts))
                ]
                made.append(fault("oddity", layout, report, edits, code="normalised", severity="note"))
                flows.remove(indicator)
                break
    return made
