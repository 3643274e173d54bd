"""The rows of which a year has a hundred thousand, put together without a template.

A template escapes and looks through every text it is given, also the thousandth "已接收" of a page;
here each text is looked at once. What stands in the site is the same either way: everything escaped,
nothing invisible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup, escape

from flows.consolidation.scoring import published
from flows.outputs.site import labels, urls
from flows.outputs.site.labels import Badge
from flows.outputs.site.visible_text import visible
from validations.declaring.wording import number

if TYPE_CHECKING:
    from flows.consolidation.figure_table import ShownFigure as Cell
    from flows.outputs.site.finding_lines import Line
    from flows.outputs.site.model import Policy, SiteYear
    from flows.outputs.site.shown import IndicatorCells, LedgerRowCells, ShownCell, UnitSeries


class _Marked(Protocol):
    @property
    def lines(self) -> tuple[Line, ...]: ...


@lru_cache(maxsize=1 << 15)
def html(text: str) -> str:
    """Any text as HTML shows it."""
    return str(escape(visible(text)))


@lru_cache(maxsize=256)
def token(one: Badge) -> Markup:
    """A badge; its sign also shows in black and white."""
    sign = f'<span class="sign" aria-hidden="true">{html(one.mark)}</span>' if one.mark else ""
    return _ready(f'<span class="token {html(one.tone)}">{sign}{html(one.text)}</span>')


def figure_rows(root: str, year: Policy, own: IndicatorCells) -> Markup:
    """An indicator's heading and a row for each of its cells."""
    if own.indicator is None:
        name, head = "", f"{html(own.code)}（本年目录没有这个代码）"
    else:
        name = html(own.indicator.name)
        measured = html(own.indicator.unit or "")
        unit = f' <span class="small">{measured}</span>' if measured else ""
        page = html(root + urls.indicator(year.year, own.code))
        head = f'<a href="{page}">{html(own.code)} {name}</a>{unit}'
    rows = [f'<tr class="name"><th scope="rowgroup" colspan="6">{head}</th></tr>\n']
    text = f"{html(own.code)} {name}"
    for one in own.cells:
        cell = f'<a href="#{html(one.anchor)}">{html(one.cell)}</a>' if one.anchor else html(one.cell)
        found = ' data-found="yes"' if one.lines else ""
        rows.append(
            f'<tr{_id(one.anchor)} class="{one.badge.tone}" data-row data-state="{html(one.state)}"{found}'
            f' data-text="{text}"><th scope="row">{html(one.title)}</th><td class="n">{html(one.value)}</td>'
            f'<td class="raw">{html(one.raw)}</td><td class="cell">{cell}</td>'
            f'<td class="state">{token(one.badge)}</td><td>{_found(one)}</td></tr>\n'
        )
    return _ready("".join(rows))


def told(cells: Iterable[ShownCell]) -> Markup:
    """What a report says of a work point, field by field."""
    parts = []
    for one in cells:
        said = html(one.value) if one.value else '<span class="blank">空</span>'
        raw = (
            f' <span class="small">原文 <q>{html(one.raw)}</q></span>'
            if one.raw not in ("", one.value)
            else ""
        )
        parts.append(
            f"<div{_id(one.anchor)}><dt>{html(one.title)}</dt><dd>{said}{raw}"
            f' <a class="cell" href="#{html(one.anchor)}">{html(one.cell)}</a>'
            f"{_found(one, before=' ', after='问题')}</dd></div>"
        )
    return _ready("".join(parts))


def ledger_row(row: LedgerRowCells) -> Markup:
    """A row of a ledger; where a value is not the text as typed, that text too."""
    number = f'<a href="#{html(row.anchor)}">{row.number}</a>' if row.anchor else str(row.number)
    cells = []
    for one in row.cells:
        raw = ""
        if one.raw not in ("", one.value) and one.badge.tone != "plain":
            raw = f' <span class="small">原文 <q>{html(one.raw)}</q>，{html(one.badge.text)}</span>'
        cells.append(f'<td class="{one.badge.tone}">{html(one.value)}{raw}{_found(one, before=" ")}</td>')
    return _ready(f'<tr{_id(row.anchor)}><th scope="row">{number}</th>\n{"".join(cells)}</tr>\n')


def series_rows(root: str, year: SiteYear, series: Iterable[UnitSeries]) -> Markup:
    """A row for each unit: its heading and its cells."""
    return _ready("".join(f"<tr>{series_head(root, year, one)}{one.cells}</tr>\n" for one in series))


def series_head(root: str, year: SiteYear, one: UnitSeries) -> Markup:
    page = html(root + urls.unit(year.year, one.unit.code))
    return _ready(f'<th scope="row"><a href="{page}">{html(one.unit.short)}</a></th>\n')


def series_cells(
    unit: str, position: int, months: Iterable[tuple[Sequence[Cell], Mapping[str, str]]], anchor: str
) -> Markup:
    """What a unit shows month by month.

    ``months``: of each what all units show, and where the submissions that count are found, as HTML;
    ``anchor``: of the value on such a page.
    """
    anchor = html(anchor)
    cells = []
    for row, links in months:
        shown, link = row[position], links.get(unit, "")
        if shown.number is None and not shown.text:
            cells.append(f'<td class="gap">{html(shown.display)}</td>')
        else:
            text = html(shown.text) if shown.number is None else _rounded(shown.number)
            linked = f'<a href="{link}#{anchor}">{text}</a>' if link else text
            cells.append(f'<td class="n">{linked}</td>')
    return _ready("".join(cells))


@lru_cache(maxsize=1 << 15)
def _rounded(value: float) -> str:
    """Of a province's hundred thousand values in a month most are alike."""
    return html(number(published(value)))


def _ready(made: str) -> Markup:
    return Markup(made)  # noqa: S704 -- every text that got into it came through ``html``


def _id(anchor: str) -> str:
    return f' id="{html(anchor)}"' if anchor else ""


def _found(one: _Marked, *, before: str = "", after: str = "") -> str:
    """Links to the findings at a place."""
    if not one.lines:
        return ""
    badges = ((labels.badge(labels.SEVERITIES, line.finding.severity), line) for line in one.lines)
    return "".join(
        f'{before}<a class="token {badge.tone}" href="#{html(line.anchor)}">{html(badge.text)}{after}</a>'
        for badge, line in badges
    )
