"""Pages of submissions drawn while their month is still being merged: they need the register alone.

They are drawn in a process beside the run as if nothing had been found between units, and laid beside
their places. The site takes up those for which that is true, and draws the others itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import schemas
from flows.consolidation.status import unit_statuses
from flows.outputs.site import urls
from flows.outputs.site.load_reports import detailed, reports
from flows.outputs.site.model import Chains, Report, Rule
from flows.outputs.site.page_cache import Entry, NoPageCache, entry_of
from flows.outputs.site.pages import submission
from flows.outputs.site.render import warm_up
from flows.platform import atomic_files
from flows.platform.context import RunContext
from flows.platform.memory import infrequent_gc
from flows.platform.processes import has_standby_process, run_in_background, standby_process
from flows.register import queries
from flows.register.database import open_register
from flows.register.queries import Submission
from schemas import Period, RegistryError
from schemas.freshness import reload_if_changed

#: From so many units on a process that is kept pays for its hundred megabytes, and one that is started
#: for the run for its second.
_MANY_KEPT, _MANY = 40, 100


@dataclass(frozen=True)
class PrerenderJob:
    """Pages of all that the units sent for the period. ``version``: of the year's registry."""

    site: Path
    database: str = field(repr=False)  # it may hold a password
    period: Period
    units: frozenset[str]
    rules: tuple[Rule, ...]
    version: str


@contextmanager
def prerender_pages(
    context: RunContext, period: Period, fresh: Iterable[Submission]
) -> Iterator[Callable[[], Mapping[str, Entry]]]:
    """Inside, pages of the units whose submissions are ``fresh`` are drawn; what is given waits for them.

    It gives them by path, for ``site.publish.put_site``; those not taken up inside are gone after.
    """
    units = frozenset(one.unit_code for one in fresh if one.period == str(period))
    if len(units) < (_MANY_KEPT if has_standby_process() else _MANY):
        yield dict
        return
    # What the process beside imports holds no data frames: this would.
    from flows.outputs.site.load import rules

    registry = schemas.load(period.year)
    database = context.engine.url.render_as_string(hide_password=False)
    wanted = PrerenderJob(context.home.site, database, period, units, rules(registry), registry.version)
    try:
        with run_in_background(draw, wanted) as result:
            yield lambda: result() or {}
    finally:
        atomic_files.remove_aside((context.home.site / urls.submission(str(period))).parent)


@infrequent_gc()
def draw(wanted: PrerenderJob) -> dict[str, Entry]:
    """The pages, laid beside their places; none where this process would go by another policy."""
    reload_if_changed()
    registry = schemas.load(wanted.period.year)
    if registry.version != wanted.version:
        return {}
    engine = open_register(wanted.database)
    try:
        with engine.connect() as connection:
            chain = queries.submissions(connection, period=wanted.period)
            own = [one for one in chain if one.unit_code in wanted.units]
            sent = reports(connection, own, detailed=False)
            statuses = unit_statuses(registry, [one.head for one in sent])
            current = frozenset(status.submission_id for status in statuses.values())
            year = Chains(wanted.period.year, registry, tuple(sent), wanted.rules, current)
            laid = _Laid(partial(detailed, connection))
            for path, content in submission.drawn(year, {}, laid):
                atomic_files.write_aside(wanted.site / path, content)
            return laid.entries
    finally:
        engine.dispose()


@contextmanager
def standby_renderer() -> Iterator[None]:
    """Inside, the process that draws is kept between runs, and is there at once where there is much to do.

    The office of a few units never has one.
    """
    try:
        much = len(schemas.newest().units) >= _MANY_KEPT
    except RegistryError:  # told by the first run
        much = False
    with standby_process(warm_up if much else None):
        yield


class _Laid(NoPageCache):
    """Takes note of every page."""

    def __init__(self, read: Callable[[Sequence[Report]], list[Report]]) -> None:
        self._read = read
        self.entries: dict[str, Entry] = {}

    def keep(self, path: str, inputs: str, content: bytes) -> None:
        self.entries[path] = entry_of(inputs, content)

    def detailed(self, reports: Sequence[Report]) -> list[Report]:
        return self._read(reports)
