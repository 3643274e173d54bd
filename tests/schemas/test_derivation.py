"""The registry follows from the notice, and derive says where it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas import Kind, Registry
from schemas.derivation import Notice, derive, parse_notice

TEXT = Path(__file__).with_name("notice-2023.txt").read_text("utf-8")
NOTICE = parse_notice(TEXT)
CODES = [item.code for item in NOTICE.items]


def without_item(code: str) -> str:
    """The notice's text without the lines of one item."""
    lines, section, item, kept = TEXT.splitlines(), 0, 0, []
    for line in lines:
        if line[1:2] == "、" and line[0] in "一二三四五":
            section, item = section + 1, 0
        elif section and line[:1].isdigit() and line[1:2] == ".":
            item = int(line[0])
        if f"{section}.{item}" != code:
            kept.append(line)
    return "\n".join(kept)


def codes(registry: Registry, notice: Notice) -> list[tuple[str, str, str]]:
    return [(gap.code, gap.work_point, gap.indicator) for gap in derive(registry, notice)]


def changed(registry: Registry, table: str, code: str, **values: object) -> Registry:
    rows = getattr(registry, table)
    return registry.model_copy(
        update={table: tuple(r.model_copy(update=values) if r.code == code else r for r in rows)}
    )


def test_the_real_notice_has_22_items_in_five_titled_sections(registry: Registry) -> None:
    """Sections and items are found in spite of lines broken in mid-sentence."""
    assert [section.title for section in NOTICE.sections] == [s.title for s in registry.sections]
    assert [point.code for point in registry.work_points] == CODES


def test_the_registry_of_2023_follows_from_the_notice(registry: Registry) -> None:
    """No gap: every item covered, every phrase in its own item."""
    assert derive(registry, NOTICE) == []


def test_an_item_holds_its_whole_text() -> None:
    """A paragraph with a blank line in its middle stays one item."""
    assert NOTICE.item["3.4"].text.endswith("有效化解知识产权纠纷。")
    assert "支持各类知识产权保护中心" in NOTICE.item["3.4"].text
    assert "举办知识产权 4·26 宣传周等活动" in NOTICE.item["5.2"].text
    assert NOTICE.item["4.3"].text.endswith("开展地理标志助力乡村振兴试点。")


@pytest.mark.parametrize("code", CODES)
def test_an_item_taken_out_of_the_notice_is_missed(registry: Registry, code: str) -> None:
    """The one gap is the work point without its item; the others are untouched."""
    assert codes(registry, parse_notice(without_item(code))) == [("work_point_without_item", code, "")]


@pytest.mark.parametrize("code", CODES)
def test_an_item_that_the_registry_does_not_know_is_missed(registry: Registry, code: str) -> None:
    """An item of the notice without a work point is named by its place and opening words."""
    points = tuple(p for p in registry.work_points if p.code != code)
    (gap,) = derive(registry.model_copy(update={"work_points": points}), NOTICE)
    assert (gap.code, gap.work_point) == ("item_without_work_point", code)
    assert gap.phrase in NOTICE.item[code].text
    assert f"第{code[2]}条" in gap.message


@pytest.mark.parametrize("code", CODES)
def test_an_item_without_indicators_is_missed(registry: Registry, code: str) -> None:
    """No work point is skipped because it is soft."""
    rest = tuple(i for i in registry.indicators if i.work_point != code)
    bare = registry.model_copy(update={"indicators": rest})
    assert codes(bare, NOTICE) == [("item_without_indicators", code, "")]


def test_changing_any_one_basis_phrase_is_seen(registry: Registry) -> None:
    """One letter that is not the notice's is enough, in every indicator."""
    for indicator in registry.indicators:
        phrase = indicator.basis[:-1] + "囧"
        other = changed(registry, "indicators", indicator.code, basis=phrase)
        assert codes(other, NOTICE) == [("basis_not_in_item", indicator.work_point, indicator.code)]


def test_a_phrase_of_another_item_is_traced_to_it(registry: Registry) -> None:
    """The office learns where the phrase does stand."""
    other = changed(registry, "indicators", "2103", basis=registry.indicator["4501"].basis)
    (gap,) = derive(other, NOTICE)
    assert gap.code == "basis_not_in_item"
    assert "而在要点原文第四部分第5条中" in gap.message


def test_white_space_in_phrases_does_not_matter(registry: Registry) -> None:
    """The notice prints spaces around figures and breaks lines; a quotation need not repeat them."""
    other = changed(registry, "indicators", "5201", basis="举办知识产权\n4·26　宣传周 等活动")
    assert derive(other, NOTICE) == []


@pytest.mark.parametrize("code", CODES)
def test_a_title_that_is_not_quoted_is_seen(registry: Registry, code: str) -> None:
    """Work points are named in the notice's own words."""
    title = registry.work_point[code].title + "。。"
    assert codes(changed(registry, "work_points", code, title=title), NOTICE) == [
        ("title_not_in_item", code, "")
    ]


def test_a_work_point_of_ratios_alone_is_a_gap(registry: Registry) -> None:
    """Somebody must report a quantity or a milestone under every work point."""
    kept = tuple(i for i in registry.indicators if i.work_point != "1.2" or i.kind is Kind.RATIO)
    assert codes(registry.model_copy(update={"indicators": kept}), NOTICE) == [
        ("nothing_to_report", "1.2", "")
    ]


def test_a_renamed_section_is_a_gap(registry: Registry) -> None:
    """Section titles are the notice's as well."""
    other = parse_notice(TEXT.replace("三、严格保护方面", "三、全面保护方面"))
    (gap,) = derive(registry, other)
    assert (gap.code, gap.phrase) == ("section_title", "严格保护方面")


@pytest.mark.parametrize("text", ["", "\n\n", "各单位：\n请抓好落实。", "一、政策机制方面\n抓好落实。"])
def test_a_text_without_numbered_items_is_one_clear_gap(registry: Registry, text: str) -> None:
    """The wrong file is told from a notice with faults."""
    (gap,) = derive(registry, parse_notice(text))
    assert gap.code == "no_items"
    assert "编号条目" in gap.message


@pytest.mark.parametrize("mark", ["1.", "1．", "1、", "１．", "1. ", " 1 、", "　１、"])
def test_item_marks_of_either_width_are_known(mark: str) -> None:
    """Dots and digits are typed in full and half width."""
    notice = parse_notice(f"一、政策机制方面\n{mark}抓好落实。")
    assert [(item.code, item.text) for item in notice.items] == [("1.1", "抓好落实。")]


@pytest.mark.parametrize(
    "line",
    ["2023年国家考核。", "4·26宣传周。", "4.26宣传周。", "2.5倍增长。", "25届专利奖。", "3、4月开展。"],
)
def test_a_broken_line_that_begins_with_a_number_is_no_item(line: str) -> None:
    """What continues a sentence belongs to the item before it."""
    notice = parse_notice(f"一、政策机制方面\n1. 组织开展\n{line}\n2. 第二条。")
    assert [(item.code, item.text) for item in notice.items] == [
        ("1.1", f"组织开展{line}"),
        ("1.2", "第二条。"),
    ]


def test_a_number_used_twice_is_a_gap(registry: Registry) -> None:
    """A mistyped number does not hide an item in the one before it."""
    notice = parse_notice(TEXT.replace("\n3. 指导企业申报专利奖", "\n2. 指导企业申报专利奖"))
    found = {(gap.code, gap.work_point) for gap in derive(registry, notice)}
    assert found == {("repeated_item", "2.2"), ("work_point_without_item", "2.3")}


def test_every_gap_is_one_chinese_sentence(registry: Registry) -> None:
    """The office can read each gap without the code."""
    for code in CODES:
        for gap in derive(registry, parse_notice(without_item(code))):
            assert gap.message.endswith("。")
            assert gap.phrase == registry.work_point[code].title
            assert gap.phrase[:8] in gap.message


def test_line_endings_and_indents_do_not_matter(registry: Registry) -> None:
    """The same notice saved by a Windows editor, indented, gives the same items."""
    windows = "\r\n".join("　　" + line for line in TEXT.splitlines())
    assert parse_notice(windows) == NOTICE
    assert derive(registry, parse_notice(windows)) == []
