"""Answers every recorded drop: receipt, marked copy, and only then out of the inbox.

All is built from the register and the archive, never from what a run holds in memory, so that a
run after a crash gives the same answer.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

import schemas
from flows import archive, durable, inbox
from flows.amendments import amendments
from flows.answer.model import Answer, Change, Repair, Result
from flows.answer.quarantine import quarantine_note
from flows.answer.receipt import receipt
from flows.answer.returned import returned_copy
from flows.answer.safe_text import single_line
from flows.arrange import newest_registry
from flows.deadline import deadline
from flows.desk import Desk
from flows.home import Home
from flows.inbox import Drop
from flows.reading.model import Counts
from flows.register import store, tables
from flows.register.store import Quarantined, Submission
from schemas import Period
from schemas.models import MEASURE_TITLES
from validations.findings import SEVERITY_ORDER, Finding

#: Earlier answers about the same month are kept here, below 回执.
HISTORY = "历史"
_UNFIT = re.compile(r'[\\/:*?"<>|]|[. ]+$')


def answer_all(desk: Desk, drops: Sequence[Drop]) -> None:
    """Answer each recorded drop, take it out of the inbox, close it in the register.

    A folder that can't be written keeps nobody else from an answer: the first such failure is
    raised when all others are done, and those not yet closed are answered by the next run.
    """
    going = _Going(desk, drops)
    with desk.engine.connect() as connection:
        unclosed = store.submissions(connection, unclosed=True)
        refused = store.quarantined(connection, unclosed=True)
    failures: list[Exception] = []
    waiting: list[Submission | Quarantined] = [*unclosed, *refused]
    for entry in waiting:
        try:
            if isinstance(entry, Submission):
                with desk.engine.connect() as connection:
                    answer = _answer(connection, entry)
                _give(desk, entry, answer)
            else:
                _set_aside(desk, entry)
            going.answered(entry.drop_key)
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - raised below, when the others have their answers
            failures.append(error)
    if failures:
        raise failures[0]


class _Going:
    """Files leave the inbox when all that was in them has been answered: a .zip holds several drops."""

    def __init__(self, desk: Desk, drops: Sequence[Drop]) -> None:
        self._desk = desk
        self._by_key = {drop.key: drop for drop in drops}
        self._together: dict[Path, set[str]] = {}
        for drop in drops:
            self._together.setdefault(drop.waiting.path, set()).add(drop.key)
        self._answered: set[str] = set()

    def answered(self, key: str) -> None:
        self._answered.add(key)
        drop = self._by_key.get(key)
        keys = {key} if drop is None else self._together[drop.waiting.path]
        if not keys <= self._answered:
            return
        self._desk.fault("before-remove")
        if drop is not None:
            inbox.remove(drop)
        self._desk.fault("after-remove")
        with self._desk.engine.begin() as connection:
            store.close(connection, sorted(keys))


def _answer(connection: Connection, submission: Submission) -> Answer:
    period = Period.parse(submission.period)
    registry = schemas.load(period.year)
    chain = store.submissions(connection, period=period, unit_code=submission.unit_code)
    before = [s for s in chain if s.sequence < submission.sequence]
    accepted = [s for s in before if s.accepted]
    found = store.findings(connection, [submission.submission_id]).get(submission.submission_id, [])
    result: Result = "late_after_seal" if submission.held else _result(submission)
    form = registry.form
    returned = result == "returned"
    return Answer(
        number=submission.submission_id,
        received_at=submission.received_at,
        unit=registry.unit[submission.unit_code].name,
        period=period.chinese,
        file=submission.file,
        sha256=submission.file_sha256,
        size=submission.size,
        result=result,
        issuer=registry.issuer,
        deadline=deadline(registry, period).isoformat(),
        late=submission.late,
        counts=Counts(**submission.counts),
        findings=tuple(sorted(found, key=_seriousness)),
        repairs=_repairs(connection, submission),
        changes=_changes(connection, submission, before),
        replaces=accepted[-1].submission_id if accepted and submission.accepted else "",
        same_as=before[-1].submission_id if result == "repeated" and before else "",
        standing=accepted[-1].submission_id if accepted and returned else "",
        returned_file=_marked_name(submission) if returned else "",
        result_sheet=form.sheets["result"].title,
    )


def _result(submission: Submission) -> Result:
    names: dict[str, Result] = {
        "accepted": "accepted",
        "queried": "queried",
        "returned": "returned",
        "repeated": "repeated",
    }
    return names[submission.result]


def _seriousness(one: Finding) -> tuple[bool, int, str, str]:
    return (one.status != "open", SEVERITY_ORDER[one.severity], one.sheet, one.code)


def _repairs(connection: Connection, submission: Submission) -> tuple[Repair, ...]:
    ids = [submission.submission_id]
    repairs: list[Repair] = []
    for table in (tables.figures, tables.progress):
        for row in store.frame(connection, table, ids).to_dict("records"):
            if row["state"] == "normalised":
                used = row["text"] if row.get("value") is None or row["text"] else f"{row['value']:.15g}"
                repairs.append(Repair(row["sheet"], row["cell"], row["raw"], str(used)))
    for row in store.frame(connection, tables.ledger_rows, ids).to_dict("records"):
        for value, text, raw, state, cell in row["cells"].values():
            if state == "normalised":
                used = text if value is None else f"{value:.15g}"
                repairs.append(Repair(row["sheet"], cell, raw, str(used or "")))
    return tuple(repairs)


def _changes(
    connection: Connection, submission: Submission, before: Sequence[Submission]
) -> tuple[Change, ...]:
    if submission.result == "repeated":
        return ()
    registry = schemas.load(Period.parse(submission.period).year)
    earlier = [s for s in before if s.result != "repeated"][-1:]
    rows = amendments(connection, registry, [*earlier, submission])
    return tuple(
        Change(
            indicator=row["indicator"],
            name=registry.indicator[row["indicator"]].name,
            measure=MEASURE_TITLES[row["measure"]],
            before=row["before"],
            after=row["after"],
            sheet=row["sheet"],
            cell=row["cell"],
        )
        for row in rows.to_dict("records")
    )


def _give(desk: Desk, submission: Submission, answer: Answer) -> None:
    name = f"{submission.submission_id}_{_short(answer.result)}.html"
    files = {name: receipt(answer)}
    if answer.result == "returned":
        original = archive.fetch(desk.home.archive, submission.file_sha256)
        files[_marked_name(submission)] = returned_copy(
            original,
            submission.format,
            answer.findings,
            title=f"{answer.unit} {answer.period}",
            form=newest_registry().form,
        )
    place = answers_folder(desk.home, submission.folder, submission.unit_code)
    _own_folder(place)
    if answer.result != "repeated":
        _clear_away(place, f"{submission.period}-{submission.unit_code}-", set(files))
    for file, content in files.items():
        durable.write(desk.home.receipts / submission.period / file, content)
        durable.write(place / file, content)
        desk.fault("between-answers")
    desk.fault("after-answer")


def _short(result: Result) -> str:
    return {
        "accepted": "已接收",
        "queried": "已接收",
        "returned": "退回",
        "repeated": "重复报送",
        "late_after_seal": "已留存",
        "quarantined": "未能受理",
    }[result]


def _marked_name(submission: Submission) -> str:
    # The identifier first: the tidying-up below and a person sorting by name both go by it.
    return f"{submission.submission_id}_退回_{_fitting(PurePosixPath(submission.file).stem)}.xlsx"


def answers_folder(home: Home, folder: str, unit_code: str = "") -> Path:
    """Where a unit looks for its answers: 回执 in the folder that it dropped into."""
    if not folder and unit_code:
        return home.inbox / newest_registry().unit[unit_code].short / inbox.ANSWERS
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


def _fitting(name: str) -> str:
    """The end of a name, short enough that a prefix and a suffix still fit in 255 bytes.

    What Windows, on whose shares these lie, does not take in a name is replaced.
    """
    name = _UNFIT.sub("_", single_line(name, len(name)))
    while len(name.encode()) > 180:
        name = name[1:]
    return name


def _set_aside(desk: Desk, entry: Quarantined) -> None:
    """The file itself, its reason beside it, and a receipt where it was dropped."""
    name = f"Q{entry.number:05d}_{_fitting(entry.file)}"
    note = quarantine_note(
        entry.reason,
        entry.action,
        file=entry.file,
        sha256=entry.file_sha256,
        received_at=entry.received_at,
    )
    archive.copy(desk.home.archive, entry.file_sha256, desk.home.quarantine / name)
    durable.write(desk.home.quarantine / f"{name}.原因.txt", note.encode())
    registry = newest_registry()
    unit = registry.unit_by_name.get(entry.folder.split("/", 1)[0])
    answer = Answer(
        number=f"Q{entry.number:05d}",
        received_at=entry.received_at,
        unit=unit.name if unit else entry.folder or "（收件箱）",
        period="",
        file=entry.file,
        sha256=entry.file_sha256,
        size=entry.size,
        result="quarantined",
        issuer=registry.issuer,
        reason=entry.reason,
        action=entry.action,
    )
    place = _own_folder(answers_folder(desk.home, entry.folder))
    durable.write(place / f"{answer.number}_{_short('quarantined')}.html", receipt(answer))
    desk.fault("after-answer")
