"""The guard: what it says of a sheet without parsing it, and what it hands to the parser."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from flows.reading import Limits, read_report
from flows.reading.files.file_kind import kind_of
from flows.reading.files.guard import guard
from flows.reading.files.package import repack, unpack
from flows.reading.files.xlsx_facts import _Walk, filled, survey
from flows.reading.headings import plain
from flows.reading.model import Reading
from flows.reading.refusal import NotReadable
from flows.reading.report import unread
from schemas import Period, Registry, Unit
from schemas.template.layout import lay_out
from schemas.template.workbook import issue
from validations.run import self_checks

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

#: What may stand between the tags of a cell, and what the cell's type may be: as Excel, WPS,
#: LibreOffice and openpyxl write them.
_FORMULAS = st.sampled_from(["", "<f>A1+1</f>", '<f aca="false">t="e"</f>', '<f t="shared" si="0"/>'])
_VALUES = st.sampled_from(["", "<v>12</v>", "<v></v>", "<v/>", "<v>#REF!</v>", "<is><t>文字</t></is>"])
_TYPES = st.sampled_from(["", ' t="n"', ' t="s"', ' t="str"', ' t="e"', ' t="inlineStr"'])
_STYLES = st.sampled_from(["", ' s="3"'])
_HIDDEN = st.sampled_from(["", ' hidden="1"', ' hidden="true"', ' hidden="false"', ' hidden="0"'])


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    """A sheet's XML, every cell addressed."""
    rows = []
    for row in range(1, draw(st.integers(1, 6)) + 1):
        cells = []
        for letter in draw(st.sets(st.sampled_from("ABCZ"), max_size=4)):
            inner, kind = draw(_FORMULAS) + draw(_VALUES), draw(_TYPES)
            if "<is>" in inner:
                kind = ' t="inlineStr"'
            head = f'<c r="{letter}{row}"{draw(_STYLES)}{kind}'
            cells.append((letter, f"{head}>{inner}</c>" if inner or draw(st.booleans()) else f"{head}/>"))
        inside = "".join(text for _, text in sorted(cells))
        order = [f' r="{row}"', draw(_HIDDEN), ' ht="15"']
        rows.append(f"<row{''.join(draw(st.permutations(order)))}>{inside}</row>")
    columns = f'<cols><col min="2" max="3"{draw(_HIDDEN)} width="9"/></cols>'
    protection = draw(st.sampled_from(["", '<sheetProtection sheet="1"/>']))
    data = "".join(rows)
    return (
        f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}" xmlns:x="x">{columns}'
        f"<sheetData>{data}</sheetData>{protection}</worksheet>"
    ).encode()


@settings(max_examples=400, deadline=None)
@given(sheets())
def test_the_quick_look_sees_what_a_real_parser_sees(xml: bytes) -> None:
    """Errors, formulas without a value, hidden rows and columns, protection: the same either way."""
    quick, parsed = survey(xml), _Walk().through(xml)
    assert quick.broken == parsed.broken
    assert quick.hidden_rows == parsed.hidden_rows
    assert quick.hidden_columns == frozenset(parsed.hidden_columns)
    assert quick.protected == parsed.protected
    assert quick.rows >= parsed.rows
    assert quick.columns >= parsed.columns


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["A10000", "AA1", "XFD1048576", ""]), sheets())
@example("XFD1048576", b"")
def test_a_far_cell_is_seen(address: str, xml: bytes) -> None:
    """A cell beyond what is looked at quickly, or with no address, is measured by the parser."""
    place = f' r="{address}"' if address else ""
    xml = xml or f'<worksheet xmlns="{_MAIN}"><sheetData></sheetData></worksheet>'.encode()
    far = xml.replace(b"</sheetData>", f"<row><c{place}><v>1</v></c></row></sheetData>".encode())
    quick, parsed = survey(far), _Walk().through(far)
    assert (quick.rows, quick.columns) == (parsed.rows, parsed.columns)


@pytest.fixture(scope="module")
def content(registry: Registry, county: Unit) -> bytes:
    """A template as it is issued, with its self-checks; nothing in it has been filled in."""
    layout = lay_out(registry, county, Period(2023, 6))
    return issue(layout, self_checks(registry, layout))


def test_the_parser_gets_the_bytes_that_the_guard_saw(content: bytes) -> None:
    """Every part is the same after packing anew, and the looked-at ones are stored as they are."""
    entries = {info.filename: info for info in kind_of(content).parts}
    looked_at = {name: unpack(content, entries, name, Limits()) for name in entries if "worksheets/" in name}
    again = repack(content, entries, looked_at)
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(io.BytesIO(again)) as after:
        assert after.testzip() is None
        assert after.namelist() == before.namelist()
        for name in before.namelist():
            assert after.read(name) == before.read(name)
            stored = after.getinfo(name).compress_type == zipfile.ZIP_STORED
            assert stored or name not in looked_at


def test_a_damaged_part_still_shows(content: bytes) -> None:
    """A part whose content does not have its checksum is not passed on as if it were whole."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    whole = out.getvalue()
    at = whole.index(b"<sheetData>")
    damaged = whole[:at] + b"<sheetdata>" + whole[at + len(b"<sheetData>") :]
    found = read_report(damaged, "6月.xlsx")
    assert not isinstance(found, Reading)
    assert found.code == "damaged_file"


def test_two_parts_of_one_name_are_one_to_the_parser(content: bytes) -> None:
    """Where a package holds a name twice, guard and parser cannot each take another one."""
    out = io.BytesIO(content)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/worksheets/sheet2.xml", "<worksheet/>")
    doubled = out.getvalue()
    handed = guard(doubled, kind_of(doubled), Limits()).data
    with zipfile.ZipFile(io.BytesIO(handed)) as package:
        assert package.namelist().count("xl/worksheets/sheet2.xml") == 1
        assert package.read("xl/worksheets/sheet2.xml") == b"<worksheet/>"


def test_sheets_of_our_own_are_counted_and_never_parsed(registry: Registry, content: bytes) -> None:
    """The self-checks and the notes are not read; their cells are in the count of cells all the same."""
    found = read_report(content, "6月.xlsx")
    assert isinstance(found, Reading)
    titles = unread(registry)
    own = [sheet for sheet in load_workbook(io.BytesIO(content)) if plain(sheet.title) in titles]
    cells = sum(cell.value is not None for sheet in own for row in sheet.iter_rows() for cell in row)
    assert own
    assert found.counts.ignored["系统页"] == cells
    guarded = guard(content, kind_of(content), Limits(), titles)
    assert set(guarded.unopened) == {sheet.title for sheet in own}


def test_a_far_cell_in_a_sheet_of_our_own_harms_nobody(registry: Registry, content: bytes) -> None:
    """A sheet that is not opened can't end the process, however far its cells lie."""
    title = registry.form.sheets["notes"].title
    part = guard(content, kind_of(content), Limits(), unread(registry)).unopened[title]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            xml = source.read(info)
            if info.filename == part:
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                xml = xml.replace(b"</sheetData>", far)
            target.writestr(info, xml)
    assert isinstance(read_report(out.getvalue(), "6月.xlsx"), Reading)


@pytest.mark.parametrize(
    ("xml", "count"),
    [
        (f'<worksheet xmlns="{_MAIN}"><sheetData/></worksheet>', 0),
        (f'<worksheet xmlns="{_MAIN}"><c r="A1"/><c r="A2"></c><c r="A3"><v>1</v></c></worksheet>', 1),
        (
            f'<worksheet xmlns="{_MAIN}"><c r="A1"><f>A2</f><v></v></c><c r="A2"><is/></c></worksheet>',
            2,
        ),
        (
            f'<x:worksheet xmlns:x="{_MAIN}"><x:c r="A1"/><x:c r="A2"></x:c><x:c r="A3"><x:f/></x:c>',
            1,
        ),
    ],
)
def test_cells_are_counted_without_a_parser(xml: str, count: int) -> None:
    """A cell counts when it holds a value or a formula, whatever its elements are called."""
    assert filled(xml.encode()) == count


def test_declared_entities_are_refused() -> None:
    """A sheet that declares entities is not read, plain or not."""
    xml = f'<!DOCTYPE x [<!ENTITY a "b">]><worksheet xmlns="{_MAIN}"><sheetData/></worksheet>'
    with pytest.raises(NotReadable):
        survey(xml.encode())
