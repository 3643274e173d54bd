"""Jinja2 as the site uses it: everything escaped, nothing invisible."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.outputs.site import html_rows, labels, urls
from flows.outputs.site.visible_text import visible

if TYPE_CHECKING:
    from jinja2 import Environment


def page(template: str, path: str, **values: Any) -> bytes:
    """A page of the site; ``path`` is its own address, from which its links are made relative."""
    found = _environment().get_template(f"{template}.html.j2")
    text = found.render(path=path, root=urls.root_of(path), **values)
    return text.encode()


def warm_up() -> None:
    """Load the templates now, for those who have time to spare; else each is on first use."""
    environment = _environment()
    for name in environment.list_templates():
        environment.get_template(name)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Templates are part of the program: they do not change while it runs.
        auto_reload=False,
        cache_size=-1,
        finalize=visible,
    )
    environment.globals.update(
        address=urls,
        words=labels,
        badge=labels.badge,
        kind_title=labels.kind_title,
        finding_title=labels.finding_title,
        rows=html_rows,
        token=html_rows.token,
    )
    environment.filters.update(clock=labels.clock, size=labels.size)
    return environment
