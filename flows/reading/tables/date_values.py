"""How dates and reporting periods are read from single cells."""

from __future__ import annotations

import datetime as dt
import math
import re

from flows.reading.grid import Broken, Value
from flows.reading.normalisation import rules
from flows.reading.tables.cell_values import (
    BLANK,
    Parsed,
    normalised,
    raw_text,
    rejected,
    translate,
    without_result,
    word_meaning,
)
from schemas.models import STATUS_NOT_APPLICABLE
from schemas.periods import Period

_TENTH = re.compile(r"\d{4}\.1")


def date(value: Value, *, from_1904: bool = False) -> Parsed:
    """A day as ISO text, of a year that can be meant."""
    parsed = _date(value, from_1904)
    possible = rules().raw["date_possible"]
    if parsed.text is None or possible["first"] <= parsed.text <= possible["last"]:
        return parsed
    return rejected(parsed.raw, "date_impossible")


def _date(value: Value, from_1904: bool) -> Parsed:
    if value == "":
        return BLANK
    raw = raw_text(value)
    if isinstance(value, dt.date):
        timed = isinstance(value, dt.datetime) and value.time() != dt.time()
        day = dt.date(value.year, value.month, value.day).isoformat()
        return (
            normalised(day, raw, rules().raw["date_why"]["time"]) if timed else Parsed(None, day, raw, "used")
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _date_number(float(value), raw, from_1904)
    if isinstance(value, str):
        return without_result(value) or _date_text(raw)
    return rejected(raw, "not_a_date")


def _date_number(value: float, raw: str, from_1904: bool) -> Parsed:
    if math.isfinite(value) and value.is_integer():
        written = _day(raw)
        if written is not None:
            return normalised(written.isoformat(), raw, rules().raw["date_why"]["format"])
        bounds = rules().raw["date_serials"]
        start = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 30)
        first, last = (dt.date.fromisoformat(bounds[which]) for which in ("first", "last"))
        if (first - start).days <= value <= (last - start).days:
            day = start + dt.timedelta(days=int(value))
            return normalised(day.isoformat(), raw, rules().raw["date_why"]["serial"])
    return rejected(raw, "not_a_date")


def _date_text(raw: str) -> Parsed:
    reasons = rules().raw["date_why"]
    text = translate(raw)[0].strip()
    meaning = word_meaning(text)
    if meaning == "blank":
        return Parsed(None, None, raw, "missing")
    if raw == STATUS_NOT_APPLICABLE:
        return Parsed(None, None, raw, "not_applicable")
    if meaning:
        state = "not_applicable" if meaning == "not_applicable" else "missing"
        return Parsed(None, None, raw, state, "normalised", reasons[state])
    untimed = rules().date_time.sub("", text) if ":" in text else text
    day = _day(untimed)
    if day is None:
        return rejected(raw, "not_a_date")
    if day.isoformat() == raw:
        return Parsed(None, raw, raw, "used")
    return normalised(day.isoformat(), raw, reasons["format"] if untimed == text else reasons["time"])


def _day(text: str) -> dt.date | None:
    squeezed = _western(re.sub(r"\s+", "", text))
    for form in rules().date:
        match = form.fullmatch(squeezed)
        if match is not None:
            try:
                return dt.date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:  # no such day
                return None
    return None


def _western(text: str) -> str:
    """Chinese numerals of dates as digits: 二〇二三年十二月二十一日 -> 2023年12月21日."""
    digits: dict[str, int] = rules().raw["chinese_digits"]
    if not any(character in digits or character == "十" for character in text):
        return text
    text = re.sub(r"[一二三四五六七八九]?十[一二三四五六七八九]?", lambda m: str(_tens(m[0], digits)), text)
    return "".join(str(digits.get(character, character)) for character in text)


def _tens(text: str, digits: dict[str, int]) -> int:
    before, _, after = text.partition("十")
    return digits.get(before, 1) * 10 + digits.get(after, 0)


def period(value: Value) -> Parsed:
    """A month as ``2023-06``; a spreadsheet program may have made a date of it."""
    if value == "":
        return BLANK
    raw = raw_text(value)
    if isinstance(value, dt.datetime | dt.date):
        return Parsed(None, f"{value.year:04d}-{value.month:02d}", raw, "normalised")
    if isinstance(value, Broken):
        return without_result(value) or BLANK
    if isinstance(value, float) and _TENTH.fullmatch(raw):  # January, or October without its zero
        return rejected(raw, "not_a_period")
    squeezed = _western(re.sub(r"\s+", "", translate(raw)[0]))
    for form in rules().period:
        match = form.fullmatch(squeezed)
        if match is not None:
            try:
                month = Period(int(match["y"]), int(match["m"]))
            except ValueError:  # no such month
                break
            return Parsed(
                None, str(month), raw, "used" if raw in (str(month), month.chinese) else "normalised"
            )
    return rejected(raw, "not_a_period") if raw.strip() else Parsed(None, None, raw, "missing")
