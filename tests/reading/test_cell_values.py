"""How single cells are read: every example of the rules, and anything at all."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading.grid import Broken
from flows.reading.headings import plain
from flows.reading.normalisation import rules
from flows.reading.tables import cell_values, date_values
from validations.findings.finding import finding_types
from validations.frames import STATES

RAW = rules().raw


def _examples(*groups: str) -> list[dict[str, Any]]:
    return [example for group in groups for rule in RAW[group] for example in rule["examples"]]


@pytest.mark.parametrize("example", _examples("number"), ids=lambda e: repr(e["raw"]))
def test_number_rule_examples(example: dict[str, Any]) -> None:
    """Each rule for numbers reads its own examples, and says that it normalised."""
    parsed = cell_values.number(example["raw"], example.get("unit", ""))
    assert (parsed.value, parsed.state, parsed.code) == (example["value"], "normalised", "normalised")
    assert parsed.why
    assert parsed.raw == example["raw"]


def test_every_rule_is_needed_by_an_example() -> None:
    """No substitution stands in the file without changing the text of one of its examples."""
    for group in ("number", "identifier"):
        for compiled, rule in zip(getattr(rules(), group), RAW[group], strict=True):
            texts = [e["raw"].translate(dict(rules().characters)) for e in rule["examples"]]
            assert any(compiled.on(text) != text for text in texts), rule["name"]


@pytest.mark.parametrize("case", RAW["number_cases"], ids=lambda c: repr(c["raw"]))
def test_number_cases(case: dict[str, Any]) -> None:
    """A number cell gives the promised value, absence or finding for every listed text."""
    parsed = cell_values.number(case["raw"], case.get("unit", ""))
    assert parsed.code == case.get("code", "")
    assert parsed.value == (pytest.approx(case["value"]) if "value" in case else None)
    if "state" in case:
        assert parsed.state == case["state"]
    elif "value" not in case:
        assert parsed.state == "rejected"


@pytest.mark.parametrize(
    ("value", "stated", "read", "code"),
    [
        (35000, "元", 3.5, "unit_converted"),
        ("35,000", "元", 3.5, "unit_converted"),
        (0.5, "亿元", 5000, "unit_converted"),
        (3.3, "千元", 0.33, "unit_converted"),
        ("3.5万元", "元", 3.5, "normalised"),
        (0, "元", 0, ""),
        (3.5, "万元", 3.5, ""),
        (3.5, "件", 3.5, ""),
        ("约3", "元", None, "not_a_number"),
    ],
)
def test_a_unit_stated_beside_the_number(
    value: float | str, stated: str, read: float | None, code: str
) -> None:
    """It holds for numbers without a unit of their own; a zero is the same in every unit."""
    parsed = cell_values.number(value, "万元", stated)
    assert (parsed.value, parsed.code) == (read, code)


@pytest.mark.parametrize("example", _examples("date"), ids=lambda e: repr(e["raw"]))
def test_date_rule_examples(example: dict[str, Any]) -> None:
    """Each way of writing a date is read as that day."""
    assert date_values.date(example["raw"]).text == example["value"]


@pytest.mark.parametrize("case", RAW["date_cases"], ids=lambda c: repr(c["raw"]))
def test_date_cases(case: dict[str, Any]) -> None:
    """A date has one reading or becomes a finding; never a guess."""
    parsed = date_values.date(case["raw"])
    assert (parsed.text, parsed.code) == (case.get("value"), case.get("code", ""))


@pytest.mark.parametrize("example", _examples("period"), ids=lambda e: repr(e["raw"]))
def test_period_rule_examples(example: dict[str, Any]) -> None:
    """Each way of writing a month is read as that month."""
    assert date_values.period(example["raw"]).text == example["value"]


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, str(text)) for kind, texts in RAW["total_cases"].items() for text in texts]
)
def test_total_rows_are_known_by_their_words(kind: str, text: str) -> None:
    """Totals, subtotals and running totals in every spelling; a record's name is none of them."""
    word = plain(text)
    assert (rules().total_row.match(word) is not None) is (kind != "none")
    if kind != "none":
        found = [name for name in ("subtotal", "running") if getattr(rules(), f"{name}_row").match(word)]
        assert found == [name for name in ("subtotal", "running") if name == kind]


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, str(text)) for kind, texts in RAW["note_cases"].items() for text in texts]
)
def test_notes_are_known_by_their_words(kind: str, text: str) -> None:
    """Notes, nothing-to-report and signatures; a record's name that begins alike is none of them."""
    found = [name for name in ("note", "signed") if getattr(rules(), f"{name}_row").match(text.strip())]
    assert found == ([] if kind == "none" else [kind])


@pytest.mark.parametrize("example", RAW["choice"]["examples"], ids=lambda e: repr(e["raw"]))
def test_choice_examples(example: dict[str, Any]) -> None:
    """A choice written differently is recognised where it can mean only one."""
    assert cell_values.choice(example["raw"], example["choices"]).text == example["value"]


@pytest.mark.parametrize("example", RAW["yes_no"]["examples"], ids=lambda e: repr(e["raw"]))
def test_yes_no_examples(example: dict[str, Any]) -> None:
    """Ticks, crosses and letters are 是 and 否."""
    assert cell_values.yes_no(example["raw"]).text == example["value"]


@pytest.mark.parametrize("example", _examples("identifier"), ids=lambda e: repr(e["raw"]))
def test_identifier_rule_examples(example: dict[str, Any]) -> None:
    """Harmless differences of writing go from a code."""
    assert cell_values.identifier(example["raw"]).text == example["value"]


@pytest.mark.parametrize("case", RAW["identifier_cases"], ids=lambda c: repr(c["raw"]))
def test_identifier_cases(case: dict[str, Any]) -> None:
    """A code that lost digits is a finding; a doubtful letter is left for the check character."""
    parsed = cell_values.identifier(case["raw"])
    assert (parsed.text, parsed.code) == (case.get("value"), case.get("code", ""))


@pytest.mark.parametrize(
    ("value", "read", "raw"),
    [
        (3.0000000000000013, 3.0, "3"),
        (0.1 + 0.2, 0.3, "0.3"),
        (90.00000000000001, 90.0, "90"),
        (1234567.89, 1234567.89, "1234567.89"),
        (123456789012345, 123456789012345.0, "123456789012345"),
    ],
)
def test_a_number_is_read_as_excel_shows_it(value: float, read: float, raw: str) -> None:
    """To 15 significant digits: what a formula leaves behind them is no figure of the clerk's."""
    assert cell_values.number(value)[:4] == (read, None, raw, "used")


@pytest.mark.parametrize(
    ("value", "text", "code"),
    [
        (2023.1, None, "not_a_period"),
        ("2023.1", "2023-01", ""),
        ("2023.10", "2023-10", ""),
        (2023.11, "2023-11", ""),
        (2023.6, "2023-06", ""),
        (202310.0, "2023-10", ""),
    ],
)
def test_months_stored_as_numbers(value: float | str, text: str | None, code: str) -> None:
    """The number 2023.10 is stored as 2023.1, which may be January as well: no guess."""
    parsed = date_values.period(value)
    assert (parsed.text, parsed.code) == (text, code)


@pytest.mark.parametrize("raw", [*RAW["no_explanation"]["examples"], 0, 0.0, "０"])
def test_what_explains_nothing(raw: str | float) -> None:
    """Words and signs in place of an explanation read as none, and the clerk is told."""
    parsed = cell_values.explanation(raw)
    assert (parsed.text, parsed.state, parsed.code) == (None, "missing", "normalised")


@pytest.mark.parametrize("raw", ["无重大变化，去年基数小。", "2023年新增", "没有发生", "见附件", "10%为新增"])
def test_what_explains_something(raw: str) -> None:
    """Whatever says more is an explanation, for people to judge."""
    assert cell_values.explanation(raw).text == raw


def test_what_nobody_sees_is_named_as_such() -> None:
    """The mark of a writing direction is not called a full-width character."""
    assert cell_values.number("1\u202d").why == "不可见字符"
    assert cell_values.number("１\u202d").why == "不可见字符、全角字符"


@pytest.mark.parametrize(
    ("value", "text", "code"),
    [
        (45080, "2023-06-03", "normalised"),
        (45080.0, "2023-06-03", "normalised"),
        (20230603, "2023-06-03", "normalised"),
        (3, None, "not_a_date"),
        (45080.5, None, "not_a_date"),
        (True, None, "not_a_date"),
        (dt.date(2023, 6, 3), "2023-06-03", ""),
        (dt.datetime.fromisoformat("2023-06-03T09:30"), "2023-06-03", "normalised"),
        (dt.date(1905, 7, 14), None, "date_impossible"),
    ],
)
def test_dates_stored_as_numbers(value: Any, text: str | None, code: str) -> None:
    """Serial numbers and digits become days only within the century's reach of a report."""
    parsed = date_values.date(value)
    assert (parsed.text, parsed.code) == (text, code)


def test_serial_numbers_of_1904_workbooks() -> None:
    """A workbook that counts from 1904 is read with its own calendar."""
    assert date_values.date(43618, from_1904=True).text == "2023-06-03"


@pytest.mark.parametrize("value", [9.1411e17, 911411000000000000, math.inf])
def test_codes_stored_as_numbers_lose_digits(value: float) -> None:
    """A code of more than 15 digits that was stored as a number is never repaired."""
    assert cell_values.identifier(value).code == "precision_lost"
    assert cell_values.key_text(value).code == "precision_lost"


@pytest.mark.parametrize(
    "read",
    [cell_values.number, date_values.date, cell_values.identifier, cell_values.text, date_values.period],
)
@pytest.mark.parametrize(("value", "code"), [(Broken("#REF!"), "error_value"), (Broken("="), "no_result")])
def test_broken_cells_are_findings_of_their_own(read: Any, value: Broken, code: str) -> None:
    """An error value and a formula without result are told apart from a blank in every kind of cell."""
    assert (read(value).state, read(value).code) == ("rejected", code)


ANY = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789.,，．-—()（）％%元万亿件约余 　+eE'/年月日〇一二十:：", max_size=16),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.builds(Broken, st.sampled_from(["#REF!", "#N/A", "="])),
)


@given(ANY, st.sampled_from(["", "件", "万元", "人次"]))
def test_no_value_breaks_a_parser(value: Any, unit: str) -> None:
    """Whatever stands in a cell: a known state, a value of the right type or none, and a known finding."""
    read = [
        cell_values.number(value, unit),
        date_values.date(value),
        date_values.period(value),
        cell_values.text(value),
        cell_values.optional_text(value),
        cell_values.explanation(value),
        cell_values.choice(value, ("已完成", "推进中")),
        cell_values.yes_no(value),
        cell_values.identifier(value),
        cell_values.key_text(value),
    ]
    for parsed in read:
        assert parsed.state in STATES
        assert parsed.code == "" or parsed.code in finding_types()
        assert parsed.value is None or math.isfinite(parsed.value)
        if parsed.state in ("rejected", "missing"):
            assert (parsed.value, parsed.text) == (None, None)
        if parsed.state == "rejected":
            assert parsed.code
    assert read[1].text is None or dt.date.fromisoformat(read[1].text)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.data())
def test_numbers_survive_the_ways_people_type_them(number: Any, data: st.DataObject) -> None:
    """Full width, separators, spaces and units change nothing about a number."""
    plain = f"{number:f}"
    wide = plain.translate(str.maketrans("0123456789.-", "０１２３４５６７８９．－"))
    forms = [plain, wide, f"{number:,f}", f" {plain} ", f"{plain}\u00a0", f"{plain}万元", f"'{plain}"]
    parsed = cell_values.number(data.draw(st.sampled_from(forms)), "万元")
    assert parsed.value == float(number)
    assert parsed.state == "normalised"


@given(st.dates(dt.date(2000, 1, 1), dt.date(2049, 12, 31)), st.data())
def test_days_survive_the_ways_people_type_them(day: dt.date, data: st.DataObject) -> None:
    """Every way of writing a day gives that day back."""
    y, m, d = day.year, day.month, day.day
    serial = (day - dt.date(1899, 12, 30)).days
    forms = [
        f"{y}年{m}月{d}日",
        f"{y}.{m}.{d}",
        f"{y}{m:02}{d:02}",
        f"{day} 00:00",
        f"{y}/{m}/{d}",
        serial,
        day,
    ]
    assert date_values.date(data.draw(st.sampled_from(forms))).text == day.isoformat()
