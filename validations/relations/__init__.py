"""Relations between figures, ledgers and months: their frames and findings."""
