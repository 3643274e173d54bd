"""Answers every recorded drop: receipt, marked copy, and only then out of the inbox.

All is built from the register and the archive, never from what a run holds in memory, so that a
run after a crash gives the same answer.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

import schemas
from flows.correspondence.marked_copies.parallel import Copied, Copy, copying
from flows.correspondence.receipts.compose import aside_name, compose_answer, known, marked_name
from flows.correspondence.receipts.model import Answer
from flows.correspondence.receipts.quarantine_note import quarantine_note
from flows.correspondence.receipts.receipt import receipt
from flows.intake import inbox
from flows.intake.inbox import Drop
from flows.platform.atomic_files import FsyncBatch
from flows.platform.context import RunContext
from flows.platform.home import Home
from flows.register import archive, queries, writes
from flows.register.queries import Quarantined, Submission
from flows.register.results import Result

_LOG = logging.getLogger(__name__)
#: Earlier answers about the same month are kept here, below 回执.
HISTORY = "历史"
#: Drops for which the register is asked, and answers are written, together.
_TOGETHER = 100


def deliver_answers(context: RunContext, drops: Sequence[Drop]) -> None:
    """Answer each recorded drop, take it out of the inbox, close it in the register.

    A folder that can't be written keeps nobody else from an answer: the first such failure is
    raised when all others are done, and those not yet closed are answered by the next run.
    """
    going = _Going(context, drops)
    with context.engine.connect() as connection:
        unclosed = queries.submissions(connection, unclosed=True)
        refused = queries.quarantined(connection, unclosed=True)
    failures: list[Exception] = []
    with copying() as copy:
        for some in _apart(unclosed):
            with context.engine.connect() as connection:
                told = known(connection, some)
                answers = [compose_answer(connection, submission, told) for submission in some]
            copies = _copies(context, some, answers, copy)
            works = [
                (submission.drop_key, partial(_give, context, submission, answer, copies))
                for submission, answer in zip(some, answers, strict=True)
            ]
            failures += _done(works, going)
    for start in range(0, len(refused), _TOGETHER):
        some_refused = refused[start : start + _TOGETHER]
        failures += _done(
            [(entry.drop_key, partial(_set_aside, context, entry)) for entry in some_refused], going
        )
    for other in failures[1:]:
        _LOG.error("nor could another drop be answered", exc_info=other)
    if failures:
        raise failures[0]


def _apart(submissions: Sequence[Submission]) -> Iterator[list[Submission]]:
    """In order, some at a time, never two of a unit for one month: the later answer displaces the other."""
    some: list[Submission] = []
    chains: set[tuple[str, str]] = set()
    for submission in submissions:
        chain = submission.period, submission.unit_code
        if chain in chains or len(some) == _TOGETHER:
            yield some
            some, chains = [], set()
        some.append(submission)
        chains.add(chain)
    if some:
        yield some


#: Puts an answer's files among those written together; returns their paths.
Work = Callable[[FsyncBatch], list[Path]]


def _done(works: Sequence[tuple[str, Work]], going: _Going) -> list[Exception]:
    """Answers given and their drops closed; the failures where that could not be done."""
    failures: list[Exception] = []
    given: dict[str, list[Path]] = {}
    with FsyncBatch() as together:
        for key, work in works:
            try:
                given[key] = work(together)
            except SQLAlchemyError:
                raise
            except Exception as error:  # noqa: BLE001 - raised when the others have their answers
                failures.append(error)
        failed = together.settle()
    failures += failed.values()
    going.answered([key for key, paths in given.items() if not failed.keys() & set(paths)])
    return failures


class _Going:
    """Files leave the inbox when all that was in them has been answered: a .zip holds several drops."""

    def __init__(self, context: RunContext, drops: Sequence[Drop]) -> None:
        self._desk = context
        self._by_key = {drop.key: drop for drop in drops}
        self._together: dict[Path, set[str]] = {}
        for drop in drops:
            self._together.setdefault(drop.waiting.path, set()).add(drop.key)
        self._answered: set[str] = set()

    def answered(self, keys: Sequence[str]) -> None:
        """These have their answers: what is whole with them leaves the inbox and is closed."""
        self._answered.update(keys)
        closing: set[str] = set()
        for key in keys:
            drop = self._by_key.get(key)
            whole = {key} if drop is None else self._together[drop.waiting.path]
            if whole <= closing or not whole <= self._answered:
                continue
            self._desk.fault("before-remove")
            if drop is not None:
                inbox.remove(drop)
            self._desk.fault("after-remove")
            closing |= whole
        if closing:
            with self._desk.engine.begin() as connection:
                writes.mark_closed(connection, sorted(closing))


def _copies(
    context: RunContext,
    submissions: Sequence[Submission],
    answers: Sequence[Answer],
    copy: Callable[[Sequence[Copy]], list[Copied]],
) -> dict[str, Copied]:
    """The marked copies of those that go back, by submission."""
    going_back = [
        pair for pair in zip(submissions, answers, strict=True) if pair[1].result == Result.RETURNED
    ]
    copied = copy([_copy(context, *pair) for pair in going_back])
    return {submission.submission_id: one for (submission, _), one in zip(going_back, copied, strict=True)}


def _copy(context: RunContext, submission: Submission, answer: Answer) -> Copy:
    return Copy(
        context.home,
        submission.file_sha256,
        submission.format,
        answer.findings,
        f"{answer.unit} {answer.period}",
        schemas.newest().form,
    )


def _give(
    context: RunContext,
    submission: Submission,
    answer: Answer,
    copies: Mapping[str, Copied],
    together: FsyncBatch,
) -> list[Path]:
    name = f"{submission.submission_id}_{_short(answer.result)}.html"
    files = {name: receipt(answer)}
    if answer.result == Result.RETURNED:
        files[marked_name(submission)] = copies[submission.submission_id]()
    place = answers_folder(context.home, submission.folder, submission.unit_code)
    _own_folder(place)
    if answer.result != Result.REPEATED:
        _clear_away(place, f"{submission.period}-{submission.unit_code}-", set(files))
    written: list[Path] = []
    for file, content in files.items():
        for path in (context.home.receipts / submission.period / file, place / file):
            together.write(path, content)
            written.append(path)
        context.fault("between-answers")
    context.fault("after-answer")
    return written


def _short(result: Result) -> str:
    return {
        Result.ACCEPTED: "已接收",
        Result.QUERIED: "已接收",
        Result.RETURNED: "退回",
        Result.REPEATED: "重复报送",
        Result.LATE_AFTER_SEAL: "已留存",
        Result.QUARANTINED: "未能受理",
    }[result]


def answers_folder(home: Home, folder: str, unit_code: str = "") -> Path:
    """Where a unit looks for its answers: 回执 in the folder that it dropped into."""
    if not folder and unit_code:
        return home.inbox / schemas.newest().unit[unit_code].short / inbox.ANSWERS
    return home.inbox.joinpath(*folder.split("/")[:1], inbox.ANSWERS)


def _own_folder(place: Path) -> Path:
    """The folder, unless someone has laid a link or a file under its name; ``OSError`` then."""
    if place.is_symlink() or place.parent.is_symlink() or (place.exists() and not place.is_dir()):
        raise OSError(errno.ENOTDIR, "回执文件夹的位置上是链接或文件，请移开", str(place))
    return place


def _clear_away(place: Path, prefix: str, keep: set[str]) -> None:
    """Earlier answers about the same month go below 历史, so that only the current one is seen."""
    if not place.is_dir():
        return
    for path in sorted(place.iterdir()):
        if path.is_file() and path.name.startswith(prefix) and path.name not in keep:
            _own_folder(place / HISTORY).mkdir(exist_ok=True)
            path.replace(place / HISTORY / path.name)


def _set_aside(context: RunContext, entry: Quarantined, together: FsyncBatch) -> list[Path]:
    """The file itself, its reason beside it, and a receipt where it was dropped."""
    name = aside_name(entry)
    note = quarantine_note(
        entry.reason,
        entry.action,
        file=entry.file,
        sha256=entry.file_sha256,
        received_at=entry.received_at,
    )
    archive.copy(archive.open_archive(context.home), entry.file_sha256, context.home.quarantine / name)
    reason = context.home.quarantine / f"{name}.原因.txt"
    together.write(reason, note.encode())
    registry = schemas.newest()
    unit = registry.unit_by_name.get(entry.folder.split("/", 1)[0])
    answer = Answer(
        number=entry.receipt,
        received_at=entry.received_at,
        unit=unit.name if unit else entry.folder or "（收件箱）",
        period="",
        file=entry.file,
        sha256=entry.file_sha256,
        size=entry.size,
        result=Result.QUARANTINED,
        issuer=registry.issuer,
        reason=entry.reason,
        action=entry.action,
    )
    place = _own_folder(answers_folder(context.home, entry.folder))
    receipt_path = place / f"{answer.number}_{_short(Result.QUARANTINED)}.html"
    together.write(receipt_path, receipt(answer))
    context.fault("after-answer")
    return [reason, receipt_path]
