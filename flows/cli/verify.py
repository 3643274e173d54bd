"""``yaodian verify 2023-06``."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from flows.audit.seal import SealError
from flows.audit.verify import verify
from flows.cli import session
from flows.platform.errors import RefusedError
from flows.platform.home import Home
from flows.register.database import open_register


def verify_month(home: Home, text: str, key: Path | None) -> int:
    """0 when everything holds; 1 and a line for each difference.

    Opens a copy of the register, so that looking changes nothing, even on read-only media.
    """
    period = session.parse_period(text)
    session.require_home(home)
    own = home.outputs / "register.db"
    if session.database_url() is None and not own.is_file():
        raise RefusedError(f"{own} 不存在，没有可核对的登记库")
    with tempfile.TemporaryDirectory() as folder:
        url = session.database_url()
        if url is None:
            copy = Path(folder) / "register.db"
            copied(own, copy)
            url = f"sqlite:///{copy}"
        try:
            lines = verify(home, open_register(url), period, public_key=key.read_bytes() if key else None)
        except SealError as error:
            raise RefusedError(str(error)) from error
    for line in lines:
        print(line)
    told = f"有 {len(lines)} 处不符。" if lines else "与由原始文件重建的结果逐字节一致。"
    print(f"{period.chinese}：{told}")
    return 1 if lines else 0


def copied(register: Path, copy: Path) -> None:
    """What is committed of the register, and nothing that a run is writing just now, or was when it ended."""
    try:
        with (
            closing(sqlite3.connect(f"{register.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.OperationalError:
        journal = register.with_name(f"{register.name}-journal")
        if not journal.is_file():
            raise
        # A run was killed while it wrote, and none is at it now. What it had not finished is undone in
        # the copy, by SQLite itself when that is opened.
        copy.write_bytes(register.read_bytes())
        copy.with_name(f"{copy.name}-journal").write_bytes(journal.read_bytes())
