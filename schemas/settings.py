"""How the office keeps its inbox (``schemas/settings.yaml``)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from schemas.loading import FOLDER, read_one
from schemas.models import Frozen


class InboxSettings(Frozen):
    root_files: Literal["refuse", "by_cover"]
    settle_seconds: float = Field(ge=0, le=3600)
    largest_mb: int = Field(default=500, ge=1)


class Settings(Frozen):
    inbox: InboxSettings


@lru_cache(maxsize=4)
def settings(path: Path = FOLDER / "settings.yaml") -> Settings:
    """Raises :class:`schemas.RegistryError` naming file, key and reason."""
    return read_one(path, Settings)
