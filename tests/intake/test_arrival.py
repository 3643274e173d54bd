"""Chains of revisions, repeats, what comes early, late, after sealing, or twice."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.audit import seal
from flows.audit.verify import verify
from flows.cli.intake import print_summary
from flows.cli.status import show_status
from flows.consolidation.merge import merge
from flows.consolidation.month import Month
from flows.consolidation.status import STATE_TITLES
from flows.correspondence.deliver import HISTORY
from flows.demo.edits import Edit
from flows.intake import collect, inbox
from flows.intake.collect import IntakeSummary
from flows.intake.uncollected import NOTE
from flows.outputs.month import month_outputs, put_in_place
from flows.platform.context import RunContext
from flows.reading import Limits
from flows.register import archive, queries
from schemas import Registry
from tests.intake.corpus import packed
from tests.intake.one_rule import AT, WRONG, fatal, one_rule, wrong
from tests.intake.run import JUNE, NOW, at, context_at, drop, good, sample, take_in, tree, wishes, written
from tests.reading import files

UNIT = "知识产权促进科"
CODE = "4110K2"


@pytest.fixture(autouse=True)
def _one_rule() -> Iterator[None]:
    with one_rule():
        yield


@pytest.fixture
def context(tmp_path: Path) -> RunContext:
    return context_at(tmp_path / "home")


def send(context: RunContext, *contents: bytes, unit: str = UNIT, name: str = "报表") -> IntakeSummary:
    for second, content in enumerate(contents):
        drop(context.home.root, f"{unit}/{name}{second or ''}.xlsx", content, second=second)
    return take_in(context)


def changed(*edits: Edit) -> bytes:
    return written(sample(UNIT), edits)


def month(context: RunContext) -> Month:
    with context.engine.connect() as connection:
        return merge(connection, JUNE)


def answers(context: RunContext, unit: str = UNIT) -> dict[str, str]:
    """What lies in the unit's 回执, without its history."""
    folder = context.home.inbox / unit / inbox.ANSWERS
    return {p.name: p.read_text("utf-8") for p in sorted(folder.glob("*.html"))}


def value(context: RunContext) -> float:
    """The first indicator's month as it stands in the dataset."""
    figures = month(context).figures
    (row,) = figures[(figures["indicator"] == AT[0]) & (figures["measure"] == AT[1])].itertuples()
    return float(row.value)


def test_identical_bytes_are_acknowledged_and_not_counted(context: RunContext) -> None:
    """The second time is answered as a repeat of the first, which keeps its place."""
    send(context, good(UNIT))
    (again,) = send(context, good(UNIT), name="副本").submissions
    assert (again.result, again.sequence) == ("repeated", 2)
    assert month(context).units[CODE].submission_id == f"2023-06-{CODE}-01"
    assert "完全相同" in answers(context)[f"2023-06-{CODE}-02_重复报送.html"]
    assert len(month(context).amendments) == 0


def test_going_back_to_an_older_content_is_a_submission(context: RunContext) -> None:
    """A, B, and A again: the third is no repeat, and it counts."""
    first, second = good(UNIT), changed(Edit("figures", AT, 7))
    for content in (first, second, first):
        (taken,) = send(context, content).submissions
    assert (taken.result, taken.sequence) == ("accepted", 3)
    assert value(context) == sample(UNIT).figures[AT]
    assert month(context).units[CODE].submission_id.endswith("-03")


def test_two_files_of_a_unit_in_one_run(context: RunContext) -> None:
    """Both are answered, in the order of their times; the newer counts."""
    taken = send(context, good(UNIT), changed(Edit("figures", AT, 7)))
    assert [(s.file, s.sequence) for s in taken.submissions] == [("报表.xlsx", 1), ("报表1.xlsx", 2)]
    assert value(context) == 7
    assert f"2023-06-{CODE}-01" in answers(context)[f"2023-06-{CODE}-02_已接收.html"]


def test_what_changed_is_listed_cell_by_cell(context: RunContext) -> None:
    """The month and the receipt show each changed cell with both texts."""
    send(context, good(UNIT), changed(Edit("figures", AT, 7)))
    (row,) = month(context).amendments.to_dict("records")
    before = str(sample(UNIT).figures[AT])
    assert [row[k] for k in ("indicator", "measure", "before", "after", "cell")] == [*AT, before, "7", "E5"]
    assert "E5" in answers(context)[f"2023-06-{CODE}-02_已接收.html"]


def test_a_failed_correction_leaves_the_accepted_report_standing(context: RunContext) -> None:
    """The receipt of the correction says so; the figures are those accepted before."""
    send(context, good(UNIT))
    (failed,) = send(context, changed(wrong())).submissions
    assert failed.result == "returned"
    assert value(context) == sample(UNIT).figures[AT]
    status = month(context).units[CODE]
    assert (status.submission_id, status.returned_again) == (f"2023-06-{CODE}-01", True)
    assert f"（回执 2023-06-{CODE}-01）仍然有效" in answers(context)[f"2023-06-{CODE}-02_退回.html"]


def test_old_findings_leave_what_is_current_and_stay_in_the_history(context: RunContext) -> None:
    """After the corrected report nothing is open; the register still knows what was wrong."""
    send(context, changed(wrong()))
    assert [f.cell for f in month(context).findings] == ["E5"]
    send(context, good(UNIT))
    assert month(context).findings == ()
    with context.engine.connect() as connection:
        first = f"2023-06-{CODE}-01"
        assert [f.cell for f in queries.findings(connection, [first])[first]] == ["E5"]
    assert list(answers(context)) == [f"2023-06-{CODE}-02_已接收.html"]
    kept = context.home.inbox / UNIT / inbox.ANSWERS / HISTORY
    assert sorted(p.name for p in kept.iterdir()) == [
        f"2023-06-{CODE}-01_退回.html",
        f"2023-06-{CODE}-01_退回_报表.xlsx",
    ]


def test_after_sealing_a_report_is_held(context: RunContext) -> None:
    """It is kept, answered and not counted, until the office reopens the month."""
    send(context, good(UNIT))
    put_in_place(context, month(context), month_outputs(month(context)))
    seal.seal(context, JUNE)
    (held,) = send(context, changed(Edit("figures", AT, 7))).submissions
    assert (held.held, held.accepted) == (True, False)
    assert value(context) == sample(UNIT).figures[AT]
    assert "是否采用由市局决定" in answers(context)[f"2023-06-{CODE}-02_已留存.html"]
    with context.engine.connect() as connection:
        july = merge(connection, JUNE.following).amendments
    # The next month says that a correction of the sealed one has come.
    assert list(july["to_submission"].unique()) == [held.submission_id]
    assert (AT in set(zip(july["indicator"], july["measure"], strict=True))) is True
    assert seal.reopen(context, JUNE, "更正差错") == [held.submission_id]
    assert value(context) == 7


def test_late_is_marked_and_a_later_correction_is_not_late(context: RunContext) -> None:
    """Late is who had no acceptable report in time."""
    send(context, good(UNIT))
    late = at(context, day=20)
    (corrected,) = send(late, changed(Edit("figures", AT, 7))).submissions
    send(late, good("知识产权保护科"), unit="知识产权保护科")
    assert corrected.late
    assert (month(context).units[CODE].late, month(context).units["4110K1"].late) == (False, True)


def test_a_correction_after_the_deadline_is_said_to_be_one(
    context: RunContext, capsys: pytest.CaptureFixture[str]
) -> None:
    """By receipt, terminal and month alike: only who had nothing acceptable in time is late."""
    send(context, good(UNIT))
    late = at(context, day=20)
    taken = send(late, changed(Edit("figures", AT, 7)))
    other = send(late, good("知识产权保护科"), unit="知识产权保护科")
    receipts = answers(context) | answers(context, "知识产权保护科")
    mine = receipts[f"2023-06-{CODE}-02_已接收.html"]
    assert "更正：原报表按期报送（报送期限 2023年7月5日）" in mine
    assert "逾期" not in mine
    assert "逾期报送" in receipts["2023-06-4110K1-01_已接收.html"]
    again = send(late, changed(wrong()))
    returned = answers(context)[f"2023-06-{CODE}-03_退回.html"]
    assert ("原报表按期报送" in returned, "，期限为" in returned) == (True, False)
    for one, said in ((taken, "更正"), (other, "迟报"), (again, "更正")):
        print_summary(context.home, one)
        assert f"，{said}，回执" in capsys.readouterr().out
    sent = month(context).submissions
    assert set(sent.loc[sent["late"], "submission_id"]) == {"2023-06-4110K1-01"}


def test_a_late_report_s_correction_is_late_too(context: RunContext) -> None:
    """Nothing acceptable had come in time, but what was returned."""
    send(context, changed(wrong()))
    send(at(context, day=20), good(UNIT))
    send(at(context, day=21), changed(Edit("figures", AT, 7)))
    assert "逾期报送" in answers(context)[f"2023-06-{CODE}-03_已接收.html"]
    assert month(context).units[CODE].late


def test_what_waits_for_the_office_is_seen_in_the_unit_s_line(
    context: RunContext, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A corrected report that came after sealing does not leave the returned one alone there."""
    monkeypatch.delenv("YAODIAN_DATABASE_URL", raising=False)
    send(context, changed(wrong()))
    put_in_place(context, month(context), month_outputs(month(context)))
    seal.seal(context, JUNE)
    assert month(context).units[CODE].held == ()
    (held,) = send(at(context, hour=11), good(UNIT)).submissions
    assert show_status(context.home, str(JUNE), as_json=False) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith(UNIT)]
    assert "退回待改（封存后另有报送待定）" in line
    assert show_status(context.home, str(JUNE), as_json=True) == 0
    (told,) = [one for one in json.loads(capsys.readouterr().out)["units"] if one["code"] == CODE]
    assert (told["state"], told["held"]) == ("returned", [held.submission_id])
    seal.reopen(context, JUNE, "补正")
    status = month(context).units[CODE]
    assert (status.held, status.submission_id) == ((), held.submission_id)


def test_files_in_the_inbox_itself_by_their_cover(context: RunContext) -> None:
    """Where the office allows it, the cover says whose report it is; the answer goes to the unit's folder."""
    drop(context.home.root, "随手放的.xlsx", good(UNIT))
    (taken,) = take_in(context, wishes(root_files="by_cover")).submissions
    assert (taken.unit_code, taken.result) == (CODE, "accepted")
    assert f"2023-06-{CODE}-01_已接收.html" in answers(context)
    assert not (context.home.inbox / "随手放的.xlsx").exists()


def test_an_archive_stays_until_all_of_it_is_answered(
    context: RunContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reports out of one archive are drops of their own, and leave the inbox together."""
    path = drop(
        context.home.root,
        f"{UNIT}/六月.zip",
        packed(**{"报表.xlsx": good(UNIT), "照片.png": b"\x89PNG\r\n\x1a\n"}),
    )
    seen: list[bool] = []
    removed = inbox.remove
    monkeypatch.setattr(inbox, "remove", lambda one: seen.append(path.exists()) or removed(one))
    taken = take_in(context)
    assert [s.file for s in taken.submissions] == ["六月.zip/报表.xlsx"]
    assert [q.file for q in taken.quarantined] == ["六月.zip/照片.png"]
    assert (seen, path.exists()) == ([True], False)
    with context.engine.connect() as connection:
        assert queries.unclosed_keys(connection) == set()


def test_what_came_in_an_archive_is_proved_by_rebuilding(context: RunContext) -> None:
    """A month with reports out of archives, repeats and corrections is rebuilt from the originals alone."""
    drop(context.home.root, f"{UNIT}/六月.zip", packed(**{"报表.xlsx": good(UNIT)}))
    take_in(context)
    send(context, changed(wrong()), good(UNIT), good(UNIT))
    put_in_place(context, month(context), month_outputs(month(context)))
    assert verify(context.home, context.engine, JUNE) == []


def test_a_report_on_which_validation_fails_costs_itself_only(context: RunContext) -> None:
    """It is returned as 系统未能处理, the others are judged, and the run does not pass for clean."""
    drop(context.home.root, "知识产权保护科/报表.xlsx", good("知识产权保护科"))
    taken = send(context, changed(fatal()))
    assert {s.unit_code: s.result for s in taken.submissions} == {"4110K1": "accepted", CODE: "returned"}
    assert taken.unevaluated == [f"2023-06-{CODE}-01"]
    assert "系统未能处理" in answers(context)[f"2023-06-{CODE}-01_退回.html"]


def test_a_file_too_large_to_be_read_is_kept_without_passing_through_memory(
    context: RunContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is archived piece by piece and lies in quarantine; no whole copy of it is ever held."""
    path = drop(context.home.root, f"{UNIT}/大.xlsx", b"")
    os.truncate(path, Limits().file_bytes + 1)
    os.utime(path, (NOW.timestamp() - 60, NOW.timestamp() - 60))
    for module, name in ((inbox, "read"), (archive, "fetch"), (archive, "store")):
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("held in memory"))
    (aside,) = take_in(context).quarantined
    assert (aside.code, aside.size) == ("too_large", Limits().file_bytes + 1)
    assert (context.home.quarantine / "Q00001_大.xlsx").stat().st_size == aside.size


def test_a_file_beyond_the_offices_limit_stays_and_is_named(context: RunContext) -> None:
    """It must not fill the disk: it lies where it lay; the run says so, and a note while it lies there."""
    path = drop(context.home.root, f"{UNIT}/巨.xlsx", b"")
    os.truncate(path, 2 * 2**20)
    taken = take_in(context, wishes(largest_mb=1))
    assert taken.refused == ((f"{UNIT}/巨.xlsx", "有 2 MB，超过收件上限 1 MB"),)
    assert path.exists()
    note = context.home.inbox / UNIT / inbox.ANSWERS / NOTE
    assert "巨.xlsx：有 2 MB，超过收件上限 1 MB" in note.read_text("utf-8-sig")
    path.unlink()
    take_in(context)
    assert not note.exists()


@pytest.mark.parametrize("what", ["link", "file"])
def test_answers_never_go_through_what_a_unit_laid_in_their_place(
    context: RunContext, tmp_path: Path, what: str
) -> None:
    """A link or a file named 回执 keeps that unit from its answer, and nobody else."""
    place = context.home.inbox / UNIT / inbox.ANSWERS
    place.parent.mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if what == "link":
        place.symlink_to(elsewhere, target_is_directory=True)
    else:
        place.write_text("x", "utf-8")
    drop(context.home.root, "知识产权保护科/报表.xlsx", good("知识产权保护科"), second=9)
    with pytest.raises(OSError, match="请移开"):
        send(context, good(UNIT))
    assert list(elsewhere.iterdir()) == []
    assert (context.home.inbox / UNIT / "报表.xlsx").exists()
    assert list(answers(context, "知识产权保护科")) == ["2023-06-4110K1-01_已接收.html"]
    place.unlink()
    assert take_in(context).submissions == []
    assert f"2023-06-{CODE}-01_已接收.html" in answers(context)


def test_files_that_end_their_reader_are_answered_and_the_others_merged(
    context: RunContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past a guard that lets everything through, both kinds of parser-killing file cost themselves only."""
    wide = Limits(ratio=10**9, cells=10**15, unpacked_bytes=2**31, memory=600 * 2**20, seconds=6)
    monkeypatch.setattr(collect, "Limits", lambda: wide)
    drop(context.home.root, "魏都区/远.xlsx", files.far_cell())
    drop(context.home.root, "魏都区/参差.xlsx", files.hidden_ragged())
    taken = send(context, good(UNIT))
    assert [(q.code, "系统未能处理" in q.reason) for q in taken.quarantined] == [("unprocessable", True)] * 2
    assert [s.result for s in taken.submissions] == ["accepted"]


def test_a_clock_that_is_ahead_keeps_no_report_waiting(context: RunContext) -> None:
    """A time in the future proves nothing: the file is watched, and taken when it does not change."""
    path = drop(context.home.root, f"{UNIT}/报表.xlsx", good(UNIT))
    os.utime(path, (time.time() + 86_400, time.time() + 86_400))
    assert [s.result for s in take_in(context, wishes(settle_seconds=0.05)).submissions] == ["accepted"]


def test_folders_without_end_are_named_and_not_followed(context: RunContext) -> None:
    """Below some depth nobody sorts reports."""
    drop(context.home.root, "/".join([UNIT, *"1234567", "报表.xlsx"]), good(UNIT))
    taken = take_in(context)
    assert [place for place, reason in taken.refused if "太深" in reason] == [f"{UNIT}/1/2/3/4/5/6"]


def test_all_six_states_of_status(context: RunContext, registry: Registry) -> None:
    """Reported, confirmed zero, missing, late, returned and not applicable, by what the cells hold."""
    report = sample("魏都区")
    idle = {("4506", "status"): "未启动", ("4506", "document"): None, ("4506", "completed_on"): None}
    idle |= {key: 0 for key in report.figures if key[0] in ("4501", "4502", "4503", "4504", "4505")}
    drop(
        context.home.root,
        "魏都区/报表.xlsx",
        written(report, [Edit("figures", key, value) for key, value in idle.items()]),
    )
    drop(context.home.root, f"{UNIT}/报表.xlsx", changed(wrong()))
    take_in(context)
    send(at(context, day=20), good("知识产权保护科"), unit="知识产权保护科")
    states = month(context).work_point_states
    assert states["411002", "3.1"] == "REPORTED"
    assert states["411002", "4.5"] == "CONFIRMED_ZERO"
    assert states["411003", "3.1"] == "MISSING"
    assert states["4110K1", "1.1"] == "LATE"
    assert states[CODE, "1.1"] == "RETURNED"
    assert states["4110K1", "3.3"] == "NOT_APPLICABLE"
    assert set(states.values()) == set(STATE_TITLES)


def test_wrong_is_wrong() -> None:
    """The rule of these tests breaks the report that it is meant to break."""
    assert sample(UNIT).figures[AT] not in (WRONG, None)


def test_nothing_is_left_of_temporary_files(context: RunContext) -> None:
    """An undisturbed run leaves none."""
    send(context, good(UNIT))
    assert not [name for name in tree(context.home.root) if name.endswith(".part")]
