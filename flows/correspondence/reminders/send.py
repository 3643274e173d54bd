"""Reminding: written to outputs/chase/, and sent once a day through each channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from flows.correspondence.reminders import channels
from flows.correspondence.reminders.notice import Notice
from flows.platform import atomic_files
from flows.platform.context import OFFICE_TIME, RunContext
from flows.register import audit_log, reminders
from schemas import Registry
from schemas.settings import Channel

#: Takes the lock of the home folder. Held to write, never while sending: a slow mail server must
#: not keep a clerk waiting for a receipt.
Alone = Callable[[], AbstractContextManager[None]]


@dataclass
class SentReminder:
    """What became of one notice, by channel name."""

    notice: Notice
    sent: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def write(context: RunContext, notices: Sequence[Notice]) -> None:
    """Each text as ``outputs/chase/<period>/<day>/<unit>.txt``, for a day's record and for printing."""
    for one in notices:
        folder = context.home.chase / one.period / _today(context)
        text = f"{one.subject}\n\n{one.body}".replace("\n", "\r\n")
        atomic_files.write(folder / f"{one.unit}.txt", text.encode("utf-8-sig"))


def plan_reminder(
    context: RunContext, registry: Registry, notice: Notice, wanted: Sequence[Channel]
) -> SentReminder:
    """Where it would go now (``sent``) and where it went today already; nothing is changed."""
    chased = SentReminder(notice)
    with context.engine.connect() as connection:
        for channel in channels.channels_of(registry.unit[notice.unit_code], wanted):
            before = reminders.standing(connection, _key(context, notice, channel))
            (chased.sent if before in ("", "failed") else chased.already).append(channel.name)
    return chased


def send(
    context: RunContext,
    registry: Registry,
    notice: Notice,
    wanted: Sequence[Channel],
    environment: Mapping[str, str],
    alone: Alone,
) -> SentReminder:
    """Send through every channel of the unit that has not had it today."""
    chased = SentReminder(notice)
    for channel in channels.channels_of(registry.unit[notice.unit_code], wanted):
        key = _key(context, notice, channel)
        with alone(), context.engine.begin() as connection:
            free = reminders.claim(connection, key, at=context.at)
        if not free:
            chased.already.append(channel.name)
            continue
        context.fault("before-send")
        reason = channels.send(channel, notice.subject, notice.body, environment)
        context.fault("after-send")
        _settle(context, notice, channel, reason, alone)
        if reason:
            chased.failed[channel.name] = reason
        else:
            chased.sent.append(channel.name)
    return chased


def _settle(context: RunContext, notice: Notice, channel: Channel, reason: str, alone: Alone) -> None:
    with alone(), context.engine.begin() as connection:
        reminders.settle(connection, _key(context, notice, channel), reason=reason)
        if not reason:
            audit_log.append(
                connection,
                at=context.at,
                who=context.who,
                action="chase",
                subject=f"{notice.period}-{notice.unit_code}",
                detail={"about": notice.about, "kind": notice.kind, "channel": channel.name},
            )


def _key(context: RunContext, notice: Notice, channel: Channel) -> reminders.Key:
    return (notice.period, notice.unit_code, notice.about, channel.name, _today(context))


def _today(context: RunContext) -> str:
    return today(context).isoformat()


def today(context: RunContext) -> dt.date:
    """The office's day."""
    return context.now.astimezone(OFFICE_TIME).date()
