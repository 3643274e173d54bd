"""What each command does, one file each. Imported only when the command is run."""
