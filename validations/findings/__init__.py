"""A clerk's mistake as a value: finding types, attribution, one line per cause."""
