"""Proves that names are not repeated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from schemas.errors import RegistryError


def unique(file: str, key: str, values: Iterable[object]) -> None:
    """Raises :class:`RegistryError` naming every value that occurs more than once."""
    repeated = [str(value) for value, count in Counter(values).items() if count > 1]
    if repeated:
        raise RegistryError(file, key, f"重复：{'、'.join(repeated)}")
