"""How the office keeps its inbox (``schemas/settings.yaml``)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from schemas.base import Frozen, Number, Text, Whole
from schemas.loading import FOLDER, read_yaml_file


class InboxSettings(Frozen):
    root_files: Literal["refuse", "by_cover"]
    settle_seconds: Number = Field(ge=0, le=3600)
    largest_mb: Whole = Field(default=500, ge=1, le=2047)  # the register counts bytes in 31 bits


class Channel(Frozen):
    """Where reminders (催报) go: an Apprise address, for every unit or for those named.

    ``${NAME}`` in ``url`` stands for an environment variable, so that no secret is in the file.
    """

    name: Text
    url: Text
    units: tuple[Text, ...] = ()


class ChaseSettings(Frozen):
    channels: tuple[Channel, ...] = ()


class Settings(Frozen):
    inbox: InboxSettings
    chase: ChaseSettings = ChaseSettings()


@lru_cache(maxsize=4)
def settings(path: Path = FOLDER / "settings.yaml") -> Settings:
    """Raises :class:`schemas.RegistryError` naming file, key and reason."""
    return read_yaml_file(path, Settings)
