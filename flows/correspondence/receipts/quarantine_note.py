"""The note that lies beside a file that could not be taken."""

from __future__ import annotations

from flows.correspondence.receipts.model import chinese_time
from flows.platform.safe_text import clean, single_line


def quarantine_note(reason: str, action: str, *, file: str, sha256: str, received_at: str) -> str:
    """Plain text with Windows line ends, which old editors need; written as UTF-8.

    ``received_at`` is ISO 8601; raises ``ValueError`` where it is not.
    """
    lines = (
        "未能受理",
        "",
        f"文件：{single_line(file)}",
        f"收到时间：{chinese_time(received_at)}",
        f"原因：{clean(reason).text}",
        f"怎么办：{clean(action).text}",
        "",
        f"文件校验码（SHA-256）：{sha256}",
        "原文件已原样保存，没有删除，也没有计入任何数据。",
        "",
    )
    return "\r\n".join(line.replace("\n", "\r\n") for line in lines)
