"""Great Expectations, and nothing of reports: expectations, suites, and the engine that runs them."""
