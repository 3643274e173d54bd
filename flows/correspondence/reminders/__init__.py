"""Reminding the units that have not reported, or whose report went back (催报)."""
