"""``yaodian intake``."""

from __future__ import annotations

from flows.cli import session
from flows.consolidation.status import RESULT_TITLES, sent_late
from flows.intake import inbox
from flows.intake.collect import IntakeSummary
from flows.operation.prefect_setup import prefect_connection
from flows.platform.home import Home
from flows.platform.lock import home_lock
from flows.register import queries
from flows.register.database import open_register
from schemas import Period


def take_in(home: Home) -> int:
    """Take in all that waits, once; returned reports are no failure."""
    with home_lock(home), prefect_connection(home, validating=anything_waits(home)):
        from flows.operation.flows import intake_flow

        taken = session.run_flow(intake_flow(str(home.root), session.now().isoformat(), session.actor()))
    print_summary(home, taken)
    return 0


def anything_waits(home: Home) -> bool:
    return bool(inbox.scan_inbox(home.inbox, {}).waiting)


def _corrections(home: Home, taken: IntakeSummary) -> frozenset[str]:
    """Those of what was taken in that came after the deadline, but correct a report that was in time."""
    after = [one for one in taken.submissions if one.late and one.sequence > 1]
    if not after:
        return frozenset()
    engine = open_register(home.database_url(session.database_url()))
    with engine.connect() as connection:
        chains = [
            (one, queries.submissions(connection, period=Period.parse(one.period), units=[one.unit_code]))
            for one in after
        ]
    engine.dispose()  # a service lasts
    return frozenset(one.submission_id for one, chain in chains if not sent_late(one, chain))


def print_summary(home: Home, taken: IntakeSummary) -> None:
    """Plain lines: what came of each file."""
    corrections = _corrections(home, taken)
    for one in taken.submissions:
        held = "，本月已封存，待市局决定" if one.held else ""
        late = "，迟报" if one.late else ""
        late = "，更正" if one.submission_id in corrections else late
        counts = f"（强制性 {one.errors}，核实性 {one.queries}）" if one.errors or one.queries else ""
        came = f"{RESULT_TITLES[one.result]}{counts}{late}{held}"
        print(f"{one.folder}/{one.file}：{came}，回执 {one.submission_id}")
    for aside in taken.quarantined:
        came = f"{RESULT_TITLES['quarantined']}，已移入 quarantine/"
        print(f"{aside.folder}/{aside.file}：{came}：{aside.reason}")
    for place, reason in taken.refused:
        print(f"{place}：未取，{reason}")
    for place in taken.unsettled:
        print(f"{place}：还在写入或被占用，下次再取")
    if not (taken.submissions or taken.quarantined or taken.unsettled or taken.refused):
        print("收件箱里没有新报表。")
