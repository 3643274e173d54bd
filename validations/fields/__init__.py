"""Checks of single fields: types, choices, identifiers, presence."""
