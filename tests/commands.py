"""Commands as an office gives them, run in this process: no second start of Python, Prefect and GX."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from flows.cli.app import run

#: Two weeks after the end of June 2023, for the city office.
ENVIRONMENT = {"YAODIAN_NOW": "2023-07-15T09:00:00+08:00", "YAODIAN_USER": "市局"}


class Done(NamedTuple):
    """Exit status and what was printed."""

    returncode: int
    stdout: str
    stderr: str


def yaodian(home: Path, *arguments: str) -> Done:
    """Run one command on a home folder. Commands that start flows need the fixture ``prefect_api``."""
    out, errors = io.StringIO(), io.StringIO()
    environment = os.environ | ENVIRONMENT | {"YAODIAN_HOME": str(home)}
    with patch.dict(os.environ, environment), redirect_stdout(out), redirect_stderr(errors):
        status = run(list(arguments))
    return Done(status, out.getvalue(), errors.getvalue())
