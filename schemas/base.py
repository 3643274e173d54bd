"""What every model of the registry is made of: frozen, strict, and texts and numbers within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[1-9][1-9]\d\d$")]


WorkPointCode = Annotated[str, StringConstraints(pattern=r"^[1-9]\.[1-9]\d?$")]


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


#: A number that was written as one: neither true, nor text, nor what no sum can hold.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


Whole = Annotated[int, Field(strict=True)]


#: A unit's folder in the inbox, part of the names of its files, and a heading of the workbook.
SHORT_PATTERN = r"^[\p{Han}A-Za-z0-9][\p{Han}A-Za-z0-9（）、·-]{0,29}$"


Short = Annotated[str, StringConstraints(strip_whitespace=True, pattern=SHORT_PATTERN)]


#: A type of unit, one of ``unit_types`` in units.yaml: what units have in common that report the same.
UnitType = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


Severity = Literal["error", "query", "note"]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with ``update``; what was cached of the original is computed anew."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


#: The most decimals that a figure is typed with, compared by and shown with.
MOST_DECIMALS = 2
