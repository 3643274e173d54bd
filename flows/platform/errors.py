"""Refusals that the office can mend itself: each message is one Chinese line."""

from __future__ import annotations


class WrongUseError(Exception):
    """An argument that can't be meant; the message is one Chinese line."""


class RefusedError(Exception):
    """What was asked may not be done now (sealed, locked); one Chinese line."""
