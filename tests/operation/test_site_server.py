"""The auditor site on loopback: what may be seen, and what may not."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.operation.service.site_server import Site


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    for name in (
        "site/index.html", "2023-06/考核汇总表.xlsx", "archive/ab/abcd", "register.db",
        ".prefect/prefect.db", "site/.hidden", "receipts/2023-06/a.html",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")
    site = Site(tmp_path, 0)
    yield int(site.address.rsplit(":", 1)[1])
    site.stop()


def _get(port: int, path: str, host: str = "127.0.0.1") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", f"{host}:{port}")
    connection.endheaders()
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


@pytest.mark.parametrize(
    "path",
    ["/site/index.html", "/2023-06/%E8%80%83%E6%A0%B8%E6%B1%87%E6%80%BB%E8%A1%A8.xlsx", "/archive/ab/abcd"],
)
def test_the_site_the_months_and_the_originals_are_shown(port: int, path: str) -> None:
    """What the site's pages and Prefect's artifacts link to."""
    assert _get(port, path).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/register.db", "/.prefect/prefect.db", "/site/.hidden", "/receipts/2023-06/a.html", "/archive/",
        "/2023-06/", "/site/../register.db", "/site/%2e%2e/register.db", "//register.db", "/nothing",
    ],
)  # fmt: skip
def test_nothing_else_is_shown(port: int, path: str) -> None:
    """Neither the register nor hidden files, nor a listing of any folder."""
    assert _get(port, path).status == 404


def test_another_name_for_this_machine_is_refused(port: int) -> None:
    """A page elsewhere can't read the site by having its own name resolve to loopback."""
    assert _get(port, "/site/index.html", host="evil.example").status == 404


def test_the_root_leads_to_the_site(port: int) -> None:
    """So that the address alone is enough."""
    response = _get(port, "/")
    assert (response.status, response.getheader("Location")) == (302, "/site/index.html")


def test_originals_are_kept_not_shown(port: int) -> None:
    """What somebody sent is never run as a page of ours."""
    response = _get(port, "/archive/ab/abcd")
    assert response.getheader("Content-Disposition") == "attachment"
    assert response.getheader("X-Content-Type-Options") == "nosniff"
