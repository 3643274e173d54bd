"""Reads a year of the register for the site."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

import schemas
from flows.consolidation.figure_table import FigureTable, build_figure_table
from flows.consolidation.merge import merge
from flows.consolidation.revalidation import overtaken
from flows.outputs.site.load_reports import reports
from flows.outputs.site.model import Policy, Rule, Seal, SiteMonth, SiteYear
from flows.outputs.site.month_cache import Kept, nothing_kept, read, shown_month
from flows.register import audit_log, queries, tables
from flows.register.queries import Quarantined, Submission
from schemas import Period, Registry


def load_site_year(
    connection: Connection,
    year: int,
    upto: Period,
    *,
    merged: Mapping[Period, FigureTable] | None = None,
    kept: Kept = nothing_kept,
    made: Callable[[SiteMonth], object] = lambda _: None,
    detail: Collection[Period] | None = None,
    years: Collection[int] | None = None,
    elsewhere: Collection[str] = (),
    published: Collection[Period] = (),
    data_docs: Collection[Period] = (),
) -> SiteYear:
    """The year's months up to ``upto``, every submission of them, and the register's own books.

    ``merged``: the figures of months that the caller holds already, ``kept``: as the site shows them, so
    that they are
    not merged again; ``made`` is told of the others.
    ``detail``: months whose submissions get their pages (all by default); a page depends on its own
    month alone, so at scale it is enough to name the months that changed.
    ``years`` (all by default) are those that the site shows besides, ``elsewhere`` their submissions that
    have a page. ``published`` and ``data_docs``: months whose outputs, or Great Expectations' pages, can
    be linked.
    Raises :class:`schemas.RegistryError` for a year without a registry.
    """
    registry = schemas.load(year)
    known = queries.periods(connection)
    wanted = sorted({p for p in known if p.year == year and p <= upto} | ({upto} & _months_of(year)))
    chains = {period: queries.submissions(connection, period=period) for period in wanted}
    held = dict(merged or {})
    months: dict[Period, SiteMonth] = {}
    for period, chain in chains.items():
        month = None if period in held else _kept(connection, registry, period, chain, kept)
        if month is None:
            month = _made(connection, period, chain, held.get(period))
            made(month)
        months[period] = month
    detailed = set(wanted if detail is None else detail)
    shown = tuple(sorted({year, *({p.year for p in known} if years is None else years)}))
    quarantined = tuple(queries.quarantined(connection))
    return SiteYear(
        year=year,
        registry=registry,
        months=months,
        reports=tuple(
            report
            for period, chain in chains.items()
            for report in reports(connection, chain, detailed=period in detailed)
        ),
        quarantined=quarantined,
        rules=rules(registry),
        current=frozenset(
            status.submission_id for month in months.values() for status in month.units.values()
        ),
        record=tuple(audit_log.entries(connection)),
        seals=_seals(connection, year),
        years=shown,
        across=Policy(shown[-1], schemas.load(shown[-1]), {}),
        elsewhere=frozenset(elsewhere),
        sent_elsewhere=_sent(connection, quarantined, set(shown) - {year}),
        published=frozenset(published),
        data_docs=frozenset(data_docs),
    )


def _kept(
    connection: Connection, registry: Registry, period: Period, chain: Sequence[Submission], kept: Kept
) -> SiteMonth | None:
    content = kept(period)
    if content is None:
        return None
    since = overtaken(connection, period, {s.unit_code: s for s in chain if s.accepted}.values())
    return read(content, registry, period, chain, since)


def _made(
    connection: Connection, period: Period, chain: Sequence[Submission], merged: FigureTable | None
) -> SiteMonth:
    return shown_month(merged or build_figure_table(merge(connection, period, prior=False)), chain)


def _months_of(year: int) -> set[Period]:
    return {Period(year, month) for month in range(1, 13)}


def rules(registry: Registry) -> tuple[Rule, ...]:
    """The rule register's lines."""
    from validations.run import rule_register

    return tuple(
        Rule(r.id, r.kind, r.severity, r.trial, r.title, r.work_point) for r in rule_register(registry)
    )


def _sent(connection: Connection, refused: Iterable[Quarantined], years: Collection[int]) -> frozenset[str]:
    """Which of the originals came as reports of these years as well."""
    table = tables.submissions
    wanted = {one.file_sha256 for one in refused}
    if not wanted or not years:
        return frozenset()
    query = select(table.c.file_sha256, table.c.period).where(table.c.file_sha256.in_(wanted))
    return frozenset(row.file_sha256 for row in connection.execute(query) if int(row.period[:4]) in years)


def _seals(connection: Connection, year: int) -> tuple[Seal, ...]:
    table = tables.seals
    query = select(table).where(table.c.period.like(f"{year}-%")).order_by(table.c.id)
    return tuple(
        Seal(
            row["period"],
            row["sealed_at"],
            row["sealed_by"],
            row["manifest_sha256"],
            row["reopened_at"] or "",
            row["reason"] or "",
        )
        for row in connection.execute(query).mappings()
    )
