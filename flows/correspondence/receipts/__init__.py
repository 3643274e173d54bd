"""What comes back to the clerk: the receipt, the marked copy of their workbook, the note beside a file
that could not be taken."""
