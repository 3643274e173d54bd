"""Whether another process goes by the same policy: a result by another one would be silently wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import schemas
from schemas import RegistryError

#: Year -> version, a digest of the policy's files.
Versions = Mapping[int, str]


def current_versions(years: Iterable[int]) -> Versions:
    """What this process goes by."""
    return {year: schemas.load(year).version for year in years}


def require_same_policy(expected: Versions) -> None:
    """:class:`schemas.RegistryError` when this process goes by another policy."""
    for year, version in sorted(expected.items()):
        if schemas.load(year).version != version:
            reason = f"工作进程上的 {year} 年要点登记与派发任务的机器不一致，请装成同一版本"
            raise RegistryError(f"schemas/{year}", "", reason)
