"""Entry points of validation: a batch of reports, and the merged ledgers of a month.

Field checks come first; a value that fails one is missing to the relations, so that one mistake
gives one finding. Relations come second; broken ones are grouped by their likeliest cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from schemas.models import Registry
from validations.outcome import Batch, Outcome
from validations.rule_register import RuleRow, rule_register, self_checks

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Batch", "Outcome", "RuleRow", "rule_register", "self_checks", "validate", "validate_city"]


def validate(batch: Batch, registry: Registry) -> Outcome:
    """Every finding on every report of the batch, by submission, most serious first.

    Raises :class:`schemas.RegistryError` naming a relation's key that its kind cannot use.
    """
    from validations.validate_reports import validate_reports

    return validate_reports(batch, registry)


def validate_city(ledgers: Mapping[str, pd.DataFrame], registry: Registry) -> Outcome:
    """Findings on numbers that two units claim in the merged ledgers of a month.

    Each of the units gets a finding, at its own cell. Ledger frames as in ``validations.frames``.
    """
    from validations.validate_city import validate_ledgers

    return validate_ledgers(ledgers, registry)
