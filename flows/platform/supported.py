"""Which systems this program runs on: those that can hold a reading process to limits of memory and time."""

from __future__ import annotations

import sys

_SUPPORTED = ("linux", "darwin")


def unsupported_system() -> str:
    """One Chinese line where this system is not supported; empty where it is."""
    if sys.platform in _SUPPORTED:
        return ""
    return f"本程序只能在 Linux 或 macOS 上运行，当前系统是 {sys.platform}；详见 docs/operation.md。"
