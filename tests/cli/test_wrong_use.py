"""What the office mistypes on the command line or in its environment is one Chinese line and status 2."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli.app import run
from flows.platform import environment
from flows.platform.exit_codes import REFUSED, WRONG_USE
from schemas import RegistryError

ON_WHAT_IS_THERE = (
    ("status", "2023-06"),
    ("chase", "2023-06"),
    ("chase", "2023-06", "--dry-run"),
    ("trace", "2023-06", "魏都区", "3105"),
    ("seal", "2023-06"),
    ("reopen", "2023-06", "--reason", "更正"),
    ("verify", "2023-06"),
)


@pytest.mark.parametrize("arguments", ON_WHAT_IS_THERE, ids=" ".join)
def test_a_folder_that_is_no_home_is_refused(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistyped --home is not a home in which nobody has reported, and is not made one."""
    home = tmp_path / "nohome"
    assert run([*arguments, "--home", str(home)]) == WRONG_USE
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 1)
    assert f"{home.resolve()} 里既没有 inbox/ 也没有 outputs/，请检查 --home" in told.err
    assert not home.exists()


@pytest.mark.parametrize("there", ["inbox", "outputs"])
def test_a_new_home_answers_that_nobody_has_reported(
    there: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fresh checkout, or one whose inbox is still to come, is a home."""
    (tmp_path / there).mkdir()
    assert run(["status", "2023-06", "--home", str(tmp_path)]) == 0
    assert "未报 12" in capsys.readouterr().out


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reopening_without_a_reason_is_wrong_use(
    reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing was refused: nothing was asked."""
    (tmp_path / "inbox").mkdir()
    assert run(["reopen", "2023-06", "--reason", reason, "--home", str(tmp_path)]) == WRONG_USE
    assert "--reason 要写明启封的原因" in capsys.readouterr().err
    assert run(["reopen", "2023-06", "--reason", "更正", "--home", str(tmp_path)]) == REFUSED


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("YAODIAN_LOCK_SECONDS", "abc", "应为不小于 0 的秒数，如 600，现为“abc”"),
        ("YAODIAN_LOCK_SECONDS", "-1", "应为不小于 0 的秒数"),
        ("YAODIAN_LOCK_SECONDS", "nan", "应为不小于 0 的秒数"),
        ("YAODIAN_NOW", "昨天", "应为时刻，如 2023-07-15T09:00:00+08:00，现为“昨天”"),
        ("YAODIAN_DATABASE_URL", "登记库", "应为数据库地址"),
    ],
)
def test_a_wrong_value_of_the_environment_is_named(
    name: str,
    given: str,
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Which variable, what it should be and what it is."""
    (tmp_path / "inbox").mkdir()
    monkeypatch.setenv(name, given)
    assert run(["chase", "2023-06", "--dry-run", "--home", str(tmp_path)]) == WRONG_USE
    told = capsys.readouterr().err
    assert f"设置有误：环境变量 {name}：{expected}" in told
    assert len(told.splitlines()) == 1


def test_no_password_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that can't be read may hold one."""
    monkeypatch.setenv("YAODIAN_DATABASE_URL", "postgresql:/yaodian:geheim@db/yaodian")
    with pytest.raises(RegistryError) as refused:
        environment.database_url()
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("arguments", [["status", "2023-06"], ["--help"], ["intake"]])
def test_a_system_without_limits_for_processes_is_one_line(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Windows, say: told at once, before anything is imported that isn't there."""
    monkeypatch.setattr(sys, "platform", "win32")
    assert run(arguments) == 2
    said = capsys.readouterr().err
    assert "只能在 Linux 或 macOS 上运行" in said
    assert len(said.splitlines()) == 1


def test_starting_imports_nothing_that_only_unix_has() -> None:
    """So that the line above is reached there."""
    code = (
        "import sys; sys.modules['resource'] = sys.modules['fcntl'] = None; sys.platform = 'win32'; "
        "from flows.cli.app import run; sys.exit(run(['intake']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
