"""Reminders in the register: claimed before they are sent, so that nobody gets one twice in a day."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from flows.register.tables import chases

#: period, unit code, what it is about, channel, day (ISO).
Key = tuple[str, str, str, str, str]


def standing(connection: Connection, key: Key) -> str:
    """``sending``, ``sent``, ``failed``, or empty where this was never tried."""
    row = _row(connection, key)
    return "" if row is None else str(row.state)


def claim(connection: Connection, key: Key, *, at: str) -> bool:
    """Whether the caller may send it now. Only what failed may be tried again on the same day.

    What was claimed and never settled, because the process ended in between, may have arrived; it
    counts as sent.
    """
    row = _row(connection, key)
    if row is None:
        names = ("period", "unit_code", "about", "channel", "day")
        values = dict(zip(names, key, strict=True))
        connection.execute(insert(chases).values(**values, state="sending", at=at, reason=""))
        return True
    if row.state != "failed":
        return False
    own = chases.c.id == row.id
    connection.execute(update(chases).where(own).values(state="sending", at=at, reason=""))
    return True


def settle(connection: Connection, key: Key, *, reason: str) -> None:
    """It went, or failed for this reason."""
    state = "failed" if reason else "sent"
    connection.execute(update(chases).where(_is(key)).values(state=state, reason=reason))


def _row(connection: Connection, key: Key) -> Row[tuple[int, str]] | None:
    return connection.execute(select(chases.c.id, chases.c.state).where(_is(key))).first()


def _is(key: Key) -> ColumnElement[bool]:
    period, unit_code, about, channel, day = key
    return (
        (chases.c.period == period)
        & (chases.c.unit_code == unit_code)
        & (chases.c.about == about)
        & (chases.c.channel == channel)
        & (chases.c.day == day)
    )
