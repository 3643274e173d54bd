"""``yaodian demo``: two months of sample reports, dropped and worked through like real ones."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlalchemy import select

import schemas
from flows.cli import session
from flows.cli.intake import print_summary
from flows.cli.status import summary_line
from flows.demo.stage import Drop, stage
from flows.operation.prefect_setup import prefect_connection
from flows.outputs.file_names import workbook_name
from flows.platform import atomic_files
from flows.platform.context import OFFICE_TIME
from flows.platform.home import Home
from flows.platform.lock import home_lock
from flows.register import archive, tables
from flows.register.database import open_register
from schemas import Period

YEAR = 2023
MONTHS = (Period(YEAR, 5), Period(YEAR, 6))


def run_demo(home: Home) -> int:
    """Drop, take in as the days go by, consolidate both months, say where to look."""
    with home_lock(home), prefect_connection(home):
        from flows.operation.flows import consolidate_flow, intake_flow

        print("正在生成各单位 2023 年 5 月、6 月的示例报表……", flush=True)
        waiting = _new(home, stage(schemas.load(YEAR)))
        for moment, drops in _by_arrival(waiting):
            for drop in drops:
                path = home.inbox / drop.folder / drop.file
                atomic_files.write(path, drop.content)
                # As old as it is said to be, so that intake need not wait until nobody writes it any more.
                os.utime(path, times=(drop.arrival.timestamp(), drop.arrival.timestamp()))
            print(f"{moment:%Y-%m-%d} 收到 {len(drops)} 个文件", flush=True)
            flow = intake_flow(str(home.root), moment.isoformat(), session.actor())
            print_summary(home, session.run_flow(flow))
        for period in MONTHS:
            _, turnout, _ = session.run_flow(
                consolidate_flow(str(home.root), str(period), _after(period), session.actor())
            )
            print(summary_line(turnout))
    _where_to_look(home)
    return 0


def _new(home: Home, drops: Sequence[Drop]) -> list[Drop]:
    """Drops that the register does not hold yet, so that a second demo does not report twice."""
    with open_register(home.database_url(session.database_url())).connect() as connection:
        held = {
            sha256
            for table in (tables.submissions, tables.quarantined)
            for sha256 in connection.execute(select(table.c.file_sha256)).scalars()
        }
    return [drop for drop in drops if archive.digest(drop.content) not in held]


def _by_arrival(drops: Sequence[Drop]) -> Iterator[tuple[dt.datetime, list[Drop]]]:
    ordered = sorted(drops, key=lambda drop: drop.arrival)
    for _, group in groupby(ordered, key=lambda drop: drop.arrival.date()):
        same_day = list(group)
        yield same_day[-1].arrival, same_day


def _after(period: Period) -> str:
    """The moment at which the demo's office consolidates: the middle of the month after."""
    day = period.following.start + dt.timedelta(days=14)
    return dt.datetime.combine(day, dt.time(9), tzinfo=OFFICE_TIME).isoformat()


def _where_to_look(home: Home) -> None:
    newest = MONTHS[-1]
    folder = home.month(newest)
    for what, path in (
        ("考核汇总表", folder / workbook_name(newest)),
        ("数据集", folder / "dataset"),
        ("校验结果", folder / "findings.csv"),
        ("退回件和回执", home.inbox / "<单位>" / "回执"),
        ("审计站点", home.site / "index.html"),
    ):
        print(f"{what}：{path}")
    print(f"报送情况：yaodian status {newest}")
