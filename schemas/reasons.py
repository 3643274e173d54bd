"""Translates pydantic's validation errors to Chinese, for the city office, which keeps the files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from schemas.base import SHORT_PATTERN

#: pydantic's error type -> Chinese reason; ``{…}`` are filled from pydantic's error context.
_REASONS: Mapping[str, str] = {
    "missing": "缺少该项",
    "extra_forbidden": "不认识的项",
    "string_type": "应为文字（数字代码请加引号）",
    "string_too_short": "不能为空",
    "string_too_long": "最多 {max_length} 个字",
    "too_short": "至少要有 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数",
    "float_parsing": "应为数",
    "finite_number": "应为普通的数，不能是 .nan 或 .inf",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "date_type": "应为日期，如 2023-09-30",
    "date_parsing": "应为日期，如 2023-09-30",
    "date_from_datetime_parsing": "应为日期，如 2023-09-30",
    "date_from_datetime_inexact": "应为日期，不带钟点，如 2023-09-30",
    "model_type": "应为一组“键: 值”",
    "model_attributes_type": "应为一组“键: 值”",
    "dict_type": "应为一组“键: 值”",
    "mapping_type": "应为一组“键: 值”",
    "tuple_type": "应为列表",
    "list_type": "应为列表",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不应小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不应大于 {le}",
    "string_pattern_mismatch": "写法不对，应符合 {pattern}",
}
#: Pattern of a code -> its description in Chinese words.
_PATTERNS: Mapping[str, str] = {
    r"^[1-9][1-9]\d\d$": "应为加引号的四位指标代码，如 '2103'",
    r"^[1-9]\.[1-9]\d?$": "应为加引号的要点编号，如 '2.1'",
    r"^[0-9A-Z]{4,12}$": "应为 4 至 12 位的数字或大写字母",
    r"^[a-z][a-z0-9_]*$": "应为小写字母开头的英文名",
    r"^[a-z]+$": "应为小写英文名",
    SHORT_PATTERN: "用作文件夹名和表头，应为不超过 30 字的汉字、字母、数字，其间可有（）、-·",
}
_SHOWN = 40


def reason(error: Mapping[str, Any]) -> str:
    """The Chinese reason for one of pydantic's error details, with the value that was read."""
    return _why(error) + _read(error)


def _why(error: Mapping[str, Any]) -> str:
    kind, details = str(error["type"]), dict(error.get("ctx", {}))
    if kind in ("literal_error", "enum"):
        return f"应为 {'、'.join(_quoted(str(details['expected'])))} 之一"
    if kind == "string_pattern_mismatch" and details["pattern"] in _PATTERNS:
        return _PATTERNS[details["pattern"]]
    wording = _REASONS.get(kind)
    return (
        f"不合要求（{error['msg']}）"
        if wording is None
        else wording.format_map({name: _plain(value) for name, value in details.items()})
    )


def _plain(value: object) -> object:
    """A bound as the office would write it: 100, not 100.0."""
    return f"{value:g}" if isinstance(value, float) else value


def _quoted(expected: str) -> list[str]:
    return re.findall(r"'([^']*)'", expected)


def _read(error: Mapping[str, Any]) -> str:
    value = error["input"]
    if isinstance(value, Mapping | list | tuple) or error["type"] in ("missing", "finite_number"):
        return ""
    if value is None or value == "":
        return "，现为空"
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"，现为“{shown if len(shown) <= _SHOWN else shown[:_SHOWN] + '…'}”"
