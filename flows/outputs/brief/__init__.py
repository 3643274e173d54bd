"""考核通报: the month's brief for circulation, from the same values as the workbook."""
