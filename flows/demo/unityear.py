"""One unit's year of figures, months in order, so that every relation holds by construction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from flows.demo.aggregates import aggregate
from flows.demo.draws import amount, money, poisson, stream
from flows.demo.enterprises import Enterprises
from flows.demo.milestones import Milestone, milestone_plan
from flows.demo.roots import Root, aggregates_of, roots
from flows.demo.rowcells import Row, Scene, Value
from flows.demo.rows import RowMaker
from flows.demo.words import Words
from schemas import Period, Registry, Unit
from schemas.models import Indicator, Kind, Relation

Figures = dict[tuple[str, str], Value]
Draw = Callable[[str], float]

#: A stock or a year's total stays within this factor of its comparison, well inside any rule of steadiness.
_STEADY = 2.5
#: Comparisons below this are too small to speak of growth.
_SMALL = 9


class UnitYear:
    """Holds what carries over from month to month; ``month`` is called for 1, 2, 3 … in turn."""

    def __init__(
        self, registry: Registry, unit: Unit, year: int, seed: int, words: Words, quiet: tuple[str, ...]
    ) -> None:
        self.registry, self.unit, self.year, self.words = registry, unit, year, words
        self._seed = (seed, unit.code)
        self._quiet = frozenset(quiet)
        place, city = words.place(unit, registry.city), words.short_place(registry.city)
        codes = [u.code for u in registry.units]
        self.scene = Scene(words, place, city, unit.name, year, codes.index(unit.code) + 1, len(codes))
        self._rows = RowMaker(registry, unit, self.scene, Enterprises(unit, words, place, city, seed), seed)
        self._roots = roots(registry, unit)
        self._indicators = registry.indicator
        self._own = {i.code: i for i in registry.indicators_of(unit)}
        self._aggregates = aggregates_of(registry, unit)
        size = stream(*self._seed, "size")
        self._size = words.unit_sizes.get(unit.type, 1.0) * size.uniform(0.75, 1.3)
        self._milestones = {
            i.code: milestone_plan(i, self.scene, stream(*self._seed, "milestone", i.code))
            for i in self._own.values()
            if i.kind is Kind.MILESTONE
        }
        self._ytd: dict[str, float] = {}
        self._prior_ytd: dict[str, float] = {}
        self._stock: dict[str, float] = {}
        self._start_stocks()

    def month(self, period: Period) -> tuple[Figures, dict[str, list[Row]]]:
        """The month's figures by (code, measure) and its ledger rows."""
        wanted = [(root, self._wanted(root, period)) for root in self._roots]
        rows = self._rows.month(period, wanted)
        figures: Figures = {}
        counted = self._counted(rows, period)
        flows = {c: i for c, i in self._own.items() if i.kind is Kind.FLOW}
        months = self._resolved("month", flows, self._drawn_flow(period), counted["month"])
        self._imply(months, counted["month"])
        for code in flows:
            self._ytd[code] = money((self._ytd.get(code, 0), months[code]))
        prior = self._prior(flows, period)
        stocks = {c: i for c, i in self._own.items() if i.kind is Kind.STOCK}
        grown = self._resolved("stock", stocks, self._drawn_stock(period, months), counted["stock"])
        self._stock.update(grown)
        for code in flows:
            figures[code, "month"] = self._shaped(code, months[code])
            figures[code, "ytd"] = self._shaped(code, self._ytd[code])
            figures[code, "prior_ytd"] = self._shaped(code, prior[code])
        for code in stocks:
            figures[code, "stock"] = self._shaped(code, grown[code])
            figures[code, "prior_stock"] = self._shaped(code, self._before[code])
        for code, milestone in self._milestones.items():
            for measure, value in milestone.at(period).items():
                figures[code, measure] = value
        return {key: figures[key] for key in self._order if key in figures}, rows

    @cached_property
    def _order(self) -> tuple[tuple[str, str], ...]:
        return tuple((code, m) for code, i in self._own.items() for m in i.measures)

    def milestone(self, code: str) -> Milestone:
        return self._milestones[code]

    def _is_quiet(self, code: str) -> bool:
        return self._indicators[code].work_point in self._quiet

    def _wanted(self, root: Root, period: Period) -> int:
        rng = stream(*self._seed, period, "rows", root.name)
        codes = {r.params["indicator"] for r in self._aggregates if r.params["ledger"] == root.ledger.name}
        if all(self._is_quiet(code) for code in ({root.code} if root.code else codes)):
            return 0
        if root.persists:
            indicator = self._own[root.code]
            cap = self._cap(self._before[root.code]) - self._stock[root.code]
            return min(int(cap), poisson(rng, self.words.stock_growth.of(indicator)))
        level = self.words.levels.ledgers.get(root.ledger.name, 2.0)
        if root.code:
            level = self.words.level(self._own[root.code])
        return poisson(rng, level * self._size * self.words.season(root.code, period.month))

    def _counted(self, rows: Mapping[str, list[Row]], period: Period) -> dict[str, dict[str, float]]:
        """What the ledgers say, by measure and code."""
        found: dict[str, dict[str, float]] = {"month": {}, "stock": {}}
        for relation in self._aggregates:
            measure = relation.params.get("measure", "month")
            found[measure][relation.params["indicator"]] = aggregate(relation, rows, period)
        return found

    def _resolved(
        self, measure: str, codes: Mapping[str, Indicator], drawn: Draw, counted: Mapping[str, float]
    ) -> dict[str, float]:
        """Every figure of one measure: from the ledgers, as a sum of parts, as a part, or drawn."""
        parts, wholes = self._totals, self._part_relations
        known: dict[str, float] = {}

        def value(code: str) -> float:
            if code not in known:
                known[code] = 0.0 if self._is_quiet(code) else computed(code)
            return known[code]

        def computed(code: str) -> float:
            if code in counted:
                return counted[code]
            if code in parts:
                return money(value(part) for part in parts[code])
            if code in wholes:
                return min(drawn(code), *(room(relation) for relation in wholes[code]))
            # A whole that is drawn makes room for the parts that the ledgers have counted.
            own = [counted[p] for p, found in wholes.items() if p in counted and code in _wholes_in(found)]
            return money((drawn(code), *own))

        def room(relation: Relation) -> float:
            """How much the part may be; in the year's totals it may catch up with earlier months."""
            whole = relation.params["whole"]
            behind = 0.0
            if measure == "month" and measure not in relation.params["measures"]:
                behind = self._ytd.get(whole, 0) - self._ytd.get(relation.params["part"], 0)
            return money((value(whole), behind))

        return {code: value(code) for code in codes}

    @cached_property
    def _relations(self) -> tuple[Relation, ...]:
        return self.registry.relations_of(self.unit)

    @cached_property
    def _totals(self) -> dict[str, list[str]]:
        """Whole -> its parts."""
        return {r.params["whole"]: list(r.params["parts"]) for r in self._relations if r.kind == "total"}

    @cached_property
    def _part_relations(self) -> dict[str, list[Relation]]:
        """Part -> its relations to wholes of the same kind."""
        found: dict[str, list[Relation]] = {}
        for relation in self._relations:
            if relation.kind == "part_of":
                part, whole = relation.params["part"], relation.params["whole"]
                if self._own[part].kind is self._own[whole].kind:
                    found.setdefault(part, []).append(relation)
        return found

    def _drawn_flow(self, period: Period) -> Draw:
        def drawn(code: str) -> float:
            indicator = self._own[code]
            rng = stream(*self._seed, period, code)
            mean = self.words.level(indicator) * self._size * self.words.season(code, period.month)
            if indicator.is_amount:
                # Money moves in some months only.
                return amount(rng, mean / 3 + 0.01, mean * 3 + 0.02, 0.01) if rng.random() < 0.4 else 0.0
            return poisson(rng, mean)

        return drawn

    def _imply(self, months: dict[str, float], counted: Mapping[str, float]) -> None:
        """Where one figure asks for another that no ledger gives, that one is at least 1."""
        for relation in self._relations:
            when, then = relation.params.get("when"), relation.params.get("then")
            free = then not in counted and then not in self._totals
            if relation.kind == "implies" and when and then and free and months[when] > 0:
                months[then] = max(months[then], 1)

    def _prior(self, flows: Mapping[str, Indicator], period: Period) -> dict[str, float]:
        """Last year's totals: a steady share of this year's, never falling from month to month."""

        def last_year(code: str) -> float:
            rng = stream(*self._seed, "last year", code)
            share, offset = rng.uniform(0.68, 1.12), rng.random()
            share *= 1 + 0.05 * stream(*self._seed, period, "wobble", code).uniform(-1, 1)
            level = self._ytd[code] * share
            shown = round(level, 2) if flows[code].is_amount else int(level + offset)
            return max(self._prior_ytd.get(code, 0), 0 if self._ytd[code] == 0 else shown)

        parts, wholes = self._totals, self._part_relations
        found = {code: last_year(code) for code in flows}
        found |= {code: money(found[part] for part in parts[code]) for code in parts if code in found}
        for part, whole in wholes.items():
            if part in found:
                found[part] = min(found[part], *(found[code] for code in _wholes_in(whole)))
        self._prior_ytd.update(found)
        return found

    def _start_stocks(self) -> None:
        """The levels at the end of the year before, and the rows behind them."""
        stocks = {c: i for c, i in self._own.items() if i.kind is Kind.STOCK}

        def drawn(code: str) -> float:
            rng = stream(*self._seed, "stock", code)
            step = self.words.stock_steps.get(stocks[code].unit, 1)
            level = self.words.level(stocks[code]) * self._size
            return round(level * rng.uniform(0.5, 1.6) / step) * step

        self._before = self._resolved("prior_stock", stocks, drawn, {})
        self._stock = dict(self._before)
        for root in self._roots:
            if root.persists:
                self._rows.list_before(root, int(self._before[root.code]))

    def _drawn_stock(self, period: Period, months: Mapping[str, float]) -> Draw:
        def drawn(code: str) -> float:
            indicator = self._own[code]
            rng = stream(*self._seed, period, code)
            step = self.words.stock_steps.get(indicator.unit, 1)
            more = (rng.random() < self.words.stock_growth.of(indicator)) * step
            with_flow = self.words.grows_with.get(code)
            if with_flow is not None:
                more = months.get(with_flow, 0)
            most = max(self._stock[code], self._cap(self._before[code], step))
            return min(self._stock[code] + more, most, indicator.maximum or most)

        return drawn

    @staticmethod
    def _cap(before: float, step: float = 1) -> float:
        return max(_SMALL, before * _STEADY // step * step)

    def _shaped(self, code: str, value: float) -> float | int:
        """Counts as whole numbers, money with two decimals."""
        return round(float(value), 2) if self._own[code].is_amount else int(value)


def _wholes_in(relations: list[Relation]) -> list[str]:
    return [relation.params["whole"] for relation in relations]
