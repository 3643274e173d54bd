"""What every room stands on and nothing of reports: paths, clock, environment, files, processes."""
