"""The data dictionary says in words all that the registry holds about an indicator."""

from __future__ import annotations

from schemas import Registry, Unit
from schemas.dictionary import Entry, data_dictionary


def entry(registry: Registry, code: str) -> Entry:
    return next(e for e in data_dictionary(registry) if e.code == code)


def test_there_is_an_entry_per_indicator_in_registry_order(registry: Registry) -> None:
    """Nothing is left out, and nothing is sorted anew."""
    assert [e.code for e in data_dictionary(registry)] == [i.code for i in registry.indicators]


def test_a_unit_sees_only_what_it_reports(registry: Registry, county: Unit) -> None:
    """The clerk's 填报说明 explains the clerk's own rows."""
    assert [e.code for e in data_dictionary(registry, county)] == [
        i.code for i in registry.indicators_of(county)
    ]


def test_a_figure_with_a_ledger_names_it_and_its_relations(registry: Registry) -> None:
    """Kind, columns, reporters, ledger and relations are told in Chinese."""
    pledged = entry(registry, "4202")
    assert pledged.kind == "发生数"
    assert pledged.measures == ("本月数", "本年累计", "上年同期累计")
    assert pledged.unit_of_measure == "万元"
    assert pledged.reported_by == ("县（市、区）局", "市局分局")
    assert pledged.ledgers == ("质押融资台账",)
    assert "质押融资金额等于专利质押与商标质押之和" in pledged.relations
    assert "本月数不超过本年累计" in pledged.relations


def test_a_stock_and_a_milestone_are_told_by_their_own_relations(registry: Registry) -> None:
    """Relations over a kind touch each indicator of that kind and no other."""
    assert "期末数较上月减少须说明" in entry(registry, "2104").relations
    assert "本月数不超过本年累计" not in entry(registry, "2104").relations
    milestone = entry(registry, "3301")
    assert milestone.measures == ("状态", "文号", "完成日期")
    assert milestone.reported_by == ("禹州市",)
    assert milestone.relations == ("节点状态后退须说明", "已完成的节点应填完成日期")


def test_every_entry_says_what_and_why(registry: Registry) -> None:
    """Definition, basis and the work point's title are there for each."""
    for e in data_dictionary(registry):
        assert all((e.definition, e.basis, e.work_point_title, e.kind, e.reported_by)), e.code


def test_every_ledger_is_explained_by_some_figure(registry: Registry) -> None:
    """A clerk who wonders why a ledger is asked for finds it in the dictionary."""
    assert {t for e in data_dictionary(registry) for t in e.ledgers} == {x.title for x in registry.ledgers}
