"""The record: who did what when, each entry holding the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from flows.register.tables import record

#: What stands in for the entry before the first.
ORIGIN = "0" * 64


def append(
    connection: Connection, *, at: str, who: str, action: str, subject: str, detail: Mapping[str, Any]
) -> str:
    """Add an entry inside the caller's transaction and return its hash."""
    return append_all(connection, at=at, who=who, action=action, told=[(subject, detail)])


def append_all(
    connection: Connection,
    *,
    at: str,
    who: str,
    action: str,
    told: Sequence[tuple[str, Mapping[str, Any]]],
) -> str:
    """Add an entry for each (subject, detail) inside the caller's transaction; the last one's hash."""
    last = connection.execute(
        select(record.c.number, record.c.hash).order_by(record.c.number.desc()).limit(1)
    ).first()
    number, previous = (0, ORIGIN) if last is None else (last.number, last.hash)
    entries: list[dict[str, Any]] = []
    for subject, detail in told:
        number += 1
        entry = {"number": number, "at": at, "who": who, "action": action, "subject": subject}
        entry |= {"detail": dict(detail), "previous": previous}
        previous = entry_hash(entry)
        entries.append(entry | {"hash": previous})
    if entries:
        connection.execute(insert(record), entries)
    return previous


def entry_hash(entry: Mapping[str, Any]) -> str:
    """SHA-256 over the entry's fields as canonical JSON, without its own hash."""
    fields = ("number", "at", "who", "action", "subject", "detail", "previous")
    text = json.dumps({name: entry[name] for name in fields}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def entries(connection: Connection) -> Iterator[Mapping[str, Any]]:
    """Every entry in order."""
    for row in connection.execute(select(record).order_by(record.c.number)).mappings():
        yield dict(row)


def released(connection: Connection, period: str) -> dict[str, int]:
    """The submissions of the month that had been held -> the number of the entry by which they count."""
    query = select(record.c.number, record.c.detail).where(
        record.c.action == "reopen", record.c.subject == period
    )
    return {one: number for number, detail in connection.execute(query) for one in detail.get("released", ())}


def arrived(connection: Connection, submission_id: str) -> int:
    """The number of the entry by which the submission was recorded; 0 where there is none."""
    query = select(record.c.number).where(record.c.action == "intake", record.c.subject == submission_id)
    return connection.execute(query).scalar() or 0


def broken_entries(connection: Connection) -> list[int]:
    """Numbers of entries that were altered, or that do not follow the one before."""
    broken: list[int] = []
    previous, expected = ORIGIN, 1
    for entry in entries(connection):
        follows = entry["previous"] == previous and entry["number"] == expected
        if not follows or entry["hash"] != entry_hash(entry):
            broken.append(entry["number"])
        previous, expected = entry["hash"], entry["number"] + 1
    return broken
