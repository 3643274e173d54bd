"""A correction of a month after a later one was accepted: what no longer agrees is not shown to agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import schemas
import validations.run
from flows.audit.seal import reopen, seal
from flows.audit.trace import trace
from flows.audit.verify import verify
from flows.cli.trace import worded
from flows.consolidation.figure_table import build_figure_table
from flows.consolidation.merge import merge
from flows.consolidation.month import Month, Overtaken
from flows.demo.edits import Edit
from flows.intake.collect import IntakeSummary
from flows.intake.inbox import ANSWERS
from flows.outputs.findings import findings_frame
from flows.outputs.site.finding_lines import of_month
from flows.outputs.site.load import load_site_year
from flows.outputs.site.month_cache import key_of, read, shown_month
from flows.outputs.site.month_cache import written as kept_month
from flows.platform.context import RunContext
from flows.register import queries
from tests.intake.remembered import remembered
from tests.intake.run import JUNE, MAY, at, consolidated, context_at, drop, good, sample, take_in, written

UNIT, CODE = "魏都区", "411002"
#: A flow that no other figure depends on, and a stock of the unit's that may fall with an explanation.
FLOW, STOCK = "1201", "3501"


@pytest.fixture(scope="module", autouse=True)
def _remembered() -> Iterator[None]:
    """What is asked here is what is noticed, not how reading, checking and drawing work."""
    with remembered():
        yield


@pytest.fixture
def context(tmp_path: Path) -> RunContext:
    return context_at(tmp_path / "home")


def more_in_may(more: int = 1) -> bytes:
    """May's report with more of the month and of the year to date."""
    may = sample(UNIT, MAY)
    keys = [(FLOW, "month"), (FLOW, "ytd")]
    return written(may, [Edit("figures", key, may.figures[key] + more) for key in keys])


def send(context: RunContext, content: bytes, name: str = "报表") -> IntakeSummary:
    drop(context.home.root, f"{UNIT}/{name}.xlsx", content)
    taken = take_in(context)
    assert [s.result for s in taken.submissions] in (["accepted"], ["queried"])
    return taken


def month(context: RunContext) -> Month:
    with context.engine.connect() as connection:
        return merge(connection, JUNE)


def relation(month: Month, rule: str) -> tuple[int, int]:
    """How often it was evaluated, and how often it failed."""
    (row,) = month.rules[month.rules["rule"] == rule].to_dict("records")
    return row["evaluated"], row["failed"]


def test_what_no_longer_follows_on_is_a_finding_of_the_month(context: RunContext) -> None:
    """It says what the report was judged against and what stands now; the report stays accepted."""
    send(context, good(UNIT, MAY))
    send(context, good(UNIT))
    assert not [
        p
        for p in (context.home.inbox / UNIT / ANSWERS).glob("*.html")
        if "此前已接收" in p.read_text("utf-8")
    ]
    before = month(context)
    assert (before.between, before.overtaken) == ((), ())
    send(at(context, hour=10), more_in_may())
    (receipt,) = (context.home.inbox / UNIT / ANSWERS).glob("2023-05-*-02_*.html")
    assert f"2023年6月报表（回执 2023-06-{CODE}-01）此前已接收，请核对" in receipt.read_text("utf-8")
    after = month(context)
    (found,) = after.between
    may, june = sample(UNIT, MAY).figures, sample(UNIT).figures
    assert (found.code, found.rule, found.severity, found.status) == (
        "earlier_corrected", "carry_forward", "query", "open",
    )  # fmt: skip
    assert (found.unit_code, found.submission_id, found.indicator) == (CODE, f"2023-06-{CODE}-01", FLOW)
    assert found.cell
    assert (found.value, found.expected) == (f"{june[FLOW, 'ytd']}", f"{june[FLOW, 'ytd'] + 1}")
    was, now = f"本年累计 {may[FLOW, 'ytd']}", f"本年累计 {may[FLOW, 'ytd'] + 1}"
    for part in (f"回执 2023-05-{CODE}-01 为准（{was}）", f"现以回执 2023-05-{CODE}-02 为准（{now}）"):
        assert part in found.message
    assert "更正本月报表" in found.action
    assert set(after.findings) - set(before.findings) == {found}
    assert relation(after, "carry_forward") == (relation(before, "carry_forward")[0], 1)
    assert (after.units[CODE], after.rules["evaluated"].sum()) == (
        before.units[CODE], before.rules["evaluated"].sum(),
    )  # fmt: skip


def test_outputs_trace_and_site_say_the_same_and_are_proved(context: RunContext) -> None:
    """What was recorded when the report came stays as it was."""
    send(context, good(UNIT, MAY))
    send(context, good(UNIT))
    consolidated(context, MAY)
    consolidated(context)
    with context.engine.connect() as connection:
        recorded = queries.findings(connection, [f"2023-06-{CODE}-01"])
    send(at(context, hour=10), more_in_may())
    consolidated(context, MAY)
    frame = findings_frame(consolidated(context))
    assert set(frame.loc[frame["code"] == "earlier_corrected", "unit"]) == {UNIT}
    for period in (MAY, JUNE):
        assert verify(context.home, context.engine, period) == []
    registry = schemas.load(2023)
    with context.engine.connect() as connection:
        assert queries.findings(connection, [f"2023-06-{CODE}-01"]) == recorded
        traced = trace(connection, registry, JUNE, registry.unit[CODE], registry.indicator[FLOW])
        year = load_site_year(connection, 2023, JUNE)
    (rule,) = [one for one in traced["rules"] if one["rule"] == "carry_forward"]
    assert (rule["holds"], len(rule["findings"])) == (False, 1)
    assert "勾稽 不符 carry_forward" in worded(traced)
    assert "earlier_corrected" in {line.finding.code for line in of_month(year, year.months[JUNE])}


def test_a_later_correction_of_the_month_puts_it_right(context: RunContext) -> None:
    """It was judged against what stands."""
    send(context, good(UNIT, MAY))
    send(context, good(UNIT))
    send(at(context, hour=10), more_in_may())
    june = sample(UNIT)
    send(at(context, hour=11), written(june, [Edit("figures", (FLOW, "ytd"), june.figures[FLOW, "ytd"] + 1)]))
    after = month(context)
    assert (after.between, after.overtaken, relation(after, "carry_forward")[1]) == ((), (), 0)


def test_an_earlier_month_that_came_after_the_later_one_is_compared_too(context: RunContext) -> None:
    """June was accepted when there was no May to hold it against."""
    send(context, good(UNIT))
    assert relation(month(context), "carry_forward") == (0, 0)
    send(at(context, hour=10), more_in_may())
    after = month(context)
    (found,) = after.between
    assert "2023年5月还没有已接收的报表，现以回执" in found.message
    assert relation(after, "carry_forward") == (relation(after, "month_within_year")[0], 1)


def test_what_was_held_when_the_report_came_did_not_count_for_it(context: RunContext) -> None:
    """Released, it does; and the rebuilding knows when."""
    send(context, good(UNIT, MAY))
    consolidated(context, MAY)
    seal(context, MAY)
    send(at(context, hour=10), more_in_may())
    send(at(context, hour=11), good(UNIT))
    assert month(context).overtaken == ()
    reopen(at(context, hour=12), MAY, "更正")
    after = month(context)
    identity = f"2023-06-{CODE}-01"
    assert after.overtaken == (Overtaken(identity, MAY, f"2023-05-{CODE}-01", f"2023-05-{CODE}-02"),)
    assert [found.rule for found in after.between] == ["carry_forward"]
    consolidated(context, MAY)
    consolidated(context)
    assert verify(context.home, context.engine, JUNE) == []


def test_what_was_asked_about_and_holds_by_now_is_shown_no_more(context: RunContext) -> None:
    """June's stock fell against May's, as the clerk explained; May's had been too high."""
    may, june = sample(UNIT, MAY), sample(UNIT)
    stock = june.figures[STOCK, "stock"]
    too_much = written(may, [Edit("figures", (STOCK, "stock"), stock + 1)])
    send(context, too_much)
    send(context, written(june, [Edit("figures", (STOCK, "explanation"), "有一项已经合并")]))
    before = month(context)
    (asked,) = [one for one in before.findings if one.rule == "no_fall-stock"]
    assert asked.status == "explained"
    send(at(context, hour=10), written(may, [Edit("figures", (STOCK, "stock"), stock)]))
    after = month(context)
    assert (after.lifted, after.between) == ((asked,), ())
    assert asked not in after.findings
    assert (relation(before, "no_fall-stock")[1], relation(after, "no_fall-stock")[1]) == (1, 0)
    with context.engine.connect() as connection:
        year = load_site_year(connection, 2023, JUNE)
        assert asked in queries.findings(connection, [asked.submission_id])[asked.submission_id]
    assert asked not in {line.finding for line in of_month(year, year.months[JUNE])}
    send(at(context, hour=11), written(may, [Edit("figures", (STOCK, "stock"), stock + 2)]))
    (again,) = month(context).between
    assert (again.rule, again.status, again.explanation) == ("no_fall-stock", "open", "")


def test_nothing_is_evaluated_again_where_nothing_was_corrected(
    context: RunContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month in which nothing was corrected costs what it did."""
    send(context, good(UNIT, MAY))
    send(context, good(UNIT))
    monkeypatch.setattr(validations.run, "validate", lambda _b, _r: pytest.fail("evaluated"))
    assert month(context).overtaken == ()


def test_a_month_that_is_kept_for_the_site_goes_when_an_earlier_one_is_corrected(context: RunContext) -> None:
    """The same submissions are then shown otherwise."""
    send(context, good(UNIT, MAY))
    send(context, good(UNIT))
    registry = schemas.load(2023)
    with context.engine.connect() as connection:
        chain = queries.submissions(connection, period=JUNE)
    before = kept_month(shown_month(build_figure_table(month(context)), chain))
    send(at(context, hour=10), more_in_may())
    after = month(context)
    shown = shown_month(build_figure_table(after), chain)
    assert shown.key == key_of(chain, after.overtaken) != key_of(chain, ())
    assert read(before, registry, JUNE, chain, after.overtaken) is None
    assert read(kept_month(shown), registry, JUNE, chain, after.overtaken) == shown
