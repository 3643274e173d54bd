"""Reading an opened workbook: cover, figures, ledgers and narratives, each cell with its place and text."""
