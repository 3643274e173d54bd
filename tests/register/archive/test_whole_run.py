"""The main job with its originals in each kind of place: taken in, answered, proved, shown."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.audit.verify import verify
from flows.operation.service.site_server import Site
from flows.platform.home import Home
from flows.register import archive
from flows.register.archive import Place
from tests.intake.corpus import packed
from tests.intake.one_rule import one_rule, wrong
from tests.intake.run import JUNE, consolidated, context_at, drop, good, sample, take_in, tree, written
from tests.register.archive.test_archive import overwrite


@pytest.fixture(autouse=True)
def _one_rule() -> Iterator[None]:
    with one_rule():
        yield


def test_the_whole_job(place: Place, home: Home) -> None:
    """Accepted, returned, quarantined, out of an archive: each original is where it should be, and used."""
    sent = {
        "魏都区/六月.xlsx": good("魏都区"),
        "禹州市/六月.xlsx": written(sample("禹州市"), [wrong()]),
        "长葛市/照片.xlsx": b"\x89PNG\r\n\x1a\n",
        "市维权保护中心/六月.zip": packed(**{"保护中心.xlsx": good("市维权保护中心")}),
    }
    for second, (name, content) in enumerate(sent.items()):
        drop(home.root, name, content, second=second)
    context = context_at(home.root)
    taken = take_in(context)
    assert {s.folder: s.result for s in taken.submissions} == {
        "魏都区": "accepted",
        "禹州市": "returned",
        "市维权保护中心": "accepted",
    }
    assert [q.folder for q in taken.quarantined] == ["长葛市"]
    for content in sent.values():
        assert archive.fetch(place, archive.digest(content)) == content
    assert any(path.read_bytes() == sent["长葛市/照片.xlsx"] for path in home.quarantine.iterdir())
    assert list((home.inbox / "禹州市" / "回执").glob("*.xlsx"))
    elsewhere = place != home.archive
    assert home.archive.exists() is not elsewhere
    consolidated(context)
    assert verify(home, context.engine, JUNE) == []

    before = tree(home.root)
    assert take_in(context).submissions == []
    assert tree(home.root) == before

    sha256 = archive.digest(sent["魏都区/六月.xlsx"])
    shown(home, place if elsewhere else None, sha256, sent["魏都区/六月.xlsx"])
    overwrite(place, sha256, b"other")
    damaged = verify(home, context.engine, JUNE)
    assert any("原始文件损坏" in line and sha256 in line for line in damaged)
    assert damaged[-1] == "原始文件不完整，无法重建。"
    context.engine.dispose()


def shown(home: Home, elsewhere: Place | None, sha256: str, content: bytes) -> None:
    """The auditor site hands out the original, wherever it is, and says of others that there is none."""
    site = Site(home.outputs, 0, elsewhere)
    try:
        address = f"{site.address}/archive/{sha256[:2]}/{sha256}"
        with urllib.request.urlopen(address) as answer:
            assert answer.headers["Content-Disposition"] == "attachment"
            assert answer.read() == content
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(address.replace(sha256, "0" * 64))
    finally:
        site.stop()


def test_a_share_that_goes_away_costs_nothing(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that can't reach the archive fails and leaves the drop where it lies; the next one takes it."""
    shared = tmp_path / "share"
    monkeypatch.setenv("YAODIAN_ARCHIVE", str(shared))
    path = drop(home.root, "魏都区/六月.xlsx", good("魏都区"))
    context = context_at(home.root)
    with pytest.raises(OSError, match="存档文件夹不存在"):
        take_in(context)
    assert path.exists()
    shared.mkdir()
    assert [s.result for s in take_in(context).submissions] == ["accepted"]
    assert not path.exists()
    context.engine.dispose()
