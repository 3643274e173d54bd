"""The process beside a run."""

from __future__ import annotations

import os
import signal
import time

import pytest

from flows.platform.processes import has_standby_process, run_in_background, standby_process


def test_it_works_in_another_process() -> None:
    """The work is done elsewhere, and its result comes back."""
    with run_in_background(os.getpid) as result:
        assert result() not in (None, os.getpid())


def test_a_failure_of_the_work_is_raised() -> None:
    """What the work raises is raised where its result is asked for."""
    with run_in_background(os.listdir, "/nowhere") as result, pytest.raises(FileNotFoundError):
        result()


@pytest.mark.kills
def test_a_process_that_ends_gives_nothing() -> None:
    """Who asks for what it should have done does it themselves; the next run has a new process."""
    with standby_process(os.getpid):
        with run_in_background(os._exit, 3) as result:
            assert result() is None
        with run_in_background(os.getpid) as result:
            assert result() is not None


@pytest.mark.kills
def test_one_that_ended_between_two_runs_is_replaced() -> None:
    """A process that the system killed while it waited costs nothing but a new start."""
    with standby_process(os.getpid):
        with run_in_background(os.getpid) as result:
            first = result()
        assert first is not None
        os.kill(first, signal.SIGKILL)
        time.sleep(0.5)
        with run_in_background(os.getpid) as result:
            assert result() not in (None, first)


@pytest.mark.kills
def test_it_is_kept_between_runs() -> None:
    """A service starts it once, and ends it."""
    with standby_process(os.getpid):
        assert has_standby_process()
        with run_in_background(os.getpid) as result:
            first = result()
        with run_in_background(os.getpid) as result:
            assert result() == first
    assert not has_standby_process()
    assert first is not None
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_it_has_ended_when_the_run_goes_on() -> None:
    """Also where nobody asks for the result, nothing is left at work."""
    start = time.monotonic()
    with run_in_background(time.sleep, 0.5):
        pass
    assert time.monotonic() - start >= 0.5


def test_a_failed_run_does_not_wait_for_it() -> None:
    """Also a run that is broken off by Ctrl-C ends at once."""

    def broken_off() -> None:
        with run_in_background(time.sleep, 60):
            time.sleep(2)
            raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert time.monotonic() - start < 30


@pytest.mark.kills
def test_ctrl_c_at_the_terminal_leaves_it_at_work() -> None:
    """A service finishes what is at hand, and so does what works beside it."""
    with standby_process(os.getpid):
        with run_in_background(os.getpid) as result:
            process = result()
        assert process is not None
        with run_in_background(time.sleep, 1):
            os.kill(process, signal.SIGINT)
        with run_in_background(os.getpid) as result:
            assert result() == process
