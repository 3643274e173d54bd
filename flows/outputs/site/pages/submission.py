"""A submission: every cell as it was sent and as it was used, what was found, what it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.outputs.site import labels, urls
from flows.outputs.site.differences import Difference, differences
from flows.outputs.site.finding_lines import Line, city, counts, of_report
from flows.outputs.site.model import Chains, Report, SiteYear
from flows.outputs.site.page_cache import NoPageCache, inputs_of
from flows.outputs.site.render import page
from flows.outputs.site.shown import IndicatorCells, LedgerRowCells, LedgerTable, ShownCell, WorkPointCells
from flows.outputs.site.urls import Anchors
from flows.reading.model import FigureCell, LedgerRow, ProgressCell
from schemas import Ledger, Period
from schemas.models import MEASURE_TITLES
from validations.declaring.wording import number

Marks = Mapping[tuple[str, str], list[Line]]


#: Reports whose cells are held at once: a province's do not all fit well in memory.
_AT_ONCE = 8


def pages(year: SiteYear, before: NoPageCache) -> Iterator[tuple[str, bytes]]:
    return drawn(year, _between(year), before)


def drawn(
    year: Chains, between: Mapping[str, list[Line]], before: NoPageCache
) -> Iterator[tuple[str, bytes]]:
    """Pages of all the reports; ``between``: submission -> findings between units that name it."""
    undrawn: list[tuple[Report, str]] = []
    for report in year.reports:
        inputs = _inputs(year, report, between.get(report.id, []))
        if not before.stands(urls.submission(report.id), inputs, month=report.head.period):
            undrawn.append((report, inputs))
    for start in range(0, len(undrawn), _AT_ONCE):
        some = undrawn[start : start + _AT_ONCE]
        wanted = {one.id: one for report, _ in some for one in (report, year.before(report)) if one}
        full = {one.id: one for one in before.detailed(list(wanted.values()))}
        for report, inputs in some:
            if report.id in full:
                earlier = year.before(report)
                corrected = full[earlier.id] if earlier else None
                path, content = _page(year, full[report.id], corrected, between.get(report.id, []))
                before.keep(path, inputs, content)
                yield path, content


def _between(year: SiteYear) -> dict[str, list[Line]]:
    """Submission -> findings between units that name it."""
    found: dict[str, list[Line]] = {}
    for month in year.months.values():
        for line in city(year, month):
            found.setdefault(line.finding.submission_id, []).append(line)
    return found


def _inputs(year: Chains, report: Report, between: list[Line]) -> str:
    """A digest of all that the page shows. The cells of a recorded submission never change."""
    chain = year.chain(Period.parse(report.head.period), report.head.unit_code)
    stands = [(one.head, counts(one.findings), year.standing(one)) for one in chain]
    return inputs_of(report.id, stands, report.findings, between)


def _page(year: Chains, report: Report, before: Report | None, between: list[Line]) -> tuple[str, bytes]:
    path = urls.submission(report.id)
    anchors = Anchors()
    # Where nothing was found, nothing has a place to be shown at.
    lines = of_report(year, report, _targets(report) if report.findings else {})
    marks: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        marks.setdefault((line.finding.sheet, line.finding.cell), []).append(line)
    chain = year.chain(Period.parse(report.head.period), report.head.unit_code)
    return path, page(
        "submission",
        path,
        year=year.policy,
        report=report,
        head=report.head,
        late=year.late(report),
        period=Period.parse(report.head.period),
        unit=year.registry.unit[report.head.unit_code],
        standing=labels.STANDINGS[year.standing(report)],
        cover=_cover(year, report),
        conservation=_conservation(report),
        chain=[(one, counts(one.findings), labels.STANDINGS[year.standing(one)]) for one in chain],
        before=before,
        changes=_changes(year, before, report),
        lines=lines,
        between=between,
        points=_points(year, report, marks, anchors),
        tables=_tables(year, report, marks, anchors),
    )


def _changes(year: Chains, before: Report | None, report: Report) -> list[Difference]:
    if before is None or report.repeats:
        return []
    return differences(before, report, year.registry)


def _targets(report: Report) -> dict[tuple[str, str], str]:
    """(sheet, cell) -> anchor of the cell, or of the ledger row that it stands in."""
    targets: dict[tuple[str, str], str] = {}
    for row in report.ledgers:
        for cell in row.cells.values():
            targets[row.sheet, cell.cell] = urls.ledger_anchor(row.ledger, row.row)
    for c in report.progress:
        targets[c.sheet, c.cell] = urls.progress_anchor(c.work_point, c.field)
    for f in report.figures:
        targets[f.sheet, f.cell] = urls.figure_anchor(f.indicator, f.measure)
    return targets


def _cover(year: Chains, report: Report) -> list[tuple[str, str]]:
    return [(f.title, report.head.cover.get(f.name, "")) for f in year.registry.form.cover]


def _conservation(report: Report) -> list[tuple[str, int]]:
    """What became of every non-empty cell of the file; the first is the sum of the others."""
    kept = report.head.counts
    ignored = dict(kept.get("ignored", {}))
    parts = [
        ("照原文采用", int(kept.get("used", 0))),
        ("规范写法后采用", int(kept.get("normalised", 0))),
        ("有误、未采用", int(kept.get("rejected", 0))),
        *((f"不属于填报内容（{reason}）", int(count)) for reason, count in sorted(ignored.items())),
    ]
    return [("非空单元格合计", sum(count for _, count in parts)), *parts]


def _points(year: Chains, report: Report, marks: Marks, anchors: Anchors) -> list[WorkPointCells]:
    registry = year.registry
    by_code: dict[str, list[FigureCell]] = {}
    for figure in report.figures:
        by_code.setdefault(figure.indicator, []).append(figure)
    narrative: dict[str, list[ProgressCell]] = {}
    for cell in report.progress:
        narrative.setdefault(cell.work_point, []).append(cell)
    points = []
    titles = {field.name: field.title for field in registry.form.progress}
    unknown = [code for code in by_code if code not in registry.indicator]
    for point in registry.work_points:
        own = [i.code for i in registry.indicators_under[point.code] if i.code in by_code]
        # A code that the year no longer knows is still shown, under the point that its digits name.
        own += [c for c in unknown if f"{c[:1]}.{c[1:2]}" == point.code]
        told = tuple(_told(titles, cell, marks, anchors) for cell in narrative.get(point.code, ()))
        figures = tuple(
            IndicatorCells(code, registry.indicator.get(code), tuple(_figures(by_code[code], marks, anchors)))
            for code in own
        )
        if told or figures:
            points.append(WorkPointCells(point, told, figures))
    return points


def _told(titles: Mapping[str, str], cell: ProgressCell, marks: Marks, anchors: Anchors) -> ShownCell:
    return ShownCell(
        anchors.take(urls.progress_anchor(cell.work_point, cell.field)),
        titles.get(cell.field, cell.field),
        cell.text or "",
        cell.raw,
        f"{cell.sheet}!{cell.cell}",
        cell.state,
        labels.badge(labels.CELL_STATES, cell.state),
        tuple(marks.get((cell.sheet, cell.cell), ())),
    )


def _figures(cells: list[FigureCell], marks: Marks, anchors: Anchors) -> Iterator[ShownCell]:
    for cell in cells:
        lines = tuple(marks.get((cell.sheet, cell.cell), ()))
        # Nearly every explanation is blank: a line for each would bury the figures.
        if cell.measure == "explanation" and cell.state == "missing" and not lines:
            continue
        yield ShownCell(
            anchors.take(urls.figure_anchor(cell.indicator, cell.measure)),
            MEASURE_TITLES.get(cell.measure, cell.measure),
            number(cell.value) if cell.value is not None else cell.text or "",
            cell.raw,
            f"{cell.sheet}!{cell.cell}" if cell.cell else cell.sheet,
            cell.state,
            labels.badge(labels.CELL_STATES, cell.state),
            lines,
        )


def _tables(year: Chains, report: Report, marks: Marks, anchors: Anchors) -> list[LedgerTable]:
    tables = []
    by_ledger: dict[str, list[LedgerRow]] = {}
    for row in report.ledgers:
        by_ledger.setdefault(row.ledger, []).append(row)
    for ledger in year.registry.ledgers:
        if rows := by_ledger.get(ledger.name):
            shown = tuple(_row(ledger, row, marks, anchors) for row in rows)
            tables.append(LedgerTable(ledger, _heads(ledger, rows), shown))
    return tables


def _heads(ledger: Ledger, rows: list[LedgerRow]) -> tuple[tuple[str, str], ...]:
    heads = []
    for column in ledger.columns:
        cells = [row.cells[column.name].cell for row in rows if column.name in row.cells]
        heads.append((column.title, cells[0].rstrip("0123456789") if cells else ""))
    return tuple(heads)


def _row(ledger: Ledger, row: LedgerRow, marks: Marks, anchors: Anchors) -> LedgerRowCells:
    cells = []
    for column in ledger.columns:
        cell = row.cells.get(column.name)
        if cell is None:
            cells.append(
                ShownCell("", column.title, "", "", "", "missing", labels.CELL_STATES["missing"], ())
            )
            continue
        cells.append(
            ShownCell(
                "",
                column.title,
                number(cell.value) if cell.value is not None else cell.text or "",
                cell.raw,
                cell.cell,
                cell.state,
                labels.badge(labels.CELL_STATES, cell.state),
                tuple(marks.get((row.sheet, cell.cell), ())),
            )
        )
    return LedgerRowCells(row.row, anchors.take(urls.ledger_anchor(row.ledger, row.row)), tuple(cells))
