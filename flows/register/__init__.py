"""What is kept for good: rows in the register, originals in the archive, the append-only record."""
