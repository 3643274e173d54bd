"""From a file in the inbox to a recorded submission: collected, attributed, read, checked, decided."""
