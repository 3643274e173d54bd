"""Whether a report is right: rule kinds, Great Expectations suites built from the registry, findings."""
