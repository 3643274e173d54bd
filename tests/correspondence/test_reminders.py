"""Reminders: to whom, in which words, through which channel, and never twice in a day."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from flows.cli.chase import chase_period
from flows.correspondence.reminders import channels, send
from flows.correspondence.reminders.notice import Notice, Standing, notices, stage
from flows.correspondence.reminders.standing import standing
from flows.correspondence.reminders.wording import wording
from flows.platform.context import RunContext
from flows.register import audit_log, tables, writes
from schemas import Registry, RegistryError
from schemas.settings import Channel, ChaseSettings, settings
from tests.correspondence import mailboxes
from tests.june_register import JUNE, at, submission


@pytest.fixture
def stood(june: RunContext) -> Standing:
    with june.engine.connect() as connection:
        return standing(connection, JUNE)


def _of(found: list[Notice], short: str) -> Notice:
    return next(one for one in found if one.unit == short)


def _due(stood: Standing, day: int = 4) -> list[Notice]:
    return notices(stood, dt.date(2023, 7, day), wording())


def _send(
    june: RunContext, stood: Standing, short: str, *wanted: Channel, **environment: str
) -> send.SentReminder:
    notice = _of(_due(stood), short)
    return send.send(june, stood.registry, notice, wanted, environment, nullcontext)


def test_only_units_with_nothing_accepted_are_reminded(stood: Standing, registry: Registry) -> None:
    """Everybody but the unit whose report was accepted, in the registry's order."""
    assert [one.unit for one in _due(stood)] == [u.short for u in registry.units if u.short != "魏都区"]


def test_a_unit_whose_report_is_held_is_not_reminded(june: RunContext, registry: Registry) -> None:
    """After sealing the next move is the office's."""
    with june.engine.begin() as connection:
        writes.add_submission(connection, submission(registry, "襄城县", 3, held=True), None, (), ())
        stood = standing(connection, JUNE)
    assert "襄城县" not in [one.unit for one in _due(stood)]


@pytest.mark.parametrize(("day", "expected"), [(4, "before"), (5, "due"), (6, "after")])
def test_the_stage_follows_the_deadline(day: int, expected: str) -> None:
    """The deadline's own day is a stage of its own."""
    assert stage(dt.date(2023, 7, 5), dt.date(2023, 7, day)) == expected


@pytest.mark.parametrize(
    ("day", "said"), [(4, "距截止还有1天"), (5, "今天（2023年7月5日）截止"), (12, "现已逾期7天")]
)
def test_the_words_follow_the_stage(stood: Standing, day: int, said: str) -> None:
    """Before, on and after the deadline, to units that are missing and to those returned."""
    for one in _due(stood, day):
        assert said in one.body
        assert one.body.endswith(f"许昌市市场监督管理局\n2023年7月{day}日\n")


def test_a_returned_unit_is_told_what_was_found_and_where(stood: Standing) -> None:
    """Counts without notes, errors first, as many as the wording shows, and the receipt."""
    text = _of(_due(stood), "禹州市").body
    assert "强制性问题6条，待说明的核实性问题1条" in text
    assert "1．指标表 E2：本月数读到 {x}，应为整数（2）" in text
    assert "另有2条" in text
    assert "回执编号2023-06-411081-01" in text
    assert "“禹州市/回执”" in text


def test_a_missing_unit_is_told_of_the_file_that_could_not_be_taken(stood: Standing) -> None:
    """The one since the last deadline, with its reason; last month's is not this month's matter."""
    text = _of(_due(stood), "长葛市").body
    assert "（Q00001）报表1.docx：这是 Word 文档。请用 Excel 填报。" in text
    assert "报表2.docx" not in text


def test_a_unit_of_which_nothing_came_is_told_what_is_due(stood: Standing, registry: Registry) -> None:
    """The number of indicators that the unit itself reports."""
    center = registry.unit_by_name["市维权保护中心"]
    text = _of(_due(stood), "市维权保护中心").body
    assert f"{len(registry.indicators_of(center))}个指标" in text
    assert "尚未收到你单位报表" in text


def test_the_texts_are_kept_by_day(june: RunContext, stood: Standing) -> None:
    """outputs/chase/<period>/<day>/<unit>.txt, readable in Notepad."""
    send.write(june, _due(stood))
    path = june.home.outputs / "chase" / "2023-06" / "2023-07-04" / "禹州市.txt"
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.decode("utf-8-sig").startswith("关于改正并重报2023年6月")


def test_a_letter_arrives_by_smtp(june: RunContext, stood: Standing) -> None:
    """Subject and body as written, to the unit's own address, with the password from the environment."""
    with mailboxes.smtp() as (port, letters):
        url = f"mailto://127.0.0.1:{port}?from=jz@${{DOMAIN}}&to=yzs@${{DOMAIN}}&mode=insecure"
        chased = _send(june, stood, "禹州市", Channel(name="邮箱", url=url), DOMAIN="xc.example")
    assert (chased.sent, chased.failed) == (["邮箱"], {})
    [(recipients, letter)] = letters.taken
    assert recipients == ["yzs@xc.example"]
    assert letter["subject"] == "关于改正并重报2023年6月知识产权工作要点报表的通知"
    part = letter.get_body(("plain", "html"))
    assert part is not None
    assert "强制性问题6条" in part.get_content()


def test_a_post_arrives_by_http(june: RunContext, stood: Standing) -> None:
    """Title and body as JSON at the office's own gateway."""
    with mailboxes.web() as (port, posts):
        _send(june, stood, "长葛市", Channel(name="网关", url=f"json://127.0.0.1:{port}/notify"))
    [(path, body)] = posts.taken
    told = json.loads(body)
    assert path.rstrip("/") == "/notify"
    assert told["title"] == "关于报送2023年6月知识产权工作要点报表的催报通知"
    assert "报表1.docx" in told["message"]


def test_nobody_is_reminded_twice_of_the_same_in_a_day(june: RunContext, stood: Standing) -> None:
    """The second time says so; the next day, or a newly returned report, is another matter."""
    with mailboxes.web() as (port, posts):
        gateway = Channel(name="网关", url=f"json://127.0.0.1:{port}")
        first, second = (_send(june, stood, "禹州市", gateway) for _ in range(2))
        assert (first.sent, second.sent, second.already) == (["网关"], [], ["网关"])
        assert len(posts.taken) == 1
        _send(replace(june, now=at(5)), stood, "禹州市", gateway)
        assert len(posts.taken) == 2
        again = replace(_of(_due(stood), "禹州市"), about="2023-06-411081-02")
        send.send(june, stood.registry, again, [gateway], {}, nullcontext)
        assert len(posts.taken) == 3


def test_what_failed_may_be_tried_again(june: RunContext, stood: Standing) -> None:
    """A refused letter is told with the reason, counts as not sent, and goes the next time."""
    with mailboxes.smtp() as (port, letters):
        post = Channel(name="邮箱", url=f"mailto://127.0.0.1:{port}?from=a@b.cn&to=c@d.cn&mode=insecure")
        letters.refusing = "451 try later"
        failed = _send(june, stood, "禹州市", post)
        letters.refusing = ""
        sent = _send(june, stood, "禹州市", post)
    assert list(failed.failed) == ["邮箱"]
    assert sent.sent == ["邮箱"]
    assert len(letters.taken) == 1


@pytest.mark.parametrize(("point", "arrived"), [("before-send", 0), ("after-send", 1)])
def test_a_reminder_cut_short_does_not_go_again_that_day(
    june: RunContext, stood: Standing, point: str, arrived: int
) -> None:
    """It may have arrived: that day it counts as sent, wherever the process ended."""

    def stop(at_point: str) -> None:
        if at_point == point:
            raise KeyboardInterrupt

    with mailboxes.web() as (port, posts):
        gateway = Channel(name="网关", url=f"json://127.0.0.1:{port}")
        with pytest.raises(KeyboardInterrupt):
            _send(replace(june, fault=stop), stood, "禹州市", gateway)
        assert _send(june, stood, "禹州市", gateway).already == ["网关"]
        assert len(posts.taken) == arrived


def test_planning_changes_nothing(june: RunContext, stood: Standing) -> None:
    """A dry run names the channels, sends nothing and leaves no trace."""
    notice = _of(_due(stood), "禹州市")
    gateway = Channel(name="网关", url="json://127.0.0.1:9")
    assert send.plan_reminder(june, stood.registry, notice, [gateway]).sent == ["网关"]
    with june.engine.connect() as connection:
        assert connection.execute(select(tables.chases)).all() == []


def test_what_was_sent_is_on_the_record(june: RunContext, stood: Standing) -> None:
    """Who reminded whom of what through which channel, in the chain; never the channel's address."""
    with mailboxes.web() as (port, _):
        _send(june, stood, "禹州市", Channel(name="网关", url=f"json://127.0.0.1:{port}/secret"))
    with june.engine.connect() as connection:
        [entry] = list(audit_log.entries(connection))
        assert audit_log.broken_entries(connection) == []
    assert (entry["action"], entry["who"], entry["subject"]) == ("chase", "张三", "2023-06-411081")
    assert entry["detail"] == {"about": "2023-06-411081-01", "kind": "returned", "channel": "网关"}


def test_a_channel_of_named_units_takes_only_theirs(registry: Registry) -> None:
    """By any accepted name or by code; a channel without units takes all."""
    own = Channel(name="禹州", url="json://x", units=("禹州市局",))
    every = Channel(name="全部", url="json://x")
    chosen: Callable[[str], list[Any]] = lambda short: channels.channels_of(  # noqa: E731
        registry.unit_by_name[short], [own, every]
    )
    assert chosen("禹州市") == [own, every]
    assert chosen("长葛市") == [every]


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        (Channel(name="甲", url="json://x", units=("许都区",)), "没有这个单位：许都区"),
        (Channel(name="甲", url="wecombot://${NO_SUCH}"), "没有设置环境变量 NO_SUCH"),
        (Channel(name="甲", url="nonsense"), "不是 Apprise 认得的地址"),
    ],
)
def test_a_channel_that_cannot_be_used_is_the_offices_to_mend(
    registry: Registry, channel: Channel, said: str
) -> None:
    """Named with file and key, and refused before anything is sent."""
    with pytest.raises(RegistryError, match=said) as raised:
        channels.check([channel], registry.unit_by_name, {})
    assert "chase.channels.[甲]" in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "wecombot://${KEY}",
        "dingtalk://${SECRET}@${KEY}",
        "mailtos://${KEY}:${SECRET}@smtp.example.gov.cn?from=a@example.gov.cn&to=b@example.gov.cn",
    ],
)
def test_the_addresses_shown_in_the_settings_are_known_to_apprise(registry: Registry, url: str) -> None:
    """企业微信, 钉钉 and email, as the settings file shows them."""
    environment = {"KEY": "abcdef0123456789", "SECRET": "SECabcdef0123456789"}
    channels.check([Channel(name="甲", url=url)], registry.unit_by_name, environment)


def test_no_channel_is_configured_as_delivered() -> None:
    """Nothing is sent anywhere before the office says where."""
    assert settings().chase.channels == ()


@pytest.fixture
def office(june: RunContext, register_url: str, monkeypatch: pytest.MonkeyPatch) -> RunContext:
    """The command's environment: the day before the deadline, on this register."""
    monkeypatch.setenv("YAODIAN_NOW", at(4).isoformat())
    monkeypatch.setenv("YAODIAN_DATABASE_URL", register_url)
    june.home.inbox.mkdir(parents=True, exist_ok=True)  # a register elsewhere still has its home
    return june


def test_the_command_prints_and_keeps_the_texts(
    office: RunContext, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every reminder on the terminal and in the folder; without channels it says what to do."""
    assert chase_period(office.home, "2023-06", dry_run=False) == 0
    said = capsys.readouterr().out
    assert "未报 10，退回待改 1" in said
    assert "请自行转发" in said
    assert len(list(office.home.chase.glob("2023-06/2023-07-04/*.txt"))) == 11


def test_a_dry_run_writes_and_sends_nothing(
    office: RunContext, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what it would do."""
    with mailboxes.web() as (port, posts):
        _configured(monkeypatch, f"json://127.0.0.1:{port}")
        assert chase_period(office.home, "2023-06", dry_run=True) == 0
    assert "将发送：网关" in capsys.readouterr().out
    assert posts.taken == []
    assert not office.home.chase.exists()


def test_a_channel_that_refuses_is_told_and_tried_again(
    office: RunContext, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 4 and the reason; run again, what had failed goes, and what had gone does not."""
    with mailboxes.web() as (port, posts):
        _configured(monkeypatch, f"json://127.0.0.1:{port}", "禹州市", "长葛市")
        posts.status = 500
        assert chase_period(office.home, "2023-06", dry_run=False) == 4
        assert "发送失败：网关：" in capsys.readouterr().out
        posts.status, posts.taken = 200, []
        assert chase_period(office.home, "2023-06", dry_run=False) == 0
        assert chase_period(office.home, "2023-06", dry_run=False) == 0
    assert len(posts.taken) == 2
    assert capsys.readouterr().out.count("今天已就此催过") == 2


def _configured(monkeypatch: pytest.MonkeyPatch, url: str, *units: str) -> None:
    wished = settings().model_copy(
        update={"chase": ChaseSettings(channels=(Channel(name="网关", url=url, units=units),))}
    )
    monkeypatch.setattr("flows.cli.chase.settings", lambda: wished)
