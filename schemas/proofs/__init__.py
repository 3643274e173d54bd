"""Consistency checks at loading, a module for each part of the registry; errors name file and key."""
