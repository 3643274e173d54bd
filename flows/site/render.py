"""Jinja2 as the site uses it: everything escaped, nothing invisible."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.site import address, words

if TYPE_CHECKING:
    from jinja2 import Environment

#: Characters that HTML cannot hold, that cannot be seen, or that turn the reading direction. An auditor
#: must see that they were typed, so they are named instead of dropped.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def page(template: str, path: str, **values: Any) -> bytes:
    """A page of the site; ``path`` is its own address, from which its links are made relative."""
    found = _environment().get_template(f"{template}.html.j2")
    text = found.render(path=path, root=address.root_of(path), **values)
    return text.encode()


def visible(value: Any) -> Any:
    """Text with each invisible character named, like ``⟦U+202E⟧``; anything else as it is."""
    if isinstance(value, str) and _INVISIBLE.search(value):
        return type(value)(_INVISIBLE.sub(_named, value))
    return value


def _named(match: re.Match[str]) -> str:
    return f"⟦U+{ord(match[0]):04X}⟧"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=visible,
    )
    environment.globals.update(
        address=address,
        words=words,
        badge=words.badge,
        kind_title=words.kind_title,
        finding_title=words.finding_title,
    )
    environment.filters.update(clock=words.clock, size=words.size)
    return environment
