"""The merged month: reports of all units put together, their standing, scores, corrections, and the year."""
