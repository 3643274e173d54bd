"""Where each page stands below the site's folder, and the anchors within it.

These are cited in audit papers: an address once given out keeps its meaning. They are made of
codes and numbers only, never of what somebody typed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from schemas import Period

FRONT = "index.html"
QUARANTINE = "quarantine.html"
RECORD = "record/index.html"
#: Entries of the record on one page; a full page never changes again.
RECORD_PAGE = 500

#: Holds the digest of what the year's pages were drawn with. A page is left alone only while it stands.
DRAWN_WITH = "assets/drawn-with-{year}.txt"
#: From what the pages of a year were drawn.
DRAWN_FROM = "assets/drawn-from-{year}.json"


def kept_month(period: Period) -> str:
    """No page: a month as the pages of the year show it."""
    return f"assets/month-{period}.json"


_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")


def year(number: int) -> str:
    return f"{number}/index.html"


def everything(number: int) -> str:
    return f"{number}/all.html"


def month(period: Period) -> str:
    return f"{period.year}/month-{period.month:02d}.html"


def unit(number: int, code: str) -> str:
    return f"{number}/unit/{code}.html"


def submission(submission_id: str) -> str:
    return f"{submission_id[:4]}/submission/{_plain(submission_id)}.html"


def rules(number: int) -> str:
    return f"{number}/rules.html"


def rule(number: int, rule_id: str) -> str:
    return f"{number}/rule/{_plain(rule_id)}.html"


def clauses(number: int) -> str:
    return f"{number}/clauses.html"


def clause(number: int, work_point: str) -> str:
    return f"{clauses(number)}#{work_point_anchor(work_point)}"


def indicator(number: int, code: str) -> str:
    return f"{number}/indicator/{code}.html"


def file(sha256: str) -> str:
    return f"file/{sha256}.html"


def record(number: int) -> str:
    """The page that holds the record's entry ``number`` (from 1)."""
    return f"record/{(max(number, 1) - 1) // RECORD_PAGE + 1:04d}.html"


def data_docs(period: Period) -> str:
    return f"data_docs/{period}/index.html"


def work_point_anchor(code: str) -> str:
    return f"wp-{code.replace('.', '-')}"


@lru_cache(maxsize=4096)
def figure_anchor(indicator: str, measure: str) -> str:
    return f"f-{indicator}-{_plain(measure)}"


@lru_cache(maxsize=4096)
def progress_anchor(work_point: str, field: str) -> str:
    return f"p-{work_point.replace('.', '-')}-{_plain(field)}"


def ledger_anchor(ledger: str, row: int) -> str:
    return f"l-{_plain(ledger)}-{row}"


def finding_anchor(number: int) -> str:
    return f"finding-{number}"


def root_of(path: str) -> str:
    """From a page back to the site's folder: ``../`` once per folder."""
    return "../" * path.count("/")


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return _UNSAFE.sub("_", text)


class Anchors:
    """Gives each anchor of a page once: a second taker of the same name gets none."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, name: str) -> str:
        if name in self._taken:
            return ""
        self._taken.add(name)
        return name
