"""Opens the register, bringing its tables up to date first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

#: The newest revision in migrations/versions; a test holds it equal to Alembic's own head.
HEAD = "0002"
_MIGRATIONS = Path(__file__).parent / "migrations"


def open_register(url: str) -> Engine:
    """The engine behind ``url``; the tables are created or migrated when they are older.

    Raises ``sqlalchemy.exc.OperationalError`` when the database can't be reached or is locked.
    """
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, json_serializer=_json, json_deserializer=orjson.loads)
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        # One transaction, one view: a month is merged from many questions, while others may write.
        # A connection that a restart of the server has cut is noticed and replaced.
        engine = create_engine(
            _with_driver(url),
            isolation_level="REPEATABLE READ",
            pool_pre_ping=True,
            json_serializer=_json,
            json_deserializer=orjson.loads,
        )
    if _revision(engine) != HEAD:
        with engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                # Its driver begins no transaction before CREATE TABLE: killed in between, each table that
                # was there would stay. A second process waits here, and then finds all of it done.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            migrate(connection)
    return engine


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _with_driver(url: str) -> str:
    """``postgres://`` and ``postgresql://``, as addresses are usually given, mean our driver."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url


def migrate(connection: Connection) -> None:
    """Alembic's upgrade to the newest revision, inside the connection's transaction."""
    # Alembic is wanted once in a register's life; the everyday start should not pay its import.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    # A full flush at each commit: what a receipt confirms must survive a power cut.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=15000")
    cursor.close()
