"""Compares a registry with the notice that it was derived from, item by item.

Source: the notice itself (``2023年许昌市知识产权工作要点`` and its successors): sections
一、二、三… and, in each, items numbered from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from schemas.models import Indicator, Kind, Registry, WorkPoint

_NUMERALS = "一二三四五六七八九"
#: 一、政策机制方面. A heading is short and isn't a sentence, unlike text that begins the same way.
_SECTION = re.compile(rf"([{_NUMERALS}])\s*[、．.]\s*([^。；]{{2,30}})")
#: ``1. ``, ``1．``, ``1、``, in either width; not ``4.26`` and not ``2023年``.
_ITEM = re.compile(r"([1-9１-９][0-9０-９]?)\s*(?:、|[.．](?:\s+|(?![0-9０-９])))\s*(\S.*)")
#: A phrase is printed within “”, so quotation marks inside it become ‘’.
_INNER_QUOTES = str.maketrans("“”", "‘’")
_SENTENCE_ENDS = ("。", "；", "！", "？", "”", "》", "）")

#: The wording of each kind of gap, for the city office.
_WORDING: Mapping[str, str] = {
    "no_items": "要点原文中没有读到任何编号条目（如“1. …”），请检查文件是否为要点全文",
    "repeated_item": "{where}的编号重复，请检查要点原文",
    "section_title": "第{numeral}部分的标题“{phrase}”不在要点原文的部分标题中",
    "item_without_work_point": "{where}“{phrase}”在要点登记中没有对应的要点 {work_point}",
    "work_point_without_item": "要点 {work_point}“{phrase}”在要点原文中没有对应的条目",
    "item_without_indicators": "{where}“{phrase}”没有任何指标",
    "nothing_to_report": "要点 {work_point}“{phrase}”既没有数量指标也没有节点指标",
    "title_not_in_item": "要点 {work_point} 的标题“{phrase}”不在{where}中{elsewhere}",
    "basis_not_in_item": "指标 {indicator}“{name}”的依据“{phrase}”不在{where}中{elsewhere}",
}


@dataclass(frozen=True, slots=True)
class NoticeSection:
    """A section heading of the notice."""

    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered item with its whole text, broken lines joined; ``section`` is 0 before the first heading."""

    section: int
    number: int
    text: str

    @property
    def code(self) -> str:
        """The code of the work point for this item, such as ``2.1``."""
        return f"{self.section}.{self.number}"

    @property
    def where(self) -> str:
        """The item's place in the notice, in Chinese."""
        place = f"第{_NUMERALS[self.section - 1]}部分" if self.section else "第一个部分标题之前的"
        return f"要点原文{place}第{self.number}条"

    @property
    def opening(self) -> str:
        """The first sentence, by which people know the item."""
        return re.split(r"[。；，]", self.text, maxsplit=1)[0]


@dataclass(frozen=True)
class Notice:
    """A notice as its sections and numbered items, in the order of the text."""

    sections: tuple[NoticeSection, ...]
    items: tuple[Item, ...]

    @cached_property
    def item(self) -> Mapping[str, Item]:
        """Code -> item; of items with the same number the first."""
        return {item.code: item for item in reversed(self.items)}


@dataclass(frozen=True, slots=True)
class Gap:
    """One difference between registry and notice. ``phrase`` is the text in question.

    ``code`` is one of: no_items, repeated_item, section_title, item_without_work_point,
    work_point_without_item, item_without_indicators, nothing_to_report, title_not_in_item,
    basis_not_in_item. ``message`` is a Chinese sentence.
    """

    code: str
    message: str
    work_point: str = ""
    indicator: str = ""
    phrase: str = ""


def parse_notice(text: str) -> Notice:
    """The sections and numbered items of a notice's plain text.

    Lines may be broken, and blank, in mid-sentence: a line that is neither a heading nor the
    beginning of an item continues the item before it. Never raises; a text without
    numbered items gives a notice without items.
    """
    sections: list[NoticeSection] = []
    items: list[Item] = []
    line_before = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        heading = _heading(line, sections)
        section = sections[-1].number if sections else 0
        new_item = None if heading else _item_beginning(line, section, items, line_before)
        if heading is not None:
            sections.append(heading)
        elif new_item is not None:
            items.append(new_item)
        elif items and items[-1].section == section:
            last = items.pop()
            items.append(Item(last.section, last.number, last.text + line))
        line_before = line
    return Notice(tuple(sections), tuple(items))


def derive(registry: Registry, notice: Notice) -> list[Gap]:
    """Every difference between registry and notice; empty when the registry follows from the notice.

    Phrases are compared letter for letter, without white space.
    """
    if not notice.items:
        return [_gap("no_items")]
    return [
        *_repeated_items(notice),
        *_section_gaps(registry, notice),
        *_item_gaps(registry, notice),
        *_work_point_gaps(registry, notice),
        *_basis_gaps(registry, notice),
    ]


def _heading(line: str, sections: list[NoticeSection]) -> NoticeSection | None:
    match = _SECTION.fullmatch(line)
    if match is None:
        return None
    number = _NUMERALS.index(match[1]) + 1
    follows = not sections or number > sections[-1].number
    return NoticeSection(number, match[2].strip()) if follows else None


def _item_beginning(line: str, section: int, items: list[Item], line_before: str) -> Item | None:
    """The item that begins with ``line``, or None.

    The next number in turn always begins an item; any other number does so only where the
    line before it had ended its sentence, because a broken line may begin with a number.
    """
    match = _ITEM.fullmatch(line)
    if match is None:
        return None
    number = int(match[1])
    last = items[-1].number if items and items[-1].section == section else 0
    begins = number == last + 1 or line_before.endswith(_SENTENCE_ENDS) or not last
    return Item(section, number, match[2]) if begins else None


def _repeated_items(notice: Notice) -> Iterator[Gap]:
    codes: set[str] = set()
    for item in notice.items:
        if item.code in codes:
            yield _gap("repeated_item", work_point=item.code, phrase=item.opening, where=item.where)
        codes.add(item.code)


def _section_gaps(registry: Registry, notice: Notice) -> Iterator[Gap]:
    titles = {section.number: _without_spaces(section.title) for section in notice.sections}
    for section in registry.sections:
        if titles.get(section.number) != _without_spaces(section.title):
            yield _gap("section_title", phrase=section.title, numeral=section.numeral)


def _item_gaps(registry: Registry, notice: Notice) -> Iterator[Gap]:
    covered = {indicator.work_point for indicator in registry.indicators}
    for item in sorted(notice.item.values(), key=lambda item: (item.section, item.number)):
        words = {"work_point": item.code, "phrase": item.opening, "where": item.where}
        if item.code not in registry.work_point:
            yield _gap("item_without_work_point", **words)
        elif item.code not in covered:
            yield _gap("item_without_indicators", **words)


def _work_point_gaps(registry: Registry, notice: Notice) -> Iterator[Gap]:
    for point in registry.work_points:
        item = notice.item.get(point.code)
        words = {"work_point": point.code, "phrase": point.title}
        if item is None:
            yield _gap("work_point_without_item", **words)
        elif not _contains(item, point.title):
            elsewhere = _elsewhere(notice, point.title)
            yield _gap("title_not_in_item", **words, where=item.where, elsewhere=elsewhere)
        if _only_computed(registry, point):
            yield _gap("nothing_to_report", **words)


def _basis_gaps(registry: Registry, notice: Notice) -> Iterator[Gap]:
    for indicator in registry.indicators:
        item = notice.item.get(indicator.work_point)
        if item is not None and not _contains(item, indicator.basis):
            yield _basis_gap(indicator, item, notice)


def _basis_gap(indicator: Indicator, item: Item, notice: Notice) -> Gap:
    return _gap(
        "basis_not_in_item",
        work_point=indicator.work_point,
        indicator=indicator.code,
        phrase=indicator.basis,
        name=indicator.name,
        where=item.where,
        elsewhere=_elsewhere(notice, indicator.basis),
    )


def _only_computed(registry: Registry, point: WorkPoint) -> bool:
    """Whether the work point has indicators, and all of them are ratios."""
    kinds = {i.kind for i in registry.indicators if i.work_point == point.code}
    return kinds == {Kind.RATIO}


def _elsewhere(notice: Notice, phrase: str) -> str:
    places = [item.where for item in notice.items if _contains(item, phrase)]
    return f"，而在{'、'.join(places)}中" if places else ""


def _contains(item: Item, phrase: str) -> bool:
    return _without_spaces(phrase) in _without_spaces(item.text)


def _without_spaces(text: str) -> str:
    return "".join(text.split())


def _gap(code: str, *, work_point: str = "", indicator: str = "", phrase: str = "", **words: str) -> Gap:
    inner = phrase.translate(_INNER_QUOTES)
    message = _WORDING[code].format(work_point=work_point, indicator=indicator, phrase=inner, **words)
    return Gap(code, f"{message}。", work_point, indicator, phrase)
