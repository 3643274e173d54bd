"""``yaodian chase 2023-06``."""

from __future__ import annotations

import os
from functools import partial

from flows.cli import session
from flows.correspondence.reminders import channels, send
from flows.correspondence.reminders.notice import notices
from flows.correspondence.reminders.send import SentReminder
from flows.correspondence.reminders.standing import standing
from flows.correspondence.reminders.wording import wording
from flows.platform.exit_codes import DONE, FAILED
from flows.platform.home import Home
from flows.platform.lock import home_lock
from schemas.settings import settings


def chase_period(home: Home, text: str, dry_run: bool) -> int:
    """Print the reminders; unless ``dry_run``, write and send them. FAILED when a channel failed."""
    period = session.parse_period(text)
    session.require_home(home)
    wanted = settings().chase.channels
    lock = partial(home_lock, home)
    with lock():
        context = session.command_context(home)
        with context.engine.connect() as connection:
            stood = standing(connection, period)
        channels.check(wanted, stood.registry.unit_by_name, os.environ)
        due = notices(stood, send.today(context), wording())
        if not dry_run:
            send.write(context, due)
    results: list[SentReminder] = []
    for one in due:
        print(f"——— {one.subject} ———\n{one.body}")
        results.append(
            send.plan_reminder(context, stood.registry, one, wanted)
            if dry_run
            else send.send(context, stood.registry, one, wanted, os.environ, lock)
        )
        _tell(results[-1], dry_run)
    context.engine.dispose()
    print(_summary(results))
    if results and not dry_run:
        print(f"文稿：{home.chase / str(period) / send.today(context).isoformat()}")
    if results and not wanted:
        print("没有配置催报渠道（schemas/settings.yaml 的 chase.channels），请自行转发。")
    return FAILED if any(one.failed for one in results) else DONE


def _tell(chased: SentReminder, dry_run: bool) -> None:
    for name in chased.sent:
        print(f"{'将发送' if dry_run else '已发送'}：{name}")
    for name in chased.already:
        print(f"今天已就此催过，不再发送：{name}")
    for name, reason in chased.failed.items():
        print(f"发送失败：{name}：{reason}")


def _summary(results: list[SentReminder]) -> str:
    if not results:
        return "没有需要催报的单位。"
    kinds = [one.notice.kind for one in results]
    return f"未报 {kinds.count('missing')}，退回待改 {kinds.count('returned')}"
