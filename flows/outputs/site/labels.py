"""What the site calls things: one word each, and a mark, so that colour is never the only sign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from flows.consolidation.status import RESULT_TITLES
from flows.platform.context import OFFICE_TIME
from validations.findings.finding import finding_types
from validations.kinds import kinds

if TYPE_CHECKING:
    from flows.consolidation.month import UnitStatus


class Badge(NamedTuple):
    """``tone`` is a class of the style sheet; ``mark`` a sign that also shows in black and white."""

    tone: str
    mark: str
    text: str


#: unit × work point, see ``flows.consolidation.status.STATE_TITLES``.
POINT_STATES: Mapping[str, Badge] = {
    "REPORTED": Badge("good", "●", "已报"),
    "CONFIRMED_ZERO": Badge("zero", "○", "为零"),
    "LATE": Badge("late", "◐", "迟报"),
    "RETURNED": Badge("bad", "✕", "退回"),
    "MISSING": Badge("gap", "□", "未报"),
    "NOT_APPLICABLE": Badge("none", "–", "不适用"),
}
POINT_MEANINGS: Mapping[str, str] = {
    "REPORTED": "有发生数、期末数或进展",
    "CONFIRMED_ZERO": "已报，各项均为零或未启动",
    "LATE": "已报，超过报送期限",
    "RETURNED": "报表被退回，尚无可采用的数据",
    "MISSING": "没有报送，或报表中该要点空白",
    "NOT_APPLICABLE": "该单位不报此要点，或已声明不适用",
}
UNIT_STATES: Mapping[str, Badge] = {
    "reported": Badge("good", "●", "已接收"),
    "queried": Badge("query", "◉", "有说明"),
    "returned": Badge("bad", "✕", "退回"),
    "missing": Badge("gap", "□", "未报"),
}
RESULTS: Mapping[str, Badge] = {
    "accepted": Badge("good", "●", RESULT_TITLES["accepted"]),
    "queried": Badge("query", "◉", RESULT_TITLES["queried"]),
    "returned": Badge("bad", "✕", RESULT_TITLES["returned"]),
    "repeated": Badge("none", "–", RESULT_TITLES["repeated"]),
}
STANDINGS: Mapping[str, Badge] = {
    "current": Badge("good", "●", "当前采用"),
    "superseded": Badge("zero", "○", "已被后来的报送替代"),
    "returned": Badge("bad", "✕", "退回，未采用"),
    "repeated": Badge("none", "–", "与前一份相同，不计"),
    "held": Badge("late", "◐", "封存后到达，待市局决定"),
}
CELL_STATES: Mapping[str, Badge] = {
    "used": Badge("plain", "", "照原文采用"),
    "normalised": Badge("query", "≈", "规范写法后采用"),
    "missing": Badge("gap", "□", "空白"),
    "not_applicable": Badge("none", "–", "不适用"),
    "rejected": Badge("bad", "✕", "未采用"),
}
SEVERITIES: Mapping[str, Badge] = {
    "error": Badge("bad", "✕", "强制性"),
    "query": Badge("query", "？", "核实性"),
    "note": Badge("zero", "ⓘ", "提示"),
}
ACTIONS: Mapping[str, str] = {
    "intake": "收取报表",
    "quarantine": "隔离文件",
    "chase": "催报",
    "seal": "封存",
    "reopen": "启封",
}
DETAILS: Mapping[str, str] = {
    "file": "文件",
    "sha256": "SHA-256",
    "result": "结果",
    "held": "封存后到达",
    "code": "原因代码",
    "fingerprint": "登记内容指纹",
    "manifest_sha256": "清单 SHA-256",
    "signed": "已签名",
    "reason": "原因",
    "released": "启封后计入的报送",
    "kind": "催报事由",
    "about": "所催的报送",
    "channel": "发送渠道",
}
#: Why a unit is chased.
CHASED: Mapping[str, str] = {"missing": "尚未报送", "returned": "退回待改"}


def badge(table: Mapping[str, Badge], key: str) -> Badge:
    """The badge of a state; one we have no word for is shown as it stands."""
    return table.get(key) or Badge("plain", "", key)


#: Kinds of field checks; kinds of relations bring their own names.
FIELD_KINDS: Mapping[str, str] = {
    "required": "必填",
    "between": "取值范围",
    "whole": "整数",
    "at_most": "不超过上限",
    "applicable": "同为数字或同为不适用",
    "in_set": "规定选项",
    "dates": "日期在期间内",
    "uscc": "信用代码校验码",
    "patent": "专利号校验位",
    "unique": "不重复",
}


def kind_title(kind: str) -> str:
    """What a kind of rule is called, by what it asserts."""
    return FIELD_KINDS[kind] if kind in FIELD_KINDS else kinds()[kind].label


def finding_title(code: str) -> str:
    """What a kind of finding is called; one that exists no more goes by its code."""
    known = finding_types().get(code)
    return known.title if known else code


def unit_badge(status: UnitStatus) -> Badge:
    known = badge(UNIT_STATES, status.state)
    return known._replace(tone="late", mark="◐", text=f"{known.text}·迟") if status.late else known


def clock(iso: str) -> str:
    """``2023-07-03T01:12:00+00:00`` -> ``2023-07-03 09:12``, office time; other text as it stands."""
    import datetime as dt

    try:
        moment = dt.datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{moment.astimezone(OFFICE_TIME) if moment.tzinfo else moment:%Y-%m-%d %H:%M}"


def size(count: int) -> str:
    """Bytes, exact, because an auditor compares them."""
    return f"{count:,} 字节"
