"""Whose fault a failure is decides its form: one line for the office, a trace in the log for us."""

from __future__ import annotations

import importlib
import logging
import os
import sys
import traceback
from collections.abc import Mapping

from flows.platform import exit_codes
from flows.platform.errors import RefusedError, WrongUseError
from flows.platform.home import Home
from schemas import RegistryError

#: What the office can mend itself, and the exit status that says so.
_OFFICE: Mapping[type[Exception], tuple[str, int]] = {
    WrongUseError: ("用法有误", exit_codes.WRONG_USE),
    RegistryError: ("设置有误", exit_codes.WRONG_USE),
    RefusedError: ("未办理", exit_codes.REFUSED),
}


def run_guarded(home: Home, command: str, *arguments: object) -> int:
    """Run ``module:function`` and turn a failure into one line and an exit status.

    The command is imported in here, so that not even a broken installation shows a bare traceback.
    """
    module, name = command.split(":")
    try:
        return int(getattr(importlib.import_module(module), name)(home, *arguments))
    except (WrongUseError, RegistryError, RefusedError) as error:
        prefix, status = _OFFICE[type(error)]
        return _say(f"{prefix}：{error}", status)
    except BrokenPipeError:
        # Who reads our lines has seen enough (``| head``); nothing failed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.DONE
    except OSError as error:
        where = f"{error.filename}：" if error.filename else ""
        return _say(
            f"读写失败：{where}{error.strerror or error}。原有内容未变，排除后请再运行一次。",
            exit_codes.FAILED,
        )
    except KeyboardInterrupt:
        return _say("已中止。再运行一次即可从中断处继续。", exit_codes.FAILED)
    except Exception as error:  # noqa: BLE001 - the outermost boundary: logged whole, told in one line
        return _ours(home, error)


def _say(line: str, status: int) -> int:
    print(line, file=sys.stderr)
    return status


def _ours(home: Home, error: BaseException) -> int:
    from sqlalchemy.exc import OperationalError

    trace = "".join(traceback.format_exception(error))
    told = _log(home, trace)
    if isinstance(error, OperationalError):
        return _say(
            f"登记库无法使用：{error.orig}。原有内容未变，排除后请再运行一次。{told}", exit_codes.FAILED
        )
    return _say(f"系统出错：{type(error).__name__}：{error}。{told}", exit_codes.FAILED)


def _log(home: Home, trace: str) -> str:
    """Keep the trace in the home folder's log, or show it where that can't be written."""
    logger = logging.getLogger("yaodian")
    logger.propagate = False  # Prefect's console would print the trace a second time
    try:
        home.outputs.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(home.log, encoding="utf-8")
    except OSError:
        print(trace, file=sys.stderr)
        return ""
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger.addHandler(handler)
    logger.error("%s", trace)
    logger.removeHandler(handler)
    handler.close()
    return f"详情见 {home.log}"
