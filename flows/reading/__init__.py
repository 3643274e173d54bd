"""From a dropped file to tidy values: bounded, in processes of its own, nothing lost on the way."""

from flows.reading.limits import Limits
from flows.reading.report import read_report
from flows.reading.worker_pool import read_all, read_each

__all__ = ["Limits", "read_all", "read_each", "read_report"]
