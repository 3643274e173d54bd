"""Which number formats show less than the cell holds, and which cells have them."""

from __future__ import annotations

import pytest

from flows.reading.files.number_formats import scaled_cells, scales, scaling_styles

STYLES = (
    b'<styleSheet><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/>'
    b'<numFmt formatCode="0!.0,&quot;\xe4\xb8\x87&quot;" numFmtId="165"/></numFmts>'
    b'<cellStyleXfs><xf numFmtId="165"/></cellStyleXfs>'
    b'<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164" xfId="0"/>'
    b'<xf numFmtId="165"><a/></xf></cellXfs>'
    b"</styleSheet>"
)


@pytest.mark.parametrize(
    "code",
    [
        '0!.0,"万元"',
        r"0\.0,",
        "0!.0000",
        r'0\.0000"万"',
        '0"."0,',
        "#,##0,",
        "0.0,,",
        '#,##0.00,"千元"',
        "0,_ ;-0,",
    ],
)
def test_formats_that_show_less(code: str) -> None:
    """A comma behind the digits divides by a thousand; a point of text divides by its place."""
    assert scales(code)


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "0",
        "#,##0",
        "#,##0.00",
        "#,##0_ ;[Red]\\-#,##0\\ ",
        '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ',
        "0.00%",
        '0"万元"',
        '0", "',
        "0\\,",
        "0!,",
        '@"（万元） *"',
        "[$-F800]dddd, mmmm dd, yyyy",
        "yyyy\\.mm\\.dd",
        "[DBNum1][$-804]General",
    ],
)
def test_formats_that_show_what_there_is(code: str) -> None:
    """Separators, signs, words and dates divide nothing."""
    assert not scales(code)


def test_the_cells_of_such_a_style() -> None:
    """Only cells that hold something, by the place of their style among the cells' styles."""
    styles = scaling_styles(STYLES)
    assert styles == {"2": '0!.0,"万"'}
    xml = (
        b'<row><c r="A1" s="2"><v>1</v></c><c r="B1" s="2"/><c r="C1" s="1"><v>2</v></c>'
        b'<c s="2" r="AA10" t="n"><f>B1</f><v>3</v></c><c r="D1" s="2"></c></row>'
    )
    assert set(scaled_cells(xml, styles)) == {(0, 0), (9, 26)}
    assert scaled_cells(xml, {}) == {}
