"""One intake over everything that messy input knows: the good is merged, the rest answered as promised."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.consolidation.month import Month
from flows.intake import inbox
from flows.intake.collect import IntakeSummary
from flows.platform.context import RunContext
from flows.reading import Limits
from flows.register import archive
from flows.register.queries import Quarantined, Submission
from schemas import Registry
from tests.intake import corpus
from tests.intake.corpus import CASES, LITTER, Case
from tests.intake.run import consolidated, context_at, take_in, tree


@dataclass(frozen=True, repr=False)
class Run:
    context: RunContext
    taken: IntakeSummary
    month: Month
    contents: dict[str, bytes]

    @property
    def box(self) -> Path:
        return self.context.home.inbox

    def entry(self, case: Case) -> Submission | Quarantined:
        """What the register has of the case: of an archive, its only report."""
        everything = [*self.taken.submissions, *self.taken.quarantined]
        found = [e for e in everything if _is_of(e, case)]
        assert len(found) == 1, found
        return found[0]


def _is_of(entry: Submission | Quarantined, case: Case) -> bool:
    place = f"{entry.folder}/{entry.file}".lstrip("/")
    return place == case.place or place.startswith(f"{case.place}/")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = tmp_path_factory.mktemp("corpus")
    corpus.lay_out_corpus(root / "home", root / "outside")
    contents = tree(root / "home" / "inbox")
    context = context_at(root / "home")
    taken = take_in(context)
    return Run(context, taken, consolidated(context), contents)


@pytest.mark.parametrize("case", CASES, ids=[case.place for case in CASES])
def test_each_is_answered_as_promised(run: Run, case: Case) -> None:
    """Result or code, a receipt beside it, the original kept, the file gone from the inbox."""
    entry = run.entry(case)
    assert (entry.result if isinstance(entry, Submission) else entry.code) == case.outcome
    assert not (run.box / case.place).exists()
    kept = archive.fetch(run.context.home.archive, entry.file_sha256)
    assert len(kept) == entry.size
    number = entry.submission_id if isinstance(entry, Submission) else f"Q{entry.number:05d}"
    folder = run.box.joinpath(*case.place.split("/")[:-1][:1], inbox.ANSWERS)
    (page,) = folder.rglob(f"{number}_*.html")
    assert entry.file_sha256 in page.read_text("utf-8")


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.outcome not in ("accepted", "returned")], ids=lambda case: case.place
)
def test_what_is_no_report_lies_in_quarantine_with_its_reason(run: Run, case: Case) -> None:
    """The file byte for byte, and beside it why and what to do."""
    entry = run.entry(case)
    assert isinstance(entry, Quarantined)
    kept = [p for p in run.context.home.quarantine.iterdir() if p.name.startswith(f"Q{entry.number:05d}_")]
    note, original = sorted(kept, key=lambda path: not path.name.endswith(".原因.txt"))
    assert archive.digest(original.read_bytes()) == entry.file_sha256
    assert entry.reason in note.read_text("utf-8")
    assert entry.action in note.read_text("utf-8").replace("\r\n", "\n")


def test_the_good_ones_are_merged(run: Run, registry: Registry) -> None:
    """Every unit whose report was right has its figures in the dataset, whatever else was dropped."""
    expected = {case.unit for case in CASES if case.unit}
    assert set(run.month.figures["unit"]) == expected
    assert {run.month.units[registry.unit_by_name[name].code].state for name in expected} == {"reported"}


def test_nothing_else_is_in_the_inbox_than_litter_links_and_answers(run: Run) -> None:
    """What was taken is gone; what is not ours to take lies where it lay."""
    left = {name for name in tree(run.box) if f"/{inbox.ANSWERS}/" not in f"/{name}"}
    assert left == {*LITTER, "知识产权促进科/链接.xlsx", "知识产权促进科/夹"}


def test_links_and_pipes_are_named(run: Run) -> None:
    """The run says what it did not take, and why."""
    assert [place for place, reason in run.taken.refused if reason] == [
        "知识产权促进科/夹",
        "知识产权促进科/管道.xlsx",
        "知识产权促进科/链接.xlsx",
    ]


def test_no_byte_that_was_dropped_is_lost(run: Run) -> None:
    """Each file of the inbox is in the archive under its own hash, archives too."""
    for case in CASES:
        content = run.contents[case.place]
        assert archive.fetch(run.context.home.archive, archive.digest(content)) == content


def test_workers_keep_to_their_memory(run: Run) -> None:
    """No process that read a file held more than a worker may have."""
    assert run.taken.submissions
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < Limits().memory


def test_names_of_any_kind_are_kept_and_shown(run: Run) -> None:
    """A name with quotes, markup and a line end is kept as it is and shown as text."""
    case = next(c for c in CASES if c.place.startswith("市维权保护中心/"))
    assert run.entry(case).file == case.place.rpartition("/")[2]
    pages = [p.read_text("utf-8") for p in (run.box / "市维权保护中心" / inbox.ANSWERS).rglob("*.html")]
    assert pages
    assert all("<b>%s" not in page for page in pages)


def test_names_in_chinese_archives_are_read(run: Run) -> None:
    """A name written as GBK without a flag is shown as it was meant."""
    case = next(c for c in CASES if c.place.startswith("东城区分局/"))
    assert run.entry(case).file == "报表.zip/六月报表.xlsx"


def test_the_next_run_finds_nothing_to_do(run: Run) -> None:
    """A second intake takes nothing and changes no file."""
    before = tree(run.context.home.root)
    again = take_in(run.context)
    assert (again.submissions, again.quarantined) == ([], [])
    assert tree(run.context.home.root) == before
