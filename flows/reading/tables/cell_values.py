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
PLAIN_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([Ee][+-]?\d{1,3})?")
DIGITS = re.compile(r"-?\d+(\.\d+)?")
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
        read = Parsed(shown, None, raw, "used") if math.isfinite(shown) else rejected(raw, "not_a_number")
        return _in_unit(read, unit, stated)
    if not isinstance(value, str):
        return rejected(raw_text(value), "not_a_number")
    return without_result(value) or _number_text(value, unit, stated)


def _in_unit(parsed: Parsed, unit: str, stated: str) -> Parsed:
    """A number without a unit of its own is in the one that the table states; nothing is nothing in any."""
    by = factor(stated, unit) if stated and parsed.value else None
    if by is None or by == 1 or parsed.value is None:
        return parsed
    converted = float(Decimal(repr(parsed.value)) * by)
    return parsed._replace(value=converted, state="normalised", code="unit_converted")


def _number_text(raw: str, unit: str, stated: str) -> Parsed:
    reasons = rules().raw["number_why"]
    text, why = translate(raw)
    meaning = word_meaning(text)
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
    read = plain_number(text)
    if read is not None:
        if "e" in text.lower():
            why.append(reasons["scientific"])
        plain = Parsed(read, None, raw, "normalised", "normalised", join_reasons(why or [reasons["text"]]))
        return _in_unit(plain, unit, stated)
    return _with_unit(raw, text, unit, why)


def _with_unit(raw: str, text: str, unit: str, why: list[str]) -> Parsed:
    match = DIGITS.match(text)
    if match is None or not unit:
        return rejected(raw, "not_a_number")
    written = text[match.end() :].strip()
    read = plain_number(match[0])
    if read is None or not written:
        return rejected(raw, "not_a_number")
    own = rules().raw["number_why"]["unit"]
    if written == unit:
        return Parsed(read, None, raw, "normalised", "normalised", join_reasons([*why, own]))
    by = factor(written, unit)
    if by is None:
        return rejected(raw, "not_a_number")
    return Parsed(
        float(Decimal(match[0]) * by), None, raw, "normalised", "unit_converted", join_reasons([*why, own])
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


def plain_number(text: str) -> float | None:
    if not text.isascii() or PLAIN_NUMBER.fullmatch(text) is None:
        return None
    read = float(text)
    return read if math.isfinite(read) else None


def text(value: Value) -> Parsed:
    """Free text: outer spaces and control characters go, nothing else changes."""
    if value == "":
        return BLANK
    raw = raw_text(value)
    if not isinstance(value, str):
        return Parsed(None, raw, raw, "used")
    broken = without_result(value)
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
    return isinstance(value, str) and word_meaning(translate(value)[0]) in (
        "missing",
        "not_applicable",
        "blank",
    )


def nothing(value: Value) -> bool:
    """Whether the cell says, in a word or as 0, that nothing has happened or there is nothing to say."""
    if isinstance(value, str):
        return word_meaning(translate(value)[0]) != ""
    return isinstance(value, int | float) and value == 0


def optional_text(value: Value) -> Parsed:
    """Short text such as a document number, where a dash stands for nothing."""
    parsed = text(value)
    if parsed.text is not None and isinstance(value, str) and word_meaning(translate(value)[0]) == "missing":
        return Parsed(None, None, parsed.raw, "missing", "normalised", rules().raw["number_why"]["missing"])
    return parsed


def explanation(value: Value) -> Parsed:
    """An explanation; a dash, 无 or 0 explains nothing, and settles no query."""
    parsed = text(value)
    if parsed.text is None or not rules().no_explanation.fullmatch(translate(parsed.text)[0].strip()):
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
    return normalised(meant[0], parsed.raw, rules().raw["choice"]["why"])


def _choice_key(text: str) -> str:
    return rules().ignored_in_choice.sub("", translate(text)[0]).upper()


def yes_no(value: Value) -> Parsed:
    """是 or 否; anything else as it is, for validation to judge."""
    why = rules().raw["yes_no"]["why"]
    if isinstance(value, bool):
        return normalised("是" if value else "否", raw_text(value), why)
    parsed = optional_text(value)
    if parsed.text is None or parsed.text in ("是", "否"):
        return parsed
    meant = rules().yes_no.get(translate(parsed.text)[0].strip().lower())
    return parsed if meant is None else normalised(meant, parsed.raw, why)


def identifier(value: Value) -> Parsed:
    """A code: harmless differences of writing go; lost digits are a problem, never repaired."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raw = raw_text(value)
        if too_long(value):
            return rejected(raw, "precision_lost")
        return normalised(raw, raw, rules().raw["identifier_why"]["number"])
    parsed = optional_text(value)
    if parsed.text is None:
        return parsed
    read, why = translate(parsed.text)
    if rules().lost_precision.fullmatch(read):
        return rejected(parsed.raw, "precision_lost")
    for rule in rules().identifier:
        changed = rule.on(read)
        if changed != read:
            why.append(rule.why)
            read = changed
    return normalised(read, parsed.raw, join_reasons(why)) if why else parsed


def key_text(value: Value) -> Parsed:
    """Text that names a row (案号, 登记号): a number of more digits than a cell can hold is a problem."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raw = raw_text(value)
        return rejected(raw, "precision_lost") if too_long(value) else Parsed(None, raw, raw, "used")
    parsed = optional_text(value)
    if parsed.text is not None and rules().lost_precision.fullmatch(parsed.text):
        return rejected(parsed.raw, "precision_lost")
    return parsed


def translate(raw: str) -> tuple[str, list[str]]:
    """Half-width, without invisible characters; and the reasons where that changed anything."""
    changed = raw.translate(rules().characters)
    if changed == raw:
        return raw, []
    visible = raw.translate(rules().invisible)
    why = {"invisible": visible != raw, "characters": changed != visible}
    return changed, [rules().raw[what]["why"] for what, so in why.items() if so]


def word_meaning(text: str) -> str:
    stripped = text.strip()
    return "blank" if not stripped else rules().words.get(stripped, "")


def join_reasons(why: Sequence[str]) -> str:
    return "、".join(dict.fromkeys(why))


def rejected(raw: str, code: str) -> Parsed:
    return Parsed(None, None, raw, "rejected", code)


def normalised(text: str, raw: str, why: str) -> Parsed:
    return Parsed(None, text, raw, "normalised", "normalised", why)


def too_long(value: float) -> bool:
    """Whether a code stored as a number has lost digits, or has no digits to speak of."""
    return (
        not math.isfinite(value) or abs(value) >= 10 ** rules().raw["exact_digits"] or 0 < abs(value) < 1e-4
    )


def without_result(value: str) -> Parsed | None:
    """An error value, or a formula that nobody has computed; some formats give the error as text."""
    if isinstance(value, Broken) and value == "=":
        return rejected(str(value), "no_result")
    if isinstance(value, Broken) or ((value[:1] in "#E") and rules().error_text.match(value.strip())):
        return rejected(str(value).strip(), "error_value")
    return None
