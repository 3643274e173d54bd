"""Finds the sheets of a report and the headings of its tables, wherever the clerk has moved them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from flows.reading.grid import Grid
from flows.reading.headings import Names, plain, unnumbered
from schemas.models import Registry

#: Headings stand in the first rows; a table that begins below is not one of ours.
_SEARCHED_ROWS = 60
_FEWEST_HEADINGS = 3


@dataclass(slots=True)
class Table:
    """Where a table's headings are. Rows and columns count from 0; data begin after ``last_row``."""

    first_row: int
    last_row: int
    columns: dict[str, int]
    repeated: dict[str, list[int]] = field(default_factory=dict)  # name -> further columns with data
    headings: dict[int, str] = field(default_factory=dict)  # column -> text, of every heading

    @property
    def width(self) -> int:
        return len(self.columns)

    def unknown(self) -> dict[int, str]:
        known = {*self.columns.values(), *(c for columns in self.repeated.values() for c in columns)}
        return {column: text for column, text in self.headings.items() if column not in known}


def find_table(grid: Grid, names: Names, expected: int) -> Table | None:
    """The row, or the two rows, in which most of the ``expected`` headings stand."""
    best: Table | None = None
    for row in range(min(len(grid.rows), _SEARCHED_ROWS)):
        texts = {c: v for c, v in enumerate(grid.rows[row]) if isinstance(v, str) and v}
        if not texts:
            continue
        single = _table(row, row, texts, {c: names.find(text) for c, text in texts.items()})
        if best is None or single.width > best.width:
            best = single
        if single.width >= expected:
            break
        if single.width:
            double = _two_rows(grid, row, names)
            if double is not None and double.width > best.width:
                best = double
    if best is None or best.width < min(_FEWEST_HEADINGS, expected):
        return None
    _settle_repeated(grid, best)
    return best


def _table(first: int, last: int, texts: Mapping[int, str], found: Mapping[int, str | None]) -> Table:
    table = Table(first, last, {}, headings=dict(texts))
    for column, name in found.items():
        if name is None:
            continue
        if name in table.columns:
            table.repeated.setdefault(name, []).append(column)
        else:
            table.columns[name] = column
    return table


def _two_rows(grid: Grid, row: int, names: Names) -> Table | None:
    """A heading over two rows: groups above, or long headings broken in two."""
    if row + 1 >= len(grid.rows):
        return None
    above = _spread(grid, row)
    texts: dict[int, str] = {}
    found: dict[int, str | None] = {}
    for column in range(max(len(grid.rows[row]), len(grid.rows[row + 1]))):
        upper, lower = above.get(column, ""), grid.value(row + 1, column)
        if not isinstance(lower, str):
            return None
        texts[column] = f"{upper}{lower}" if upper != lower else lower
        own = grid.value(row, column)
        found[column] = names.find(texts[column]) or names.find(lower) or names.find(own if not lower else "")
    return _table(row, row + 1, {c: t for c, t in texts.items() if t}, found)


def _spread(grid: Grid, row: int) -> dict[int, str]:
    """Texts of a row, those of merged ranges in each of their columns."""
    texts = {c: v for c, v in enumerate(grid.rows[row]) if isinstance(v, str) and v}
    for top, left, bottom, right in grid.merged:
        value = grid.value(top, left)
        if top <= row <= bottom and isinstance(value, str) and value and right - left < 64:
            texts.update(dict.fromkeys(range(left, right + 1), value))
    return texts


def _settle_repeated(grid: Grid, table: Table) -> None:
    """A repeated heading over an empty column is harmless; over two filled columns nobody knows which."""
    for name, further in list(table.repeated.items()):
        candidates = [table.columns[name], *further]
        filled = [column for column in candidates if _has_data(grid, table.last_row, column)]
        if len(filled) <= 1:
            table.columns[name] = filled[0] if filled else candidates[0]
            del table.repeated[name]


def _has_data(grid: Grid, heading_row: int, column: int) -> bool:
    return any(grid.value(row, column) != "" for row in range(heading_row + 1, len(grid.rows)))


@dataclass(slots=True)
class Sheets:
    """The sheets of a report by what they are: names of the form's sheets and of ledgers."""

    known: dict[str, Grid] = field(default_factory=dict)
    alike: list[tuple[str, Grid]] = field(default_factory=list)  # a second sheet for the same purpose
    by_content: list[tuple[str, Grid]] = field(default_factory=list)  # recognised by its headings alone
    others: list[Grid] = field(default_factory=list)


def find_sheets(grids: Sequence[Grid], registry: Registry) -> Sheets:
    """Each sheet by its title or an alias, then without numbering, then by its headings."""
    titles = {name: (sheet.title, *sheet.aliases) for name, sheet in registry.form.sheets.items()}
    titles |= {ledger.name: (ledger.title, *ledger.aliases) for ledger in registry.ledgers}
    exact = {plain(names[0]): what for what, names in titles.items()}
    known = {plain(alias): what for what, names in titles.items() for alias in names}
    loose = {unnumbered(alias): what for what, names in titles.items() for alias in names}
    sheets = Sheets()
    pending = list(grids)
    for lookup, key in ((exact, plain), (known, plain), (loose, unnumbered)):
        rest = []
        for grid in pending:
            what = lookup.get(key(grid.name))
            if what is None:
                rest.append(grid)
            elif what in sheets.known:
                sheets.alike.append((what, grid))
            else:
                sheets.known[what] = grid
        pending = rest
    titled = frozenset(sheets.known)
    for grid in pending:
        what = _by_headings(grid, registry, titled)
        if what is None:
            sheets.others.append(grid)
        elif what in sheets.known:
            sheets.alike.append((what, grid))
        else:
            sheets.known[what] = grid
            sheets.by_content.append((what, grid))
    return sheets


def _by_headings(grid: Grid, registry: Registry, titled: Collection[str]) -> str | None:
    """Most of the headings must be there, since nothing else says what the sheet is.

    What a sheet's title says (``titled``) is not looked for again: a copy beside it is no table of ours.
    """
    best: tuple[float, str] | None = None
    for what, (names, expected) in table_names(registry).items():
        if what in titled:
            continue
        table = find_table(grid, names, expected)
        if table is not None and table.width >= 4 and table.width >= 0.7 * expected:
            share = table.width / expected
            best = max(best, (share, what)) if best else (share, what)
    return best[1] if best else None


def table_names(registry: Registry) -> dict[str, tuple[Names, int]]:
    """Sheet -> the names of its headings and how many headings it has."""
    key = (registry.year, registry.version)
    if key not in _TABLE_NAMES:
        form = {"figures": registry.form.figures, "progress": registry.form.progress}
        columns = {what: {f.name: (f.title, *f.aliases) for f in fields} for what, fields in form.items()}
        columns |= {
            ledger.name: {c.name: (c.title, *c.aliases) for c in ledger.columns}
            for ledger in registry.ledgers
        }
        _TABLE_NAMES[key] = {what: (Names(named), len(named)) for what, named in columns.items()}
    return _TABLE_NAMES[key]


#: Derived from a registry once per process; registries are frozen and few.
_TABLE_NAMES: dict[tuple[int, str], dict[str, tuple[Names, int]]] = {}
