"""Which channels a reminder goes to, and sending it there (Apprise)."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from schemas import RegistryError, Unit
from schemas.settings import Channel

if TYPE_CHECKING:
    import apprise

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_FILE = "settings.yaml"


def channels_of(unit: Unit, channels: Sequence[Channel]) -> list[Channel]:
    """The unit's own channels, and those for every unit."""
    names = {unit.code, *unit.names}
    return [one for one in channels if not one.units or names & set(one.units)]


def check(channels: Sequence[Channel], units: Mapping[str, Unit], environment: Mapping[str, str]) -> None:
    """:class:`schemas.RegistryError` for a channel that names an unknown unit or cannot be used."""
    for one in channels:
        strangers = [name for name in one.units if name not in units]
        if strangers:
            raise RegistryError(
                _FILE, f"chase.channels.[{one.name}].units", f"没有这个单位：{'、'.join(strangers)}"
            )
        _notifier(one, environment)


def address(channel: Channel, environment: Mapping[str, str]) -> str:
    """The channel's address with ``${NAME}`` taken from the environment, where secrets belong."""

    def value(match: re.Match[str]) -> str:
        found = environment.get(match[1])
        if not found:
            raise RegistryError(_FILE, f"chase.channels.[{channel.name}].url", f"没有设置环境变量 {match[1]}")
        return found

    return _VARIABLE.sub(value, channel.url)


def send(channel: Channel, subject: str, body: str, environment: Mapping[str, str]) -> str:
    """Send one reminder; returns why it failed, empty when it went.

    The reason is Apprise's own, of which the channel's address is never a part.
    """
    import apprise

    with _told() as reasons:
        sent = _notifier(channel, environment).notify(
            title=subject, body=body, body_format=apprise.NotifyFormat.TEXT
        )
    return "" if sent else "；".join(reasons) or "对方没有接受"


def _notifier(channel: Channel, environment: Mapping[str, str]) -> apprise.Apprise:
    import apprise

    notifier = apprise.Apprise()
    if not notifier.add(address(channel, environment)):
        raise RegistryError(_FILE, f"chase.channels.[{channel.name}].url", "不是 Apprise 认得的地址")
    return notifier


@contextmanager
def _told() -> Iterator[list[str]]:
    """What Apprise warns of while sending; kept off the console."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    logger, keep = logging.getLogger("apprise"), Keep(logging.WARNING)
    before = logger.propagate
    logger.addHandler(keep)
    logger.propagate = False
    try:
        yield lines
    finally:
        logger.removeHandler(keep)
        logger.propagate = before
