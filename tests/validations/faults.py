"""Single faults, each with the place where it must be found and the code of its one finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.validations.conftest import Report, code_of
from validations.fields.identifiers import patent_check

Where = tuple[str, str]


@dataclass(frozen=True)
class Fault:
    """``break_it`` spoils one thing in a consistent report and says where it should be found."""

    name: str
    code: str
    break_it: Callable[[Report], Where]
    unit: str = ""  # any county


def _at(report: Report, code: str, measure: str) -> Where:
    return report.layout.sheet("figures"), report.layout.figures[code, measure]


def add(code: str, measure: str, amount: float = 1, *, found: str = "") -> Callable[[Report], Where]:
    """One figure is off; found at ``found`` where another measure of the row is the likelier culprit."""

    def broken(report: Report) -> Where:
        report.figures[code, measure] = round(report.figures[code, measure] + amount, 2)
        return _at(report, code, found or measure)

    return broken


def put(
    code: str, measure: str, value: Any, *, found: str = "", held: dict[str, Any] | None = None
) -> Callable[[Report], Where]:
    """One figure has another value; ``held`` changes what was accepted last month."""

    def broken(report: Report) -> Where:
        report.figures[code, measure] = value
        report.last_month.update(held or {})
        return _at(report, code, found or measure)

    return broken


def cell(ledger: str, column: str, value: Any, position: int = 0) -> Callable[[Report], Where]:
    """One ledger cell has another value."""

    def broken(report: Report) -> Where:
        report.ledgers[ledger][position][column] = value(report) if callable(value) else value
        return report.layout.sheet(ledger), report.ledger_cell(ledger, column, position)

    return broken


def _later(report: Report) -> str:
    return report.layout.period.following.start.isoformat()


def _earlier(report: Report) -> str:
    return report.layout.period.previous.end.isoformat()


def _case_value(report: Report) -> Where:
    report.ledgers["cases"][0]["case_value"] = 990.0
    return _at(report, "3107", "month")


def _first_month(report: Report) -> Where:
    report.last_month.pop("1201")
    report.figures["1201", "ytd"] = 2
    return _at(report, "1201", "ytd")


def _no_year_before(report: Report) -> Where:
    report.year_before.pop("3111")
    report.figures["3111", "prior_ytd"] = 100
    return _at(report, "3111", "ytd")


def _no_narrative(report: Report) -> Where:
    report.progress["5.5"] = None
    return report.layout.sheet("progress"), report.layout.progress["5.5", "progress"]


def _row_gone(report: Report) -> Where:
    report.absent.add("5501")
    return report.layout.sheet("figures"), ""


def _row_blank(report: Report) -> Where:
    for measure in ("month", "ytd", "prior_ytd"):
        report.figures["5502", measure] = None
    return _at(report, "5502", "month")


def _completed_later(report: Report) -> Where:
    report.figures["1103", "status"] = "已完成"
    report.figures["1103", "completed_on"] = _later(report)
    return _at(report, "1103", "completed_on")


def _pledge_twice(report: Report) -> Where:
    rows = report.ledgers["pledges"]
    rows[0]["register_no"], rows[2]["register_no"] = "Y2023〔98〕20022", "Y2023 [98]20022"
    return report.layout.sheet("pledges"), report.ledger_cell("pledges", "register_no", 2)


def _policy_twice(report: Report) -> Where:
    rows = report.ledgers["insurance"]
    rows.append(dict(rows[0]))
    place = report.ledger_cell("insurance", "policy_no", len(rows) - 1)
    return report.layout.sheet("insurance"), place


def _policy_more(report: Report) -> Where:
    rows = report.ledgers["insurance"]
    rows.append(dict(rows[0], policy_no="PICC-2023-999"))
    return report.layout.sheet("insurance"), ""


def _policy_less(report: Report) -> Where:
    report.ledgers["insurance"].pop()
    return report.layout.sheet("insurance"), ""


def _licence_less(report: Report) -> Where:
    rows = report.ledgers["transfers"]
    rows.remove(next(row for row in rows if row["way"] == "许可"))
    return _at(report, "4102", "month")


def _open_and_early(report: Report) -> Where:
    row = report.ledgers["aid"][0]
    row |= {"finished_on": None, "accepted_on": _earlier(report)}
    return report.layout.sheet("aid"), report.ledger_cell("aid", "accepted_on", 0)


def _same_event(report: Report) -> Where:
    rows = report.ledgers["events"]
    rows[1] |= {name: rows[0][name] for name in ("held_on", "event_name")}
    return report.layout.sheet("events"), report.ledger_cell("events", "event_name", 1)


_WRONG_CODE = code_of("91411000700000001")[:-1] + "*"
_LAPSED = code_of("91411000700000001").replace("7", "8", 1)

_WRONG_PATENT = "ZL202210000001." + ("1" if patent_check("202210000001") != "1" else "2")

FAULTS = (
    # totals: the whole, a part
    Fault("whole of the month", "total", add("3105", "month")),
    Fault("whole of the year", "total", add("3105", "ytd")),
    Fault("whole of last year", "total", add("3105", "prior_ytd")),
    Fault("part of the month", "ledger_count", add("3102", "month")),
    Fault("part of the year", "carry_forward", add("3103", "ytd")),
    Fault("part of last year", "total", add("3104", "prior_ytd")),
    Fault("amount, whole of the month", "total", add("4201", "month", 0.01)),
    Fault("amount, whole of the year", "total", add("4201", "ytd", 100)),
    Fault("amount, part of the month", "ledger_sum", add("4202", "month", 0.5)),
    Fault("amount, part of the year", "carry_forward", add("4203", "ytd", -0.5)),
    # parts and wholes
    Fault("settled more than agreed", "part_of", add("1203", "ytd", 30)),
    Fault("withdrawn more than notified", "part_of", add("2106", "ytd", 30)),
    Fault("agreed less than settled", "carry_forward", add("1202", "ytd", -17)),
    Fault("filed more than handled", "part_of", put("2209", "month", 9)),
    Fault("remedied more than found", "part_of", put("3502", "stock", 9)),
    Fault("remedied more last year", "part_of", put("3502", "prior_stock", 7)),
    Fault("spent more than granted", "part_of", add("4107", "ytd", 300)),
    Fault("new stations beyond all", "part_of", add("2202", "ytd", 40)),
    Fault("centre settled more", "part_of", add("3304", "ytd", 30), unit="市知识产权维权保护中心"),
    # over every flow, stock, milestone
    Fault("year to date too high", "carry_forward", add("1201", "ytd")),
    Fault("year to date too low", "carry_forward", add("5502", "ytd", -1)),
    Fault("year to date below the month", "month_within_year", _first_month),
    Fault("last year as not accepted", "prior_year_agrees", add("1201", "prior_ytd", 2)),
    Fault("last year far off", "prior_year_agrees", put("3111", "prior_ytd", 100)),
    Fault("far from last year", "steady", _no_year_before),
    Fault("stock far from last year's", "steady", put("2104", "prior_stock", 60, found="stock")),
    Fault("stock fell", "no_fall", put("2104", "stock", 3)),
    Fault("milestone fell back", "no_fall", put("1103", "status", "推进中", held={"1103": "已完成"})),
    # one asks for another
    Fault("pledges without money", "total", put("4201", "month", 0)),
    Fault("enterprises without pledges", "implies", put("4204", "month", 0)),
    Fault("policies without premium", "implies", put("4502", "month", 0)),
    Fault("courses without people", "implies", put("5302", "month", 0)),
    Fault("completed without a date", "implies", put("1103", "status", "已完成", found="completed_on")),
    Fault("figures without a narrative", "implies", _no_narrative),
    # ledgers
    Fault("count of cases closed", "ledger_count", add("3106", "month")),
    Fault("count of stations", "ledger_count", add("2201", "stock", 2)),
    Fault("value of cases", "ledger_sum", add("3107", "month", 1.5)),
    Fault("people at courses", "ledger_sum", add("5302", "month", 3)),
    Fault("enterprises served", "ledger_distinct", add("4205", "month")),
    Fault("enterprises insured", "ledger_distinct", add("4504", "month")),
    Fault("a policy too many", "ledger_count", _policy_more),
    Fault("a policy too few", "ledger_count", _policy_less),
    Fault("a licence too few", "ledger_count", _licence_less),
    Fault(
        "an amount in a ledger",
        "ledger_sum",
        _case_value,
    ),
    # presence
    Fault("blank month", "missing_value", put("3102", "month", None)),
    Fault("blank last year", "missing_value", put("4201", "prior_ytd", None)),
    Fault("blank stock", "missing_value", put("2401", "prior_stock", None)),
    Fault("blank status", "missing_value", put("1103", "status", None)),
    Fault("row gone", "missing_row", _row_gone),
    Fault("row blank", "missing_value", _row_blank),
    Fault("blank case number", "ledger_missing_value", cell("cases", "case_no", None)),
    Fault("blank case type", "ledger_missing_value", cell("cases", "case_type", None)),
    Fault("blank pledge amount", "ledger_missing_value", cell("pledges", "amount", None)),
    # range, type, choices
    Fault("negative month", "below_zero", put("1201", "month", -1)),
    Fault("negative stock", "below_zero", put("2201", "stock", -2)),
    Fault("half a meeting", "not_whole", put("1201", "ytd", 18.5)),
    Fault("unknown status", "not_a_choice", put("1103", "status", "差不多了")),
    Fault("negative penalty", "below_zero", cell("cases", "penalty", -3.0)),
    Fault("half a visitor", "not_whole", cell("events", "attendance", 20.5)),
    Fault("unknown case type", "not_a_choice", cell("cases", "case_type", "版权")),
    Fault("unknown yes or no", "not_a_choice", cell("cases", "transferred", "也许")),
    # dates
    Fault("completed after the month", "date_outside", _completed_later),
    Fault("loan of another month", "date_outside", cell("pledges", "lent_on", _earlier)),
    Fault("closed after the month", "date_outside", cell("cases", "closed_on", _later)),
    Fault("open case of an earlier month", "date_outside", _open_and_early),
    Fault("station opened later", "date_outside", cell("stations", "opened_on", _later)),
    # codes and keys
    Fault("character outside the alphabet", "wrong_uscc", cell("pledges", "uscc", _WRONG_CODE)),
    Fault("wrong check character", "wrong_uscc", cell("insurance", "uscc", _LAPSED)),
    Fault("short code", "wrong_uscc", cell("cases", "uscc", "9141100")),
    Fault("wrong patent check digit", "wrong_patent", cell("transfers", "patent_no", _WRONG_PATENT)),
    Fault("policy entered twice", "duplicate_key", _policy_twice),
    Fault("pledge entered twice, spaced", "duplicate_key", _pledge_twice),
    Fault("event entered twice", "duplicate_key", _same_event),
)
