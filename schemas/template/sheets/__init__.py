"""The sheets of the issued template, a file each."""
