"""Sample reports: plausible, seeded, with typical mistakes."""
