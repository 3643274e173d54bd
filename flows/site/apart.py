"""The site's pages drawn in a process of their own, while this one makes the workbook.

The two take about as long, and neither needs the other. Great Expectations' Data Docs stay where the
library has been imported already.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Engine

from flows import environment
from flows.chunks.processes import end_with_the_parent
from flows.home import Home
from flows.month import Month
from flows.register.database import open_register
from flows.site.data_docs import write_data_docs
from flows.site.place import put_pages, put_site

_LOG = logging.getLogger(__name__)
#: Of fewer units the pages are drawn before a process has come to life; of more, a second copy of the
#: month takes more memory than its time is worth.
FEWEST, MOST = 60, 800

#: Waits for the pages; the names of those that changed.
Wait = Callable[[], list[str]]
Begin = Callable[[Home, Engine, Month], Wait]


@contextmanager
def drawing_apart(units: int) -> Iterator[Begin]:
    """What begins to draw a month's pages, as :func:`flows.site.place.put_site` would.

    Where a process pays it is started here, so that it is ready by then.
    """
    if not (FEWEST <= units <= MOST and (os.cpu_count() or 1) > 1):
        yield lambda home, engine, month: lambda: _here(home, engine, month)
        return
    pool = ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("spawn"), initializer=end_with_the_parent
    )
    try:
        pool.submit(_ready)
        yield lambda home, engine, month: _begun(pool, home, engine, month)
    finally:
        # Nothing writes the site any more once the home is free for the next run.
        pool.shutdown(wait=True, cancel_futures=True)


def _ready() -> None:
    """By being asked for this the process imports what it will need."""
    import jinja2  # noqa: F401
    import pyarrow  # noqa: F401


def _begun(pool: ProcessPoolExecutor, home: Home, engine: Engine, month: Month) -> Wait:
    write_data_docs(home, month.period)
    try:
        drawing = pool.submit(_pages, home, replace(month))
    except BrokenProcessPool:
        return lambda: _instead(home, engine, month)

    def wait() -> list[str]:
        try:
            return drawing.result()
        except BrokenProcessPool:
            return _instead(home, engine, month)

    return wait


def _instead(home: Home, engine: Engine, month: Month) -> list[str]:
    _LOG.error("the process that draws the site ended; its pages are drawn here")
    return _here(home, engine, month)


def _here(home: Home, engine: Engine, month: Month) -> list[str]:
    return put_site(home, engine, month.period, merged={month.period: month})


def _pages(home: Home, month: Month) -> list[str]:
    engine = open_register(home.database_url(environment.database()))
    try:
        return put_pages(home, engine, month.period, merged={month.period: month}, coming=True)
    finally:
        engine.dispose()
