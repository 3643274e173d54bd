"""The home folder: where inbox/ and outputs/ stand, and every path below them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas import Period


@dataclass(frozen=True, slots=True)
class Home:
    """Paths only; nothing is created by asking for one."""

    root: Path

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def outputs(self) -> Path:
        return self.root / "outputs"

    @property
    def archive(self) -> Path:
        """Originals under their SHA-256, never changed."""
        return self.outputs / "archive"

    @property
    def quarantine(self) -> Path:
        return self.outputs / "quarantine"

    @property
    def receipts(self) -> Path:
        """Our own copy of every receipt and returned workbook."""
        return self.outputs / "receipts"

    @property
    def runs(self) -> Path:
        """Great Expectations' own results and suites, by run."""
        return self.outputs / "runs"

    @property
    def chase(self) -> Path:
        """The reminders of each day (催报)."""
        return self.outputs / "chase"

    @property
    def site(self) -> Path:
        return self.outputs / "site"

    @property
    def lock(self) -> Path:
        return self.outputs / ".lock"

    @property
    def log(self) -> Path:
        return self.outputs / "yaodian.log"

    @property
    def prefect(self) -> Path:
        return self.outputs / ".prefect"

    def database_url(self, configured: str | None) -> str:
        """The register's address: PostgreSQL where configured, else a file here."""
        return configured or f"sqlite:///{self.outputs / 'register.db'}"

    def month(self, period: Period) -> Path:
        return self.outputs / str(period)

    def year(self, year: int) -> Path:
        return self.outputs / str(year)

    def templates(self, year: int) -> Path:
        return self.outputs / "templates" / str(year)
