"""The sheets of the assessment workbook, one file each."""
