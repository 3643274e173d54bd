"""The policy as data: what a report must be, derived from the year's notice."""

from schemas.errors import RegistryError
from schemas.loading import load, newest, years
from schemas.models import Indicator, Kind, Ledger, Registry, Relation, Unit, WorkPoint
from schemas.periods import Period

__all__ = [
    "Indicator",
    "Kind",
    "Ledger",
    "Period",
    "Registry",
    "RegistryError",
    "Relation",
    "Unit",
    "WorkPoint",
    "load",
    "newest",
    "years",
]
