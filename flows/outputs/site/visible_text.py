"""Nothing that was typed stays invisible on a page."""

from __future__ import annotations

import re
from typing import Any

#: Characters that HTML cannot hold, that cannot be seen, or that turn the reading direction. An auditor
#: must see that they were typed, so they are named instead of dropped.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def visible(value: Any) -> Any:
    """Text with each invisible character named, like ``⟦U+202E⟧``; anything else as it is."""
    if isinstance(value, str) and _INVISIBLE.search(value):
        return type(value)(_INVISIBLE.sub(_named, value))
    return value


def _named(match: re.Match[str]) -> str:
    return f"⟦U+{ord(match[0]):04X}⟧"
