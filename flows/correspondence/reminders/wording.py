"""The reminders' words, read from ``wording.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from schemas.base import Frozen, Text
from schemas.loading import read_yaml_file

_Stage = Literal["before", "due", "after"]
_Kind = Literal["missing", "returned"]


class Wording(Frozen):
    """Lines with ``{words}``; leading spaces count, so they are not stripped."""

    subject: Mapping[_Kind, Text]
    salutation: Text
    opening: Mapping[_Stage, str]
    nothing: str
    set_aside: str
    set_aside_line: str
    returned: str
    findings_shown: int = Field(ge=1, le=50)
    finding_line: str
    more_line: str
    receipt: str
    closing: Mapping[_Stage, Mapping[_Kind, str]]
    signature: Text
    dated: Text


@lru_cache(maxsize=1)
def wording() -> Wording:
    """Raises :class:`schemas.RegistryError` naming file, key and reason."""
    return read_yaml_file(Path(__file__).with_name("wording.yaml"), Wording)
