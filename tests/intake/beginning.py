"""A home in which June's reports wait, run whole, and compared byte for byte."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from flows.demo.edits import Edit
from tests.intake.corpus import packed
from tests.intake.run import (
    JUNE,
    MAY,
    NOW,
    consolidated,
    context_at,
    drop,
    dump,
    good,
    sample,
    take_in,
    tree,
    written,
)

#: The register as SQL, and every file.
State = tuple[list[str], dict[str, bytes]]


def begin(root: Path) -> Path:
    """May is done; June's reports wait: right, wrong, corrected, repeated, packed, and strays."""
    drop(root, "魏都区/五月.xlsx", good("魏都区", MAY))
    may = context_at(root, NOW.replace(month=6))
    take_in(may)
    consolidated(may, MAY)
    may.engine.dispose()
    wrong = written(sample("魏都区"), [Edit("figures", ("3105", "month"), 999)])
    drop(root, "魏都区/六月.xlsx", wrong, second=1)
    drop(root, "魏都区/六月（改）.xlsx", good("魏都区"), second=2)
    drop(root, "知识产权保护科/报表.xlsx", good("知识产权保护科"), second=3)
    drop(root, "知识产权保护科/报表 - 副本.xlsx", good("知识产权保护科"), second=4)
    archive = packed(**{"保护中心.xlsx": good("市维权保护中心"), "说明.txt": b"see above"})
    drop(root, "市维权保护中心/六月.zip", archive, second=5)
    drop(root, "长葛市/照片.xlsx", b"\x89PNG\r\n\x1a\n", second=6)
    return root


def state(root: Path) -> State:
    """The register and every file."""
    context = context_at(root)
    try:
        register = dump(context)
    finally:
        context.engine.dispose()
    return register, tree(root)


def whole_run(root: Path, fault: Callable[[str], None] = lambda _point: None) -> None:
    """Intake and consolidation of June."""
    context = context_at(root, fault=fault)
    take_in(context)
    consolidated(context, JUNE)
    context.engine.dispose()


def copied(start: Path, beside: Path) -> Path:
    return Path(shutil.copytree(start, beside / "home", symlinks=True))


def check(root: Path, undisturbed: State, where: str) -> None:
    register, files = state(root)
    assert register == undisturbed[0], where
    assert sorted(files) == sorted(undisturbed[1]), where
    assert [name for name in files if files[name] != undisturbed[1][name]] == [], where
