"""Proofs at loading that a registry is whole: each file one part of it, each error with file and key."""
