"""Turns what stands in one cell into a value, a declared absence, or a named problem; never a guess."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from flows.reading.grid import Broken, Value
from flows.reading.normalisation import rules
from schemas.models import STATUS_NOT_APPLICABLE
from schemas.periods import Period


class Parsed(NamedTuple):
    """``state`` is one of ``validations.frames.STATES``; ``why`` says in Chinese what was normalised.

    ``code`` is the finding to be made, a key of findings.yaml; empty where there is nothing to say.
    """

    value: float | None
    text: str | None
    raw: str
    state: str
    code: str = ""
    why: str = ""


BLANK = Parsed(None, None, "", "missing")
_PLAIN = re.compile(r"-?(\d+\.?\d*|\.\d+)([Ee][+-]?\d{1,3})?")
_DIGITS = re.compile(r"-?\d+(\.\d+)?")
_TENTH = re.compile(r"\d{4}\.1")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def raw_text(value: Value) -> str:
    """The text as typed: numbers without a trailing .0, days without midnight."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    return str(value)


def number(value: Value, unit: str = "", stated: str = "") -> Parsed:
    """A number in ``unit`` of measure; another written unit of the same kind is converted.

    ``stated``: the unit that the table names for its numbers, where that is another of the same kind.
    """
    if value == "":
        return BLANK
    if isinstance(value, int | float) and not isinstance(value, bool):
        # As Excel shows it: the sixteenth digit is what a formula's binary arithmetic left behind.
        shown = float(f"{value:.15g}")
        raw = raw_text(shown)
        read = Parsed(shown, None, raw, "used") if math.isfinite(shown) else _rejected(raw, "not_a_number")
        return _in_unit(read, unit, stated)
    if not isinstance(value, str):
        return _rejected(raw_text(value), "not_a_number")
    return _without_result(value) or _number_text(value, unit, stated)


def _in_unit(parsed: Parsed, unit: str, stated: str) -> Parsed:
    """A number without a unit of its own is in the one that the table states; nothing is nothing in any."""
    by = factor(stated, unit) if stated and parsed.value else None
    if by is None or by == 1 or parsed.value is None:
        return parsed
    converted = float(Decimal(repr(parsed.value)) * by)
    return parsed._replace(value=converted, state="normalised", code="unit_converted")


def _number_text(raw: str, unit: str, stated: str) -> Parsed:
    reasons = rules().raw["number_why"]
    text, why = _translated(raw)
    meaning = _word(text)
    if meaning == "blank":
        return Parsed(None, None, raw, "missing")
    if meaning == "zero":
        return Parsed(0.0, None, raw, "normalised", "normalised", reasons["zero"])
    if raw == STATUS_NOT_APPLICABLE:
        return Parsed(None, None, raw, "not_applicable")
    if meaning:
        return Parsed(None, None, raw, meaning, "normalised", reasons[meaning])
    for rule in rules().number:
        changed = rule.on(text)
        if changed != text:
            why.append(rule.why)
            text = changed
    read = _plain(text)
    if read is not None:
        if "e" in text.lower():
            why.append(reasons["scientific"])
        plain = Parsed(read, None, raw, "normalised", "normalised", _joined(why or [reasons["text"]]))
        return _in_unit(plain, unit, stated)
    return _with_unit(raw, text, unit, why)


def _with_unit(raw: str, text: str, unit: str, why: list[str]) -> Parsed:
    match = _DIGITS.match(text)
    if match is None or not unit:
        return _rejected(raw, "not_a_number")
    written = text[match.end() :].strip()
    read = _plain(match[0])
    if read is None or not written:
        return _rejected(raw, "not_a_number")
    own = rules().raw["number_why"]["unit"]
    if written == unit:
        return Parsed(read, None, raw, "normalised", "normalised", _joined([*why, own]))
    by = factor(written, unit)
    if by is None:
        return _rejected(raw, "not_a_number")
    return Parsed(
        float(Decimal(match[0]) * by), None, raw, "normalised", "unit_converted", _joined([*why, own])
    )


def factor(written: str, unit: str) -> Decimal | None:
    """What one ``written`` is in ``unit``, when both are multiples of the same base."""
    scale, base = scaled(written)
    own_scale, own_base = scaled(unit)
    return Decimal(scale) / Decimal(own_scale) if base and base == own_base else None


def scaled(unit: str) -> tuple[int, str]:
    """The multiplier that a unit begins with, and what it multiplies: 万元 is (10000, 元)."""
    scales: dict[str, int] = rules().raw["scales"]
    for word in sorted(scales, key=len, reverse=True):
        if unit.startswith(word):
            return scales[word], unit[len(word) :]
    return 1, unit


def _plain(text: str) -> float | None:
    if not text.isascii() or _PLAIN.fullmatch(text) is None:
        return None
    read = float(text)
    return read if math.isfinite(read) else None


def date(value: Value, *, from_1904: bool = False) -> Parsed:
    """A day as ISO text, of a year that can be meant."""
    parsed = _date(value, from_1904)
    possible = rules().raw["date_possible"]
    if parsed.text is None or possible["first"] <= parsed.text <= possible["last"]:
        return parsed
    return _rejected(parsed.raw, "date_impossible")


def _date(value: Value, from_1904: bool) -> Parsed:
    if value == "":
        return BLANK
    raw = raw_text(value)
    if isinstance(value, dt.date):
        timed = isinstance(value, dt.datetime) and value.time() != dt.time()
        day = dt.date(value.year, value.month, value.day).isoformat()
        return (
            _normalised(day, raw, rules().raw["date_why"]["time"])
            if timed
            else Parsed(None, day, raw, "used")
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _date_number(float(value), raw, from_1904)
    if isinstance(value, str):
        return _without_result(value) or _date_text(raw)
    return _rejected(raw, "not_a_date")


def _date_number(value: float, raw: str, from_1904: bool) -> Parsed:
    if math.isfinite(value) and value.is_integer():
        written = _day(raw)
        if written is not None:
            return _normalised(written.isoformat(), raw, rules().raw["date_why"]["format"])
        bounds = rules().raw["date_serials"]
        start = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 30)
        first, last = (dt.date.fromisoformat(bounds[which]) for which in ("first", "last"))
        if (first - start).days <= value <= (last - start).days:
            day = start + dt.timedelta(days=int(value))
            return _normalised(day.isoformat(), raw, rules().raw["date_why"]["serial"])
    return _rejected(raw, "not_a_date")


def _date_text(raw: str) -> Parsed:
    reasons = rules().raw["date_why"]
    text = _translated(raw)[0].strip()
    meaning = _word(text)
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
        return _rejected(raw, "not_a_date")
    if day.isoformat() == raw:
        return Parsed(None, raw, raw, "used")
    return _normalised(day.isoformat(), raw, reasons["format"] if untimed == text else reasons["time"])


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
        return _without_result(value) or BLANK
    if isinstance(value, float) and _TENTH.fullmatch(raw):  # January, or October without its zero
        return _rejected(raw, "not_a_period")
    squeezed = _western(re.sub(r"\s+", "", _translated(raw)[0]))
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
    return _rejected(raw, "not_a_period") if raw.strip() else Parsed(None, None, raw, "missing")


def text(value: Value) -> Parsed:
    """Free text: outer spaces and control characters go, nothing else changes."""
    if value == "":
        return BLANK
    raw = raw_text(value)
    if not isinstance(value, str):
        return Parsed(None, raw, raw, "used")
    broken = _without_result(value)
    if broken is not None:
        return broken
    if len(raw) > rules().raw["longest_text"]:
        return Parsed(None, None, raw[:200] + "…", "rejected", "text_too_long")
    read = _CONTROL.sub("", raw).strip()
    if not read:
        return Parsed(None, None, raw, "missing")
    return Parsed(None, read, raw, "used" if read == raw else "normalised")


def placeholder(value: Value) -> bool:
    """Whether the cell says in a word that there is nothing to say."""
    return isinstance(value, str) and _word(_translated(value)[0]) in ("missing", "not_applicable", "blank")


def nothing(value: Value) -> bool:
    """Whether the cell says, in a word or as 0, that nothing has happened or there is nothing to say."""
    if isinstance(value, str):
        return _word(_translated(value)[0]) != ""
    return isinstance(value, int | float) and value == 0


def optional_text(value: Value) -> Parsed:
    """Short text such as a document number, where a dash stands for nothing."""
    parsed = text(value)
    if parsed.text is not None and isinstance(value, str) and _word(_translated(value)[0]) == "missing":
        return Parsed(None, None, parsed.raw, "missing", "normalised", rules().raw["number_why"]["missing"])
    return parsed


def explanation(value: Value) -> Parsed:
    """An explanation; a dash, 无 or 0 explains nothing, and settles no query."""
    parsed = text(value)
    if parsed.text is None or not rules().no_explanation.fullmatch(_translated(parsed.text)[0].strip()):
        return parsed
    return Parsed(None, None, parsed.raw, "missing", "normalised", rules().raw["no_explanation"]["why"])


def choice(value: Value, choices: Sequence[str]) -> Parsed:
    """One of ``choices`` where the text can mean only that; else the text as it is, for validation."""
    parsed = optional_text(value)
    if parsed.text is None or parsed.text in choices:
        return parsed
    plain = _choice_key(parsed.text)
    same: dict[str, str] = rules().raw["choice"]["same"]
    meant = [c for c in choices if _choice_key(c) == plain] or [c for c in choices if c == same.get(plain)]
    if len(meant) != 1:
        return parsed
    return _normalised(meant[0], parsed.raw, rules().raw["choice"]["why"])


def _choice_key(text: str) -> str:
    return rules().ignored_in_choice.sub("", _translated(text)[0]).upper()


def yes_no(value: Value) -> Parsed:
    """是 or 否; anything else as it is, for validation to judge."""
    why = rules().raw["yes_no"]["why"]
    if isinstance(value, bool):
        return _normalised("是" if value else "否", raw_text(value), why)
    parsed = optional_text(value)
    if parsed.text is None or parsed.text in ("是", "否"):
        return parsed
    meant = rules().yes_no.get(_translated(parsed.text)[0].strip().lower())
    return parsed if meant is None else _normalised(meant, parsed.raw, why)


def identifier(value: Value) -> Parsed:
    """A code: harmless differences of writing go; lost digits are a problem, never repaired."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raw = raw_text(value)
        if _too_long(value):
            return _rejected(raw, "precision_lost")
        return _normalised(raw, raw, rules().raw["identifier_why"]["number"])
    parsed = optional_text(value)
    if parsed.text is None:
        return parsed
    read, why = _translated(parsed.text)
    if rules().lost_precision.fullmatch(read):
        return _rejected(parsed.raw, "precision_lost")
    for rule in rules().identifier:
        changed = rule.on(read)
        if changed != read:
            why.append(rule.why)
            read = changed
    return _normalised(read, parsed.raw, _joined(why)) if why else parsed


def key_text(value: Value) -> Parsed:
    """Text that names a row (案号, 登记号): a number of more digits than a cell can hold is a problem."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raw = raw_text(value)
        return _rejected(raw, "precision_lost") if _too_long(value) else Parsed(None, raw, raw, "used")
    parsed = optional_text(value)
    if parsed.text is not None and rules().lost_precision.fullmatch(parsed.text):
        return _rejected(parsed.raw, "precision_lost")
    return parsed


def _translated(raw: str) -> tuple[str, list[str]]:
    """Half-width, without invisible characters; and the reasons where that changed anything."""
    changed = raw.translate(rules().characters)
    if changed == raw:
        return raw, []
    visible = raw.translate(rules().invisible)
    why = {"invisible": visible != raw, "characters": changed != visible}
    return changed, [rules().raw[what]["why"] for what, so in why.items() if so]


def _word(text: str) -> str:
    stripped = text.strip()
    return "blank" if not stripped else rules().words.get(stripped, "")


def _joined(why: Sequence[str]) -> str:
    return "、".join(dict.fromkeys(why))


def _rejected(raw: str, code: str) -> Parsed:
    return Parsed(None, None, raw, "rejected", code)


def _normalised(text: str, raw: str, why: str) -> Parsed:
    return Parsed(None, text, raw, "normalised", "normalised", why)


def _too_long(value: float) -> bool:
    """Whether a code stored as a number has lost digits, or has no digits to speak of."""
    return (
        not math.isfinite(value) or abs(value) >= 10 ** rules().raw["exact_digits"] or 0 < abs(value) < 1e-4
    )


def _without_result(value: str) -> Parsed | None:
    """An error value, or a formula that nobody has computed; some formats give the error as text."""
    if isinstance(value, Broken) and value == "=":
        return _rejected(str(value), "no_result")
    if isinstance(value, Broken) or ((value[:1] in "#E") and rules().error_text.match(value.strip())):
        return _rejected(str(value).strip(), "error_value")
    return None
