"""The register: its tables, its record, its transactions."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, inspect, select, update

from flows.register import audit_log, database, tables


def test_migrations_build_exactly_the_declared_tables(engine: Engine) -> None:
    """After all migrations nothing differs from the declared tables."""
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []


def test_head_is_alembics_own_head() -> None:
    """The revision that skips Alembic's import is the newest one there is."""
    folder = Path(database.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == database.HEAD


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    """A register that is up to date is opened as it stands, to the byte."""
    path = tmp_path / "outputs" / "register.db"
    database.open_register(f"sqlite:///{path}").dispose()
    before = path.read_bytes()
    database.open_register(f"sqlite:///{path}").dispose()
    assert path.read_bytes() == before


def _append(engine: Engine, subject: str) -> str:
    with engine.begin() as connection:
        return audit_log.append(
            connection,
            at="2023-07-03T09:00:00+08:00",
            who="张三",
            action="intake",
            subject=subject,
            detail={"文件": "魏都区.xlsx", "n": 1},
        )


def test_each_entry_holds_the_hash_of_the_one_before(engine: Engine) -> None:
    """The record is a chain that begins at the origin."""
    first, second = _append(engine, "a"), _append(engine, "b")
    with engine.connect() as connection:
        entries = list(audit_log.entries(connection))
        assert [e["previous"] for e in entries] == [audit_log.ORIGIN, first]
        assert [e["hash"] for e in entries] == [first, second]
        assert audit_log.broken_entries(connection) == []


@pytest.mark.parametrize("column", ["at", "who", "action", "subject", "detail", "previous", "hash"])
def test_an_altered_entry_is_named(engine: Engine, column: str) -> None:
    """Changing any field of an entry breaks the record at that entry."""
    for subject in "abc":
        _append(engine, subject)
    changed: object = {"文件": "改.xlsx"} if column == "detail" else "x"
    with engine.begin() as connection:
        connection.execute(update(tables.record).where(tables.record.c.number == 2).values({column: changed}))
        assert 2 in audit_log.broken_entries(connection)


def test_a_removed_entry_is_noticed(engine: Engine) -> None:
    """An entry can't be taken out of the middle."""
    for subject in "abc":
        _append(engine, subject)
    with engine.begin() as connection:
        connection.execute(tables.record.delete().where(tables.record.c.number == 2))
        assert audit_log.broken_entries(connection) == [3]


def test_a_failed_transaction_leaves_no_trace(engine: Engine) -> None:
    """What fails in the middle is not in the register at all."""

    def half_done() -> None:
        with engine.begin() as connection:
            audit_log.append(connection, at="", who="", action="", subject="", detail={})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    with engine.connect() as connection:
        assert connection.execute(select(tables.record)).all() == []


def test_tables_are_made_wholly_or_not_at_all(tmp_path: Path) -> None:
    """A process that ends while it makes the register leaves none, and the next one makes it."""
    url = f"sqlite:///{tmp_path / 'register.db'}"
    made: list[str] = []

    def dying(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.strip().startswith("CREATE TABLE"):
            made.append(statement)
        if len(made) == 5:
            raise KeyboardInterrupt

    event.listen(Engine, "before_cursor_execute", dying)
    try:
        with pytest.raises(KeyboardInterrupt):
            database.open_register(url)
    finally:
        event.remove(Engine, "before_cursor_execute", dying)
    assert inspect(create_engine(url)).get_table_names() == []
    engine = database.open_register(url)
    assert set(inspect(engine).get_table_names()) == {*tables.metadata.tables, "alembic_version"}
