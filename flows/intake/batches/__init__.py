"""Reading and checking a slice of a batch: pure, so that any process may do it, and do it again.

Which month a report is about, its place in the chain and its number are decided centrally, between
the two; a chunk is told them.
"""
