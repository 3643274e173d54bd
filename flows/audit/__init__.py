"""Tracing a figure to its cell, sealing a month, and proving it by rebuilding."""
