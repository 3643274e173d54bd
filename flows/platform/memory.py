"""Collecting garbage seldom while a step makes very many values at once, and thoroughly after it."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: A collection for each 200,000 values that are new and still held, of all of them for the hundredth.
_SELDOM = (200_000, 10, 10)


@contextmanager
def infrequent_gc() -> Iterator[None]:
    """Within, what lived before is passed over by Python's collector, and it comes seldom.

    Also a decorator. A month's outputs are hundreds of thousands of small values without cycles, and
    some libraries keep a million objects: the collector, walking through all of them again and again,
    took two fifths of a month's time. It still comes, so that cycles can't fill the memory.
    """
    usual = gc.get_threshold()
    if usual == _SELDOM:
        # Within a step that has arranged it already.
        yield
        return
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def release_memory() -> None:
    """Let the system have what earlier steps have let go.

    After a province's reports are recorded, and after its month, a sixth of the memory is garbage in
    cycles, and another sixth lies between what is still used, where the C library would keep it.
    """
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's own
        if trim is not None:
            trim(0)
