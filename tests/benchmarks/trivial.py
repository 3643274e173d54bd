"""Prefect's own trivial flow: what is paid before anybody's work begins."""

from __future__ import annotations

from prefect import flow


@flow
async def nothing() -> None:
    """Do nothing."""


if __name__ == "__main__":
    import asyncio

    asyncio.run(nothing())
