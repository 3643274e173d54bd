"""A new relation kind is one file: nothing else need be told of it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.outputs.site.labels import finding_title, kind_title
from schemas import Registry, RegistryError, Relation
from schemas.proofs.registry import prove_registry
from tests.validations.conftest import Build, batch_of
from validations import kinds as folder
from validations.findings.finding import Finding
from validations.kinds import checks_of, kinds
from validations.run import rule_register, self_checks, validate

ONE_FILE = """
from validations.declaring.finding_type import FindingType
from validations.declaring.formulas import decide, numbers
from validations.declaring.relation import REPORT, Check, RelationKind, figure, figure_spot, indicator_at
from validations.declaring.wording import number


class AtMostTimes(RelationKind):
    name = "at_most_times"
    label = "不超过若干倍"
    finding_type = FindingType(
        code=name,
        title="超过倍数",
        severity="query",
        message="{more}读到 {value}，应{expected}（{clause}）。",
        action="请核对这两项。",
    )
    required = frozenset({"more", "less", "times"})

    def prove(self, relation, registry):
        super().prove(relation, registry)
        for key in ("more", "less"):
            indicator_at(relation, key, registry)

    def checks(self, relation, registry):
        columns = tuple(figure(relation.params[key], "month") for key in ("more", "less"))
        spots, options = tuple(map(figure_spot, columns)), {"times": relation.params["times"]}
        return (Check(relation, REPORT, columns, spots, options),)

    @staticmethod
    def holds(values, *, times):
        return values.iloc[:, 0] <= times * values.iloc[:, 1]

    def formula(self, check, refs):
        more, less = map(refs, check.columns)
        return decide(numbers(more, less), f"{more}<={check.options['times']}*{less}")

    def words(self, check, row, naming):
        more, less = check.columns
        most = number(check.options["times"] * row[less])
        return {"more": naming.of(more), "value": number(row[more]), "expected": f"不大于 {most}"}

    def title(self, check, naming):
        more, less = map(naming.of, check.columns)
        return f"{more}不超过{less}的 {check.options['times']} 倍"


KIND = AtMostTimes()
"""


@pytest.fixture
def with_kind(tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """The registry with a relation of a kind whose file lies beside the others."""
    (tmp_path / "at_most_times.py").write_text(ONE_FILE, "utf-8")
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    kinds.cache_clear()
    yield _with(registry, more="1101", less="1102", times=0)
    sys.modules.pop("validations.kinds.at_most_times", None)
    kinds.cache_clear()


def _with(registry: Registry, **params: object) -> Registry:
    fields = {"id": "times-1101", "kind": "at_most_times", "severity": "query"} | params
    relations = (*registry.relations, Relation.model_validate(fields))
    return registry.model_copy(update={"relations": relations})


def _found(build: Build, registry: Registry) -> list[Finding]:
    county = next(unit for unit in registry.units if unit.type == "county")
    report = build(county)
    assert report.figures["1101", "month"] > 0
    return validate(batch_of(report), registry).findings


def test_a_broken_relation_of_a_new_kind_is_found_in_its_own_words(build: Build, with_kind: Registry) -> None:
    """Checked by Great Expectations, worded, placed at its cell."""
    (found,) = _found(build, with_kind)
    assert (found.code, found.rule) == ("at_most_times", "times-1101")
    assert found.severity == "query"
    assert found.message.startswith("1101 纲要解读宣传活动的本月数读到 ")
    assert "，应不大于 0（要点一(1)）。" in found.message
    assert found.action == "请核对这两项。数据无误的，请在本行“核实说明”写明原因。"
    assert found.sheet == "指标表"
    assert found.cell


def test_a_new_kind_stands_in_template_register_and_site(build: Build, with_kind: Registry) -> None:
    """The live self-check, the rule register's line, and what the site calls kind and finding."""
    county = next(unit for unit in with_kind.units if unit.type == "county")
    (check,) = (c for c in self_checks(with_kind, build(county).layout) if c.rule == "times-1101")
    assert "<=0*" in check.formula
    title = "1101 纲要解读宣传活动的本月数不超过1102 参加人次的本月数的 0 倍"
    assert check.title == title
    (row,) = (r for r in rule_register(with_kind) if r.id == "times-1101")
    assert (row.kind, row.title, row.work_point) == ("at_most_times", title, "1.1")
    assert kind_title("at_most_times") == "不超过若干倍"
    assert finding_title("at_most_times") == "超过倍数"


@pytest.mark.parametrize(
    ("change", "key"), [({"less": "9999"}, "less"), ({"less": 1102}, "less"), ({"colour": "red"}, "colour")]
)
def test_a_new_kind_proves_its_own_keys(
    registry: Registry, with_kind: Registry, change: dict[str, object], key: str
) -> None:
    """The registry takes keys that it does not know; the kind answers for them."""
    prove_registry(with_kind)
    wrong = _with(registry, **({"more": "1101", "less": "1102", "times": 0} | change))
    with pytest.raises(RegistryError) as caught:
        checks_of(wrong)
    assert caught.value.key == f"[times-1101].{key}"


def test_no_kind_speaks_under_the_code_of_another_finding() -> None:
    """A kind's finding goes by the kind's name, which no entry of findings.yaml has."""
    import yaml

    written = yaml.safe_load(Path("validations/findings/findings.yaml").read_text("utf-8"))
    assert not set(kinds()) & set(written)
    assert all(kind.finding_type.code == name for name, kind in kinds().items())
