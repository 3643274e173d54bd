"""The register's tables (SQLAlchemy Core). ``migrations/`` builds them; a test holds both equal."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Written(TypeDecorator[str]):
    """Text of any length. What some binary formats let through, the character 0, no database but
    SQLite and no XML can hold: it is kept as U+FFFD, on every database alike.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value.replace("\0", "\ufffd") if value and "\0" in value else value

    @staticmethod
    def needed(values: Iterable[str | None]) -> bool:
        """Whether any of the values is kept as another."""
        return "\0" in "".join(filter(None, values))


#: Types of the columns that hold text.
TEXTS = (String, Written)
#: Types whose values every driver gives as they are wanted.
PLAIN = (*TEXTS, Float, Integer)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Every report taken in, in order of arrival. ``drop_key`` identifies the drop itself (path, time,
#: content), so that a run after a crash goes on where it stopped instead of counting it again;
#: ``closed`` is set once it has been answered and has left the inbox. ``held``: it came after the
#: month was sealed and waits for the office's decision.
submissions = Table(
    "submissions",
    metadata,
    Column("submission_id", String(64), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("period", String(7), nullable=False),
    Column("unit_code", String(12), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("file", Written, nullable=False),
    Column("folder", Written, nullable=False),
    Column("file_sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("format", String(8), nullable=False),
    Column("received_at", String(32), nullable=False),
    Column("late", Boolean, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("result", String(16), nullable=False),
    Column("errors", Integer, nullable=False),
    Column("queries", Integer, nullable=False),
    Column("notes", Integer, nullable=False),
    Column("clerk", Written, nullable=False),
    Column("cover", JSON, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("registry_version", String(16), nullable=False),
    Column("drop_key", String(64), nullable=False),
    Column("closed", Boolean, nullable=False),
    UniqueConstraint("period", "unit_code", "sequence"),
    Index("ix_submissions_unit_code", "unit_code", "period"),
    Index("ix_submissions_drop_key", "drop_key"),
)


def _of_submission() -> Column[str]:
    return Column(
        "submission_id", String(64), ForeignKey("submissions.submission_id"), nullable=False, index=True
    )


figures = Table(
    "figures",
    metadata,
    Column("id", Integer, primary_key=True),
    _of_submission(),
    Column("indicator", String(4), nullable=False),
    Column("measure", String(16), nullable=False),
    Column("value", Float),
    Column("text", Written),
    Column("raw", Written, nullable=False),
    Column("state", String(16), nullable=False),
    Column("sheet", Written, nullable=False),
    Column("cell", String(12), nullable=False),
)
#: ``cells``: column -> [value, text, raw, state, cell].
ledger_rows = Table(
    "ledger_rows",
    metadata,
    Column("id", Integer, primary_key=True),
    _of_submission(),
    Column("ledger", String(16), nullable=False),
    Column("sheet", Written, nullable=False),
    Column("row", Integer, nullable=False),
    Column("cells", JSON, nullable=False),
)
progress = Table(
    "progress",
    metadata,
    Column("id", Integer, primary_key=True),
    _of_submission(),
    Column("work_point", String(4), nullable=False),
    Column("field", String(16), nullable=False),
    Column("text", Written),
    Column("raw", Written, nullable=False),
    Column("state", String(16), nullable=False),
    Column("sheet", Written, nullable=False),
    Column("cell", String(12), nullable=False),
)
#: ``finding``: the whole Finding as validations.findings.finding.Finding.as_dict gives it.
findings = Table(
    "findings",
    metadata,
    Column("id", Integer, primary_key=True),
    _of_submission(),
    Column("code", String(48), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("status", String(12), nullable=False),
    Column("finding", JSON, nullable=False),
)
rule_outcomes = Table(
    "rule_outcomes",
    metadata,
    Column("id", Integer, primary_key=True),
    _of_submission(),
    Column("rule", String(64), nullable=False),
    Column("evaluated", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("not_evaluated", Integer, nullable=False),
)
#: Files that were no report, or could not be taken: they lie in quarantine/.
quarantined = Table(
    "quarantined",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("file", Written, nullable=False),
    Column("folder", Written, nullable=False),
    Column("file_sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("received_at", String(32), nullable=False),
    Column("code", String(48), nullable=False),
    Column("reason", Written, nullable=False),
    Column("action", Written, nullable=False),
    Column("drop_key", String(64), nullable=False, index=True),
    Column("closed", Boolean, nullable=False),
)
#: Months that the office has frozen; ``manifest_sha256`` is that of the sealed manifest.
seals = Table(
    "seals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("period", String(7), nullable=False, index=True),
    Column("sealed_at", String(32), nullable=False),
    Column("sealed_by", Written, nullable=False),
    Column("manifest_sha256", String(64), nullable=False),
    Column("reopened_at", String(32)),
    Column("reason", Written),
)
#: Who did what when; each entry holds the hash of the one before. Never updated, never deleted.
record = Table(
    "record",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("who", Written, nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", Written, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
#: Reminders (催报) by unit, subject, channel and day. ``about``: the submission that went back, empty
#: where none came. ``state``: sending, sent, failed. One that stayed at sending may have arrived.
chases = Table(
    "chases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("period", String(7), nullable=False),
    Column("unit_code", String(12), nullable=False),
    Column("about", String(64), nullable=False),
    Column("channel", Written, nullable=False),
    Column("day", String(10), nullable=False),
    Column("state", String(8), nullable=False),
    Column("at", String(32), nullable=False),
    Column("reason", Written, nullable=False),
    UniqueConstraint("period", "unit_code", "about", "channel", "day"),
)
