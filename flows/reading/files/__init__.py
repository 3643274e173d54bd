"""Opening a file: what kind it is, whether it is safe, and what its format says beside the values."""
