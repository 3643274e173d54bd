"""The returned report as the clerk gets it back: each problem coloured, commented and listed first."""
