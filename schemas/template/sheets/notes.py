"""填报说明: the data dictionary of the unit's indicators."""

from __future__ import annotations

from dataclasses import replace

from schemas.dictionary import Entry, data_dictionary
from schemas.models import KIND_TITLES
from schemas.template import looks
from schemas.template.canvas import Canvas

_HEADING_ROW = 4
_WIDTHS = (7, 21, 25, 9, 9, 46, 32, 34)
_HEADINGS = ("代码", "工作要点", "指标", "计量单位", "类别", "指标解释", "政策依据（通知原文）", "应与之相符")
_TEXT = replace(looks.PREFILLED, fill=looks.PAPER, size=9.5)
_CENTRED = replace(_TEXT, horizontal="center")
_NAME = replace(_TEXT, bold=True)
_LOOKS = (_CENTRED, _TEXT, _NAME, _CENTRED, _CENTRED, _TEXT, _TEXT, _TEXT)
_SECTION = replace(looks.LABEL, border=False, fill="")


def draw(canvas: Canvas) -> None:
    layout = canvas.layout
    canvas.widths(_WIDTHS)
    canvas.banner(len(_WIDTHS), layout.sheet("notes"), layout.registry.form.wording.notes_hint)
    canvas.headings(_HEADING_ROW, _HEADINGS)
    common = _common(canvas)
    entries = data_dictionary(layout.registry, layout.unit)
    for row, entry in enumerate(entries, start=_HEADING_ROW + 1):
        texts = _texts(canvas, entry, {note for notes in common.values() for note in notes})
        for letter, text, look in zip("ABCDEFGH", texts, _LOOKS, strict=True):
            canvas.text(f"{letter}{row}", text, look)
        canvas.height(
            row, [(text, _WIDTHS[n], look) for n, (text, look) in enumerate(zip(texts, _LOOKS, strict=True))]
        )
    row = _HEADING_ROW + len(entries) + 2
    canvas.across(row, 1, len(_WIDTHS), "各类指标都应符合的关系", _SECTION)
    for kind, notes in common.items():
        row += 1
        line = f"{kind}：{'；'.join(notes)}。"
        canvas.across(row, 1, len(_WIDTHS), line, replace(looks.HINT, size=9.5, ink=looks.INK))
    canvas.sheet.freeze_panes = f"D{_HEADING_ROW + 1}"
    canvas.tab(looks.READING_TAB)
    canvas.page(len(_WIDTHS), _HEADING_ROW)
    canvas.protect()


def _common(canvas: Canvas) -> dict[str, list[str]]:
    """Title of a kind of indicator -> notes of the relations over all of that kind.

    They are printed once below the table, not in every row.
    """
    kinds = {i.kind for i in canvas.layout.indicators}
    return {
        title: notes
        for kind, title in KIND_TITLES.items()
        if kind in kinds
        and (
            notes := [
                r.note for r in canvas.layout.registry.relations if r.params.get("over") == kind and r.note
            ]
        )
    }


def _texts(canvas: Canvas, entry: Entry, common: set[str]) -> tuple[str, ...]:
    short = canvas.layout.registry.work_point[entry.work_point].short
    specific = [note for note in entry.relations if note not in common]
    return (
        entry.code,
        f"{entry.work_point} {short}",
        entry.indicator,
        entry.unit_of_measure,
        entry.kind,
        entry.definition,
        f"“{entry.basis}”",
        "\n".join(specific),
    )
