"""The record page: every action and detail that is recorded, in the auditor's words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.outputs.site import labels, urls
from flows.outputs.site.load import load_site_year
from flows.outputs.site.page_cache import NoPageCache
from flows.outputs.site.pages.record import pages
from flows.register import audit_log
from schemas import Registry
from tests.outputs.site.parsed import parsed
from tests.outputs.site.registered import JUNE, registered
from validations.fields.conditions import CONDITIONS

#: What the flows record besides reports: action, subject, detail.
ENTRIES = [
    ("chase", "2023-06-411002", {"about": "", "kind": "missing", "channel": "企业微信"}),
    ("chase", "2023-06-411003", {"about": "2023-06-411003-01", "kind": "returned", "channel": "企业微信"}),
    ("seal", "2023-05", {"manifest_sha256": "a" * 64, "signed": True}),
    ("reopen", "2023-05", {"reason": "更正", "released": ["2023-05-411024-01", "2023-05-411025-01"]}),
    ("reopen", "2023-05", {"reason": "更正", "released": []}),
]


@pytest.fixture(scope="module")
def told(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The words of the page's rows."""
    engine = registered(tmp_path_factory.mktemp("record"), registry)
    with engine.begin() as connection:
        for action, subject, detail in ENTRIES:
            audit_log.append(
                connection,
                at="2023-07-10T09:00:00+08:00",
                who="张三",
                action=action,
                subject=subject,
                detail=detail,
            )
        drawn = dict(pages(load_site_year(connection, 2023, JUNE), NoPageCache()))
    return parsed(drawn[urls.record(1)]).words


@pytest.mark.parametrize(
    "words_of",
    [
        "催报 2023-06-411002 所催的报送 无 发送渠道 企业微信 催报事由 尚未报送",
        "催报 2023-06-411003 所催的报送 2023-06-411003-01 发送渠道 企业微信 催报事由 退回待改",
        "启封 2023-05 原因 更正 启封后计入的报送 2023-05-411024-01、2023-05-411025-01",
        "启封 2023-05 原因 更正 启封后计入的报送 无",
        "结果 已接收（有核实说明）",
        "结果 退回",
    ],
)
def test_what_was_done_is_told_in_chinese(told: str, words_of: str) -> None:
    """Action, each detail's name, and values that are codes or lists."""
    assert words_of in told


def test_every_recorded_action_and_detail_has_a_word() -> None:
    """What any flow writes into the record is known to the site, and nothing else is."""
    recorded = "".join(
        path.read_text("utf-8")
        for path in Path("flows").rglob("*.py")
        if "audit_log.append" in path.read_text("utf-8")
    )
    actions = set(re.findall(r'action="(\w+)"', recorded))
    assert actions == set(labels.ACTIONS)
    details = {
        name
        for found in re.findall(r"detail=\{([^}]*)\}", recorded)
        for name in re.findall(r'"(\w+)":', found)
    }
    assert details <= set(labels.DETAILS)


def test_every_kind_of_field_check_has_a_title() -> None:
    """The rule register's pages name the kinds of all that is asked of single fields."""
    asked = {"required", "between", "in_set", "unique", *CONDITIONS}
    assert asked == set(labels.FIELD_KINDS)
