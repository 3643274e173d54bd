"""``yaodian verify 2023-06``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flows.commands import session
from flows.commands.failures import RefusedError
from flows.home import Home
from flows.register.database import open_register
from flows.seal import SealError
from flows.verify import verify


def verify_month(home: Home, text: str, key: Path | None) -> int:
    """0 when everything holds; 1 and a line for each difference.

    Opens a copy of the register, so that looking changes nothing, even on read-only media.
    """
    period = session.the_period(text)
    own = home.outputs / "register.db"
    if session.database() is None and not own.is_file():
        raise RefusedError(f"{own} 不存在，没有可核对的登记库")
    with tempfile.TemporaryDirectory() as folder:
        url = session.database()
        if url is None:
            copy = Path(folder) / "register.db"
            copy.write_bytes(own.read_bytes())
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
